"""The alarm clock: wakes the daemon when the next delivery is due.

APScheduler holds exactly one date job, in memory; the truth is in the ledger. Beside it stands a poll of our own on
the monotonic clock: when APScheduler is dead or the wall clock jumps, nothing is later than one poll.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Protocol

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from publisher.clock import SimulatedClock
from publisher.interfaces import Clock

POLL = timedelta(seconds=5)
_JUMP = timedelta(seconds=2)
_OVERSLEPT = timedelta(seconds=1)

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
    """Waits on the computer's clock; `ring` ends a wait at once. ``poll`` is the longest wait."""

    def __init__(self, clock: Clock, *, poll: timedelta = POLL) -> None:
        self._clock = clock
        self._poll = poll
        # Unlike an event, this may be used in the handler of a signal that comes while the same thread waits for it.
        self._rings: SimpleQueue[None] = SimpleQueue()
        self._scheduler = self._start()
        self._offset = self._wall_minus_monotonic()

    def ring(self) -> None:
        """Wake up whoever waits. May be called from anywhere, from the handler of a signal too."""
        self._rings.put(None)

    def wait(self, until: datetime | None) -> None:
        """Return at that instant, after one poll, or when rung; whichever comes first."""
        if until is not None:
            self._set(until)
        rung = self._was_rung()
        if self._has_jumped():
            self._scheduler.wakeup()
        elif not rung and until is not None and self._clock.now() > until + _OVERSLEPT:
            _log.error("the alarm clock did not ring, a new one takes its place", due=until.isoformat())
            self.close()
            self._scheduler = self._start()

    def close(self) -> None:
        """Stop APScheduler. May be called twice."""
        if self._scheduler.running:
            # Waits for its thread, which would end with a traceback if it were stopped while it takes off a job.
            self._scheduler.remove_all_jobs()
            self._scheduler.shutdown(wait=False)

    def _start(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.start()
        return scheduler

    def _set(self, until: datetime) -> None:
        self._scheduler.add_job(
            self.ring,
            "date",
            run_date=until,
            id="next",
            replace_existing=True,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    def _was_rung(self) -> bool:
        """Wait; several rings count as one."""
        try:
            self._rings.get(timeout=self._poll.total_seconds())
        except Empty:
            return False
        with suppress(Empty):
            while True:
                self._rings.get_nowait()
        return True

    def _has_jumped(self) -> bool:
        """Whether the wall clock was set, or the computer slept, since the last look."""
        offset = self._wall_minus_monotonic()
        jump = timedelta(seconds=offset - self._offset)
        self._offset = offset
        if abs(jump) <= _JUMP:
            return False
        _log.warning("the clock jumped", by_seconds=round(jump.total_seconds()))
        return True

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
