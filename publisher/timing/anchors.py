"""The moments of an event, and phrases that count from them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from publisher.model import Event
from publisher.sentences import Sentence, sentence
from publisher.timing.instants import to_instant, to_local
from publisher.timing.phrases import Anchor, FromDay, FromInstant, Unit

_DAY = timedelta(days=1)


class NoSuchMoment(ValueError):
    """The event lacks what the phrase counts from (an hour, a registration deadline)."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(message)
        self.message = message


def start_at(event: Event) -> datetime:
    """When the event begins (aware UTC); an all-day event begins with its first day."""
    return to_instant(datetime.combine(event.when.first, event.when.begin or time.min), event.when.timezone)


def end_at(event: Event) -> datetime:
    """When the event is over (aware UTC); without an hour that is the end of its last day."""
    when = event.when
    if when.end is None:
        return to_instant(datetime.combine(when.last + _DAY, time.min), when.timezone)
    spans_midnight = when.begin is not None and when.end <= when.begin
    return to_instant(datetime.combine(when.last + _DAY * spans_midnight, when.end), when.timezone)


def deadline_at(event: Event) -> datetime | None:
    """When registration closes (aware UTC); a bare date means to the end of that day."""
    until = event.registration.until
    if until is None:
        return None
    if event.registration.until_has_time:
        return to_instant(until, event.when.timezone)
    return to_instant(datetime.combine(until.date() + _DAY, time.min), event.when.timezone)


def due_local(phrase: FromInstant | FromDay, event: Event, timezone: str) -> datetime:
    """The wall time in ``timezone`` that a relative phrase means for this event. Raises `NoSuchMoment`."""
    if isinstance(phrase, FromDay):
        return datetime.combine(_day(phrase, event), phrase.at)
    distance = timedelta(**{f"{phrase.unit}s": phrase.amount})
    return to_local(_instant(phrase.anchor, event) + distance, timezone)


def _day(phrase: FromDay, event: Event) -> date:
    base = _anchor_day(phrase.anchor, event)
    if phrase.unit is Unit.MONTH:
        return base + relativedelta(months=phrase.amount)
    return base + timedelta(**{f"{phrase.unit}s": phrase.amount})


def _anchor_day(anchor: Anchor, event: Event) -> date:
    if anchor is Anchor.REGISTRATION:
        until = event.registration.until
        if until is None:
            raise NoSuchMoment(sentence("this event has no registration deadline (register: until:)"))
        return until.date()
    return event.when.last if anchor in (Anchor.END, Anchor.LAST_DAY) else event.when.first


def _instant(anchor: Anchor, event: Event) -> datetime:
    if anchor is Anchor.REGISTRATION:
        deadline = deadline_at(event)
        if deadline is None:
            raise NoSuchMoment(sentence("this event has no registration deadline (register: until:)"))
        return deadline
    has_hour = event.when.end if anchor in (Anchor.END, Anchor.LAST_DAY) else event.when.begin
    if has_hour is None:
        raise NoSuchMoment(sentence("this event has no hours, so hours and minutes can't be counted from it"))
    return end_at(event) if anchor in (Anchor.END, Anchor.LAST_DAY) else start_at(event)
