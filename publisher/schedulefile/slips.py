"""What YAML reads without a complaint, but not as it was meant: names that come twice, hashtags and commas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.model import Problem, Severity
from publisher.schedulefile.signs import in_quotes, lost_hashtag
from publisher.schedulefile.tree import Mapping, Node, Scalar, Sequence, Span, is_empty

#: Fields that hold words; after those of other fields a “#” without a space is only a remark.
_WORDY = {
    "title", "summary", "text", "text_twitter", "text_facebook", "text_email", "subject", "alt", "credit", "name",
    "venue", "address", "organiser", "tags", "hashtags", "why",
}  # fmt: skip
#: Fields that hold lists, so that brackets and not quotes are what is missing.
_LISTS = {"languages", "spoken", "to", "tags", "hashtags", "holidays"}

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_LOST = re.compile(r"\s*(#\w[^\n]*)")


@dataclass(frozen=True, slots=True)
class Slips:
    """Finds the slips in the tree of one file. ``lines`` are those of its text."""

    file: str
    lines: list[str]

    def of(self, node: Node, field: str = "") -> Iterator[Problem]:
        """All slips in this node, which stands below ``field``."""
        if isinstance(node, Scalar):
            yield from self._lost_hashtag(node, field)
        elif isinstance(node, Sequence):
            for child in node.nodes:
                yield from self.of(child, field)
        else:
            yield from self._twice(node)
            yield from self._cut_by_comma(node)
            for key, value in node.entries:
                yield from self.of(value, field if _LANGUAGE.fullmatch(key.text) and field else key.text)

    def _twice(self, node: Mapping) -> Iterator[Problem]:
        first: dict[str, Scalar] = {}
        for key, _ in node.entries:
            if key.text in first:
                line = first[key.text].span.line + 1
                yield self._problem(
                    "duplicate-key",
                    f"“{key.text}” appears twice in the same place (first on line {line}). Only one would be used.",
                    hint="Delete one of them.",
                    span=key.span,
                )
            first.setdefault(key.text, key)

    def _cut_by_comma(self, node: Mapping) -> Iterator[Problem]:
        """``{ pl: Dane, mapy, en: X }``: a piece without a colon became a name without a value.

        The pieces are put together again in the tree, so that nothing else is said about them.
        """
        whole: list[tuple[Scalar, Node]] = []
        told: set[int] = set()
        for key, value in node.entries:
            if not node.flow or not is_empty(value) or not whole or self._has_colon(key):
                whole.append((key, value))
                continue
            name, before = whole[-1]
            if isinstance(before, Scalar) and not is_empty(before) and len(whole) not in told:
                told.add(len(whole))
                yield self._comma(name, before, key)
            whole[-1] = (name, _joined(name, before, key))
        node.entries[:] = whole

    def _comma(self, name: Scalar, before: Scalar, key: Scalar) -> Problem:
        pieces = f"{before.text}, {key.text}"
        return self._problem(
            "comma-in-braces",
            f"Inside {{ }} a comma ends the value, so “{name.text}” is only “{before.text}”"
            f" and “{key.text}” became a name of its own.",
            hint=f"Write  {name.text}: " + (f"[{pieces}]" if name.text in _LISTS else in_quotes(pieces)),
            span=key.span,
        )

    def _has_colon(self, key: Scalar) -> bool:
        return self.lines[key.span.end_line][key.span.end_column :].lstrip().startswith(":")

    def _lost_hashtag(self, value: Scalar, field: str) -> Iterator[Problem]:
        """A “#” after a space begins a remark, also when a hashtag was meant."""
        span = value.span
        if not value.plain or field not in _WORDY or span.end_line >= len(self.lines):
            return
        lost = _LOST.match(self.lines[span.end_line], span.end_column)
        if lost is None:
            return
        if field in _LISTS:
            hint = "Write the names of hashtags without “#”, in brackets: [Next2Met, OpenData]"
        else:
            hint = f"Put the text in quotes: {in_quotes(f'{value.text} {lost[1].rstrip()}')}"
        fault = lost_hashtag(self.lines, span.end_line, lost.start(1), hint=hint)
        yield self._problem(fault.code, fault.message, hint=fault.hint, span=fault.span)

    def _problem(self, code: str, message: str, *, hint: str, span: Span) -> Problem:
        place = span.place(self.file)
        return Problem(code=code, severity=Severity.ERROR, message=message, hint=hint, place=place)


def _joined(name: Scalar, before: Node, key: Scalar) -> Node:
    """A value with the piece that the comma cut off, of the kind that its field holds."""
    if isinstance(before, Sequence):
        return Sequence([*before.nodes, key], before.span, flow=True)
    if isinstance(before, Scalar) and name.text not in _LISTS:
        return Scalar(f"{before.text}, {key.text}", before.span, plain=True)
    return Sequence([before, key], before.span, flow=True)
