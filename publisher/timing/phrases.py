"""What a moment in the schedule file can be, once its words are understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import TypeAlias

from publisher.sentences import Sentence


class Anchor(StrEnum):
    """The moment of an event that a relative phrase counts from."""

    START = "start"
    END = "end"
    REGISTRATION = "registration closes"
    FIRST_DAY = "first day"
    LAST_DAY = "last day"


class Unit(StrEnum):
    """Minutes and hours are counted on the real time line, the others on the calendar."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Fixed:
    """One wall time."""

    local: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FromInstant:
    """So many minutes or hours before (negative) or after an anchor of the event."""

    amount: int
    unit: Unit
    anchor: Anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class FromDay:
    """So many days, weeks or months before (negative) or after the day of an anchor, at a wall time."""

    amount: int
    unit: Unit
    anchor: Anchor
    at: time


@dataclass(frozen=True, slots=True)
class Recurring:
    """Again and again: ``rule`` is an RFC 5545 RRULE value without COUNT and without time parts."""

    rule: str
    at: time


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """The ``position``-th working day of each month (-1: the last), or every working day (0)."""

    position: int
    at: time


Phrase: TypeAlias = Fixed | FromInstant | FromDay | Recurring | WorkingDay


class PhraseError(ValueError):
    """Words that are no moment.

    ``offset`` is where in the phrase reading stopped, ``length`` how many characters are wrong from there on (0: all
    of the rest), ``hint`` what to write instead.
    """

    def __init__(
        self, message: Sentence, *, offset: int, hint: Sentence, code: str = "bad-value", length: int = 0
    ) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.length = length
        self.hint = hint
        self.code = code


def is_relative(phrase: Phrase) -> bool:
    """Whether this phrase needs an event to count from."""
    return isinstance(phrase, FromInstant | FromDay)


def is_recurring(phrase: Phrase) -> bool:
    """Whether this phrase gives more than one moment."""
    return isinstance(phrase, Recurring | WorkingDay)
