"""Events as an RSS 2.0 feed, with the RSS event module (``ev:``) and Atom's link to itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from html import escape
from types import MappingProxyType
from xml.etree.ElementTree import Element, SubElement, register_namespace

from publisher.errors import RenderError
from publisher.feeds.edition import REFRESH_HOURS, Edition, ascii_address, event_link, published, uid
from publisher.feeds.rssparts import CONTENT_TYPE, add, add_link_to_itself, as_date, written
from publisher.feeds.words import Fact, facts, organiser, place, printable, summary, title, when
from publisher.model import Event, Kind, Planned, PlanState
from publisher.timing.instants import zone

__all__ = ["CONTENT_TYPE", "events_rss", "first_told"]

_EVENT = "http://purl.org/rss/1.0/modules/event/"
_MINUTES = timedelta(hours=REFRESH_HOURS) // timedelta(minutes=1)
_NONE: Mapping[str, datetime] = MappingProxyType({})

register_namespace("ev", _EVENT)


def events_rss(events: Iterable[Event], *, edition: Edition, told_at: Mapping[str, datetime] = _NONE) -> bytes:
    """A feed of events, drafts left out.

    ``told_at``: when the public first heard of an event (aware UTC, by id). That is its pubDate, and must not change
    with the file: programs that turn a feed into mails or chat messages send again what has a new one. An event that
    is not in it has no pubDate.

    Raises `RenderError` when there is no page that the feed belongs to; RSS 2.0 asks for one.
    """
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    add(channel, "title", printable(edition.project.name) or _home(edition))
    add(channel, "link", _home(edition))
    add(channel, "description", printable(edition.project.name) or _home(edition))
    add(channel, "language", edition.language)
    add(channel, "lastBuildDate", as_date(edition.revised_at))
    add(channel, "generator", "publisher")
    add(channel, "ttl", str(_MINUTES))
    if edition.url:
        add_link_to_itself(channel, ascii_address(edition.url))
    for event in published(events):
        _add_item(channel, event, edition=edition, told_at=told_at.get(event.id))
    return written(root)


def first_told(planned: Iterable[Planned], *, now: datetime) -> dict[str, datetime]:
    """By the id of an event: when its first announcement was due, as far as that is past at ``now`` (aware UTC).

    Those that were called off since count too, so that the moment stays the same when an event is cancelled.
    """
    found: dict[str, datetime] = {}
    for one in planned:
        if one.kind is Kind.EVENT and one.state is not PlanState.DRAFT and one.due_at <= now:
            found[one.source_id] = min(one.due_at, found.get(one.source_id, one.due_at))
    return found


def _home(edition: Edition) -> str:
    address = edition.project.link or edition.url
    if not address:
        raise RenderError(
            "an RSS feed must name the page that it belongs to",
            subject="project",
            remedy="add to the project in the file: link: https://…",
        )
    return ascii_address(address)


def _add_item(channel: Element, event: Event, *, edition: Edition, told_at: datetime | None) -> None:
    item = SubElement(channel, "item")
    add(item, "title", title(event, edition).text)
    add(item, "link", event_link(event, edition.project))
    add(item, "description", _description(event, edition))
    for tag in event.tags:
        add(item, "category", printable(tag.lstrip("#")))
    SubElement(item, "guid", isPermaLink="false").text = uid(event.id, edition.project)
    if told_at is not None:
        add(item, "pubDate", as_date(told_at))
    begin, end = _span(event)
    add(item, f"{{{_EVENT}}}startdate", begin)
    add(item, f"{{{_EVENT}}}enddate", end)
    add(item, f"{{{_EVENT}}}location", place(event, edition).text)
    add(item, f"{{{_EVENT}}}organizer", organiser(event, edition).text)


def _description(event: Event, edition: Edition) -> str:
    """HTML, as readers of RSS expect it: when, where, what about, how to take part."""
    about = escape(summary(event, edition).text).replace("\n", "<br>")
    paragraphs = [escape(when(event, edition)), _linked(place(event, edition).text), about]
    paragraphs += ["<br>".join(_line(fact) for fact in facts(event, edition))]
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph)


def _line(fact: Fact) -> str:
    shown = _linked(fact.link) if fact.link else escape(fact.text)
    return ": ".join(part for part in (escape(fact.label), shown) if part)


def _linked(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(text)}">{escape(text)}</a>'


def _span(event: Event) -> tuple[str, str]:
    """Begin and end as ISO 8601 writes them; days alone for an event without hours, and nothing for an unknown end."""
    dates = event.when
    if dates.begin is None:
        return dates.first.isoformat(), dates.last.isoformat()
    begin = datetime.combine(dates.first, dates.begin, tzinfo=zone(dates.timezone))
    if dates.end is None:
        return begin.isoformat(), dates.last.isoformat() if dates.last > dates.first else ""
    after_midnight = timedelta(days=dates.end < dates.begin)
    end = datetime.combine(dates.last + after_midnight, dates.end, tzinfo=zone(dates.timezone))
    return begin.isoformat(), end.isoformat()
