"""An event on the clock of those who read about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from publisher.model import When


@dataclass(frozen=True, slots=True)
class OtherClock:
    """How an event looks on another clock.

    ``differs``: the hours there are others. ``when``: the event in that zone; None when the hours are the same, or
    when the clocks are not equally far apart on all of its days.
    """

    differs: bool
    when: When | None = None


@lru_cache(maxsize=2048)
def seen_from(when: When, timezone: str) -> OtherClock:
    """The event as a clock in ``timezone`` shows it; an empty zone is that of the event."""
    if when.begin is None or not timezone or timezone == when.timezone:
        return OtherClock(differs=False)
    begin, end = when.begin, when.end or when.begin
    walls = [
        datetime.combine(day, at, ZoneInfo(when.timezone)) for day in (when.first, when.last) for at in (begin, end)
    ]
    shifts = {_shift(wall, ZoneInfo(timezone)) for wall in walls}
    if shifts == {timedelta()}:
        return OtherClock(differs=False)
    if len(shifts) > 1:
        return OtherClock(differs=True)
    (shift,) = shifts
    first = datetime.combine(when.first, begin) + shift
    last = first.date() + (when.last - when.first)
    own_end = (datetime.combine(when.first, end) + shift).time() if when.end else None
    own = replace(when, first=first.date(), last=last, timezone=timezone, begin=first.time(), end=own_end)
    return OtherClock(differs=True, when=own)


def _shift(wall: datetime, theirs: ZoneInfo) -> timedelta:
    """How much later their clock shows than ours."""
    return wall.astimezone(theirs).replace(tzinfo=None) - wall.replace(tzinfo=None)
