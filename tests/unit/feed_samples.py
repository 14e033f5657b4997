"""Events and an edition for the tests of feeds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from icalendar import Calendar, Component

from publisher.feeds.calendar import event_calendar, events_calendar
from publisher.feeds.edition import Edition
from publisher.model import Contact, Event, EventStatus, Project, Registration, Venue, When

REVISED = datetime(2027, 1, 15, 10, 30, tzinfo=UTC)
PROJECT = Project(
    name="City Library",
    link="https://www.example.org/library",
    contact=Contact(name="City Library, front desk", email="library@example.org"),
)


def when(
    first: str = "2027-05-13", last: str = "", *, begin: str = "", end: str = "", timezone: str = "Europe/Warsaw"
) -> When:
    """Days and hours as in the file."""
    return When(
        first=date.fromisoformat(first),
        last=date.fromisoformat(last or first),
        timezone=timezone,
        begin=time.fromisoformat(begin) if begin else None,
        end=time.fromisoformat(end) if end else None,
    )


def event(**fields: Any) -> Event:  # noqa: ANN401  any field
    """An open day with everything, but for what is given."""
    usual: dict[str, Any] = {
        "id": "open-day",
        "status": EventStatus.CONFIRMED,
        "when": when(begin="10:00", end="16:00"),
        "title": {"pl": "Dzień otwarty", "en": "Open day"},
        "summary": {"pl": "Zajrzyj za kulisy.", "en": "Look behind the scenes."},
        "venue": Venue(name={"*": "Main hall"}, address={"*": "Long Street 1, Springfield"}, step_free=True),
        "organiser": {"pl": "Biblioteka", "en": "The library"},
        "spoken": ("pl", "en"),
        "registration": Registration(
            link="https://example.org/register", until=datetime.fromisoformat("2027-05-10T23:59")
        ),
        "tags": ("Books", "OpenDay"),
    }
    return Event(**usual | fields)


def edition(*languages: str, **fields: Any) -> Edition:  # noqa: ANN401  any field
    """The Polish edition, or that of the languages given."""
    usual: dict[str, Any] = {"project": PROJECT, "languages": languages or ("pl", "en"), "revised_at": REVISED}
    return Edition(**usual | fields)


def parsed(*events: Event, **fields: Any) -> Calendar:  # noqa: ANN401  any field
    """The calendar of these events as a program reads it."""
    return _calendar(events_calendar(events, edition=fields.pop("edition", None) or edition(**fields)))


def component(event_: Event, **fields: Any) -> Component:  # noqa: ANN401  any field
    """The VEVENT of a single event as a program reads it."""
    calendar = _calendar(event_calendar(event_, edition=fields.pop("edition", None) or edition(**fields)))
    [found] = calendar.walk("VEVENT")
    return found


def _calendar(content: bytes) -> Calendar:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    return calendar
