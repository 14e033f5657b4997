"""Days as people write them at home, led back to year-month-day: 11.05.2027, 11 maja 2027, 12-14 May 2027."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache

from publisher.schedulefile.monthnames import MONTHS
from publisher.timing.words import NoSuchDay, calendar_day

_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ROMAN = {name: number for number, name in enumerate(_NUMERALS, 1)}
_NUMERAL = "|".join(sorted(_ROMAN, key=len, reverse=True))
#: Roman months in capitals only: “i” is a word.
_MONTH = "|".join((*sorted(map(re.escape, MONTHS), key=len, reverse=True), rf"(?-i:{_NUMERAL})(?!\w)"))
_DASH = r"\s*(?:-|–|—|to|do|bis|a|al|au)\s*"  # noqa: RUF001  what people type
_NAME = rf"(?:de\s+|d['’])?(?P<{{}}>{_MONTH})\.?"  # noqa: RUF001
_FROM = re.compile(r"(?:od|from|vom|del|du)\s+", re.IGNORECASE)
_BARE_YEAR = r"(?P<year>\d{4})(?:\s*r\.)?(?!\d)"
_YEAR = r"(?:,?\s+(?:de\s+|del\s+)?|,\s*)(?P<year>\d{4})(?:\s*r\.)?"

_AS_IT_SHOULD_BE = re.compile(r"\d{4}-\d{1,2}-\d")

_FORMS = (
    # 11.05.2027, 11/05/2027, 11-05-2027 and several days: 12-14.05.2027, 30.04-2.05.2027
    r"(?P<day>\d{1,2})(?P<sep>[.\-/])(?P<month>\d{1,2})(?P=sep)" + _BARE_YEAR,
    rf"(?P<day>\d{{1,2}})\.?{_DASH}(?P<last>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_BARE_YEAR}",
    rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.?{_DASH}(?P<last>\d{{1,2}})\.(?P<until>\d{{1,2}})\.{_BARE_YEAR}",
    # 11 maja 2027, 12-14 May 2027, 30 kwietnia - 2 maja 2027, May 11, 2027
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s*{_NAME.format('month')}{_YEAR}",
    rf"(?P<day>\d{{1,2}})\.?{_DASH}(?P<last>\d{{1,2}})\.?\s*{_NAME.format('month')}{_YEAR}",
    rf"(?P<day>\d{{1,2}})\.?\s*{_NAME.format('month')}{_DASH}(?P<last>\d{{1,2}})\.?\s*{_NAME.format('until')}{_YEAR}",
    rf"{_NAME.format('month')}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}",
    # 11.V.2027, 12-14.V.2027
    rf"(?P<day>\d{{1,2}})(?:{_DASH}(?P<last>\d{{1,2}}))?\.\s*(?P<month>(?-i:{_NUMERAL}))\.?\s*{_BARE_YEAR}",
    # 2027/05/11, 2027.05.11, and hyphens of another kind
    r"(?P<year>\d{4})(?P<sep>[./‐‑‒–—−])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)",  # noqa: RUF001
)


@dataclass(frozen=True, slots=True)
class Meant:
    """What the first ``length`` characters mean. ``others`` is another reading: 05/11/2027 can be two days."""

    length: int
    first: date
    last: date | None = None
    other: date | None = None

    @property
    def text(self) -> str:
        """As the file wants it."""
        return f"{self.first} to {self.last}" if self.last else str(self.first)


def meant(written: str, start: int = 0) -> Meant | None:
    """The day or days that a text begins with, written another way than year-month-day.

    Raises `NoSuchDay` when it begins with one that no calendar has.
    """
    if _AS_IT_SHOULD_BE.match(written, start):
        return None
    before, nowhere = _FROM.match(written, start), None
    for form in _forms():
        if found := form.match(written, before.end() if before else start):
            try:
                return _meant(found, start)
            except NoSuchDay as error:
                nowhere = nowhere or error
    if nowhere is not None:
        raise nowhere
    return None


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    """Made when the first day comes that is written so: files in force have none."""
    return tuple(re.compile(form, re.IGNORECASE) for form in _FORMS)


def _meant(found: re.Match[str], start: int) -> Meant:
    parts = found.groupdict()
    year, month, length = parts["year"], _month(parts["month"]), found.end() - start
    if last := parts.get("last"):
        until = _month(parts["until"]) if parts.get("until") else month
        return Meant(length, _day(year, month, parts["day"]), _day(year, until, last))
    try:
        first = _day(year, month, parts["day"])
    except NoSuchDay:
        if parts.get("sep") != "/":
            raise
        return Meant(length, _day(year, int(parts["day"]), parts["month"]))
    other = None
    if parts.get("sep") == "/" and found.start("year") > found.start("day"):
        with suppress(NoSuchDay):
            other = _day(year, int(parts["day"]), parts["month"])
    return Meant(length, first, other=other if other != first else None)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS.get(text.casefold()) or _ROMAN[text]


def _day(year: str, month: int, day: str) -> date:
    return calendar_day(f"{year}-{month}-{day}")
