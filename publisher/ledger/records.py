"""What the ledger gives back: frozen records of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from publisher.ledger.states import EXCLUDED, UNCERTAIN, WAITING
from publisher.model import DeliveryState, Kind, Outcome, Problem, Reader, Receipt, Saw


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One occurrence on one channel. Instants are aware UTC, ``local`` is wall time of ``timezone``."""

    key: str
    occurrence: str
    kind: Kind
    source_id: str
    step: str
    template: str
    channel: str
    channel_type: str
    languages: tuple[str, ...]
    local: datetime
    nominal_local: datetime
    timezone: str
    due_at: datetime
    state: DeliveryState
    reason: str = ""
    expires_at: datetime | None = None
    settled_by: str = ""
    next_at: datetime | None = None
    attempts: int = 0
    fence: int = 0
    payload_sha256: str = ""
    remote_id: str = ""
    remote_url: str = ""

    @property
    def entry_name(self) -> str:
        """``events/open-day``."""
        return f"{self.kind}s/{self.source_id}"

    def is_over(self, now: datetime) -> bool:
        """Whether it is too late to send it."""
        return self.expires_at is not None and self.expires_at <= now

    def is_due(self, now: datetime) -> bool:
        """Whether something is to be done about it: send it, or give it up."""
        if self.state is DeliveryState.RETRY_WAIT:
            return self.is_over(now) or (self.next_at is not None and self.next_at <= now)
        return self.state in (DeliveryState.PLANNED, DeliveryState.PENDING) and self.due_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try. ``outcome`` is None while it is under way, or when the program died in it."""

    number: int
    started_at: datetime
    finished_at: datetime | None = None
    outcome: Outcome | None = None
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readback:
    """One look at the account, for a delivery whose attempt number ``attempt`` has an unknown outcome."""

    attempt: int
    at: datetime
    saw: Saw
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What follows for an unknown outcome. UNKNOWN: look again at ``next_at`` (aware UTC)."""

    state: DeliveryState
    reason: str
    next_at: datetime | None = None
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is about to be sent. ``body`` is kept where the account can be read back, to know it again there."""

    sha256: str
    body: bytes | None = None
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send a delivery once: results count only with this fence."""

    key: str
    number: int
    fence: int


class Recipient(NamedTuple):
    """One reader of one mailing."""

    id: int
    key: str
    reader: Reader
    state: DeliveryState
    attempts: int = 0
    fence: int = 0
    next_at: datetime | None = None
    remote_id: str = ""
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One post of a thread. ``state`` is PENDING, or what came of the last try; SENDING: under way, or cut off."""

    number: int  #: from 1
    body: bytes
    state: DeliveryState
    first_attempt: int = 0  #: in which it was tried first; 0: not yet
    started_at: datetime | None = None
    finished_at: datetime | None = None
    remote_id: str = ""
    remote_url: str = ""
    code: str = ""
    detail: str = ""

    @property
    def is_out(self) -> bool:
        """Whether the platform has it."""
        return self.state is DeliveryState.SENT

    @property
    def is_uncertain(self) -> bool:
        """Whether nobody knows if it is out."""
        return self.state is DeliveryState.SENDING or self.state in UNCERTAIN


OTHERWISE = ""
"""In the place of a reason: the mailing as a whole came to its end."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many readers of a mailing are in which state. ``candidates`` are those whom its audience named at the start.

    ``excluded`` says why some got no mail, by the words of `listrecords.Excluded`.
    """

    by_state: Mapping[DeliveryState, int] = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)
    candidates: int | None = None

    def of(self, *states: DeliveryState) -> int:
        """How many are in one of these states."""
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_state.values())

    @property
    def gap(self) -> int:
        """How many of the candidates are in no state at all; anything but 0 is a fault of ours."""
        return (self.total if self.candidates is None else self.candidates) - self.total

    def __str__(self) -> str:
        """``118 accepted, 2 refused, 1 uncertain, 3 excluded (2 unsubscribed, 1 paused)``."""
        reasons = ", ".join(f"{count} {word}" for word, count in sorted(self.excluded.items()) if word != OTHERWISE)
        counts = {
            "accepted": self.of(DeliveryState.SENT),
            "waiting": self.of(*WAITING),
            "refused": self.of(DeliveryState.FAILED),
            "uncertain": self.of(DeliveryState.SENDING, *UNCERTAIN),
            "excluded": self.of(*EXCLUDED),
        }
        said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        lost = f", {self.gap} of {self.candidates} nowhere to be found: a fault of publisher" if self.gap else ""
        return f"{said}{f' ({reasons})' if reasons else ''}{lost}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How an attempt ended and what follows from it."""

    outcome: Outcome
    state: DeliveryState
    code: str = ""
    detail: str = ""
    reason: str = ""
    next_at: datetime | None = None
    remote_id: str = ""
    remote_url: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """A try that has ended ``at`` an instant (aware UTC), and how."""

    claim: Claim
    result: Result
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """What keeps an edit from being taken over; the last good plan stays in force meanwhile."""

    file: str
    since: datetime  #: aware UTC
    errors: int  #: all of them
    problems: tuple[Problem, ...]  #: the first of them, in the order of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing goes out on a channel, because a person wants it so."""

    channel: str  #: empty: all of them
    since: datetime  #: aware UTC
    why: str
    who: str = ""

    def __str__(self) -> str:
        """``paused since 2027-05-03 08:00 UTC because the office moves``."""
        return f"paused since {self.since:%Y-%m-%d %H:%M} UTC because {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that the team has to know, and is told once."""

    kind: str  #: a word of `publisher.alerts.AlertKind`
    subject: str  #: the key of a delivery, or the name of a channel
    since: datetime  #: aware UTC
    words: str
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody saw and approved: words, pictures by name, hash and description, and the bytes as text."""

    text: str
    payload: str
    subject: str = ""
    preheader: str = ""
    link: str = ""
    media: tuple[tuple[str, str, str], ...] = ()
    readers: int = 0  #: how many were on the list; 0 for posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's yes to one cell: a delivery in one language, these bytes, at this wall time."""

    key: str
    language: str
    subject: str  #: ``events/open-day/invitation/twitter``
    who: str
    given_at: datetime  #: aware UTC
    sha256: str
    local: datetime | None  #: None: given before approvals were bound to anything
    author: str = ""  #: who had changed the entry last; empty when nobody knows
