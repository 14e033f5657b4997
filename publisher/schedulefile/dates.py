"""Days and times of day as people write them in the file."""

from __future__ import annotations

import re
from datetime import date, time

from publisher.schedulefile.localdates import meant
from publisher.schedulefile.refusal import wrong
from publisher.sentences import NOTHING, sentence
from publisher.timing.words import NoSuchDay, calendar_day, clock_time

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_FOREIGN_HYPHENS = re.compile(r"\d{4}[‐‑‒–—−]\d{1,2}[‐‑‒–—−]\d")  # noqa: RUF001
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
_TWELVE_HOURS = re.compile(r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?", re.IGNORECASE)
#: A rule by RFC 5545 may be long, a time in words is not.
_LONGEST = 500
_NIGHT_ENDS = time(6)


def read_day(written: str, *, offset: int = 0) -> date:
    """A day in year-month-day; other ways of writing it are refused with the right one."""
    refuse_local_date(written, offset=offset)
    if not _DATE.fullmatch(written):
        wrong(
            sentence("“{written}” is no date.", written=written),
            hint=sentence("Write it like 2027-05-11."),
            code="date-format",
            offset=offset,
            length=len(written),
        )
    try:
        return calendar_day(written)
    except NoSuchDay as error:
        return wrong(error.message, hint=error.hint, code="no-such-date", offset=offset, length=len(written))


def refuse_local_date(written: str, *, start: int = 0, offset: int = 0) -> None:
    """Nothing, unless a day written the way of a country stands at ``start``."""
    if len(written) > _LONGEST:
        wrong(sentence("This is too long for a time."), hint=sentence("Write it like 2027-05-11 12:00."))
    try:
        found = meant(written, start)
    except NoSuchDay as error:
        wrong(error.message, hint=error.hint, code="no-such-date", offset=offset + start, length=len(written) - start)
    if found is None:
        refuse_twelve_hours(written)
        return
    if found.other:
        hint = sentence("Did you mean {first} or {second}?", first=found.first, second=found.other)
    elif found.last:
        hint = sentence("Did you mean {days}? `publisher fix` rewrites it.", days=found.text)
    else:
        hint = NOTHING  # the day is spelled out where the language of the file is known
    message = sentence("I read dates as year-month-day.")
    if _FOREIGN_HYPHENS.match(written, start):
        message = sentence("The hyphens in this date are of another kind, as word processors make them.")
    wrong(
        message,
        hint=hint,
        code="date-format",
        offset=offset + start,
        length=found.length,
        instead="" if found.other else found.text,
        day=None if hint else found.first,
    )


def refuse_twelve_hours(written: str) -> None:
    """Nothing, unless a time of day is followed by AM or PM."""
    found = _TWELVE_HOURS.search(written)
    if found is None:
        return
    hour, minute = int(found["hour"]), found["minute"] or "00"
    meant_hour = hour % 12 + (12 if found["half"].casefold() == "p" else 0)
    instead = f"{meant_hour:02}:{minute}" if 1 <= hour <= 12 else ""  # noqa: PLR2004  hours of half a day
    hint = sentence("Write it like 14:30.")
    if instead:
        hint = sentence("Did you mean {time}? `publisher fix` rewrites it.", time=instead)
    wrong(
        sentence("I read times on a clock of 24 hours, without AM and PM."),
        hint=hint,
        offset=found.start(),
        length=len(found[0]),
        instead=instead,
    )


def read_clock(written: str, *, offset: int = 0) -> time:
    """A time of day: 10:00 or 10.00."""
    try:
        if _CLOCK.fullmatch(written):
            return clock_time(written)
    except ValueError:
        pass
    is_hour = re.fullmatch(r"\d{1,2}", written) is not None and int(written) <= time.max.hour
    hint = sentence("Write it like 09:30, from 00:00 to 23:59.")
    if is_hour:
        hint = sentence("Did you mean {hour:02}:00?", hour=int(written))
    return wrong(
        sentence("“{written}” is no time of day.", written=written), hint=hint, offset=offset, length=len(written)
    )


def check_hours(begin: time, end: time) -> None:
    """Hours end after they begin, or in the small hours of the next day."""
    if end == begin or _NIGHT_ENDS < end < begin:
        wrong(
            sentence("It ends ({end:%H:%M}) before it begins ({begin:%H:%M}).", end=end, begin=begin),
            hint=sentence("Swap the two times."),
            code="ends-before-start",
        )


def two_times(written: str) -> tuple[time, time]:
    """Two times of day with a dash or “to” between them."""
    refuse_twelve_hours(written)
    match = re.fullmatch(r"(\S+?)\s*(?:-|–|—|\bto\b|\bdo\b)\s*(\S+)", written)  # noqa: RUF001  people type all
    if match is None:
        wrong(sentence("Two times are expected here."), hint=sentence("Write them like 09:00-16:30."))
    hours = [int(part) for part in match.groups() if re.fullmatch(r"[01]?\d|2[0-3]", part, re.ASCII)]
    if len(hours) == len(match.groups()):
        wrong(
            sentence("The minutes are missing."),
            hint=sentence("Did you mean {begin:02}:00-{end:02}:00?", begin=hours[0], end=hours[1]),
            length=len(written),
            instead=f"{hours[0]:02}:00-{hours[1]:02}:00",
        )
    return read_clock(match[1]), read_clock(match[2], offset=match.start(2))
