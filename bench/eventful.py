"""An alarm clock that sets the clock forward, and lets something happen now and then: for `ageing.py`."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from publisher.clock import SimulatedClock

_LONGEST_QUIET = 36.0  #: hours between one event and the next
_MOST_EVENTS = 8  #: in one life of the program


class EventfulAlarm:
    """Sets the clock forward; now and then something happens, and after some events the program stops."""

    def __init__(
        self,
        clock: SimulatedClock,
        *,
        happen: Callable[[], None],
        chance: random.Random,
        end: datetime,
        stop: threading.Event,
    ) -> None:
        self._clock = clock
        self._happen = happen
        self._chance = chance
        self._end = end
        self._stop = stop
        self._left = chance.randint(1, _MOST_EVENTS)
        self._event_at = self._draw()

    def wait(self, until: datetime | None) -> None:
        """Jump to that instant, or to the event that comes before it."""
        if until is not None and until < min(self._event_at, self._end):
            self._clock.advance_to(max(until, self._clock.now() + timedelta(microseconds=1)))
            return
        self._clock.advance_to(min(self._event_at, self._end))
        if self._event_at < self._end:
            self._happen()
            self._left -= 1
            self._event_at = self._draw()
        if not self._left or self._clock.now() >= self._end:
            self._stop.set()

    def close(self) -> None:
        """Nothing to let go of."""

    def _draw(self) -> datetime:
        return self._clock.now() + timedelta(hours=self._chance.uniform(1, _LONGEST_QUIET))
