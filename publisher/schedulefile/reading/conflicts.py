"""The marks that Git leaves where two versions did not fit together."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.schedulefile.reading.fault import SyntaxFault, to_end
from publisher.sentences import Sentence, sentence

_OURS, _THEIRS = "<<<<<<< ", ">>>>>>> "
_BETWEEN = "======="


def conflicts(lines: list[str]) -> Iterator[SyntaxFault]:
    """Every conflict in the file; a mark whose counterpart is gone is told of too."""
    ours: int | None = None
    for number, line in enumerate(lines):
        if line.startswith(_OURS):
            if ours is not None:
                yield _half(lines, ours)
            ours = number
        elif line.startswith(_THEIRS):
            yield _half(lines, number) if ours is None else _whole(lines, ours, number)
            ours = None
        elif line == _BETWEEN and ours is None and lines[number - 1 : number]:
            yield _half(lines, number)
    if ours is not None:
        yield _half(lines, ours)


def _whole(lines: list[str], first: int, last: int) -> SyntaxFault:
    message = sentence(
        "This file contains an unresolved Git conflict (lines {first}–{last}): “{ours}” against “{theirs}”.",  # noqa: RUF001
        first=first + 1,
        last=last + 1,
        ours=lines[first][len(_OURS) :].strip(),
        theirs=lines[last][len(_THEIRS) :].strip(),
    )
    return SyntaxFault("merge-conflict", message, _hint(), to_end(lines, first, 0))


def _half(lines: list[str], number: int) -> SyntaxFault:
    message = sentence("This line is left over from a Git conflict.")
    return SyntaxFault("merge-conflict", message, _hint(), to_end(lines, number, 0))


def _hint() -> Sentence:
    return sentence("Keep one of the two versions and delete the lines that start with <<<<<<<, ======= and >>>>>>>.")
