"""Problems of the file: collected with their places, put in order, each mistake told once."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from publisher.model import Edit, Place, Problem, Severity
from publisher.schedulefile.reading.tree import Span
from publisher.sentences import Sentence, counted, sentence

#: A file with more problems than this is no schedule; reading stops there.
LIMIT = 300
#: The code of a credential in the file.
SECRET = "secret-in-file"  # noqa: S105  a name, no password

_LONGEST_QUOTE = 80
_LINES_NAMED = 5
#: What is assumed of a file that does not say it: the first office that uses this writes Polish and English.
_USUAL_LANGUAGES = ("pl", "en")


class Findings:
    """Collects the problems of one file.

    ``set_aside`` are the parts of it that could not be read. ``languages`` are those of the announcements.
    """

    def __init__(self, file: str, *, set_aside: Sequence[Span] = (), languages: Sequence[str] = ()) -> None:
        self.file = file
        self.languages = tuple(languages) or _USUAL_LANGUAGES
        self.found: list[Problem] = []
        self._set_aside = set_aside
        self._ignored: dict[str, frozenset[str]] = {}
        self._errors: list[tuple[int, int]] = []

    @property
    def main_language(self) -> str:
        """In which a day is spelled out."""
        return self.languages[0]

    @property
    def is_full(self) -> bool:
        """Whether there are so many problems that the rest of the file is not worth reading."""
        return len(self.found) >= LIMIT

    def ignore(self, codes: frozenset[str], *, about: str = "") -> None:
        """Note none of these from now on about this entry, or about anything."""
        if codes:
            self._ignored[about] = codes

    def add(  # noqa: PLR0913  a problem has that many parts
        self,
        code: str,
        message: Sentence,
        *,
        hint: Sentence,
        span: Span,
        about: str = "",
        severity: Severity = Severity.ERROR,
        mend: tuple[Edit, ...] = (),
    ) -> None:
        """Note a problem at a place, unless it only follows from what could not be read there."""
        if any(part.line <= span.line < part.end_line for part in self._set_aside):
            return
        if self._ignored and code in self._ignored.get(about, frozenset()) | self._ignored.get("", frozenset()):
            return
        problem = Problem(
            code=code,
            severity=severity,
            message=shortened(message),
            hint=shortened(hint),
            place=span.place(self.file),
            about=about,
            mend=mend,
        )
        self.note(problem)

    def note(self, problem: Problem) -> None:
        """Note a problem that is made already."""
        if self.is_full:
            return
        self.found.append(problem)
        if problem.severity is Severity.ERROR:
            insort(self._errors, _start(problem.place))

    def has_error_in(self, span: Span) -> bool:
        """Whether an error begins in this part of the file, or something of it could not be read.

        Its end is the start of what comes next.
        """
        if any(part.line < max(span.end_line, span.line + 1) and span.line < part.end_line for part in self._set_aside):
            return True
        first = bisect_left(self._errors, (span.line + 1, span.column + 1))
        return first < len(self._errors) and self._errors[first] < (span.end_line + 1, span.end_column + 1)


def shortened(text: Sentence) -> Sentence:
    """A sentence that quotes no more of the file than people want to read."""
    if len(text) <= _LONGEST_QUOTE:
        return text
    parts = {
        name: shortened(part)
        if isinstance(part, Sentence)
        else f"{_first_words(part)}…"
        if isinstance(part, str) and len(part) > _LONGEST_QUOTE
        else part
        for name, part in text.parts.items()
    }
    return Sentence(text.pattern, parts, plural=text.plural)


def _first_words(text: str) -> str:
    """As many of them as are quoted, whole ones where there are several."""
    words = text[: _LONGEST_QUOTE + 1].rpartition(" ")[0]
    return f"{words} " if len(words) > _LONGEST_QUOTE // 2 else text[:_LONGEST_QUOTE]


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By place in the file, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: _start(problem.place)))


def one_per_mistake(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In order, without what follows from another one.

    Of several problems at the same place the first that was found counts; only of what is missing there may be more.
    A name that is not there is reported where it comes first, with the lines on which it comes again.
    """
    first_at: dict[tuple[int, int, str], Problem] = {}
    for problem in _one_secret_per_line(sorted(problems, key=lambda one: one.severity is not Severity.ERROR)):
        missing = problem.message if problem.code == "missing-key" else ""
        first_at.setdefault((*_start(problem.place), missing), problem)
    again: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in in_order(first_at.values()):
        key = (problem.message, "") if problem.code == "unknown-name" else (problem.message, str(problem.place))
        again[key].append(problem)
    return in_order(_together(same) for same in again.values())


def _one_secret_per_line(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The name of the field counts more than the look of its value, which stands behind it."""
    first: dict[int, int] = {}
    for problem in problems:
        if problem.code == SECRET:
            line, column = _start(problem.place)
            first[line] = min(column, first.get(line, column))
    for problem in problems:
        if problem.code != SECRET or problem.place.column == first[problem.place.line]:
            yield problem


def _together(same: list[Problem]) -> Problem:
    first = same[0]
    lines = sorted({problem.place.line for problem in same} - {first.place.line})
    if not lines:
        return first
    hint = sentence("{hint} It stands on {lines} too.", hint=first.hint, lines=line_numbers(lines))
    return replace(first, hint=hint)


def line_numbers(lines: Sequence[int]) -> Sentence:
    """“lines 3, 5 and 9 more”; lines count from 1."""
    named = ", ".join(str(line) for line in lines[:_LINES_NAMED])
    if len(lines) > _LINES_NAMED:
        return sentence("lines {named} and {n} more", named=named, n=len(lines) - _LINES_NAMED)
    return counted("line {named}", "lines {named}", n=len(lines), named=named)


def _start(place: Place) -> tuple[int, int]:
    return place.line, place.column
