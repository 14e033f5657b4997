"""From bytes to the tree: encoding, size, depth, and YAML syntax in words that a person can use.

Anchors, aliases, tags and more than one document are refused: nobody who announces events needs them, and they
allow a small file to grow without bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from yaml import events as ev

from publisher.errors import ScheduleUnreadable
from publisher.model import Problem, Severity
from publisher.schedulefile import syntax
from publisher.schedulefile.tree import Mapping, Node, Scalar, Sequence, Span

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 50

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
        tree = _Builder(text).document()
    except _Refused as refused:
        place = refused.span.place(file)
        problem = Problem(
            code=refused.code, severity=Severity.ERROR, message=refused.message, hint=refused.hint, place=place
        )
        return Reading(file, content.decode("utf-8", "replace"), None, (problem,))
    problems = tuple(_duplicates(tree, file))
    return Reading(file, text, tree, problems)


def _decode(content: bytes) -> str:
    """UTF-8, or UTF-16 when a byte-order mark says so."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_utf8(content, error) from None
    for position, character in enumerate(text):
        if character in "\x00\x85\u2028\u2029" or (character < " " and character not in "\n\r\t"):
            line = text.count("\n", 0, position)
            column = position - (text.rfind("\n", 0, position) + 1)
            raise _Refused(
                "odd-space",
                f"There is an invisible character here (U+{ord(character):04X}), often pasted from a web page or Word.",
                hint="Delete it and type the space or line break again.",
                span=Span(line, column, line, column + 1),
            )
    return text


def _not_utf8(content: bytes, error: UnicodeDecodeError) -> _Refused:
    line = content.count(b"\n", 0, error.start)
    column = error.start - (content.rfind(b"\n", 0, error.start) + 1)
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

    def __init__(self, text: str) -> None:
        self._text = text
        self._events = self._safe_events()

    def document(self) -> Mapping:
        for event in self._events:
            if isinstance(event, ev.DocumentStartEvent):
                break
        else:
            return Mapping([], Span(0, 0, 0, 0), flow=False)
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
        if isinstance(node, Scalar) and node.plain and not node.text:
            return Mapping([], node.span, flow=False)
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
            found = syntax.explain(error, self._text)
            raise _Refused(found.code, found.message, hint=found.hint, span=found.span) from None

    def _node(self, event: ev.Event, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _Refused(
                "too-deep",
                f"This is nested more than {MAX_DEPTH} levels deep.",
                hint="Check the brackets and the indentation from here on.",
                span=_span(event),
            )
        _refuse_tricks(event)
        if isinstance(event, ev.ScalarEvent):
            return Scalar(event.value, _span(event), event.style in (None, ""))
        if isinstance(event, ev.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

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
                    span=key.span,
                )
            entries.append((key, self._node(next(self._events), depth + 1)))
        raise _unfinished(start)


def _refuse_tricks(event: ev.Event) -> None:
    if isinstance(event, ev.AliasEvent) or getattr(event, "anchor", None):
        sign = "*" if isinstance(event, ev.AliasEvent) else "&"
        raise _Refused(
            "alias-used",
            f"A value that begins with “{sign}” is a YAML alias; they are not used in this file.",
            hint="If it is meant as text, put it in quotes; otherwise write the value out.",
            span=_span(event),
        )
    if getattr(event, "tag", None) not in (None, "!"):
        raise _Refused(
            "needs-quotes",
            "A value can't begin with “!”.",
            hint="Put the text in quotes.",
            span=_span(event),
        )


def _unfinished(start: ev.Event) -> _Refused:
    return _Refused("bad-value", "This is never closed.", hint="Add the missing bracket.", span=_span(start))


def _span(start: ev.Event, end: ev.Event | None = None) -> Span:
    first, last = start.start_mark, (end or start).end_mark
    if first is None or last is None:
        raise ValueError("the parser gave no position")
    return Span(first.line, first.column, last.line, last.column)


def _duplicates(node: Node, file: str) -> Iterator[Problem]:
    children: list[Node] = []
    if isinstance(node, Sequence):
        children = node.nodes
    elif isinstance(node, Mapping):
        children = [value for _, value in node.entries]
        first: dict[str, Scalar] = {}
        for key, _ in node.entries:
            if key.text not in first:
                first[key.text] = key
                continue
            yield Problem(
                code="duplicate-key",
                severity=Severity.ERROR,
                message=f"“{key.text}” appears twice in the same place (first on line {first[key.text].span.line + 1})."
                " Only one would be used.",
                hint="Delete one of them.",
                place=key.span.place(file),
            )
    for child in children:
        yield from _duplicates(child, file)
