"""The next date of a repeating event (RFC 5545 section 3.8.5.3), in bounded time whatever the rule says.

Days are counted here and not by dateutil: for a rule that never matches it goes on to the year 9999, which takes
seconds, and feeds come from strangers. A rule without COUNT is entered near the day that is asked for, so that a
meeting that began in 1998 costs no more than one of last week.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeAlias

WINDOW = timedelta(days=400)
"""So far ahead a next date is looked for."""

_LONGEST_COUNTED = timedelta(days=5 * 366)
_MOST_VALUES = 40
_LARGEST = 10_000
_MONTHS = 12
_DAY = timedelta(days=1)
_WEEK = 7
_LENGTHS = {"DAILY": 1, "WEEKLY": _WEEK}
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
_WEEKDAY = re.compile(r"([+-]?[1-5]?[0-9])?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_DAY_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RANGES = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYSETPOS": 366}

Rule: TypeAlias = Mapping[str, Sequence[object]]
"""Name of a part → its values, as icalendar reads them."""


class RuleNotKnown(ValueError):
    """A rule that is wrong, or of a kind that no office uses."""


@dataclass(frozen=True)
class Series:
    """A repeating event: its rule, its first wall time, dates that are left out and some that come in addition.

    UNTIL is a day, or a wall time on the same clock as ``start``.
    """

    rule: Rule
    start: datetime
    without: frozenset[date] = frozenset()
    also: frozenset[date] = frozenset()

    def next_from(self, day: date) -> datetime | None:
        """The first wall time on or after a day, or None when there is none within the window.

        Raises `RuleNotKnown`.
        """
        first = max(day, self.start.date())
        unknown = self.rule.keys() - _PARTS
        if self.rule and (unknown or self._freq not in _FREQUENCIES):
            raise RuleNotKnown(f"{', '.join(sorted(unknown)) or 'FREQ'} is not understood")
        counted = self._by_rule(first) if self.rule else iter(())
        by_rule = (one for one in counted if one >= first and one not in self.without)
        added = [one for one in self.also - self.without if one >= day]
        nearest = min([*added, *itertools.islice(by_rule, 1)], default=None)
        return datetime.combine(nearest, self.start.time()) if nearest else None

    # --- counting -----------------------------------------------------------------------------------------

    def _by_rule(self, first: date) -> Iterator[date]:
        """The dates up to the end of the window; with COUNT from the very first, else from shortly before ``first``."""
        end = min(first + WINDOW, self._until)
        left = self._number("COUNT", 0)
        is_counted = left > 0
        for days in self._stretches(self.start.date() if is_counted else first, end):
            if is_counted and days[0] < first - timedelta(days=1) and days[0] - self.start.date() > _LONGEST_COUNTED:
                raise RuleNotKnown("it counts from too long ago")
            for one in self._picked([one for one in days if self._matches(one)]):
                if one > end:
                    return
                if one >= self.start.date():
                    yield one
                    if left == 1:
                        return
                    left -= 1

    def _stretches(self, near: date, end: date) -> Iterator[list[date]]:
        """The days, weeks, months or years that the interval names, one after the other, from just before ``near``."""
        interval = self._number("INTERVAL", 1)
        if self._freq in _LENGTHS:
            length = _LENGTHS[self._freq]
            begin = self.start.date()
            if self._freq == "WEEKLY":
                begin -= timedelta(days=(begin.weekday() - self._week_start) % _WEEK)
            step = timedelta(days=interval * length)
            begin += max((near - begin) // step, 0) * step
            while begin <= end:
                yield [begin + timedelta(days=number) for number in range(length)]
                begin += step
            return
        months = interval * (_MONTHS if self._freq == "YEARLY" else 1)
        begin_month = self.start.year * _MONTHS + (self.start.month - 1 if self._freq == "MONTHLY" else 0)
        begin_month += max((near.year * _MONTHS + near.month - 1 - begin_month) // months, 0) * months
        while (first := _first_of(begin_month)) <= end:
            after = _first_of(begin_month + (1 if self._freq == "MONTHLY" else _MONTHS))
            yield [first + timedelta(days=number) for number in range((after - first).days)]
            begin_month += months

    def _matches(self, one: date) -> bool:
        if self._months and one.month not in self._months:
            return False
        from_end = one.day - _length_of_month(one) - 1
        if self._monthdays and one.day not in self._monthdays and from_end not in self._monthdays:
            return False
        return not self._weekdays or any(self._is_weekday(one, *wanted) for wanted in self._weekdays)

    def _is_weekday(self, one: date, number: int, weekday: int) -> bool:
        """Whether this is the Monday, or the second or last one of its month or year."""
        if one.weekday() != weekday:
            return False
        if not number or self._freq in _LENGTHS:
            return True
        if self._freq == "YEARLY" and not self._months:
            position, length = one.timetuple().tm_yday - 1, date(one.year, _MONTHS, 31).timetuple().tm_yday
        else:
            position, length = one.day - 1, _length_of_month(one)
        return number in (position // _WEEK + 1, -((length - position - 1) // _WEEK) - 1)

    def _picked(self, days: list[date]) -> list[date]:
        """Those at the positions that BYSETPOS names, else all."""
        if not self._positions:
            return days
        indexes = {position - 1 if position > 0 else len(days) + position for position in self._positions}
        return [day for index, day in enumerate(days) if index in indexes]

    # --- parts of the rule --------------------------------------------------------------------------------

    @cached_property
    def _freq(self) -> str:
        return str(self._first("FREQ"))

    @cached_property
    def _months(self) -> frozenset[int]:
        given = self._numbers("BYMONTH")
        is_fixed = self._freq == "YEARLY" and not given and not self.rule.get("BYDAY") and not self._given_monthdays
        return frozenset({self.start.month}) if is_fixed else given

    @cached_property
    def _given_monthdays(self) -> frozenset[int]:
        return self._numbers("BYMONTHDAY")

    @cached_property
    def _monthdays(self) -> frozenset[int]:
        is_fixed = self._freq in ("MONTHLY", "YEARLY") and not self._given_monthdays and not self.rule.get("BYDAY")
        return frozenset({self.start.day}) if is_fixed else self._given_monthdays

    @cached_property
    def _positions(self) -> frozenset[int]:
        return self._numbers("BYSETPOS")

    @cached_property
    def _weekdays(self) -> list[tuple[int, int]]:
        values = [str(value).upper() for value in self.rule.get("BYDAY", [])]
        found = [match for value in values if (match := _WEEKDAY.fullmatch(value))]
        if len(values) > _MOST_VALUES or len(found) != len(values):
            raise RuleNotKnown("BYDAY is out of range")
        if not found and self._freq == "WEEKLY":
            return [(0, self.start.weekday())]
        return [(int(match[1] or 0), _DAY_NAMES.index(match[2])) for match in found]

    @cached_property
    def _week_start(self) -> int:
        name = str(self._first("WKST"))
        return _DAY_NAMES.index(name) if name in _DAY_NAMES else 0

    @cached_property
    def _until(self) -> date:
        until = self._first("UNTIL")
        if isinstance(until, datetime):
            return until.date() - (_DAY if until.time() < self.start.time() else timedelta())
        return until if isinstance(until, date) else date.max

    def _first(self, name: str) -> object:
        return next(iter(self.rule.get(name, ())), None)

    def _number(self, name: str, default: int) -> int:
        value = self._first(name)
        if value is None:
            return default
        if not isinstance(value, int) or not 1 <= value <= _LARGEST:
            raise RuleNotKnown(f"{name} is out of range")
        return int(value)

    def _numbers(self, name: str) -> frozenset[int]:
        values = list(self.rule.get(name, ()))
        numbers = {int(value) for value in values if isinstance(value, int) and 0 < abs(value) <= _RANGES[name]}
        if len(values) > _MOST_VALUES or len(numbers) != len(set(map(str, values))):
            raise RuleNotKnown(f"{name} is out of range")
        return frozenset(numbers)


def _first_of(month: int) -> date:
    """The first day of a month that is counted from the year 0."""
    year, number = divmod(month, _MONTHS)
    return date(year, number + 1, 1) if year <= date.max.year else date.max


def _length_of_month(one: date) -> int:
    return (_first_of(one.year * _MONTHS + one.month) - one.replace(day=1)).days
