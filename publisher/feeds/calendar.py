"""Events as an iCalendar object (RFC 5545, RFC 7986): a calendar to follow, or a single event to attach to a mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, vCalAddress, vUri
from icalendar import Event as Component

from publisher.feeds.edition import REFRESH_HOURS, Edition, ascii_address, event_link, published, uid
from publisher.feeds.phrases import phrases_in
from publisher.feeds.words import Words, facts, place, printable, summary, title
from publisher.feeds.zones import any_zone, vtimezone
from publisher.model import Event, EventStatus, When
from publisher.timing.instants import to_instant, zone

CONTENT_TYPE = "text/calendar; charset=utf-8"

_MAKER = "-//publisher//events//EN"
_DAY = timedelta(days=1)
_UTC = ("UTC", "UCT", "Universal", "Zulu", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu")
_STATUS = {
    EventStatus.DRAFT: "TENTATIVE",
    EventStatus.CONFIRMED: "CONFIRMED",
    EventStatus.POSTPONED: "TENTATIVE",
    EventStatus.CANCELLED: "CANCELLED",
}


def events_calendar(events: Iterable[Event], *, edition: Edition) -> bytes:
    """A calendar to publish at an address that calendar programs follow; drafts are left out.

    It has no METHOD: that would make it an invitation (RFC 5545 section 3.7.2).
    """
    shown = published(events)
    calendar = _calendar(shown, edition)
    if name := printable(edition.project.name):
        calendar.calendar_name = name
    refresh = timedelta(hours=REFRESH_HOURS)
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{REFRESH_HOURS}H")  # the same for Outlook
    if edition.url:
        calendar.add("source", vUri(ascii_address(edition.url)), parameters={"VALUE": "URI"})
    return bytes(calendar.to_ical())


def event_calendar(event: Event, *, edition: Edition) -> bytes:
    """One event, with the UID that it has in `events_calendar`: who has it from there gets it no second time."""
    return bytes(_calendar([event], edition).to_ical())


def event_publication(event: Event, *, edition: Edition) -> bytes:
    """The same to hand to readers: published, not an invitation that they would have to answer.

    RFC 5546 section 3.2.1: METHOD is PUBLISH, there is an ORGANIZER, nobody attends; STATUS may be CANCELLED. Without
    a contact there is no organizer, and then no METHOD either: it is a calendar file like any other.
    """
    calendar = _calendar([event], edition)
    if contact := edition.project.contact:
        calendar.add("method", "PUBLISH")
        for component in calendar.walk("VEVENT"):
            organizer = vCalAddress(f"mailto:{contact.email}")
            organizer.params["CN"] = printable(contact.name)
            component.add("organizer", organizer)
    return bytes(calendar.to_ical())


def _calendar(events: list[Event], edition: Edition) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for name, (first, last) in _zones_in_use(events).items():
        calendar.add_component(vtimezone(name, first, last))
    for event in events:
        calendar.add_component(_component(event, edition))
    if not events:
        calendar.add_component(any_zone(edition.revised_at.year))
    return calendar


def _zones_in_use(events: Iterable[Event]) -> dict[str, tuple[int, int]]:
    """Each zone that a DTSTART names, with the years in which it is needed. UTC is written with a Z instead."""
    found: dict[str, tuple[int, int]] = {}
    for event in events:
        when = event.when
        if when.begin is not None and when.timezone not in _UTC:
            first, last = found.get(when.timezone, (when.first.year, when.last.year))
            found[when.timezone] = (min(first, when.first.year), max(last, when.last.year))
    return found


def _component(event: Event, edition: Edition) -> Component:
    component = Component()
    component.add("uid", uid(event.id, edition.project))
    # Without a METHOD these two are the same: when it was last revised (RFC 5545 section 3.8.7.2).
    component.add("dtstamp", edition.revised_at)
    component.add("last-modified", edition.revised_at)
    component.add("sequence", edition.sequence)
    component.add("status", _STATUS[event.status])
    if event.status in (EventStatus.POSTPONED, EventStatus.CANCELLED):
        component.add("transp", "TRANSPARENT")  # takes up nobody's time
    _add_times(component, event.when)
    _add_words(component, event, edition)
    _add_links(component, event, edition)
    return component


def _add_times(component: Component, when: When) -> None:
    """Whole days end on the day after the last one: DTEND does not belong to the event (RFC 5545 section 3.6.1).

    Several days with hours are the hours of the first day, repeated daily: one event with one UID, and nobody is busy
    at night. An event of which only the beginning is known has no DTEND; an invented one would be wrong.
    """
    if when.begin is None:
        component.add("dtstart", when.first)
        component.add("dtend", when.last + _DAY)
        return
    begin = datetime.combine(when.first, when.begin)
    component.add("dtstart", _local(begin, when.timezone))
    end = _end_of_first_day(when, begin)
    if end is not None:
        component.add("dtend", _local(end, when.timezone))
    if when.last > when.first:
        component.add("rrule", {"freq": "daily", "count": (when.last - when.first + _DAY).days})


def _end_of_first_day(when: When, begin: datetime) -> datetime | None:
    """When the first day is over, maybe after midnight; None when nobody said. DTEND must be later than DTSTART."""
    if when.end is None or when.end == when.begin:
        return None
    end = datetime.combine(begin.date(), when.end)
    end = end + _DAY if end < begin else end
    return end if to_instant(end, when.timezone) > to_instant(begin, when.timezone) else None


def _local(wall: datetime, timezone: str) -> datetime:
    """A wall time with its zone, as it stands: a gap or a fold is for the reader's program to see."""
    return wall.replace(tzinfo=UTC if timezone in _UTC else zone(timezone))


def _add_words(component: Component, event: Event, edition: Edition) -> None:
    _add_text(component, "summary", title(event, edition))
    about = summary(event, edition)
    lines = [": ".join(part for part in (fact.label, fact.text or fact.link) if part) for fact in facts(event, edition)]
    paragraphs = [part for part in (about.text, "\n".join(lines)) if part]
    _add_text(component, "description", Words("\n\n".join(paragraphs), about.language or edition.language))
    _add_text(component, "location", place(event, edition))
    if tags := [words for tag in event.tags if (words := printable(tag.lstrip("#")))]:
        component.add("categories", tags)


def _add_text(component: Component, name: str, words: Words) -> None:
    if words.text:
        component.add(name, words.text, parameters={"LANGUAGE": words.language} if words.language else {})


def _add_links(component: Component, event: Event, edition: Edition) -> None:
    """No ORGANIZER: that is for meetings with attendees (RFC 5545 section 3.8.4.3), and programs would answer to it."""
    if link := event_link(event, edition.project):
        component.add("url", vUri(link))
    if contact := edition.project.contact:
        component.add("contact", printable(f"{contact.name}, {contact.email}"))
    if event.venue.online and event.status is EventStatus.CONFIRMED:
        label = phrases_in(edition.language).online
        address = vUri(ascii_address(event.venue.online))
        component.add("conference", address, parameters={"VALUE": "URI", "LABEL": label})
