"""How much longer a text can become when it shows another value of the same fact. Upper bounds, on any channel."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from publisher.model import When
from publisher.render.weight import weighted_length

#: More than any text may have: where nothing is known.
UNKNOWN = 1_000_000

# The names of months and days of the week differ by so many letters at most in the languages that publisher knows,
# with the little words before them; a test holds it against them.
_MONTH, _WEEKDAY, _DIGIT = 12, 12, 1
_HOUR = 6  #: 9 h and 16 h 30


def growth(new: object, old: object) -> int:
    """By how much more, at most, the new value counts than the old one."""
    if new == old:
        return 0
    if isinstance(new, str) and isinstance(old, str):
        return _of_texts(new, old)
    if isinstance(new, tuple) and isinstance(old, tuple) and all(isinstance(one, str) for one in (*new, *old)):
        return _of_texts(" ".join(new), " ".join(old))
    if isinstance(new, When) and isinstance(old, When):
        return _of_periods(new, old)
    return _of_days(new, old)


@lru_cache(maxsize=4096)
def _of_texts(new: str, old: str) -> int:
    """In characters as they are and as X counts them; the larger of both."""
    return max(0, len(new) - len(old), weighted_length(new) - weighted_length(old))


def _of_periods(new: When, old: When) -> int:
    if _shape(new) != _shape(old):
        return UNKNOWN
    days = 1 if new.first == new.last else 2
    months = 1 if (new.first.year, new.first.month) == (new.last.year, new.last.month) else 2
    return months * _MONTH + days * (_WEEKDAY + _DIGIT) + 2 * _HOUR * (new.begin is not None)


def _shape(when: When) -> tuple[object, ...]:
    """What decides which parts of days and hours are told."""
    first, last = when.first, when.last
    same = (first == last, first.year == last.year, (first.year, first.month) == (last.year, last.month))
    return same, when.timezone, when.begin is None, when.end is None, when.begin == when.end


def _of_days(new: object, old: object) -> int:
    if type(new) is not type(old):
        return UNKNOWN
    if isinstance(new, datetime):
        return _MONTH + _WEEKDAY + _DIGIT + _HOUR
    if isinstance(new, date):
        return _MONTH + _WEEKDAY + _DIGIT
    return _HOUR if isinstance(new, time) else UNKNOWN
