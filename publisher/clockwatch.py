"""Whether the computer's clock can be right. A wrong clock must not publish everything at once."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.interfaces import Clock

#: Further ahead than this of what it should show, the clock is not believed.
FURTHEST_AHEAD = timedelta(hours=1)
#: After a restart of the computer nobody knows how long it was off; for longer than this a person is asked.
LONGEST_ABSENCE = timedelta(days=30)
#: Without anything to compare with, the clock is not believed so long after this publisher was made.
MADE = datetime(2026, 11, 1, tzinfo=UTC)
LONGEST_LIFE = timedelta(days=5 * 365)

_SLACK = timedelta(seconds=2)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_MINUTES = "%Y-%m-%d %H:%M UTC"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the clock showed (aware UTC) when the computer had run for ``uptime`` seconds since the start ``boot``."""

    at: datetime
    uptime: float
    boot: str

    def expected(self, later: Sighting) -> datetime | None:
        """What the clock should show at a later sighting; None when the computer was started anew meanwhile."""
        return self.at + timedelta(seconds=later.uptime - self.uptime) if self.boot == later.boot else None


def doubt(last: Sighting | None, present: Sighting) -> str:
    """Why the present sighting can't be believed after the last one; empty when it can."""
    if last is None:
        is_far = present.at > MADE + LONGEST_LIFE
        return f"the clock shows {present.at:{_MINUTES}}, years after this publisher was made" if is_far else ""
    should = last.expected(present)
    if should is not None and present.at - should > FURTHEST_AHEAD:
        return f"the clock jumped ahead: it shows {present.at:{_MINUTES}} and should show {should:{_MINUTES}}"
    if should is None and present.at - last.at > LONGEST_ABSENCE:
        days = (present.at - last.at).days
        return f"the clock shows {present.at:{_MINUTES}}, {days} days after publisher was last at work"
    return ""


def uptime() -> float:
    """Seconds since the computer was started, those in which it slept included."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def boot() -> str:
    """Names this start of the computer; where the system has no name for it, this start of the program."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_hex(8)


class ClockWatch:
    """Compares the clock with how long the computer has run, and remembers the last instant that was believed."""

    def __init__(self, clock: Clock, *, last: Sighting | None, uptime: Callable[[], float] = uptime) -> None:
        self._clock = clock
        self._uptime = uptime
        self._boot = boot()
        self.last = self._first(last)

    def look(self) -> str:
        """Why the clock can't be believed now; empty when it can."""
        present = self._sight()
        doubted = doubt(self.last, present)
        if not doubted and not self._is_behind(present):
            self.last = present
        return doubted

    def believe(self) -> None:
        """A person says that the clock is right."""
        self.last = self._sight()

    def _first(self, last: Sighting | None) -> Sighting | None:
        """At the start, a clock that was put back since is taken as it is."""
        return None if last is not None and last.at - self._clock.now() > _SLACK else last

    def _is_behind(self, present: Sighting) -> bool:
        """A clock that goes back and forth again by the same amount did not jump ahead."""
        should = self.last.expected(present) if self.last is not None else None
        return should is not None and should - present.at > _SLACK

    def _sight(self) -> Sighting:
        return Sighting(self._clock.now(), self._uptime(), self._boot)
