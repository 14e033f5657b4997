"""How long an announcement is true: "tomorrow" only on the day before, an invitation only before the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from publisher.model import Event
from publisher.sentences import sentence
from publisher.timing.anchors import deadline_at, end_at, start_at
from publisher.timing.instants import to_instant

_DAY = timedelta(days=1)


class Truth(StrEnum):
    """The time span in which the words of a template are true (``true:`` in its about.yaml)."""

    ALWAYS = "always"
    BEFORE_START = "before the start"
    BEFORE_DEADLINE = "before the deadline"
    DAY_BEFORE = "the day before"
    EVENT_DAYS = "on event days"
    UNTIL_END = "until the end"
    AFTER_END = "after the end"


TRUE_WHEN = {
    Truth.ALWAYS: sentence("always"),
    Truth.BEFORE_START: sentence("before the start"),
    Truth.BEFORE_DEADLINE: sentence("before the deadline"),
    Truth.DAY_BEFORE: sentence("the day before"),
    Truth.EVENT_DAYS: sentence("on event days"),
    Truth.UNTIL_END: sentence("until the end"),
    Truth.AFTER_END: sentence("after the end"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """From ``begin`` (included) to ``end`` (excluded), aware UTC; None is without a limit."""

    begin: datetime | None = None
    end: datetime | None = None

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies within."""
        return (self.begin is None or instant >= self.begin) and (self.end is None or instant < self.end)


def span(truth: Truth, event: Event) -> Span:
    """When words of this kind are true about this event."""
    return _SPANS[truth](event)


def _midnight(event: Event, offset: timedelta) -> datetime:
    """The start of the event's first day plus ``offset`` days, on the event's own clock."""
    return to_instant(datetime.combine(event.when.first + offset, time.min), event.when.timezone)


def _over_at(event: Event) -> datetime:
    """An event without hours may be thanked for on its last day."""
    if event.when.end is not None:
        return end_at(event)
    return to_instant(datetime.combine(event.when.last, time.min), event.when.timezone)


_SPANS: dict[Truth, Callable[[Event], Span]] = {
    Truth.ALWAYS: lambda _: Span(),
    Truth.BEFORE_START: lambda event: Span(None, start_at(event)),
    Truth.BEFORE_DEADLINE: lambda event: Span(None, deadline_at(event) or start_at(event)),
    Truth.DAY_BEFORE: lambda event: Span(_midnight(event, -_DAY), _midnight(event, timedelta())),
    Truth.EVENT_DAYS: lambda event: Span(_midnight(event, timedelta()), end_at(event)),
    Truth.UNTIL_END: lambda event: Span(None, end_at(event)),
    Truth.AFTER_END: lambda event: Span(_over_at(event), None),
}
