"""The plan as an iCalendar object (RFC 5545), to look at in any calendar program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from publisher.feeds.edition import sequence_at
from publisher.feeds.words import printable
from publisher.feeds.zones import any_zone
from publisher.model import Planned, PlanState

_SHOWN_AS = timedelta(minutes=15)


def plan_calendar(planned: Iterable[Planned], *, revised_at: datetime) -> bytes:
    """One VEVENT for each delivery, in UTC; the UID is its key, so that a moved one moves in the calendar too.

    ``revised_at`` (aware UTC): when the plan was made.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//publisher//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    shown = list(planned)
    for one in shown:
        event = Event()
        event.add("uid", f"{one.key}@publisher")
        event.add("dtstamp", revised_at)
        event.add("last-modified", revised_at)
        event.add("sequence", sequence_at(revised_at))
        event.add("status", "TENTATIVE" if one.state is PlanState.HELD else "CONFIRMED")
        event.add("dtstart", one.due_at)
        event.add("dtend", one.due_at + _SHOWN_AS)
        event.add("transp", "TRANSPARENT")  # nobody has to be there
        event.add("summary", f"{one.channel.id}: {one.template} – {one.source_id}")  # noqa: RUF001  a dash
        event.add("description", printable(f"{one.step} ({', '.join(one.languages)}) {one.reason}").strip())
        calendar.add_component(event)
    if not shown:
        calendar.add_component(any_zone(revised_at.year))
    return bytes(calendar.to_ical())
