"""What a channel type or a source of settings may be able to do, and need not.

Whoever wants one asks with ``isinstance``: the type of a channel is nobody's business but its own file's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from publisher.interfaces import Clock, Settings
from publisher.model import Channel, Contact
from publisher.model.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What is needed to look at one channel without publishing anything."""

    channel: Channel
    settings: Settings
    clock: Clock
    contact: Contact | None = None  #: of the project: who sends when nobody else is named
    asks_names: bool = True  #: whether name servers are asked, too, what they say of the sender's domain
    resolver: str = ""  #: ``address`` or ``address:port`` of a name server; empty: those of this machine


@runtime_checkable
class Examinable(Protocol):
    """A transport that can look at its platform's side."""

    def examine(self, examination: Examination) -> Iterator[Finding]:
        """What is so, one finding after the other; makes calls, publishes nothing.

        Raises `SettingsError` or `TransportError` when it can go no further.
        """
        ...


class Prompts(Protocol):
    """How a person is asked."""

    def tell(self, words: str) -> None:
        """Say something."""
        ...

    def ask(self, question: str, *, default: str = "") -> str:
        """What was typed, without blanks around it."""
        ...

    def ask_secret(self, question: str) -> str:
        """The same, and what is typed is not shown."""
        ...

    def choose(self, question: str, choices: Mapping[str, str]) -> str:
        """The key of one of the choices."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What is needed to get the credentials of one channel."""

    channel: Channel
    settings: Settings  #: what is set already: addresses, waiting times
    clock: Clock
    prompts: Prompts


@runtime_checkable
class Enrollable(Protocol):
    """A transport that knows how to get its credentials."""

    def log_in(self, login: Login) -> Mapping[str, str | None]:
        """Settings by name, tried out; None for one that must not stay. Raises `SettingsError` or `TransportError`."""
        ...


@runtime_checkable
class KeepsSettings(Protocol):
    """A source of settings that can also keep one."""

    def keep(self, name: str, value: str) -> None:
        """Write it down so that it survives a power cut. Raises `SettingsError`."""
        ...

    def forget(self, name: str) -> None:
        """Delete what was kept. Raises `SettingsError`."""
        ...

    def exclusively(self) -> AbstractContextManager[None]:
        """Keep other processes from changing what is kept meanwhile. Raises `SettingsError` after some seconds."""
        ...
