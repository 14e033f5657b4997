"""The dashes of lists: too tight, too many, missing, or of a kind that only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.schedulefile.reading.fault import SyntaxFault, at
from publisher.schedulefile.reading.scene import NEAR, Scene, indentation
from publisher.schedulefile.reading.tree import Mapping, Scalar, Sequence, Span
from publisher.schedulefile.reading.working import Replaced
from publisher.sentences import sentence

_BULLETS = "–—•‣▪·"  # noqa: RUF001  what word processors make of a hyphen
_BEGIN = re.compile(rf"^\s*(?P<dash>-(?=[\w\"'{{])|[{_BULLETS}](?=\s*[\w\"'{{]))(?![\w-]*-\s)")
_DOUBLE = re.compile(r"^\s*-(?P<more>-+)(?=\s)")
_ONE_EACH = sentence("One dash begins an entry, and only its first line has it. `publisher fix` does it.")


def dash(scene: Scene) -> SyntaxFault | None:
    """``-id: x``, ``-- id: x``, or a typographic dash."""
    for number in scene.above(NEAR):
        line = scene.lines[number]
        if found := _BEGIN.match(line):
            return bad_dash(scene.lines, number, found.start("dash"))
        if found := _DOUBLE.match(line):
            span = Span(number, found.start("more"), number, found.end("more"))
            return _too_many(span, mend=(Replaced(span, " " * len(found["more"])),))
    return None


def bad_dash(lines: list[str], number: int, column: int) -> SyntaxFault:
    """An entry that is none, because of its dash."""
    line, span = lines[number], at(number, column)
    is_tight = line[column + 1 : column + 2] != " "
    message = sentence("An entry of a list begins with a hyphen (-), and this is “{sign}”.", sign=line[column])
    if line[column] == "-":
        message = sentence("There is no space after the dash.")
    mend = [Replaced(span, "- " if is_tight else "-"), *(_moved_along(lines, number, column) if is_tight else ())]
    hint = sentence("Write  - {rest}", rest=line[column + 1 :].strip())
    return SyntaxFault("list-dash", message, hint, span, mend=tuple(mend))


def _moved_along(lines: list[str], number: int, column: int) -> Iterator[Replaced]:
    """Fields that are lined up with the first one, which moves by a space."""
    is_first = True
    for below in range(number + 1, len(lines)):
        depth = len(indentation(lines[below]))
        if not lines[below].strip():
            continue
        if depth <= column or (is_first and depth != column + 1):
            return
        is_first = False
        yield Replaced(Span(below, 0, below, 0), " ")


def _too_many(span: Span, *, mend: tuple[Replaced, ...]) -> SyntaxFault:
    return SyntaxFault("list-dash", sentence("There is a dash too many here."), _ONE_EACH, span, mend=mend)


def bullets(node: Scalar, lines: list[str]) -> Iterator[SyntaxFault]:
    """Lines below a name that begin with a bullet and were taken for one text."""
    if node.text[0] not in _BULLETS or lines[node.span.line][: node.span.column].strip():
        return
    for number in range(node.span.line, min(node.span.end_line + 1, len(lines))):
        found = _BEGIN.match(lines[number])
        if found and found["dash"] in _BULLETS:
            yield bad_dash(lines, number, found.start("dash"))


def dashes(node: Sequence, lines: list[str]) -> Iterator[SyntaxFault]:
    """Dashes too many in one list: two before an entry, or one before each of its fields."""
    if node.flow:
        return
    for child in node.nodes:
        if isinstance(child, Sequence) and not child.flow and len(child.nodes) == 1:
            span = at(child.span.line, child.span.column)
            if lines[span.line][span.column : span.end_column] == "-":
                yield _too_many(span, mend=(Replaced(span, " "),))
    names = [_only_name(child) for child in node.nodes]
    if len(names) > 1 and names[0] == "id" and all(names) and len(set(names)) > 1:
        spans = [
            dash
            for child, name in zip(node.nodes, names, strict=True)
            if name != "id" and (dash := _dash_before(child.span, lines))
        ]
        if spans:
            yield _too_many(spans[0], mend=tuple(Replaced(span, " ") for span in spans))


def _only_name(node: object) -> str:
    """The name of the one field that an entry has; empty when it is something else."""
    is_single = isinstance(node, Mapping) and not node.flow and len(node.entries) == 1
    return node.entries[0][0].text if is_single and isinstance(node, Mapping) else ""


def _dash_before(span: Span, lines: list[str]) -> Span | None:
    before = lines[span.line][: span.column]
    return at(span.line, before.rindex("-")) if before.strip() == "-" else None


def missing_dash(key: Scalar, lines: list[str]) -> SyntaxFault:
    """A second ``id`` in an entry: a new one begins here, and has no dash."""
    line, column = lines[key.span.line], key.span.column
    is_alone = column > 1 and not line[:column].strip(" ")
    span = Span(key.span.line, column - 2, key.span.line, column)
    return SyntaxFault(
        "list-dash",
        sentence("A new entry begins here, and its dash is missing."),
        sentence("Write  - {rest}", rest=line[column:].strip()),
        key.span,
        mend=(Replaced(span, "- "),) if is_alone else (),
    )
