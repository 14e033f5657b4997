"""``when:`` of an event, one line in four shapes.

2027-05-09                     all day
2027-05-11 to 2027-05-13       several days
2027-06-02 13:00-14:30         with hours
2027-06-02 13:00               with a beginning only
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from publisher.schedulefile import shapes
from publisher.schedulefile.dates import check_hours, read_clock, read_day, refuse_local_date
from publisher.schedulefile.refusal import text, wrong
from publisher.sentences import sentence
from publisher.timing.weekdays import OtherWeekday, check_weekday, weekday_before, weekday_of
from publisher.timing.words import calendar_day

#: 10.00-16.00 are hours, and not the date that 10.00-16 looks like.
_RANGE = r"\d{1,2}\.\d{2}(?=\s*[-–—]\s*\d{1,2}\.\d{2}(?![.\d]))"  # noqa: RUF001
_PIECE = re.compile(_RANGE + r"|\d+(?:[-./]\d+){2}|\d{1,2}[:.]\d{2}(?!\d)|to\b|do\b|T(?=\d)|[-–—]|[^\s,]+")  # noqa: RUF001  people type all
_HOUR = r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?(?![:.\d])"
_WORDED_HOURS = re.compile(
    rf"\b(?:o\s+)?(?:w\s+)?(?:godz(?:in(?:y|a|ie|ach))?\.?|g\.)\s*(?:od\s+)?{_HOUR}(?:\s*(?:[-–—]|do)\s*{_HOUR})?",  # noqa: RUF001
    re.IGNORECASE,
)
_SEPARATORS = {"-", "–", "—", "to", "do", "T"}  # noqa: RUF001
_HINT = sentence("Write it like 2027-05-11, 2027-05-11 to 2027-05-13, or 2027-06-02 13:00-14:30.")


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, and hours as far as they are known."""

    first: date
    last: date
    begin: time | None = None
    end: time | None = None


def read_period(value: Any) -> Period:  # noqa: ANN401  whatever the file holds
    """The period that the words of ``when:`` mean."""
    written = text(value)
    refuse_local_date(written, start=weekday_before(written))
    pieces = [(match.group(), match.start()) for match in _PIECE.finditer(written)]
    days = [read_day(piece, offset=at) for piece, at in pieces if _is_day(piece)]
    _refuse_hour_words(written)
    _check_weekdays(pieces)
    hours = [read_clock(piece, offset=at) for piece, at in pieces if _is_clock(piece)]
    for piece, at in pieces:
        if not _is_day(piece) and not _is_clock(piece) and piece not in _SEPARATORS and not weekday_of(piece):
            wrong(
                sentence("I can't read “{piece}” in this date.", piece=piece), hint=_HINT, code="date-format", offset=at
            )
    return _period(days, hours)


def _refuse_hour_words(written: str) -> None:
    """Nothing, unless hours have a word in front of them, or no minutes behind it: “godz. 10-16”."""
    found = _WORDED_HOURS.search(written)
    if found is None:
        return
    clocks = [f"{int(hour):02}:{minute or '00'}" for hour, minute in (found.groups()[:2], found.groups()[2:]) if hour]
    instead = "-".join(clocks)
    wrong(
        sentence("Hours stand here without a word before them."),
        hint=sentence("Did you mean {time}? `publisher fix` rewrites it.", time=instead),
        code="date-format",
        offset=found.start(),
        length=len(found[0]),
        instead=instead,
    )


def _period(days: list[date], hours: list[time]) -> Period:
    if not 1 <= len(days) <= 2 or len(hours) > 2:  # noqa: PLR2004  from and to
        wrong(sentence("This is no date or period."), hint=_HINT, code="date-format")
    first, last = days[0], days[-1]
    if last < first:
        wrong(
            sentence("It ends ({last}) before it begins ({first}).", last=last, first=first),
            hint=sentence("Swap the two dates."),
            code="ends-before-start",
        )
    begin, end = (hours[0] if hours else None), (hours[1] if hours[1:] else None)
    if begin is not None and end is not None:
        check_hours(begin, end)
        if end < begin and last - first == timedelta(days=1):
            last = first  # one night: 2027-06-02 22:00 to 2027-06-03 02:00
    return Period(first, last, begin, end)


def _check_weekdays(pieces: list[tuple[str, int]]) -> None:
    """The name of a day of the week must be that of the day behind it."""
    for (name, at), (piece, _) in pairwise(pieces):
        if weekday_of(name) and _is_day(piece):
            try:
                check_weekday(name, calendar_day(piece))
            except OtherWeekday as error:
                wrong(error.message, hint=error.hint, code="weekday-mismatch", offset=at, length=len(name))


def _is_day(piece: str) -> bool:
    return re.fullmatch(r"\d+(?:[-./]\d+){2}", piece) is not None


def _is_clock(piece: str) -> bool:
    return re.fullmatch(r"\d{1,2}[:.]\d{2}", piece) is not None


When = Annotated[Period, PlainValidator(read_period), WithJsonSchema(shapes.WHEN)]
