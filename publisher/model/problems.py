"""What is wrong in the file or a template, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from publisher.model.states import Severity
from publisher.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a file; lines and columns count code points from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def top(cls, file: str) -> Self:
        """The beginning of a file: for what concerns the whole of it."""
        return cls(file, 1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace what stands in a span, which may be empty, by a text."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong in the file or a template, where, and the mend."""

    code: str
    severity: Severity
    message: Sentence
    hint: Sentence
    place: Place
    about: str = ""  #: the announcement it stops: ``events/open-day``, or empty for the whole file
    mend: tuple[Edit, ...] = ()  #: what `publisher fix` does about it; empty when a person has to decide
