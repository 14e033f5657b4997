"""The dates, hours, numbers and links of a text, in a form that is the same in every language."""

from __future__ import annotations

import re
from datetime import time
from urllib.parse import urlsplit

from publisher.schedulefile.monthnames import MONTHS

_LINK = re.compile(r"https?://[^\s<>\"]+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}|[@#][\w-]+")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|º|er|st|nd|rd|th)?\s*(?:de\s+|d['\u2019]|of\s+)?([^\W\d_]{3,12})\b\.?", re.IGNORECASE
)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?!\d|[:.]\d)")
_NUMERIC = re.compile(
    r"(?<!\d)(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4})|(\d{1,2})\.(\d{1,2})\.)(?!\d)"
)
_HOUR = re.compile(
    r"(?<![\d.,:])(\d{1,2})(?:[:.](\d{2})(?!\d)|\s?h\s?(\d{2})?\b|\s?(?=uhr\b|[ap]\.?m\b))\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_PRICE, _SAYS_HOUR = re.compile(r"\d+\.\d+\s*"), re.compile(r"\b(?:klo|kello|godz\.|godzinie)\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[ \u00a0\u202f.,'’]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")  # noqa: RUF001
_ROMAN = re.compile(r"\b(X{1,3})(IX|IV|V?I{0,3})(?:e|ème)?\b")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_DIGIT, _SIGN = re.compile(r"\d|\bX"), re.compile("[@#/]")
_NOON = 12


def figures(text: str, language: str) -> frozenset[str]:
    """The figures of a text: ``12``, ``05`` as the month of a date, ``14:30``, ``1200``, ``2.5``; XXI is ``21``."""
    if not _DIGIT.search(text):
        return frozenset()
    found: set[str] = set()
    left = _LINK.sub(" ", text) if _SIGN.search(text) else text
    left = _ROMAN.sub(lambda one: f" {10 * len(one[1]) + _ONES.index(one[2])} ", left)
    left = _NUMERIC.sub(lambda one: _numeric(one, found), left)
    left = _DAY_MONTH.sub(lambda one: _dated(one[0], day=one[1], month=one[2], figures_=found), left)
    left = _MONTH_DAY.sub(lambda one: _dated(one[0], day=one[2], month=one[1], figures_=found), left)
    left = _HOUR.sub(lambda one: _hour(one, found, language), left)
    found.update(_number(one[0]) for one in _NUMBER.finditer(left))
    return frozenset(found)


def hours(text: str, language: str) -> frozenset[time]:
    """The times of day in a text. “12.50” is one only where a word before it says so."""
    left, found = _LINK.sub(" ", text), set[str]()
    for one in _HOUR.finditer(left):
        if not _PRICE.fullmatch(one[0]) or _SAYS_HOUR.search(left, 0, one.start()):
            _hour(one, found, language)
    pairs = (one.partition(":") for one in found)
    return frozenset(time(int(hour) % 24, int(minutes or 0)) for hour, _, minutes in pairs)


def _dated(written: str, *, day: str, month: str, figures_: set[str]) -> str:
    """A day with a month beside it; what only looks like one stays."""
    number = MONTHS.get(month.casefold())
    if number is None:
        return written
    figures_.update({str(int(day)), f"{number:02}."})
    return " "


def hosts(text: str) -> list[str]:
    """The sites that a text links to, in the order of the alphabet."""
    if "://" not in text:
        return []
    links = re.findall(r"https?://[^\s<>\"]+", text)
    return sorted((urlsplit(link).hostname or "").removeprefix("www.") for link in links)


def _numeric(found: re.Match[str], figures_: set[str]) -> str:
    year, month, day = found[1] or found[6] or "", found[2] or found[5] or found[8], found[3] or found[4] or found[7]
    if not 1 <= int(month) <= 12:  # noqa: PLR2004  months
        return found[0]
    figures_.update({str(int(day)), f"{int(month):02}."} | ({year} if year else set()))
    return " "


def _hour(found: re.Match[str], figures_: set[str], language: str) -> str:
    """24 hours, and no minutes when they are none: “2 pm” is “14:00” and “14 Uhr”."""
    hour, minutes = int(found[1]), found[2] or found[3] or "00"
    half = (found["half"] or "").casefold()
    is_decimal = "." in found[0] and language == "en" and not half  # the others write 2,5
    if hour > 24 or int(minutes) > 59 or is_decimal:  # noqa: PLR2004  hours and minutes
        return found[0]
    if half.startswith("p") and hour < _NOON:
        hour += _NOON
    figures_.add(str(hour) if minutes == "00" else f"{hour}:{minutes}")
    return " "


def _number(written: str) -> str:
    """Without what groups thousands, and with a decimal point."""
    if re.fullmatch(r"\d+(?:[ \u00a0\u202f.,'’]\d{3})+", written):  # noqa: RUF001
        return re.sub(r"\D", "", written)
    whole, _, part = written.replace(",", ".").partition(".")
    return f"{int(whole)}.{part}" if part else str(int(whole))
