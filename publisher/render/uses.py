"""What a template does with the facts that it shows, and how close it looks at them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple


class Look(IntEnum):
    """How close a template looks at a fact."""

    SHOWN = 1  #: shown, or asked whether it is there
    LINES = 2  #: taken apart by lines or paragraphs
    VALUE = 3  #: compared, measured, or given to something that may do anything with it


class Comparison(NamedTuple):
    """A fact against a constant: ``event.days_left >= 0``. ``sign`` is Jinja's name for it: ``gteq``."""

    fact: str
    sign: str
    value: object


@dataclass(slots=True)
class Uses:
    """Facts by name (``event.title``, ``hashtags``) with the closest look, and how often each may be shown."""

    looks: dict[str, Look] = field(default_factory=dict)
    comparisons: set[Comparison] = field(default_factory=set)
    times: Counter[str] = field(default_factory=Counter)
    is_straight: bool = True  #: nothing is shown in a loop or a macro, so that ``times`` is an upper bound

    def note(self, fact: str, look: Look) -> None:
        """Note a look at a fact."""
        self.looks[fact] = max(look, self.looks.get(fact, look))
        self.times[fact] += 1

    def add(self, other: Uses) -> None:
        """Note all that another file does."""
        for fact, look in other.looks.items():
            self.looks[fact] = max(look, self.looks.get(fact, look))
        self.comparisons |= other.comparisons
        self.times += other.times
        self.is_straight = self.is_straight and other.is_straight


class Unfathomable(Exception):
    """What the template does can't be told without running it."""
