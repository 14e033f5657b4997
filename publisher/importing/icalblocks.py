"""An iCalendar file (RFC 5545) cut into its events, before anything costs time.

Each event is parsed on its own, so that a broken one takes no other with it, and only those that may be wanted are
parsed at all: a calendar of ten years has ten thousand of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from publisher.importing.icalzones import Observance
from publisher.importing.texts import decoded, in_utf8

MAX_BLOCKS = 100_000
"""Of one calendar no more events than this are looked at."""

_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_BREAKS = re.compile(r"[\r\n]\s*")
#: What icalendar is to parse.
_PARSED = {
    "UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "STATUS", "LOCATION", "URL", "DESCRIPTION",
    "X-ALT-DESC",
}  # fmt: skip
#: What a look at the text is enough for.
_LOOKED_AT = {"RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "CLASS", "LAST-MODIFIED", "DTSTAMP"}
_ABOUT_ALL = {
    "BEGIN", "END", "TZID", "X-LIC-LOCATION", "X-WR-TIMEZONE", "METHOD", "TZOFFSETFROM", "TZOFFSETTO",
}  # fmt: skip
_LINE = re.compile(
    rf"^({'|'.join(sorted(_PARSED | _LOOKED_AT | _ABOUT_ALL, key=len, reverse=True))})(?=[;:])[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = re.compile(r'[^:"]*(?:"[^"]*"[^:"]*)*:')
_ZONE = re.compile(r';TZID=("[^"]*"|[^;:"]*)', re.IGNORECASE)
#: Zones are looked up here; what icalendar does with them depends on the machine.
_TIMES = ("DTSTART", "DTEND")
_DAY = re.compile(r"(?<!\d)\d{8}(?!\d)", re.ASCII)
_OBSERVANCES = ("STANDARD", "DAYLIGHT")
_MOST_PARSED = 30
_MOST_LINES = 200
_LONGEST_LINE = 8_000
_LONGEST_VALUE = 200


@dataclass(slots=True)
class Block:
    """The lines of one VEVENT that matter with their names, without what is nested in it."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    def raw(self, name: str) -> str:
        """The text after the colon of the first line of this name."""
        return next((_value(line) for found, line in self.lines if found == name), "")

    def zone(self, name: str) -> str:
        """The TZID of the first line of this name. Outlook has colons and commas in it, within quotes."""
        line = next((line for found, line in self.lines if found == name), "")
        found = _ZONE.search(line.removesuffix(_value(line)))
        return found[1].strip('" ')[:_LONGEST_VALUE] if found else ""

    def days(self, name: str) -> Iterator[date]:
        """The days in all lines of this name, as they are written."""
        for found, line in self.lines:
            if found == name:
                for digits in _DAY.findall(line):
                    with suppress(ValueError):
                        yield date.fromisoformat(digits)

    @property
    def sequence(self) -> int:
        """How often it was revised."""
        number = self.raw("SEQUENCE")
        return int(number) if re.fullmatch(r"\d{1,9}", number, re.ASCII) else 0

    @property
    def revision(self) -> tuple[int, str]:
        """What is greater in a later revision: SEQUENCE, and the time of the last change."""
        return self.sequence, self.raw("LAST-MODIFIED") or self.raw("DTSTAMP")

    @property
    def repeats(self) -> bool:
        """Whether it stands for more than one date."""
        return any(name in ("RRULE", "RDATE") for name, _ in self.lines)

    def content(self) -> str:
        """The block as an iCalendar component that parses in bounded time."""
        parsed = [_ZONE.sub("", line) if name in _TIMES else line for name, line in self.lines if name in _PARSED]
        parsed = parsed[:_MOST_PARSED]
        return "\r\n".join(["BEGIN:VEVENT", *parsed, "END:VEVENT", ""])


@dataclass(slots=True)
class Blocks:
    """What a calendar consists of."""

    events: list[Block] = field(default_factory=list)
    timezone: str = ""  #: X-WR-TIMEZONE
    method: str = ""
    zones: dict[str, str] = field(default_factory=dict)  #: TZID → X-LIC-LOCATION
    rules: dict[str, list[Observance]] = field(default_factory=dict)  #: TZID → its parts
    guessed: str = ""  #: the encoding, when it is not UTF-8


def cut(content: bytes, *, charset: str = "") -> Blocks:
    """The blocks of a calendar. Lines are unfolded first, as a fold may divide a character."""
    text, guessed = decoded(_FOLD.sub(b"", in_utf8(content)), charset=charset)
    cutter = _Cutter(Blocks(guessed=guessed))
    for line in _LINE.finditer(_BREAKS.sub("\n", text)):
        cutter.take(line[1].upper(), line[0])
        if len(cutter.blocks.events) >= MAX_BLOCKS:
            break
    return cutter.blocks


@dataclass(slots=True)
class _Cutter:
    blocks: Blocks
    _open: list[str] = field(default_factory=list)
    _event: Block = field(default_factory=Block)
    _tzid: str = ""
    _part: Block = field(default_factory=Block)

    def take(self, name: str, line: str) -> None:
        if name == "BEGIN":
            self._open.append(_value(line).upper())
            if self._open[-1] == "VEVENT":
                self._event = Block()
            elif self._open[-1] in _OBSERVANCES:
                self._part = Block()
        elif name == "END":
            self._close(self._open.pop() if self._open else "")
        elif self._open and self._open[-1] in ("VEVENT", *_OBSERVANCES):
            block = self._event if self._open[-1] == "VEVENT" else self._part
            if len(block.lines) < _MOST_LINES:
                block.lines.append((name, line[:_LONGEST_LINE]))
        else:
            self._about_all(name, line)

    def _close(self, name: str) -> None:
        if name == "VEVENT":
            self.blocks.events.append(self._event)
        elif name in _OBSERVANCES and len(parts := self.blocks.rules.setdefault(self._tzid, [])) < _MOST_LINES:
            part = self._part
            dates = tuple(_value(line) for found, line in part.lines if found == "RDATE")
            before, after = part.raw("TZOFFSETFROM"), part.raw("TZOFFSETTO")
            parts.append(Observance(part.raw("DTSTART"), before, after, part.raw("RRULE"), dates))

    def _about_all(self, name: str, line: str) -> None:
        """Lines of the calendar itself and of its time zones."""
        match name:
            case "TZID":
                self._tzid = _value(line)[:_LONGEST_VALUE]
            case "X-LIC-LOCATION":
                self.blocks.zones[self._tzid] = _value(line)[:_LONGEST_VALUE]
            case "X-WR-TIMEZONE":
                self.blocks.timezone = _value(line)[:_LONGEST_VALUE]
            case "METHOD":
                self.blocks.method = _value(line).upper()


def _value(line: str) -> str:
    """The text after the parameters, in which a quoted colon ends nothing."""
    head = _HEAD.match(line)
    return line[head.end() :].strip() if head else ""
