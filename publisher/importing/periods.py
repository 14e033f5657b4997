"""From beginnings and ends, as sources tell them, to the days and hours of ``when:``.

The schedule file knows days, both included, and hours of a day. What does not fit into that is never bent: the part
that fits is taken, and the rest becomes a remark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfoNotFoundError

from publisher.timing.instants import to_local, zone

FIRST_YEAR, LAST_YEAR = 1970, 2199
_DAY = timedelta(days=1)
_NIGHT_ENDS = time(6)
_MIDNIGHT = time.min
_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d|\d{8})"
    r"(?:[T ](?P<clock>\d\d:?\d\d)(?::?\d\d(?:[.,]\d{1,9})?)?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)


class NoPeriod(ValueError):
    """A time that does not exist, or lies where calendars don't reach; the text says which."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, and hours as far as they are known; with several days the hours are those of each day."""

    first: date
    last: date
    begin: time | None = None
    end: time | None = None

    def __str__(self) -> str:
        days = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        return f"{days} {self.hours}".rstrip()

    @property
    def hours(self) -> str:
        """``09:00-16:30``, a beginning only, or nothing."""
        if self.begin is None:
            return ""
        return f"{self.begin:%H:%M}-{self.end:%H:%M}" if self.end is not None else f"{self.begin:%H:%M}"


@dataclass(frozen=True, slots=True)
class Told:
    """A point in time as a source tells it: a day, or a wall time on the clock of ``timezone``.

    An empty ``timezone`` is the clock of the schedule file. ``remark`` says what became of an offset.
    """

    day: date
    clock: time | None = None
    timezone: str = ""
    remark: str = ""

    @property
    def wall(self) -> datetime:
        """The wall time; midnight of a mere day."""
        return datetime.combine(self.day, self.clock or _MIDNIGHT)


def all_day(first: date, last: date) -> tuple[Period, str]:
    """Whole days, both included, and a remark when the last lies before the first."""
    _check_years(first, last)
    if last < first:
        return Period(first, first), f"its source says that it ends on {last}, before it begins"
    return Period(first, last), ""


def timed(start: datetime, end: datetime | None) -> tuple[Period, str]:
    """The period between two wall times of one clock, and a remark on what ``when:`` can't say."""
    _check_years(start.date(), (end or start).date())
    start, end = start.replace(second=0, microsecond=0), end and end.replace(second=0, microsecond=0)
    first, begin = start.date(), start.time()
    if end is None or end == start:
        return Period(first, first, begin), ""
    if end < start:
        return Period(first, first, begin), f"its source says that it ends at {end:%Y-%m-%d %H:%M}, before it begins"
    if start.time() == end.time() == _MIDNIGHT:
        return Period(first, end.date() - _DAY), ""
    if end.date() == first or (end.date() - first == _DAY and end.time() <= _NIGHT_ENDS and end.time() < begin):
        return Period(first, first, begin, end.time()), ""
    return _over_days(start, end)


def _over_days(start: datetime, end: datetime) -> tuple[Period, str]:
    """Several days: the hours are told as those of each day, which sources don't say, so that a remark asks."""
    first, last = start.date(), end.date()
    told = f"its source says from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
    if end.time() > start.time():
        return Period(first, last, start.time(), end.time()), f"{told}; are these the hours of every day?"
    if end.time() == _MIDNIGHT:
        last -= _DAY
    return Period(first, last), told


def read_told(text: str, *, timezone: str) -> Told:
    """An ISO 8601 day or time. One with an offset is turned into wall time of ``timezone``. Raises `NoPeriod`."""
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise NoPeriod(f"“{text.strip()[:40]}” is no date")
    try:
        day = date.fromisoformat(found["day"])
        if found["clock"] is None:
            return Told(day)
        clock = time.fromisoformat(found["clock"])
        if found["zone"] is None:
            return Told(day, clock)
        return at_offset(datetime.fromisoformat(f"{day}T{clock}{found['zone'].upper()}"), timezone)
    except (ValueError, OverflowError):
        raise NoPeriod(f"“{text.strip()[:40]}” is no date that exists") from None


def at_offset(moment: datetime, timezone: str) -> Told:
    """An offset names no zone: the instant is kept, and what was written is told when it looks different."""
    _check_years(moment.date())
    local = to_local(moment, timezone)
    is_same = moment.utcoffset() == timedelta() or local == moment.replace(tzinfo=None)
    remark = "" if is_same else f"its source says {moment:%Y-%m-%d %H:%M} (UTC{moment.strftime('%z')})"
    return Told(local.date(), local.time(), "", remark)


def at_utc(moment: datetime, timezone: str) -> Told:
    """A UTC time, given without a zone, on the clock of ``timezone``. Raises `NoPeriod`."""
    _check_years(moment.date())
    local = to_local(moment.replace(tzinfo=UTC), timezone)
    return Told(local.date(), local.time())


def between(start: Told, end: Told | None, *, timezone: str) -> tuple[Period, str]:
    """The period from one told time to another, whose mere day is included. Raises `NoPeriod`."""
    if start.clock is None:
        period, remark = all_day(start.day, end.day if end else start.day)
    else:
        period, remark = timed(start.wall, _on_clock_of(start, end, timezone=timezone))
    return period, "; ".join(filter(None, (start.remark, remark)))


def _on_clock_of(start: Told, end: Told | None, *, timezone: str) -> datetime | None:
    """The end as a wall time where the event begins; a mere day means its end, which is midnight of the next."""
    if end is None or (end.clock is None and end.day <= start.day):
        return None
    _check_years(end.day)
    if end.clock is None:
        return datetime.combine(end.day + _DAY, _MIDNIGHT)
    if (end.timezone or timezone) == (start.timezone or timezone):
        return end.wall
    moment = end.wall.replace(tzinfo=zone(end.timezone or timezone))
    return to_local(moment, start.timezone or timezone)


def known_zone(name: str) -> str:
    """The name if it is that of an IANA zone, else nothing."""
    try:
        return zone(name).key if name and name.isascii() else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def _check_years(*days: date) -> None:
    for day in days:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise NoPeriod(f"the year {day.year} is out of reach")
