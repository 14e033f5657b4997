"""Where time comes from: the computer, a fixed instant, or a rehearsal."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady_seconds() -> float:
    """Seconds of a clock that only goes forward; where there is one, it also counts while the computer sleeps."""
    return time.clock_gettime(_STEADY)


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return datetime.now(UTC)


class SimulatedClock:
    """Stands still until it is set forward; for ``--now`` and for rehearsals."""

    def __init__(self, start: datetime) -> None:
        self._lock = threading.Lock()
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant that it was last set to, aware UTC."""
        with self._lock:
            return self._now

    def advance_to(self, instant: datetime) -> None:
        """Set it forward; an earlier instant leaves it where it is."""
        with self._lock:
            self._now = max(self._now, instant.astimezone(UTC))
