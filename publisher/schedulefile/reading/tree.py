"""The YAML file as a small tree in which every value knows where it stands.

Every scalar stays text until the field that it belongs to says what it is: ``19:00`` is a time, not 1140, and ``no``
is Norwegian where a language is due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from publisher.model import Place


class Span(NamedTuple):
    """Start and end in the text: lines and columns count code points from 0, as PyYAML's marks do."""

    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, end: Span) -> Span:
        """From the start of this one to the end of the other."""
        return Span(self.line, self.column, end.end_line, end.end_column)

    @property
    def start(self) -> Span:
        """The empty span before its first character: where something can be inserted."""
        return Span(self.line, self.column, self.line, self.column)

    @property
    def end(self) -> Span:
        """The empty span behind its last character."""
        return Span(self.end_line, self.end_column, self.end_line, self.end_column)

    def place(self, file: str) -> Place:
        """The same for people: counted from 1."""
        return Place(file, self.line + 1, self.column + 1, self.end_line + 1, self.end_column + 1)


NOWHERE = Span(0, 0, 0, 0)


@dataclass(slots=True)
class Scalar:
    """A piece of text. ``plain`` is True when it stands without quotes and is no block."""

    text: str
    span: Span
    plain: bool


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order of the file."""

    entries: list[tuple[Scalar, Node]]
    span: Span
    flow: bool

    def get(self, name: str) -> Node | None:
        """The value of a key, or None."""
        return next((value for key, value in self.entries if key.text == name), None)

    def key(self, name: str) -> Scalar | None:
        """The key itself, for its place."""
        return next((key for key, _ in self.entries if key.text == name), None)


@dataclass(slots=True)
class Sequence:
    """A list."""

    nodes: list[Node] = field(default_factory=list)
    span: Span = NOWHERE
    flow: bool = False


Node: TypeAlias = Scalar | Mapping | Sequence

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions from the top of the file to a value."""

Plain: TypeAlias = str | list["Plain"] | dict[str, "Plain"] | None


def plain(node: Node) -> Plain:
    """The tree without its places. An empty value is None; for a key that comes twice the first counts."""
    match node:
        case Scalar(text=text, plain=is_plain):
            return None if is_plain and text in ("", "~", "null") else text
        case Sequence(nodes=nodes):
            return [plain(child) for child in nodes]
        case Mapping(entries=entries):
            first = {key.text: value for key, value in reversed(entries)}
            return {key.text: plain(first[key.text]) for key, _ in entries}


def moved(node: Node, place: Callable[[Span], Span]) -> None:
    """Give every value of the tree another place."""
    node.span = place(node.span)
    match node:
        case Sequence(nodes=nodes):
            for child in nodes:
                moved(child, place)
        case Mapping(entries=entries):
            for key, value in entries:
                moved(key, place)
                moved(value, place)
        case _:
            pass


def is_empty(node: Node) -> bool:
    """Whether nothing stands after the colon."""
    return isinstance(node, Scalar) and node.plain and not node.text


def find(node: Node, path: Path) -> tuple[Scalar | None, Node]:
    """The key and the value at ``path``, or the deepest ones on the way there."""
    key: Scalar | None = None
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            child = node.get(step)
            if child is None:
                break
            key, node = node.key(step), child
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.nodes):
            key, node = None, node.nodes[step]
    return key, node
