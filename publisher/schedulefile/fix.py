"""Mends by small edits at known places. Everything else in the file, remarks too, stays byte for byte.

The file is never written anew from its tree: that would throw away remarks and change how it is laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from publisher.model import Edit, Place, Problem
from publisher.schedulefile.reading.encoding import encode
from publisher.schedulefile.reading.read import MAX_BYTES, Reading, read_bytes
from publisher.schedulefile.reading.working import LINE_BREAK

Problems = Callable[[Reading], Iterable[Problem]]
"""All problems of a reading."""

#: A mend can uncover another problem that can be mended; this many times, in a large file fewer.
_MOST_ROUNDS, _FEWEST_ROUNDS = 30, 3
_MOST_CHARACTERS = 4 * MAX_BYTES


@dataclass(frozen=True, slots=True)
class Fixed:
    """The bytes before and after, both as text too, and the problems that were mended."""

    before: bytes
    after: bytes
    text_before: str
    text_after: str
    mended: tuple[Problem, ...]

    @property
    def has_changed(self) -> bool:
        """Whether anything was mended."""
        return self.before != self.after


def fix(content: bytes, *, file: str, problems: Problems) -> Fixed:
    """Mend what can be mended without a person."""
    first = reading = read_bytes(content, file=file)
    current = content
    mended: list[Problem] = []
    rounds = _MOST_CHARACTERS // max(1, len(first.text))
    for _ in range(max(_FEWEST_ROUNDS, min(_MOST_ROUNDS, rounds))):
        found = [problem for problem in problems(reading) if problem.place.file == file]
        text = applied(reading.text, (edit for problem in found for edit in problem.mend))
        after = encode(text, reading.encoding, like=current) if reading.encoding else current
        if after == current:
            break
        mended += [problem for problem in found if problem.mend]
        current = after
        reading = read_bytes(current, file=file)
    return Fixed(content, current, first.text, reading.text, tuple(mended))


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with these edits made; of those that overlap the first in the file."""
    starts = _line_starts(text)
    made: list[str] = []
    at = 0
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: _span(edit.place, starts)):
        begin, end = _span(edit.place, starts)
        if begin >= at and end <= len(text):
            is_between = text[begin - 1 : begin] == "\r" and text[end : end + 1] == "\n"
            made += [text[at:begin], edit.text or " " * is_between]  # CR and LF must not become one line break
            at = end
    return "".join([*made, text[at:]])


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in LINE_BREAK.finditer(text))]


def _span(place: Place, starts: list[int]) -> tuple[int, int]:
    return starts[place.line - 1] + place.column - 1, starts[place.end_line - 1] + place.end_column - 1
