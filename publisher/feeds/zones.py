"""The rules of a time zone as a VTIMEZONE component (RFC 5545 section 3.6.5).

The library can make one too, but gives the onset of summer time on the clock that begins then. The standard counts it
on the clock that ends ("relative to TZOFFSETFROM"), and one hour of the year differs. Its lists of single dates
(RDATE) are not read by every program either; a yearly rule is, so there is one wherever the years follow one.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from publisher.timing.instants import zone

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_WEEK = 7
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class _Shown(NamedTuple):
    """What the clocks show at an instant."""

    offset: timedelta
    summer: timedelta
    name: str


class _Observance(NamedTuple):
    """A stretch of time with one offset, and the offset that it follows."""

    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool


@lru_cache(maxsize=64)
def vtimezone(name: str, first_year: int, last_year: int) -> Timezone:
    """The zone of this IANA name, right for every moment of these years."""
    found: dict[_Observance, list[datetime]] = defaultdict(list)
    begin = datetime(first_year - 1, 1, 1, tzinfo=UTC)
    for instant, observance in _changes(name, begin, datetime(last_year + 2, 1, 1, tzinfo=UTC)):
        found[observance].append((instant + observance.before).replace(tzinfo=None))
    component = Timezone()
    component.add("tzid", name)
    if min((onset.year for onsets in found.values() for onset in onsets), default=last_year + 2) >= first_year:
        constant, onset = _between(_at(name, begin), _at(name, begin)), begin.replace(tzinfo=None)
        component.add_component(_component(constant, [onset], last_year=last_year))
    for observance, onsets in found.items():
        component.add_component(_component(observance, onsets, last_year=last_year))
    return component


def any_zone(year: int) -> Timezone:
    """A component for a calendar that would have none: the standard asks for one at least (section 3.6)."""
    return vtimezone("Etc/UTC", year, year)


def _changes(name: str, begin: datetime, end: datetime) -> Iterator[tuple[datetime, _Observance]]:
    """Each instant from which on the clocks show something else, to the second, and what they show then."""
    day = begin
    while day < end:
        if _at(name, day) != _at(name, day + _DAY):
            low, high = day, day + _DAY
            while high - low > _SECOND:
                middle = low + (high - low) / 2
                low, high = (low, middle) if _at(name, middle) != _at(name, day) else (middle, high)
            yield high.replace(microsecond=0), _between(_at(name, day), _at(name, high))
        day += _DAY


def _at(name: str, instant: datetime) -> _Shown:
    local = instant.astimezone(zone(name))
    return _Shown(local.utcoffset() or timedelta(), local.dst() or timedelta(), local.tzname() or name)


def _between(before: _Shown, after: _Shown) -> _Observance:
    """Summer time is what adds to the clock, also where the law calls it the normal time and winter the exception."""
    return _Observance(before.offset, after.offset, after.name, after.summer > before.summer)


def _component(
    observance: _Observance, onsets: list[datetime], *, last_year: int
) -> TimezoneStandard | TimezoneDaylight:
    """The part of the zone for one observance.

    A rule that was given up before the end of these years gets an UNTIL, in UTC as section 3.6.5 wants it; a day after
    the last onset, since some programs read it on the local clock. Single dates name the first one too: some programs
    (ical.js, and with it Thunderbird) forget DTSTART beside RDATE, and one that comes twice counts once.
    """
    component = TimezoneDaylight() if observance.is_daylight else TimezoneStandard()
    component.add("dtstart", onsets[0])
    component.add("tzoffsetfrom", observance.before)
    component.add("tzoffsetto", observance.after)
    component.add("tzname", observance.name)
    if rule := _yearly(onsets):
        is_over = onsets[-1].year <= last_year
        until = {"until": (onsets[-1] + _DAY).replace(tzinfo=UTC)} if is_over else {}
        component.add("rrule", rule | until)
    elif len(onsets) > 1:
        for onset in onsets:
            component.add("rdate", onset)
    return component


def _yearly(onsets: list[datetime]) -> dict[str, object]:
    """The rule that all of these follow, one in each year; empty when there is none."""
    years = [onset.year for onset in onsets]
    if len(onsets) == 1 or years != list(range(years[0], years[-1] + 1)):
        return {}
    are_last = all(monthrange(onset.year, onset.month)[1] - onset.day < _WEEK for onset in onsets)
    rules = {(onset.month, -1 if are_last else _week(onset), onset.weekday(), onset.time()) for onset in onsets}
    if len(rules) > 1:
        return {}
    [(month, week, weekday, _)] = rules
    return {"freq": "yearly", "bymonth": month, "byday": f"{week}{_WEEKDAYS[weekday]}"}


def _week(day: datetime) -> int:
    """2 for the second Sunday of a month."""
    return (day.day - 1) // _WEEK + 1
