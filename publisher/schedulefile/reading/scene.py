"""Where the parser gave up, and the lines around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from publisher.schedulefile.reading.fault import SyntaxFault

#: So many lines above the complaint a cause is looked for.
FAR = 12
NEAR = 2

_BLOCK = re.compile(r"(?:^|[:\-]\s+)[|>][+-]?\d?[+-]?\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Scene:
    """The lines of the text, where the parser gave up, where the thing begins that it was reading, and its words."""

    lines: list[str]
    line: int
    column: int
    begun: tuple[int, int]
    words: str

    @property
    def here(self) -> str:
        """The line where the parser gave up."""
        return self.lines[self.line] if self.line < len(self.lines) else ""

    def above(self, far: int) -> Iterable[int]:
        """Numbers of the lines from here upwards."""
        return range(min(self.line, len(self.lines) - 1), max(self.line - far, -1), -1)


Look: TypeAlias = Callable[[Scene], SyntaxFault | None]
"""A search for one sign of what people get wrong."""


def indentation(line: str) -> str:
    """White space of any kind before the first other character."""
    return line[: len(line) - len(line.lstrip())]


def opens_text(line: str) -> bool:
    """Whether a line ends with the ``|`` or ``>`` below which a text begins."""
    return _BLOCK.search(line) is not None


def block_lines(lines: list[str]) -> set[int]:
    """Numbers of the lines that belong to texts below a ``|`` or ``>``: in them everything is allowed."""
    inside: set[int] = set()
    limit = -1
    for number, line in enumerate(lines):
        depth = len(indentation(line).expandtabs(8))
        if limit >= 0 and (not line.strip() or depth > limit):
            inside.add(number)
            continue
        limit = depth if _BLOCK.search(line) else -1
    return inside
