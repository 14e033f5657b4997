"""Days and times of day as people write them in the file."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, time

from publisher.schedulefile.refusal import wrong
from publisher.timing.words import NoSuchDay, calendar_day, clock_time

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
_LOCAL_DATE = re.compile(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4})")
_NIGHT_ENDS = time(6)


def read_day(written: str, *, offset: int = 0) -> date:
    """A day in year-month-day; other ways of writing it are refused with the right one."""
    place = {"offset": offset, "length": len(written)}
    if local := _LOCAL_DATE.fullmatch(written):
        wrong("I read dates as year-month-day.", hint=_meant_day(*local.groups()), code="date-format", **place)
    if not _DATE.fullmatch(written):
        wrong(f"“{written}” is no date.", hint="Write it like 2027-05-11.", code="date-format", **place)
    try:
        return calendar_day(written)
    except NoSuchDay as error:
        return wrong(str(error), hint=error.hint, code="no-such-date", **place)


def refuse_local_date(written: str) -> None:
    """Nothing, unless the text begins with a day written the way of the country."""
    if local := _LOCAL_DATE.match(written):
        read_day(local.group())


def _meant_day(first: str, second: str, year: str) -> str:
    """11.05.2027 is in May; 05/18/2027 can only be in May too."""
    for day, month in ((first, second), (second, first)):
        with suppress(NoSuchDay):
            return f"Did you mean {calendar_day(f'{year}-{month}-{day}')}?"
    return "Write it like 2027-05-11."


def read_clock(written: str, *, offset: int = 0) -> time:
    """A time of day: 10:00 or 10.00."""
    try:
        if _CLOCK.fullmatch(written):
            return clock_time(written)
    except ValueError:
        pass
    is_hour = re.fullmatch(r"\d{1,2}", written) is not None and int(written) <= time.max.hour
    hint = f"Did you mean {int(written):02}:00?" if is_hour else "Write it like 09:30, from 00:00 to 23:59."
    return wrong(f"“{written}” is no time of day.", hint=hint, offset=offset, length=len(written))


def check_hours(begin: time, end: time) -> None:
    """Hours end after they begin, or in the small hours of the next day."""
    if end == begin or _NIGHT_ENDS < end < begin:
        wrong(
            f"It ends ({end:%H:%M}) before it begins ({begin:%H:%M}).",
            hint="Swap the two times.",
            code="ends-before-start",
        )


def two_times(written: str) -> tuple[time, time]:
    """Two times of day with a dash or “to” between them."""
    match = re.fullmatch(r"(\S+?)\s*(?:-|–|—|\bto\b|\bdo\b)\s*(\S+)", written)  # noqa: RUF001  people type all
    if match is None:
        wrong("Two times are expected here.", hint="Write them like 09:00-16:30.")
    hours = [int(part) for part in match.groups() if re.fullmatch(r"[01]?\d|2[0-3]", part, re.ASCII)]
    if len(hours) == len(match.groups()):
        wrong("The minutes are missing.", hint=f"Did you mean {hours[0]:02}:00-{hours[1]:02}:00?")
    return read_clock(match[1]), read_clock(match[2], offset=match.start(2))
