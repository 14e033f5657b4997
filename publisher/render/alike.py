"""Which announcements look alike to their template, so that rendering one of them tells about the others.

Guaranteed: for two announcements on one channel, in one language, by one template, with equal likeness, the same parts
of the template run, in the same order, and each either works for both or for neither. What they show may differ, and so
may its length.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeAlias

from publisher.errors import MissingTranslation
from publisher.model import Announcement, Event
from publisher.render.clocks import seen_from
from publisher.render.growth import growth
from publisher.render.placeholders import placeholder_in
from publisher.render.uses import Comparison, Look, Uses
from publisher.render.views import variables_for

_SIGNS: Mapping[str, Callable[[Any, Any], object]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}

#: What whitespace rules, single-line headers and platforms treat in ways of their own; words with such are no example.
_ODD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)

#: Characters. Longer words may make a mail too large; how much its HTML has room for is not told by what another has.
_LONG = 2_000

#: Facts that depend on the day on which the words are read.
_OF_THE_DAY = frozenset({"today", "event.days_left", "event.deadline_days_left"})

_ABSENT = "absent"

_Known: TypeAlias = dict[str, object]


class Odd(Exception):
    """There are signs in the words about which nothing is known in advance."""


class Facts:
    """The facts of announcements, remembered for as long as the schedule does not change."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str], _Known] = {}

    def likeness(self, uses: Uses, announcement: Announcement) -> Hashable:
        """Equal for announcements that look alike to a template which makes these uses of them.

        Raises `Odd` when this announcement is not like any other.
        """
        if _is_elsewhere(announcement):
            raise Odd("hours on two clocks")
        values = self._values(uses, announcement)
        shape = tuple(_state(values[fact], look) for fact, look in uses.looks.items())
        return shape, tuple(_outcome(comparison, values) for comparison in uses.comparisons)

    def is_incomplete(self, uses: Uses, announcement: Announcement) -> bool:
        """Whether a text that the template uses lacks the language."""
        values = self._values(uses, announcement)
        return any(isinstance(values[fact], MissingTranslation) for fact in uses.looks)

    def growth(self, uses: Uses, announcement: Announcement, *, over: Announcement) -> int:
        """By how much more, at most, the text for this announcement counts on any channel than that for ``over``.

        Both must be alike: then the same facts are shown equally often, and only what they hold makes a difference.
        """
        mine, others = self._values(uses, announcement), self._values(uses, over)
        return sum(growth(mine[fact], others[fact]) * times for fact, times in uses.times.items())

    def _values(self, uses: Uses, announcement: Announcement) -> _Known:
        known = self._known.setdefault((id(announcement.source), announcement.language, announcement.channel.type), {})
        needed = [fact for fact in uses.looks if fact not in known]
        again = uses.looks.keys() & _OF_THE_DAY
        if needed or again:
            variables = variables_for(announcement)
            known.update((fact, _value(fact, variables)) for fact in (*needed, *again))
        return known


def _is_elsewhere(announcement: Announcement) -> bool:
    """Whether days and hours are told on two clocks, which may be equally far apart on one day and not on another."""
    source = announcement.source
    return isinstance(source, Event) and seen_from(source.when, announcement.channel.calendar.timezone).differs


def _value(fact: str, variables: Mapping[str, object]) -> object:
    name, _, attribute = fact.partition(".")
    if name not in variables:
        return _ABSENT
    try:
        return getattr(variables[name], attribute, _ABSENT) if attribute else variables[name]
    except MissingTranslation as missing:
        return missing


def _state(value: object, look: Look) -> Hashable:
    """What the template may notice of a value."""
    if isinstance(value, MissingTranslation):
        return MissingTranslation
    if isinstance(value, str) and (len(value) > _LONG or _ODD.search(value) or placeholder_in(value)):
        raise Odd(value)
    if look is Look.LINES and isinstance(value, str):
        return tuple((bool(line), bool(line.strip())) for line in value.split("\n"))
    if look is Look.SHOWN:
        return None if value is None else bool(value)
    try:
        hash(value)
    except TypeError:
        raise Odd(value) from None
    return type(value), value


def _outcome(comparison: Comparison, values: _Known) -> object:
    try:
        return bool(_SIGNS[comparison.sign](values[comparison.fact], comparison.value))
    except TypeError:
        return TypeError
