"""Events as RSS: what readers of news make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from feed_samples import PROJECT, REVISED, edition, event, when
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import RenderError
from publisher.feeds.edition import Edition, ahead
from publisher.feeds.rss import events_rss
from publisher.model import Event, EventStatus, Registration, Venue

EV = "{http://purl.org/rss/1.0/modules/event/}"
ATOM = "{http://www.w3.org/2005/Atom}"
TOLD = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def _channel(*events: Event, told_at: Mapping[str, datetime] | None = None, issue: Edition | None = None) -> ET.Element:
    root = ET.fromstring(events_rss(events, edition=issue or edition(), told_at=told_at or {}))  # noqa: S314  ours
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    [channel] = root
    return channel


def _item(event_: Event, *, issue: Edition | None = None) -> ET.Element:
    found = _channel(event_, issue=issue).find("item")
    assert found is not None
    return found


class _Text(HTMLParser):
    """The words and links of a description."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("p", "br", "a")
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_channel_has_all_that_rss_asks_for() -> None:
    channel = _channel(event())
    assert channel.findtext("title") == channel.findtext("description") == "City Library"
    assert channel.findtext("link") == PROJECT.link
    assert channel.findtext("language") == "pl"
    assert parsedate_to_datetime(channel.findtext("lastBuildDate", "")) == REVISED


def test_a_feed_knows_its_own_address_only_when_it_is_told() -> None:
    assert _channel(event()).find(f"{ATOM}link") is None
    link = _channel(event(), issue=edition(url="https://example.org/news.rss")).find(f"{ATOM}link")
    assert link is not None
    assert link.attrib == {"href": "https://example.org/news.rss", "rel": "self", "type": "application/rss+xml"}


def test_a_feed_that_belongs_to_no_page_says_what_is_missing() -> None:
    nowhere = edition(project=replace(PROJECT, link=""))
    with pytest.raises(RenderError, match=r"link: https://"):
        events_rss([event()], edition=nowhere)
    assert _channel(event(), issue=replace(nowhere, url="https://example.org/x")).findtext("link")


def test_the_guid_is_the_uid_of_the_calendar_and_no_address() -> None:
    guid = _item(event()).find("guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == ("open-day@www.example.org", "false")


def test_an_event_is_as_new_as_its_first_announcement() -> None:
    item = _channel(event(), told_at={"open-day": TOLD}).find("item")
    assert item is not None
    assert parsedate_to_datetime(item.findtext("pubDate", "")) == TOLD
    assert _item(event()).find("pubDate") is None


def test_the_description_says_when_where_and_how_in_words() -> None:
    shown = _Text(_item(event()).findtext("description", ""))
    assert shown.words[0] == "czwartek, 13 maja 2027, 10:00–16:00 (czasu warszawskiego)"
    assert shown.words[1:3] == ["Main hall, Long Street 1, Springfield", "Zajrzyj za kulisy."]
    assert "Zapisy do: 10 maja 2027" in shown.words
    assert shown.links == ["https://example.org/register"]


def test_what_is_called_off_says_so_before_its_title_and_its_date() -> None:
    item = _item(event(status=EventStatus.POSTPONED), issue=edition("en"))
    assert item.findtext("title") == "Postponed: Open day"
    assert _Text(item.findtext("description", "")).words[0].startswith("Postponed, original date: Thursday")


def test_words_that_look_like_html_are_words() -> None:
    item = _item(event(title={"pl": "R&D <dla> ludzi"}, summary={"pl": "1 < 2 & <b>3</b>"}))
    assert item.findtext("title") == "R&D <dla> ludzi"
    assert "1 < 2 & <b>3</b>" in "".join(_Text(item.findtext("description", "")).words)


def test_dates_stand_for_programs_too() -> None:
    item = _item(event(when=when("2027-05-11", "2027-05-13", begin="09:00", end="16:30")))
    assert item.findtext(f"{EV}startdate") == "2027-05-11T09:00:00+02:00"
    assert item.findtext(f"{EV}enddate") == "2027-05-13T16:30:00+02:00"
    assert item.findtext(f"{EV}location") == "Main hall, Long Street 1, Springfield"
    assert item.findtext(f"{EV}organizer") == "Biblioteka"


@pytest.mark.parametrize(
    ("dates", "end"),
    [
        (when("2027-05-11", "2027-05-13"), "2027-05-13"),
        (when("2027-06-02", begin="22:00", end="02:00"), "2027-06-03T02:00:00+02:00"),
        (when("2027-06-02", begin="22:00"), None),
    ],
)
def test_the_end_is_what_is_known_of_it(dates: object, end: str | None) -> None:
    assert _item(event(when=dates)).findtext(f"{EV}enddate") == end


def test_an_event_without_any_link_has_none() -> None:
    bare = event(registration=Registration(), venue=Venue(), organiser={}, summary={}, tags=(), spoken=())
    item = _item(bare, issue=edition(project=replace(PROJECT, link=""), url="https://example.org/x"))
    assert item.find("link") is None
    assert [child.tag for child in item if not child.text] == []


def test_tags_are_categories_and_drafts_are_left_out() -> None:
    channel = _channel(event(), event(id="secret", status=EventStatus.DRAFT))
    assert [item.findtext("guid") for item in channel.findall("item")] == ["open-day@www.example.org"]
    assert [tag.text for tag in channel.iter("category")] == ["Books", "OpenDay"]


def test_only_what_is_over_is_left_out_of_what_lies_ahead() -> None:
    end = datetime(2027, 5, 13, 14, 0, tzinfo=UTC)  # 16:00 in Warsaw
    assert ahead([event()], now=end - timedelta(seconds=1)) == [event()]
    assert ahead([event()], now=end) == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_whatever_people_write_the_feed_can_be_read(words: str) -> None:
    item = _item(event(title={"pl": words, "en": "x"}, summary={"pl": words}, venue=Venue(name={"pl": words})))
    assert item.findtext("title")
    _Text(item.findtext("description", ""))
