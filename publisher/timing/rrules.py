"""RRULE (RFC 5545 section 3.3.10) for what phrases can't say: ``RRULE:FREQ=MONTHLY;BYDAY=-1FR at 10:00``.

Parts and their ranges are checked here and not left to dateutil: it goes on to the year 9999 for a rule that never
matches, for ever with INTERVAL=0, and answers some numbers that are out of range with an IndexError.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, time
from typing import NoReturn

from dateutil.rrule import rrulestr

from publisher.sentences import Sentence, sentence
from publisher.timing.phrases import PhraseError, Recurring
from publisher.timing.words import NoSuchDay, calendar_day, clock_time

#: Where a rule with INTERVAL begins to count, as it has no first date: a Monday, so that weeks are whole.
EPOCH = datetime(2001, 1, 1)  # noqa: DTZ001  wall time

_RULE = re.compile(
    r"(?:RRULE:)?(?P<rule>[A-Za-z]+=[^\s]+)(?:\s*,?\s*(?:at|o)?\s*(?P<at>\d{1,2}[:.]\d{2}))?\s*", re.IGNORECASE
)
_HINT = sentence("Write it like “RRULE:FREQ=MONTHLY;BYDAY=-1FR at 10:00” (RFC 5545, section 3.3.10).")

_EVERYWHERE = {"FREQ", "INTERVAL", "UNTIL", "WKST", "BYMONTH", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND"}
#: FREQ → the other parts that go with it (the table in RFC 5545; BYEASTER is dateutil's own).
_ALLOWED = {
    "DAILY": _EVERYWHERE | {"BYMONTHDAY"},
    "WEEKLY": _EVERYWHERE,
    "MONTHLY": _EVERYWHERE | {"BYMONTHDAY", "BYSETPOS"},
    "YEARLY": _EVERYWHERE | {"BYMONTHDAY", "BYSETPOS", "BYYEARDAY", "BYWEEKNO", "BYEASTER"},
}
#: FREQ → parts that say on which day, one of which must be there.
_DAY_PARTS = {
    "DAILY": set[str](),
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYEASTER"},
}
#: Part → smallest and largest number; those below zero count from the end.
_RANGES = {
    "INTERVAL": (1, 100),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
    "BYEASTER": (-80, 250),
}
_MAY_BE_ZERO = {"BYEASTER"}
_WEEKDAY = re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")
_PLAIN_WEEKDAY = re.compile(r"MO|TU|WE|TH|FR|SA|SU")
_LEAP_YEAR = 2000
#: dateutil searches up to the year 9999. From here on it is the whole cycle of 400 years all the same, in the phase
#: of `EPOCH` for leap years and months.
_LAST_CYCLE = datetime(9601, 1, 1)  # noqa: DTZ001  wall time


def looks_like_rule(text: str) -> bool:
    """Whether this is meant to be an RRULE."""
    return re.match(r"\s*(?:RRULE:|FREQ=)", text, re.IGNORECASE) is not None


def parse_rule(text: str) -> Recurring:
    """The recurrence that an RRULE with a time of day describes. Raises `PhraseError`."""
    start = len(text) - len(text.lstrip())
    match = _RULE.fullmatch(text.strip())
    if match is None:
        _refuse(sentence("I can't read this RRULE."), start)
    offset = start + match.start("rule")
    parts = _parts(match["rule"], offset)
    _check_freq(parts, offset)
    for name, value in parts.items():
        _check_part(name, value, freq=parts["FREQ"], offset=offset)
    at = _time(match["at"], parts, start + len(text.strip()))
    days = {name: value for name, value in parts.items() if name not in ("BYHOUR", "BYMINUTE", "BYSECOND")}
    rule = ";".join(f"{name}={value}" for name, value in days.items())
    _check_that_it_happens(rule, days, offset)
    return Recurring(rule, at)


def _refuse(message: Sentence, offset: int, *, hint: Sentence = _HINT) -> NoReturn:
    raise PhraseError(message, offset=offset, hint=hint)


def _parts(rule: str, offset: int) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in rule.rstrip(";").split(";"):
        name, equals, value = piece.partition("=")
        if not equals or not value or name.upper() in parts:
            _refuse(sentence("“{piece}” is no part of an RRULE.", piece=piece), offset)
        parts[name.upper()] = value.upper()
    return parts


def _check_freq(parts: dict[str, str], offset: int) -> None:
    freq = parts.get("FREQ", "")
    if freq not in _ALLOWED:
        _refuse(sentence("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY."), offset)
    if "COUNT" in parts:
        _refuse(
            sentence("COUNT needs a first date, which a rule here does not have."),
            offset,
            hint=sentence("Use UNTIL=20271231."),
        )
    for name in parts.keys() - _ALLOWED[freq]:
        _refuse(sentence("“{name}” does not go with FREQ={freq}.", name=name, freq=freq), offset)
    if _DAY_PARTS[freq] and not _DAY_PARTS[freq] & parts.keys():
        _refuse(
            sentence("The RRULE does not say on which day."), offset, hint=sentence("Add BYDAY=MO or BYMONTHDAY=15.")
        )
    if freq == "DAILY" and parts.get("INTERVAL", "1") != "1" and parts.keys() & {"BYDAY", "BYMONTH", "BYMONTHDAY"}:
        _refuse(sentence("Every so many days, but only on some of them: that may never happen."), offset)


def _check_part(name: str, value: str, *, freq: str, offset: int) -> None:
    if name in _RANGES and not all(_fits(name, number) for number in value.split(",")):
        low, high = _RANGES[name]
        _refuse(
            sentence("{name}={value} is out of range.", name=name, value=value),
            offset,
            hint=sentence("Use numbers from {low} to {high}.", low=low, high=high),
        )
    if name == "UNTIL":
        _check_until(value, offset)
    if name == "WKST" and not _PLAIN_WEEKDAY.fullmatch(value):
        _refuse(
            sentence("WKST={value} is no day of the week.", value=value),
            offset,
            hint=sentence("Use MO, TU, WE, TH, FR, SA or SU."),
        )
    weekday = _WEEKDAY if freq in ("MONTHLY", "YEARLY") else _PLAIN_WEEKDAY
    if name == "BYDAY" and not all(weekday.fullmatch(day) for day in value.split(",")):
        _refuse(
            sentence("BYDAY={value} is no list of days.", value=value),
            offset,
            hint=sentence("Use BYDAY=MO,TH, or BYDAY=-1FR with FREQ=MONTHLY."),
        )


def _fits(name: str, written: str) -> bool:
    low, high = _RANGES[name]
    if not re.fullmatch(r"[+-]?\d{1,3}", written, re.ASCII):
        return False
    return low <= int(written) <= high and (int(written) != 0 or name in _MAY_BE_ZERO)


def _check_until(value: str, offset: int) -> None:
    if not re.fullmatch(r"\d{8}", value, re.ASCII):
        _refuse(
            sentence("UNTIL={value} is no day.", value=value),
            offset,
            hint=sentence("Write the last day like UNTIL=20271231."),
        )
    try:
        calendar_day(f"{value[:4]}-{value[4:6]}-{value[6:]}")
    except NoSuchDay as error:
        _refuse(error.message, offset, hint=error.hint)


def _time(written: str | None, parts: dict[str, str], offset: int) -> time:
    try:
        if written:
            return clock_time(written)
        return time(int(parts["BYHOUR"]), int(parts.get("BYMINUTE", "0")))
    except KeyError:
        _refuse(sentence("The time of day is missing."), offset, hint=sentence("Add it, like “at 10:00”."))
    except ValueError:
        _refuse(sentence("This is no time of day."), offset, hint=sentence("Give one time, like “at 10:00”."))


def _check_that_it_happens(rule: str, parts: dict[str, str], offset: int) -> None:
    """Refuse what no calendar has, like 30 February. Only with MONTHLY and YEARLY is a search to the end short."""
    never = sentence("This RRULE never happens.")
    if not _some_month_is_long_enough(parts):
        _refuse(never, offset, hint=sentence("Check BYMONTH and BYMONTHDAY."))
    if parts["FREQ"] in ("MONTHLY", "YEARLY"):
        endless = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
        if next(iter(rrulestr(endless, dtstart=_LAST_CYCLE)), None) is None:
            _refuse(never, offset, hint=sentence("Check the numbers in it."))
    rrulestr(rule, dtstart=EPOCH)


def _some_month_is_long_enough(parts: dict[str, str]) -> bool:
    months = [int(month) for month in parts.get("BYMONTH", "1").split(",")]
    days = [abs(int(day)) for day in parts.get("BYMONTHDAY", "1").split(",")]
    return min(days) <= max(monthrange(_LEAP_YEAR, month)[1] for month in months)
