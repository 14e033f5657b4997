"""The words that the phrase grammar knows. English is the language of the file; Polish words are understood too."""

from __future__ import annotations

import re
from datetime import date, time

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
    "godzina": Unit.HOUR,
    "godzinę": Unit.HOUR,
    "godziny": Unit.HOUR,
    "godzin": Unit.HOUR,
    "day": Unit.DAY,
    "days": Unit.DAY,
    "dzień": Unit.DAY,
    "dni": Unit.DAY,
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
    "pierwszy": "first",
    "pierwszą": "first",
    "pierwszego": "first",
    "ostatni": "last",
    "ostatnią": "last",
    "ostatniego": "last",
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "4th": "fourth",
    "5th": "fifth",
    "drugi": "second",
    "drugą": "second",
    "trzeci": "third",
    "trzecią": "third",
    "czwarty": "fourth",
    "czwartą": "fourth",
    "roboczy": "working",
    "roboczego": "working",
    "dnia": "day",
    "miesiąca": "month",
    "końcem": "end",
    "końcu": "end",
    "zakończeniem": "end",
    "zakończeniu": "end",
    "rozpoczęciem": "start",
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


def calendar_day(text: str) -> date:
    """The day in ``2027-05-11``; raises ValueError when the calendar has no such day."""
    year, month, day = (int(part) for part in text.split("-"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} is out of reach")
    return date(year, month, day)
