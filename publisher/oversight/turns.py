"""What is known of the daemon's loop: when it turned last, and whether anything was in its way then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

#: The loop turns at least every five seconds; one that has not for so long hangs.
PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """The last turn. ``at`` is in seconds on the monotonic clock."""

    at: float
    trouble: str = ""  #: why the ledger did not work
    held: str = ""  #: why nothing is sent although it works
    ledger_errors: int = 0  #: turns of this process in which it did not


class Turns:
    """Noted by the loop, asked by everybody else."""

    def __init__(self, *, patience: timedelta = PATIENCE, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience.total_seconds()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last = Turn(monotonic())  # the start counts as one: the first turn may have much to do

    def note(self, trouble: str, held: str = "") -> None:
        """The loop has turned; ``trouble`` is what kept the ledger from working, ``held`` why nothing is sent."""
        with self._lock:
            errors = self._last.ledger_errors + bool(trouble)
            self._last = Turn(self._monotonic(), trouble=trouble, held=held, ledger_errors=errors)

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
        last = self.last
        if last.trouble:
            return f"the ledger does not work: {last.trouble}"
        return f"nothing is sent: {last.held}" if last.held else ""
