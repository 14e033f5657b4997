"""The plan as an iCalendar file (RFC 5545), to look at in any calendar program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from publisher.model import Planned

_SHOWN_AS = timedelta(minutes=15)


def plan_calendar(planned: Iterable[Planned]) -> str:
    """One VEVENT for each delivery, in UTC; the UID is its key, so that a moved one moves in the calendar too."""
    calendar = Calendar()
    calendar.add("prodid", "-//publisher//plan//EN")
    calendar.add("version", "2.0")
    for one in planned:
        event = Event()
        event.add("uid", f"{one.key}@publisher")
        event.add("dtstamp", one.due_at)
        event.add("dtstart", one.due_at)
        event.add("dtend", one.due_at + _SHOWN_AS)
        event.add("summary", f"{one.channel.id}: {one.template} – {one.source_id}")  # noqa: RUF001  a dash
        event.add("description", f"{one.step} ({', '.join(one.languages)}) {one.reason}".strip())
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content.decode("utf-8")
