"""Problems of the file: collected with their places, put in order, each mistake told once."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from publisher.model import Place, Problem, Severity
from publisher.schedulefile.tree import Span

#: A file with more problems than this is no schedule; reading stops there.
LIMIT = 300

_LONGEST_QUOTE = 80
_LINES_NAMED = 5


class Findings:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []
        self._errors: list[tuple[int, int]] = []

    @property
    def is_full(self) -> bool:
        """Whether there are so many problems that the rest of the file is not worth reading."""
        return len(self.found) >= LIMIT

    def add(  # noqa: PLR0913  a problem has that many parts
        self, code: str, message: str, *, hint: str, span: Span, about: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        """Note a problem at a place."""
        place = span.place(self.file)
        hint, message = shortened(hint), shortened(message)
        self.note(Problem(code=code, severity=severity, message=message, hint=hint, place=place, about=about))

    def note(self, problem: Problem) -> None:
        """Note a problem that is made already."""
        if self.is_full:
            return
        self.found.append(problem)
        if problem.severity is Severity.ERROR:
            insort(self._errors, _start(problem.place))

    def has_error_in(self, span: Span) -> bool:
        """Whether an error begins in this part of the file. Its end is the start of what comes next."""
        first = bisect_left(self._errors, (span.line + 1, span.column + 1))
        return first < len(self._errors) and self._errors[first] < (span.end_line + 1, span.end_column + 1)


def shortened(text: str) -> str:
    """A sentence that quotes no more of the file than people want to read."""
    return re.sub(rf"“([^”]{{{_LONGEST_QUOTE}}})[^”]+”", r"“\1…”", text)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By place in the file, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: _start(problem.place)))


def one_per_mistake(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In order, without what follows from another one.

    Of several problems at the same place the first that was found counts; only of what is missing there may be more.
    A name that is not there is reported where it comes first, with the lines on which it comes again.
    """
    first_at: dict[tuple[int, int, str], Problem] = {}
    for problem in problems:
        missing = problem.message if problem.code == "missing-key" else ""
        first_at.setdefault((*_start(problem.place), missing), problem)
    again: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in in_order(first_at.values()):
        key = (problem.message, "") if problem.code == "unknown-name" else (problem.message, str(problem.place))
        again[key].append(problem)
    return in_order(_together(same) for same in again.values())


def _together(same: list[Problem]) -> Problem:
    first = same[0]
    lines = sorted({problem.place.line for problem in same} - {first.place.line})
    if not lines:
        return first
    named = ", ".join(str(line) for line in lines[:_LINES_NAMED])
    more = f" and {len(lines) - _LINES_NAMED} more" if len(lines) > _LINES_NAMED else ""
    noun = "line" if len(lines) == 1 else "lines"
    return replace(first, hint=f"{first.hint} It stands on {noun} {named}{more} too.")


def _start(place: Place) -> tuple[int, int]:
    return place.line, place.column
