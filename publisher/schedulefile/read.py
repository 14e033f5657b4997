"""From bytes to the tree: encoding, size, depth, and YAML syntax in words that a person can use.

Anchors, aliases, tags and more than one document are refused: nobody who announces events needs them, and they
allow a small file to grow without bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from yaml import events as ev

from publisher.errors import ScheduleUnreadable
from publisher.model import Problem, Severity
from publisher.schedulefile import signs, syntax
from publisher.schedulefile.slips import Slips
from publisher.schedulefile.tree import Mapping, Node, Scalar, Sequence, Span, plain

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 50

#: Control characters, and the line breaks that only Unicode knows; a byte-order mark within the text.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading gave: the tree, or None with at least one problem."""

    file: str
    text: str
    tree: Mapping | None
    problems: tuple[Problem, ...]


class _Refused(Exception):
    """Stops reading with a problem."""

    def __init__(self, code: str, message: str, *, hint: str, span: Span) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.span = code, message, hint, span


def read_file(path: Path) -> Reading:
    """The file as a tree. Raises `ScheduleUnreadable` when there is no file or it can't be opened."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ScheduleUnreadable(
                f"the file has {path.stat().st_size:,} bytes; at most {MAX_BYTES:,} are read",
                subject=str(path),
                remedy="move past events into a file of their own",
            )
        return read_bytes(path.read_bytes(), file=str(path))
    except FileNotFoundError:
        raise ScheduleUnreadable(
            "there is no such file",
            subject=str(path),
            remedy="go to the folder that has your schedules.yaml, or name the file with --schedules FILE",
        ) from None
    except OSError as error:
        raise ScheduleUnreadable(
            f"can't be read: {error.strerror or error}",
            subject=str(path),
            remedy="it must be a file, and the user that runs publisher needs the right to read it",
        ) from None


def read_bytes(content: bytes, *, file: str) -> Reading:
    """The same for bytes that are there already."""
    try:
        text = _decode(content)
        lines = signs.lines_of(text)
        if conflict := signs.merge_conflict(lines):
            raise _refusal(conflict)
        tree = _Builder(text, lines).document()
    except _Refused as refused:
        place = refused.span.place(file)
        problem = Problem(
            code=refused.code, severity=Severity.ERROR, message=refused.message, hint=refused.hint, place=place
        )
        return Reading(file, content.decode("utf-8", "replace"), None, (problem,))
    return Reading(file, text, tree, tuple(Slips(file, lines).of(tree)))


def shown_lines(path: Path) -> list[str]:
    """The lines of a file as places count them, to show them to people; none when it can't be opened."""
    try:
        content = path.read_bytes()[:MAX_BYTES]
    except OSError:
        return []
    return signs.lines_of(content.decode(_encoding(content), "replace"))


def _encoding(content: bytes) -> str:
    """UTF-16 when a byte-order mark says so, else UTF-8 with or without one."""
    return "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


def _decode(content: bytes) -> str:
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        raise _not_utf8(content, error) from None
    if found := _INVISIBLE.search(text):
        before = signs.lines_of(text[: found.start()])
        line, column = len(before) - 1, len(before[-1])
        raise _invisible(found[0], Span(line, column, line, column + 1))
    return text


def _invisible(character: str, span: Span) -> _Refused:
    return _Refused(
        "odd-space",
        f"There is an invisible character here (U+{ord(character):04X}), often pasted from a web page or Word.",
        hint="Delete it and type the space or line break again.",
        span=span,
    )


def _refusal(fault: signs.SyntaxFault) -> _Refused:
    return _Refused(fault.code, fault.message, hint=fault.hint, span=fault.span)


def _not_utf8(content: bytes, error: UnicodeDecodeError) -> _Refused:
    before = signs.lines_of(content[: error.start].decode(_encoding(content), "replace"))
    line, column = len(before) - 1, len(before[-1])
    looks_polish = any(byte in content for byte in b"\xb9\xe6\xea\xb3\xf1\xf3\x9c\x9f\xbf\xa5\xa3\x8c\x8f\xaf")
    guess = " It looks like Windows-1250 (Central European)." if looks_polish else ""
    return _Refused(
        "encoding",
        f"This file is not saved as UTF-8.{guess}",
        hint="Save it again with the encoding UTF-8 (in Notepad: Save as → Encoding → UTF-8).",
        span=Span(line, column, line, column + 1),
    )


class _Builder:
    """Takes parser events one by one, so that depth and tricks are refused before they cost anything."""

    def __init__(self, text: str, lines: list[str]) -> None:
        self._text = text
        self._lines = lines
        self._events = self._safe_events()

    def document(self) -> Mapping:
        for event in self._events:
            if isinstance(event, ev.DocumentStartEvent):
                break
        else:
            raise _nothing_in_it(Span(0, 0, 0, 1))
        node = self._node(next(self._events), 0)
        for event in self._events:
            if isinstance(event, ev.DocumentStartEvent):
                raise _Refused(
                    "bad-value",
                    "A line with --- begins a second document here; it would not be read.",
                    hint="Delete the line with ---.",
                    span=_span(event),
                )
        if isinstance(node, Mapping):
            return node
        if plain(node) is None:
            raise _nothing_in_it(Span(0, 0, 0, 1))
        raise _Refused(
            "bad-value",
            "The file does not consist of sections.",
            hint="It begins with words like “project:”, “channels:”, “events:”.",
            span=replace(node.span, end_line=node.span.line, end_column=node.span.column + 1),
        )

    def _safe_events(self) -> Iterator[ev.Event]:
        try:
            yield from yaml.parse(self._text, Loader=_LOADER)
        except yaml.YAMLError as error:
            raise _refusal(syntax.explain(error, self._text)) from None

    def _node(self, event: ev.Event, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _Refused(
                "too-deep",
                f"This is nested more than {MAX_DEPTH} levels deep.",
                hint="Check the brackets and the indentation from here on.",
                span=_span(event),
            )
        self._refuse_tricks(event)
        if isinstance(event, ev.ScalarEvent):
            if hidden := _INVISIBLE.search(event.value):
                raise _invisible(hidden[0], _span(event))
            return Scalar(event.value, _span(event), event.style in (None, ""))
        if isinstance(event, ev.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _refuse_tricks(self, event: ev.Event) -> None:
        """Anchors, aliases and tags; nearly always a text that begins with such a sign."""
        has_anchor = isinstance(event, ev.AliasEvent) or getattr(event, "anchor", None)
        if not has_anchor and getattr(event, "tag", None) in (None, "!"):
            return
        span = _span(event)
        sign = self._lines[span.line][span.column : span.column + 1]
        raise _Refused(
            "alias-used" if has_anchor else "needs-quotes",
            f"A value can't begin with “{sign}”: to YAML that is not text.",
            hint=f"Put it in quotes: {signs.quoted_value(self._lines[span.line], span.column)}",
            span=span,
        )

    def _sequence(self, start: ev.Event, depth: int) -> Sequence:
        nodes: list[Node] = []
        for event in self._events:
            if isinstance(event, ev.SequenceEndEvent):
                return Sequence(nodes, _span(start, event), bool(getattr(start, "flow_style", False)))
            nodes.append(self._node(event, depth + 1))
        raise _unfinished(start)

    def _mapping(self, start: ev.Event, depth: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        for event in self._events:
            if isinstance(event, ev.MappingEndEvent):
                return Mapping(entries, _span(start, event), bool(getattr(start, "flow_style", False)))
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise _Refused(
                    "bad-value",
                    "A name can't be a list or a group.",
                    hint="If this is a template placeholder, put the whole text in quotes.",
                    span=_span(start),
                )
            entries.append((key, self._node(next(self._events), depth + 1)))
        raise _unfinished(start)


def _nothing_in_it(span: Span) -> _Refused:
    """Also what an editor leaves for a moment while it saves; taken seriously it would call off everything."""
    return _Refused(
        "empty-file",
        "There is nothing in this file.",
        hint="It begins with “version: 1”; the sections channels, events and posts follow.",
        span=span,
    )


def _unfinished(start: ev.Event) -> _Refused:
    return _Refused("bad-value", "This is never closed.", hint="Add the missing bracket.", span=_span(start))


def _span(start: ev.Event, end: ev.Event | None = None) -> Span:
    first, last = start.start_mark, (end or start).end_mark
    if first is None or last is None:
        raise ValueError("the parser gave no position")
    return Span(first.line, first.column, last.line, last.column)
