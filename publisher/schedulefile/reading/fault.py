"""What stops YAML from being read, as far as one place of the text tells it."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.schedulefile.reading.tree import Span
from publisher.schedulefile.reading.working import Replaced
from publisher.sentences import Sentence


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Why the text is no YAML, where, and the mend.

    ``mend`` is what `publisher fix` does. ``detour`` is a reading of the place that only serves to find out what
    else is wrong in the file; it is taken when there is no mend.
    """

    code: str
    message: Sentence
    hint: Sentence
    span: Span
    mend: tuple[Replaced, ...] = ()
    detour: tuple[Replaced, ...] = ()


class Unreadable(Exception):
    """Reading can't go on behind this fault."""

    def __init__(self, fault: SyntaxFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def to_end(lines: list[str], line: int, column: int) -> Span:
    """From a column to the end of its line."""
    return Span(line, column, line, max(len(lines[line]), column + 1))


def at(line: int, column: int) -> Span:
    """One character."""
    return Span(line, column, line, column + 1)
