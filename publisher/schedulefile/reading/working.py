"""The text of a file while it is read: what is mended provisionally, so that reading can go on behind a mistake.

Edits stay within a line, so that line numbers hold; columns of edited lines are led back to those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from publisher.schedulefile.reading.tree import Span

LINE_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Replaced:
    """A span within one line, and what stands there instead."""

    span: Span
    text: str


def lines_of(text: str) -> list[str]:
    """The lines as the parser counts them."""
    return LINE_BREAK.split(text)


class WorkingText:
    """Lines that may be edited, and where each of their characters stands in the file."""

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self._origins: dict[int, list[int]] = {}
        self._text = text

    @property
    def text(self) -> str:
        """The text as it stands now. Its line breaks are all the same: of two kinds some could become one."""
        if not self._text:
            self._text = "\n".join(self.lines)
        return self._text

    @property
    def is_edited(self) -> bool:
        """Whether columns have to be led back."""
        return bool(self._origins)

    def apply(self, edits: Iterable[Replaced]) -> None:
        """Make these edits; of those that overlap only the last in the line."""
        chosen: dict[int, list[Replaced]] = {}
        for edit in sorted(edits, key=lambda edit: (edit.span.line, -edit.span.end_column, -edit.span.column)):
            line = chosen.setdefault(edit.span.line, [])
            if edit.span.end_column <= (line[-1].span.column if line else len(self.lines[edit.span.line])):
                line.append(edit)
        for number, line in chosen.items():
            self._rewrite(number, line[::-1])

    def _rewrite(self, line: int, edits: list[Replaced]) -> None:
        """Make edits of one line that follow each other."""
        old = self.lines[line]
        origins = self._origins.get(line) or list(range(len(old) + 1))
        pieces: list[str] = []
        moved: list[int] = []
        done = 0
        for edit in edits:
            begin, end = edit.span.column, edit.span.end_column
            pieces += [old[done:begin], edit.text]
            moved += origins[done:begin]
            moved += [origins[min(begin + offset, end)] for offset in range(len(edit.text))]
            done = end
        self.lines[line] = "".join([*pieces, old[done:]])
        self._origins[line] = moved + origins[done:]
        self._text = ""

    def keep(self, first: int, last: int, *, line: str) -> None:
        """Blank the lines from ``first`` to ``last``, both included, but for ``line`` in place of the first."""
        for number in range(first, last + 1):
            whole = Span(number, 0, number, len(self.lines[number]))
            self._rewrite(number, [Replaced(whole, line if number == first else "")])
        self._origins[first] = [*range(len(line)), len(line)]

    def original(self, span: Span) -> Span:
        """The same span in the file."""
        if not self._origins:
            return span
        begin, end = self._column(span.line, span.column), self._column(span.end_line, span.end_column)
        if span.line == span.end_line and end <= begin and span.column < span.end_column:
            end = begin + 1
        return Span(span.line, begin, span.end_line, end)

    def _column(self, line: int, column: int) -> int:
        origins = self._origins.get(line)
        return column if origins is None else origins[min(column, len(origins) - 1)]
