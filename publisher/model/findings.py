"""What an examination found: of a channel, a file, a clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  #: works today, or can't be told
    ERROR = "error"  #: something will not go out


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `publisher doctor`: of what it speaks, what is so, and how to mend it. Never holds a secret."""

    grade: Grade
    subject: str  #: ``twitter``, ``database``, ``clock``
    words: str
    mend: str = ""
    rule: str = ""  #: which rule of the large mailbox providers it is about, if it is about one


def fine(subject: str, words: str) -> Finding:
    """Nothing to do."""
    return Finding(Grade.OK, subject, words)


def doubtful(subject: str, words: str, *, mend: str, rule: str = "") -> Finding:
    """A warning."""
    return Finding(Grade.WARNING, subject, words, mend, rule)


def broken(subject: str, words: str, *, mend: str, rule: str = "") -> Finding:
    """An error."""
    return Finding(Grade.ERROR, subject, words, mend, rule)
