"""What a condition can be, once its words are understood, and whether it holds for somebody.

A field is looked up by its name in small letters (`folded`); what is not known of somebody is an empty text. Capitals,
space around and the way in which a letter is composed make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeAlias

Lookup: TypeAlias = Callable[[str], str]
"""What is known of one person: the text of a field, by its folded name."""

BETWEEN = re.compile(r"[,;|]")
"""What stands between the words of a field that has several."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def folded(text: str) -> str:
    """The text as it is compared."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class Condition(Protocol):
    """Something that holds for a person, or does not."""

    def holds(self, of: Lookup) -> bool:
        """Whether it holds for whom this tells about."""
        ...

    def fields(self) -> Iterator[str]:
        """The folded names that it looks at."""
        ...


@dataclass(frozen=True, slots=True)
class Is:
    """A field has this value, which is folded."""

    field: str
    value: str

    def holds(self, of: Lookup) -> bool:
        """Whether it is the value."""
        return folded(of(self.field)) == self.value

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.field


@dataclass(frozen=True, slots=True)
class IsSet:
    """Something stands in a field."""

    field: str

    def holds(self, of: Lookup) -> bool:
        """Whether it is there."""
        return bool(of(self.field).strip())

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.field


@dataclass(frozen=True, slots=True)
class Has:
    """Among several words of a field, with commas, semicolons or bars between them, is this one; it is folded."""

    field: str
    word: str

    def holds(self, of: Lookup) -> bool:
        """Whether one of them is the word."""
        return any(folded(part) == self.word for part in BETWEEN.split(of(self.field)))

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.field


@dataclass(frozen=True, slots=True)
class After:
    """A field holds a later day than this one; a text that is no day never does."""

    field: str
    day: date

    def holds(self, of: Lookup) -> bool:
        """Whether its day is later."""
        return (text := _day(of(self.field))) != "" and text > self.day.isoformat()

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.field


@dataclass(frozen=True, slots=True)
class Before:
    """A field holds an earlier day than this one; a text that is no day never does."""

    field: str
    day: date

    def holds(self, of: Lookup) -> bool:
        """Whether its day is earlier."""
        return (text := _day(of(self.field))) != "" and text < self.day.isoformat()

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.field


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    inner: Condition

    def holds(self, of: Lookup) -> bool:
        """Whether the inner one does not."""
        return not self.inner.holds(of)

    def fields(self) -> Iterator[str]:
        """Those of the inner one."""
        return self.inner.fields()


@dataclass(frozen=True, slots=True)
class All:
    """Each of these holds."""

    parts: tuple[Condition, ...]

    def holds(self, of: Lookup) -> bool:
        """Whether each does."""
        return all(part.holds(of) for part in self.parts)

    def fields(self) -> Iterator[str]:
        """Those of all parts."""
        for part in self.parts:
            yield from part.fields()


@dataclass(frozen=True, slots=True)
class Any:
    """One of these holds at least."""

    parts: tuple[Condition, ...]

    def holds(self, of: Lookup) -> bool:
        """Whether one does."""
        return any(part.holds(of) for part in self.parts)

    def fields(self) -> Iterator[str]:
        """Those of all parts."""
        for part in self.parts:
            yield from part.fields()


def _day(text: str) -> str:
    """The day that a text begins with, as 2027-01-31; days in this form compare as texts do."""
    found = _DAY.match(text.strip())
    return found[0] if found else ""
