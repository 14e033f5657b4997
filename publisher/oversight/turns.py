"""What is known of the daemon's loop: when it turned last, and whether the ledger worked then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

#: The loop turns at least every five seconds; one that has not for so long hangs.
PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """The last turn. ``at`` is in seconds on the monotonic clock."""

    at: float
    trouble: str = ""  #: why the ledger did not work
    ledger_errors: int = 0  #: turns of this process in which it did not


class Turns:
    """Noted by the loop, asked by everybody else."""

    def __init__(self, *, patience: timedelta = PATIENCE, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience.total_seconds()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last = Turn(monotonic())  # the start counts as one: the first turn may have much to do

    def note(self, trouble: str) -> None:
        """The loop has turned; ``trouble`` is what kept the ledger from working, else empty."""
        with self._lock:
            errors = self._last.ledger_errors + bool(trouble)
            self._last = replace(self._last, at=self._monotonic(), trouble=trouble, ledger_errors=errors)

    @property
    def last(self) -> Turn:
        """The last turn."""
        with self._lock:
            return self._last

    @property
    def age(self) -> float:
        """Seconds since then."""
        return self._monotonic() - self.last.at

    def complaint(self) -> str:
        """What is wrong with the loop; empty when all is well."""
        if self.age > self._patience:
            return f"the loop has not turned for {self.age:.0f} seconds"
        return f"the ledger does not work: {self.last.trouble}" if self.last.trouble else ""
