"""From the parser's events to the tree.

Events are taken one by one, so that depth and tricks are refused before they cost anything. Anchors, aliases, tags
and more than one document are refused: nobody who announces events needs them, and they allow a small file to grow
without bounds.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import yaml
from yaml import events as ev

from publisher.schedulefile.reading.encoding import INVISIBLE, invisible_here
from publisher.schedulefile.reading.fault import SyntaxFault, Unreadable, at
from publisher.schedulefile.reading.quotesigns import is_template, template_without_quotes
from publisher.schedulefile.reading.scene import block_lines
from publisher.schedulefile.reading.syntax import explain
from publisher.schedulefile.reading.tree import Mapping, Node, Scalar, Sequence, Span, plain
from publisher.schedulefile.reading.tricks import alias, tag
from publisher.schedulefile.reading.working import Replaced, WorkingText
from publisher.sentences import sentence

MAX_DEPTH = 50
#: So many names, values and lists; a file of one mebibyte that people wrote has half of them.
MAX_NODES = 120_000

_NO_TAG = (None, "!")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def build(text: WorkingText) -> tuple[Mapping, list[SyntaxFault]]:
    """The tree, and what is wrong in it without being in the way. Raises `Unreadable`."""
    builder = _Builder(text)
    was_collecting = gc.isenabled()
    gc.disable()  # thousands of small objects, none of them garbage: looking for it takes half the time
    try:
        return builder.document(), builder.faults
    finally:
        if was_collecting:
            gc.enable()


class _Builder:
    def __init__(self, text: WorkingText) -> None:
        self._text = text
        self._events = self._safe_events()
        self._left = MAX_NODES
        self.faults: list[SyntaxFault] = []

    def document(self) -> Mapping:
        if not any(isinstance(event, ev.DocumentStartEvent) for event in self._events):
            raise _nothing_in_it()
        node = self._node(next(self._events), 0)
        for event in self._events:
            if isinstance(event, ev.DocumentStartEvent):
                raise self._second_document(_span(event))
        if isinstance(node, Mapping):
            return node
        if plain(node) is None:
            raise _nothing_in_it()
        raise Unreadable(
            SyntaxFault(
                "bad-value",
                sentence("The file does not consist of sections."),
                sentence("It begins with words like “project:”, “channels:”, “events:”."),
                at(node.span.line, node.span.column),
            )
        )

    def _safe_events(self) -> Iterator[ev.Event]:
        try:
            yield from yaml.parse(self._text.text, Loader=_LOADER)
        except yaml.YAMLError as error:
            raise Unreadable(explain(error, self._text.lines)) from None

    def _node(self, event: ev.Event, depth: int) -> Node:
        self._left -= 1
        if self._left < 0:
            raise _too_much(_span(event))
        if isinstance(event, ev.ScalarEvent):
            if event.anchor is None and event.tag in _NO_TAG:
                return self._scalar(event)
        elif depth > MAX_DEPTH:
            raise _too_deep(_span(event))
        if getattr(event, "anchor", None) or getattr(event, "tag", None) not in _NO_TAG:
            raise self._trick(event)
        return self._sequence(event, depth) if isinstance(event, ev.SequenceStartEvent) else self._mapping(event, depth)

    def _scalar(self, event: ev.ScalarEvent) -> Scalar:
        value, span = event.value, _span(event)
        if not value.isprintable() and (hidden := INVISIBLE.search(value)):
            hint = sentence("Leave it out of the text.")
            self.faults.append(SyntaxFault("odd-space", invisible_here(hidden[0]), hint, span))
            value = INVISIBLE.sub("", value)
        return Scalar(value, span, not event.style)

    def _sequence(self, start: ev.SequenceStartEvent, depth: int) -> Sequence:
        nodes: list[Node] = []
        for event in self._events:
            if isinstance(event, ev.SequenceEndEvent):
                return Sequence(nodes, _span(start, event), bool(start.flow_style))
            nodes.append(self._node(event, depth + 1))
        raise _unfinished(_span(start))

    def _mapping(self, start: ev.Event, depth: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        for event in self._events:
            if isinstance(event, ev.MappingEndEvent):
                return Mapping(entries, _span(start, event), bool(getattr(start, "flow_style", False)))
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise self._no_name(_span(start))
            entries.append((key, self._node(next(self._events), depth + 1)))
        raise _unfinished(_span(start))

    # --- what is refused --------------------------------------------------------------------------------

    def _trick(self, event: ev.Event) -> Unreadable:
        """An anchor, alias or tag; nearly always a text that begins with such a sign."""
        span = _span(event)
        line = self._text.lines[span.line]
        if getattr(event, "anchor", None):
            return Unreadable(alias(line, span, is_whole=isinstance(event, ev.ScalarEvent) and not event.value))
        return Unreadable(tag(line, span, is_text=isinstance(event, ev.ScalarEvent)))

    def _no_name(self, span: Span) -> Unreadable:
        """A group as the name of a group: nearly always the placeholder of a template."""
        line = self._text.lines[span.line]
        if is_template(line, span.column):
            return Unreadable(template_without_quotes(line, span.line, span.column))
        message = sentence("A name can't be a list or a group.")
        hint = sentence("Write “name: value”; a text that begins with a bracket needs quotes around it.")
        return Unreadable(SyntaxFault("bad-value", message, hint, at(span.line, span.column)))

    def _second_document(self, span: Span) -> Unreadable:
        texts = block_lines(self._text.lines)
        dividers = [
            Replaced(Span(number, 0, number, len(line)), "")
            for number, line in enumerate(self._text.lines)
            if number >= span.line and line.rstrip() == "---" and number not in texts
        ]
        mend = tuple(dividers) if dividers and dividers[0].span.line == span.line else ()
        message = sentence("A line with --- begins a second document here; it would not be read.")
        hint = sentence("Delete the line with ---. `publisher fix` does it.")
        return Unreadable(SyntaxFault("second-document", message, hint, span, mend=mend))


def _span(start: ev.Event, end: ev.Event | None = None) -> Span:
    first: Any = start.start_mark
    last: Any = (end or start).end_mark
    return Span(first.line, first.column, last.line, last.column)


def _too_deep(span: Span) -> Unreadable:
    message = sentence("This is nested more than {most} levels deep.", most=MAX_DEPTH)
    hint = sentence("Check the brackets and the indentation from here on.")
    return Unreadable(SyntaxFault("too-deep", message, hint, span))


def _too_much(span: Span) -> Unreadable:
    message = sentence("This file has more than {most:,} names and values; the rest is not read.", most=MAX_NODES)
    return Unreadable(SyntaxFault("too-large", message, sentence("Move past events into a file of their own."), span))


def _nothing_in_it() -> Unreadable:
    """Also what an editor leaves for a moment while it saves; taken seriously it would call off everything."""
    message = sentence("There is nothing in this file.")
    hint = sentence("It begins with “version: 1”; the sections channels, events and posts follow.")
    return Unreadable(SyntaxFault("empty-file", message, hint, at(0, 0)))


def _unfinished(span: Span) -> Unreadable:
    message, hint = sentence("This is never closed."), sentence("Add the missing bracket.")
    return Unreadable(SyntaxFault("bad-value", message, hint, span))
