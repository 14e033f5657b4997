"""The seams: what a channel type, a clock and a source of settings must offer."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol, runtime_checkable

from publisher.model import Channel, Draft, Envelope, Form, Payload, Price, Receipt


class Clock(Protocol):
    """Where the program gets its time from."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...


class Settings(Protocol):
    """The settings of one channel: ``PUBLISHER_<CHANNEL ID>_<NAME>``, ``…_FILE`` or a systemd credential."""

    def get(self, name: str) -> str | None:
        """The value, or None when it is not set anywhere."""
        ...

    def require(self, name: str) -> str:
        """The value; raises `MissingCredential` naming the variable."""
        ...


def at_once() -> None:
    """Nothing stands in the way of the call."""


class Connection(Protocol):
    """An open way to one account. Not shared between threads."""

    def send(self, payload: Payload, *, before: Callable[[], None] = at_once) -> Receipt:
        """Publish; the only call that does. Raises a `TransportError` whose type says what to do.

        ``before`` is called immediately before the one call that publishes; what it raises keeps that from happening.
        """
        ...

    def close(self) -> None:
        """Give back sockets. May be called twice."""
        ...


@runtime_checkable
class MailAccount(Protocol):
    """What a connection offers besides whose account takes mailings, over many connections at once."""

    settings: Settings  #: the complete set with which it was opened


@runtime_checkable
class ReadsBack(Protocol):
    """What a connection offers besides when it can see what its account has published."""

    @property
    def settle_time(self) -> timedelta:
        """How long after an attempt a request of it may still arrive: several times the longest timeout."""
        ...

    def find(self, payload: Payload, *, since: datetime, besides: AbstractSet[str]) -> Receipt | None:
        """The post with these words that the account has published since then; None when there is none.

        ``besides`` are ids that belong to other deliveries. Publishes nothing. Raises a `TransportError` when the
        account can't be read: then nothing is known.
        """
        ...


@runtime_checkable
class Continues(ReadsBack, Protocol):
    """What a connection offers besides when its posts can follow one another as a thread: see `Payload.thread`."""

    def following(self, part: Payload, *, previous: str) -> Payload:
        """The part as it goes on the wire after the one that has the id ``previous``. Pure."""
        ...


class Transport(Protocol):
    """The code for one channel type: `compose` is pure, only what `connect` returns talks to the platform."""

    @property
    def type(self) -> str:
        """The word in the file: ``twitter``."""
        ...

    @property
    def form(self) -> Form:
        """Which words it takes."""
        ...

    @property
    def open_settings(self) -> tuple[str, ...]:
        """Names of the settings that are no secrets and that `compose` reads from the envelope."""
        ...

    def compose(self, draft: Draft, envelope: Envelope) -> Payload:
        """Words to bytes; the same bytes for the same input, without network, credentials or clock.

        Raises `DraftTooLong`, `MediaError` or `RenderError`.
        """
        ...

    def connect(self, channel: Channel, settings: Settings, clock: Clock) -> Connection:
        """A connection; makes no call yet. Raises `MissingCredential`."""
        ...


@runtime_checkable
class Bills(Protocol):
    """A transport whose platform does not bill every post alike; others take ``price.post`` for each."""

    def cost(self, payload: Payload, price: Price) -> Decimal:
        """What it bills for this payload."""
        ...
