"""An iCalendar object read by the letter of RFC 5545, independent of the library that writes it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

_NAME = r"(?:X-)?[A-Z0-9-]+"
_PARAMETER = r';[A-Z0-9-]+=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)'
_LINE = re.compile(rf"({_NAME})((?:{_PARAMETER})*):([^\x00-\x08\x0a-\x1f\x7f]+)")  # no empty value
_TEXT = re.compile(r"(?:[^\\,;]|\\[\\,;nN])*")
_TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "CONTACT", "NAME", "PRODID", "UID", "TZID"}
_DATE, _TIME = r"\d{8}", r"\d{8}T\d{6}"
_VALUES = {
    "DTSTAMP": rf"{_TIME}Z", "LAST-MODIFIED": rf"{_TIME}Z", "SEQUENCE": r"\d{1,10}", "VERSION": r"2\.0",
    "DTSTART": rf"{_DATE}|{_TIME}Z?", "DTEND": rf"{_DATE}|{_TIME}Z?", "STATUS": "TENTATIVE|CONFIRMED|CANCELLED",
    "TRANSP": "OPAQUE|TRANSPARENT", "TZOFFSETFROM": r"[+-]\d{4}(?:\d\d)?", "TZOFFSETTO": r"[+-]\d{4}(?:\d\d)?",
    "URL": r"https?://[!-~]+", "REFRESH-INTERVAL": r"P[0-9A-Z]+", "CALSCALE": "GREGORIAN",
}  # fmt: skip
_NEEDED = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}
_SEVERAL = {"RDATE", "CATEGORIES", "CONTACT", "CONFERENCE"}


@dataclass
class Part:
    """A component: its properties as name, parameters and value, and what it holds."""

    name: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def all(self, name: str) -> list[Part]:
        """Every component of this name within."""
        return [found for part in self.parts for found in ([part] if part.name == name else []) + part.all(name)]

    def value(self, name: str) -> str:
        """The value of a property; empty when there is none."""
        return next((value for found, _, value in self.lines if found == name), "")


def read_strictly(content: bytes) -> Part:
    """The calendar, after everything about it was found right."""
    physical = content.split(b"\r\n")
    assert physical.pop() == b""
    for line in physical:
        assert len(line) <= 75
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode("utf-8")  # a fold divides no character
    top = Part("")
    open_ = [top]
    for line in content.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]:
        found = _LINE.fullmatch(line)
        assert found, line
        name, parameters, value = found.groups()
        if name == "BEGIN":
            open_[-1].parts.append(Part(value))
            open_.append(open_[-1].parts[-1])
        elif name == "END":
            _check(open_.pop(), value)
        else:
            open_[-1].lines.append((name, parameters, value))
    [calendar] = top.parts
    assert open_ == [top]
    _check_zones(calendar)
    return calendar


def _check(part: Part, ended: str) -> None:
    assert part.name == ended
    counts = Counter(name for name, _, _ in part.lines)
    assert counts.keys() >= _NEEDED[part.name]
    assert {name for name, count in counts.items() if count > 1} <= _SEVERAL
    for name, parameters, value in part.lines:
        if name in _TEXTS:
            assert _TEXT.fullmatch(value), value
        assert re.fullmatch(_VALUES.get(name, ".*"), value), (name, value)
        if name in ("DTSTART", "DTEND"):
            assert ("VALUE=DATE" in parameters) == ("T" not in value)
    if part.name == "VCALENDAR":
        assert part.parts
    if part.name == "VTIMEZONE":
        assert part.all("STANDARD") + part.all("DAYLIGHT")
    if part.value("DTEND"):
        assert part.value("DTEND") > part.value("DTSTART")


def _check_zones(calendar: Part) -> None:
    """Each zone that is named is explained once, and each event has a name of its own."""
    named = {found for part in calendar.all("VEVENT") for _, text, _ in part.lines for found in _zones(text)}
    explained = [part.value("TZID") for part in calendar.all("VTIMEZONE")]
    assert len(explained) == len(set(explained))
    assert named <= set(explained)
    uids = [part.value("UID") for part in calendar.all("VEVENT")]
    assert len(uids) == len(set(uids))


def _zones(parameters: str) -> list[str]:
    return re.findall(r';TZID="?([^";:,]+)', parameters)
