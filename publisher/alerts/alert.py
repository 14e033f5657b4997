"""What an alert says, and who takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

Taken: TypeAlias = Callable[[], None]
"""Is called once, in whatever thread, when the first way took an alert. May raise `PublisherError`."""


class AlertKind(StrEnum):
    """What happened."""

    FILE_BROKEN = "file broken"
    FILE_MENDED = "file mended"
    CLOCK_WRONG = "clock wrong"
    CLOCK_RIGHT = "clock right"
    FAILED = "failed"
    REFUSED = "readers refused"
    UNCERTAIN = "uncertain"
    EXPIRED = "expired"
    HELD = "held"
    CREDENTIALS = "credentials"
    QUOTA = "out of quota"
    BLOCKED = "blocked"
    PREFLIGHT = "before it is due"
    SEVERAL = "needs attention"
    LEDGER = "ledger"
    ALIVE = "alive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to know. Holds no secret and no reader's address: it leaves this computer."""

    kind: AlertKind
    subject: str  #: the thing: a file, a delivery, a channel
    words: str  #: what is so, in plain sentences
    mend: str = ""  #: what to do about it; empty when there is nothing to do

    @property
    def title(self) -> str:
        """One line: ``publisher: file broken: schedules.yaml``."""
        return f"publisher: {self.kind}: {self.subject}"

    @property
    def text(self) -> str:
        """Everything, in lines."""
        return "\n".join(line for line in (self.title, self.words, f"→ {self.mend}" if self.mend else "") if line)


@dataclass(slots=True)
class Counts:
    """What came of the alerts of this process, each counted once for each way."""

    sent: int = 0
    failed: int = 0


def nothing() -> None:
    """For alerts of which nobody has to know whether they were taken."""


class Notifier(Protocol):
    """Takes alerts to people."""

    @property
    def counts(self) -> Counts:
        """How many were sent, and how many were not."""
        ...

    def notify(self, alert: Alert, *, taken: Taken = nothing) -> None:
        """Send it, later and elsewhere. Neither waits nor raises.

        An alert that is still on its way ends with the program: what must not get lost counts as told when ``taken``
        is called, and not before.
        """
        ...

    def close(self) -> None:
        """Send what is left if that goes quickly. May be called twice."""
        ...


class Silence:
    """The notifier when no way is configured: the log and `publisher status` say it all the same."""

    counts = Counts()

    def notify(self, alert: Alert, *, taken: Taken = nothing) -> None:  # noqa: ARG002
        """Nobody is told, and nothing is to be told later."""
        taken()

    def close(self) -> None:
        """Nothing is left."""
