"""One entry of the file, cut out, so that the rest can be read although something in it can't.

What stays of it is its name, if that can be told for sure: then what was planned for it stays as it is, and what was
planned for others goes on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.schedulefile.reading.scene import indentation
from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.working import WorkingText

_SECTION = re.compile(r"[^\W\d_][\w-]*:(?:\s|$)")
_DASH = re.compile(r"(?P<dash>\s*-)(?:\s|$)")
_ID = re.compile(r"\s*(?:-\s+)?id:[ \t]+(?P<id>\w[\w.-]*)[ \t]*(?:#.*)?$")
_NAME = re.compile(r"(?P<name>\s*\w[\w.-]*):(?:\s|$)")
_LISTED = ("events:", "posts:", "digests:", "blackouts:")


@dataclass(frozen=True, slots=True)
class _Entry:
    first: int
    last: int
    kept: str


def isolate(text: WorkingText, line: int) -> Span | None:
    """Blank the entry that this line belongs to; gives its lines, or None when there is no telling which it is."""
    entry = _entry(text.lines, line)
    if entry is None or _is_blank(text.lines, entry):
        return None
    text.keep(entry.first, entry.last, line=entry.kept)
    return Span(entry.first, 0, entry.last + 1, 0)


def _is_blank(lines: list[str], entry: _Entry) -> bool:
    """Whether it was set aside before."""
    rest = range(entry.first + 1, entry.last + 1)
    return lines[entry.first] == entry.kept and all(not lines[number].strip() for number in rest)


def _entry(lines: list[str], line: int) -> _Entry | None:
    section = next((n for n in range(min(line, len(lines) - 1), -1, -1) if _SECTION.match(lines[n])), None)
    if section is None or section == line:
        return None
    begin = _first_line(lines, section)
    if begin is None or begin > line:
        return None
    depth = len(indentation(lines[begin]))
    is_start = _DASH.match if lines[section].startswith(_LISTED) else _NAME.match
    starts = [
        number
        for number in range(begin, _section_end(lines, section))
        if len(indentation(lines[number])) == depth and is_start(lines[number])
    ]
    first = max((number for number in starts if number <= line), default=None)
    if first is None:
        return None
    last = min((number for number in starts if number > line), default=_section_end(lines, section)) - 1
    return _Entry(first, last, _kept(lines[first : last + 1]))


def _first_line(lines: list[str], section: int) -> int | None:
    """The first line below the heading with anything in it."""
    for number in range(section + 1, _section_end(lines, section)):
        if lines[number].strip() and not lines[number].lstrip().startswith("#"):
            return number
    return None


def _section_end(lines: list[str], section: int) -> int:
    return next((n for n in range(section + 1, len(lines)) if _SECTION.match(lines[n])), len(lines))


def _kept(lines: list[str]) -> str:
    """The dash and the id, or the name: what can be told of the entry without reading it."""
    dash = _DASH.match(lines[0])
    if dash is None:
        name = _NAME.match(lines[0])
        return f"{name['name']}:" if name else ""
    found = [match["id"] for line in lines if (match := _ID.match(line))]
    return f"{dash['dash']} {{ id: {found[0]} }}" if len(found) == 1 else dash["dash"]
