"""The moments of a recurring phrase, on naive local times. Zones come in later, in `instants`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rruleset, rrulestr

from publisher.model import Calendar
from publisher.timing.calendar import is_working_day
from publisher.timing.phrases import Recurring, WorkingDay
from publisher.timing.rrules import EPOCH


def moments(phrase: Recurring | WorkingDay, *, first: date, last: date, calendar: Calendar) -> Iterator[datetime]:
    """The wall times of ``phrase`` on the days from ``first`` to ``last``, both included."""
    if isinstance(phrase, WorkingDay):
        return _working_days(phrase, first=first, last=last, calendar=calendar)
    return _by_rule(phrase, first=first, last=last)


@lru_cache(maxsize=256)
def _rule(rule: str, start: datetime) -> rrule | rruleset:
    return rrulestr(rule, dtstart=start)


def _by_rule(phrase: Recurring, *, first: date, last: date) -> Iterator[datetime]:
    begin, end = datetime.combine(first, time.min), datetime.combine(last, time.min)
    start = EPOCH if "INTERVAL" in phrase.rule else begin
    for day in _rule(phrase.rule, start).between(begin, end, inc=True):
        yield datetime.combine(day.date(), phrase.at)


def _working_days(phrase: WorkingDay, *, first: date, last: date, calendar: Calendar) -> Iterator[datetime]:
    month = first.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=32)).replace(day=1)
        days = [month + timedelta(days=n) for n in range((following - month).days)]
        working = [day for day in days if is_working_day(day, calendar)]
        for day in _chosen(working, phrase.position):
            if first <= day <= last:
                yield datetime.combine(day, phrase.at)
        month = following


def _chosen(working: list[date], position: int) -> list[date]:
    """All of them for position 0, else the one at that position, if the month has so many."""
    if position == 0:
        return working
    index = position - 1 if position > 0 else position
    return working[index : index + 1 or None] if len(working) >= abs(position) else []
