"""The words that the phrase grammar knows. English is the language of the file; Polish words are understood too."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, time, timedelta

from publisher.sentences import Sentence, sentence
from publisher.timing.phrases import Unit

UNITS = {
    "minute": Unit.MINUTE,
    "minutes": Unit.MINUTE,
    "min": Unit.MINUTE,
    "minut": Unit.MINUTE,
    "minuta": Unit.MINUTE,
    "minutę": Unit.MINUTE,
    "minuty": Unit.MINUTE,
    "hour": Unit.HOUR,
    "hours": Unit.HOUR,
    "h": Unit.HOUR,
    "godzina": Unit.HOUR,
    "godzinę": Unit.HOUR,
    "godziny": Unit.HOUR,
    "godzin": Unit.HOUR,
    "day": Unit.DAY,
    "days": Unit.DAY,
    "week": Unit.WEEK,
    "weeks": Unit.WEEK,
    "tydzień": Unit.WEEK,
    "tygodnie": Unit.WEEK,
    "tygodni": Unit.WEEK,
    "month": Unit.MONTH,
    "months": Unit.MONTH,
    "miesiąc": Unit.MONTH,
    "miesiące": Unit.MONTH,
    "miesięcy": Unit.MONTH,
}

#: Polish (and loose English) words, each read as the English word of the grammar.
SYNONYMS = {
    "przed": "before",
    "po": "after",
    "o": "at",
    "co": "every",
    "każdy": "every",
    "każdą": "every",
    "każde": "every",
    "każdego": "every",
    "each": "every",
    "codziennie": "daily",
    "i": "and",
    "oraz": "and",
    "pierwszy": "first",
    "pierwszą": "first",
    "pierwszego": "first",
    "ostatni": "last",
    "ostatnią": "last",
    "ostatniego": "last",
    "drugi": "second",
    "drugą": "second",
    "trzeci": "third",
    "trzecią": "third",
    "czwarty": "fourth",
    "czwartą": "fourth",
    "roboczy": "working",
    "roboczego": "working",
    "dzień": "day",
    "dnia": "day",
    "dni": "days",
    "miesiąca": "month",
    "końcem": "end",
    "końcu": "end",
    "zakończeniem": "end",
    "zakończeniu": "end",
    "rozpoczęciem": "start",
    "początkiem": "start",
    "wydarzeniem": "event",
    "wydarzeniu": "event",
    "zapisów": "registration",
    "rejestracji": "registration",
    "deadline": "registration",
    "beginning": "start",
    "closing": "closes",
    "ends": "closes",
    "close": "closes",
    "poniedziałek": "monday",
    "wtorek": "tuesday",
    "środa": "wednesday",
    "środę": "wednesday",
    "czwartek": "thursday",
    "piątek": "friday",
    "sobota": "saturday",
    "sobotę": "saturday",
    "niedziela": "sunday",
    "niedzielę": "sunday",
    "mondays": "monday",
    "tuesdays": "tuesday",
    "wednesdays": "wednesday",
    "thursdays": "thursday",
    "fridays": "friday",
    "saturdays": "saturday",
    "sundays": "sunday",
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
    "tues": "tuesday",
    "thur": "thursday",
    "thurs": "thursday",
    "pon": "monday",
    "wt": "tuesday",
    "śr": "wednesday",
    "czw": "thursday",
    "pt": "friday",
    "sob": "saturday",
    "niedz": "sunday",
}

WEEKDAYS = {
    "monday": "MO",
    "tuesday": "TU",
    "wednesday": "WE",
    "thursday": "TH",
    "friday": "FR",
    "saturday": "SA",
    "sunday": "SU",
}

ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}

NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}


def clock_time(text: str) -> time:
    """The time of day in ``10:00`` or ``10.00``; raises ValueError when there is no such time."""
    hour, minute = re.split("[:.]", text)
    return time(int(hour), int(minute))


#: Years that an announcement can be about; outside them a date is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1970, 2199

MONTH_NAMES = (
    sentence("January"),
    sentence("February"),
    sentence("March"),
    sentence("April"),
    sentence("May"),
    sentence("June"),
    sentence("July"),
    sentence("August"),
    sentence("September"),
    sentence("October"),
    sentence("November"),
    sentence("December"),
)
_MONTHS = len(MONTH_NAMES)


class NoSuchDay(ValueError):
    """A date that no calendar has; ``hint`` is what may have been meant."""

    def __init__(self, message: Sentence, *, hint: Sentence) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def calendar_day(text: str) -> date:
    """The day in ``2027-05-11``; raises `NoSuchDay`."""
    year, month, day = (int(part) for part in text.split("-"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchDay(
            sentence("The year {year} is out of reach.", year=year),
            hint=sentence("Use a year from {FIRST_YEAR} to {LAST_YEAR}.", FIRST_YEAR=FIRST_YEAR, LAST_YEAR=LAST_YEAR),
        )
    if not 1 <= month <= _MONTHS:
        swapped = sentence("Did you mean {near}?", near=f"{year}-{day:02}-{month:02}")
        usual = sentence("Write year-month-day, like 2027-05-11.")
        raise NoSuchDay(
            sentence("There is no month {month}.", month=month), hint=swapped if 1 <= day <= _MONTHS else usual
        )
    if not 1 <= day <= monthrange(year, month)[1]:
        raise _no_such_day_of_month(year, month, day)
    return date(year, month, day)


def _no_such_day_of_month(year: int, month: int, day: int) -> NoSuchDay:
    length, name = monthrange(year, month)[1], MONTH_NAMES[month - 1]
    last = date(year, month, length)
    why = sentence("{name} {year} has {length} days", name=name, year=year, length=length)
    if (month, day) == (2, 29):
        why = sentence("{year} is not a leap year", year=year)
    near = sentence("Did you mean {near}?", near=last.replace(day=1))
    if day:
        near = sentence("Did you mean {near} or {next}?", near=last, next=last + timedelta(days=1))
    return NoSuchDay(
        sentence("{day} {name} {year} does not exist: {why}.", day=day, name=name, year=year, why=why), hint=near
    )
