"""The name of a day of the week beside a date: welcome, as long as both are the same day."""

from __future__ import annotations

import re
from datetime import date, timedelta

from publisher.sentences import Sentence, sentence
from publisher.timing.words import SYNONYMS, WEEKDAYS, NoSuchDay

_NAME = re.compile(r"\s*(?P<name>[^\W\d_]+)\.?,?\s+")
NAMES = (
    sentence("Monday"),
    sentence("Tuesday"),
    sentence("Wednesday"),
    sentence("Thursday"),
    sentence("Friday"),
    sentence("Saturday"),
    sentence("Sunday"),
)
_CODES = tuple(WEEKDAYS.values())


def weekday_of(word: str) -> str:
    """MO to SU for the name of a day, in English or Polish; empty for any other word."""
    small = word.casefold().strip(".,")
    return WEEKDAYS.get(SYNONYMS.get(small, small), "")


def weekday_before(written: str) -> int:
    """How many characters the name of a day takes at the beginning of a text."""
    found = _NAME.match(written)
    return found.end() if found and weekday_of(found["name"]) else 0


def weekday_name(day: date) -> Sentence:
    """“Tuesday”."""
    return NAMES[day.weekday()]


class OtherWeekday(NoSuchDay):
    """A date with the name of another day."""


def check_weekday(name: str, day: date) -> None:
    """Nothing when the day is called so; raises `OtherWeekday`."""
    said = _CODES.index(weekday_of(name))
    if day.weekday() == said:
        return
    nearest = day + timedelta(days=(said - day.weekday() + 3) % 7 - 3)
    raise OtherWeekday(
        sentence("{day} is a {real}, and this says {said}.", day=day, real=weekday_name(day), said=NAMES[said]),
        hint=sentence("Did you mean {nearest}, or {real}?", nearest=nearest, real=weekday_name(day)),
    )
