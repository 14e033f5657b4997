"""The alarm clock: wakes the daemon when the next delivery is due.

APScheduler holds exactly one date job, in memory; the truth is in the ledger. Beside it stands a poll of our own on
the monotonic clock: when APScheduler is dead or the wall clock jumps, nothing is later than one poll.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from publisher.clock import SimulatedClock
from publisher.interfaces import Clock

POLL = timedelta(seconds=5)
_JUMP = timedelta(seconds=2)

_log = structlog.get_logger("publisher.daemon")


class Alarm(Protocol):
    """Something to wait with."""

    def wait(self, until: datetime | None) -> None:
        """Return at that instant (aware UTC) at the latest, or earlier."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class RealAlarm:
    """Waits on the computer's clock; `ring` ends a wait at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = threading.Event()
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.start()
        self._offset = self._wall_minus_monotonic()

    def ring(self) -> None:
        """Wake up whoever waits."""
        self._rung.set()

    def wait(self, until: datetime | None) -> None:
        """Return at that instant, after one poll, or when rung; whichever comes first."""
        if until is not None:
            self._scheduler.add_job(
                self._rung.set,
                "date",
                run_date=until,
                id="next",
                replace_existing=True,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        self._rung.wait(POLL.total_seconds())
        self._rung.clear()
        self._notice_jump()

    def close(self) -> None:
        """Stop APScheduler."""
        self._scheduler.shutdown(wait=False)

    def _notice_jump(self) -> None:
        offset = self._wall_minus_monotonic()
        jump = timedelta(seconds=offset - self._offset)
        if abs(jump) > _JUMP:
            _log.warning("the clock jumped", by_seconds=round(jump.total_seconds()))
            self._scheduler.wakeup()
        self._offset = offset

    def _wall_minus_monotonic(self) -> float:
        return self._clock.now().timestamp() - time.monotonic()


class SimulatedAlarm:
    """Does not wait: it sets the clock forward. Past ``end`` it sets the stop signal."""

    def __init__(self, clock: SimulatedClock, *, end: datetime, stop: threading.Event) -> None:
        self._clock = clock
        self._end = end
        self._stop = stop

    def wait(self, until: datetime | None) -> None:
        """Jump to that instant, or to the end."""
        if until is None or until >= self._end:
            self._clock.advance_to(self._end)
            self._stop.set()
            return
        self._clock.advance_to(max(until, self._clock.now() + timedelta(microseconds=1)))

    def close(self) -> None:
        """Nothing to let go of."""
