from __future__ import annotations

import json

import pytest
from importing_samples import SETTING, only

from publisher.importing.errors import SourceUnusable
from publisher.importing.found import FoundEvent
from publisher.importing.jsonld import read_json, read_page

BASE = {"@context": "https://schema.org", "@type": "Event", "name": "Open day", "startDate": "2027-05-11"}


def event(**fields: object) -> FoundEvent:
    return only(read_json(json.dumps({**BASE, **fields}).encode(), SETTING, url="https://example.org/events/"))


def page(*scripts: str) -> bytes:
    tags = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return f"<!doctype html><html><head>{tags}</head></html>".encode()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "2027-05-11"),
        ({"endDate": "2027-05-13"}, "2027-05-11 to 2027-05-13"),
        ({"startDate": "2027-05-11T10:00", "endDate": "2027-05-11T12:00"}, "2027-05-11 10:00-12:00"),
        ({"startDate": "2027-05-11T10:00:00+02:00", "endDate": "2027-05-11T12:00:00+02:00"}, "2027-05-11 10:00-12:00"),
        ({"startDate": "2027-05-11T08:00:00Z"}, "2027-05-11 10:00"),
        ({"startDate": "2027-05-11T08:00:00.000Z"}, "2027-05-11 10:00"),
        ({"startDate": "2027-05-11T10:00", "endDate": "2027-05-11"}, "2027-05-11 10:00"),
        ({"startDate": ["2027-05-11"]}, "2027-05-11"),
    ],
)
def test_the_last_day_is_included(fields: dict[str, object], expected: str) -> None:
    assert str(event(**fields).period) == expected


def test_another_offset_keeps_the_instant_and_is_told() -> None:
    told = event(startDate="2027-05-11T11:00:00+03:00")
    assert str(told.period) == "2027-05-11 10:00"
    assert told.remarks == ("its source says 2027-05-11 11:00 (UTC+0300)",)


@pytest.mark.parametrize(
    "document",
    [
        {"@graph": [{"@type": "WebPage"}, BASE]},
        [BASE],
        {**BASE, "@type": ["Thing", "BusinessEvent"]},
        {**BASE, "@type": "http://schema.org/Festival"},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": BASE}]},
        {"@type": "Place", "event": BASE},
        {"@type": "WebPage", "mainEntity": {**BASE, "@type": "EducationEvent"}},
    ],
)
def test_events_are_found_wherever_pages_put_them(document: object) -> None:
    assert only(read_json(json.dumps(document).encode(), SETTING)).title == {"": "Open day"}


def test_places_come_in_every_mixture() -> None:
    address = {"streetAddress": "ul. Odeska 1", "postalCode": "15-406", "addressLocality": "Białystok"}
    told = event(
        location=[
            {"@type": "VirtualLocation", "url": "https://example.org/live"},
            {"@type": "Place", "name": "Opera", "address": address},
        ]
    )
    assert (told.venue, told.address, told.online) == (
        "Opera",
        "ul. Odeska 1, 15-406 Białystok",
        "https://example.org/live",
    )
    assert event(location="Opera").venue == "Opera"
    assert event(location={"@type": "Place", "address": "Odeska 1"}).venue == "Odeska 1"
    assert event(location=[None, {}]).venue == ""


def test_a_person_is_not_named_as_organiser() -> None:
    assert event(organizer={"@type": "Person", "name": "Somebody"}).organiser == ""
    assert (
        event(
            organizer=[{"@type": "Person", "name": "Somebody"}, {"@type": "Organization", "name": "Office"}]
        ).organiser
        == "Office"
    )


def test_links_are_made_whole_and_offers_are_registration() -> None:
    told = event(url="open-day", offers={"@type": "Offer", "url": "https://example.org/tickets"})
    assert (told.link, told.register) == ("https://example.org/events/open-day", "https://example.org/tickets")
    assert event(url="javascript:alert(1)").link == ""
    assert event(url="https://user:secret@example.org/").link == ""


@pytest.mark.parametrize(
    ("status", "remark", "is_off"),
    [
        ("https://schema.org/EventCancelled", "its source calls it cancelled", True),
        ("EventPostponed", "its source calls it postponed", False),
        ("https://schema.org/EventScheduled", "", False),
    ],
)
def test_states_are_told_in_a_remark(status: str, remark: str, *, is_off: bool) -> None:
    told = event(eventStatus=status)
    assert (" ".join(told.remarks), told.is_off) == (remark, is_off)


def test_words_come_in_their_languages() -> None:
    told = event(name=[{"@language": "pl", "@value": "Dzień"}, {"@language": "en-GB", "@value": "Day"}])
    assert told.title == {"pl": "Dzień", "en": "Day"}


def test_a_broken_part_is_told_and_the_others_are_read() -> None:
    harvest = read_page(page("{ broken", json.dumps(BASE), "[1, 2"), SETTING)
    assert only(harvest).title == {"": "Open day"}
    assert [note[:6] for note in harvest.notes] == ["Part 1", "Part 3"]


def test_what_is_commented_out_is_not_there() -> None:
    content = page(json.dumps(BASE)).replace(b"<script", b"<!-- <script").replace(b"</script>", b"</script> -->")
    with pytest.raises(SourceUnusable):
        read_page(content, SETTING)


def test_other_scripts_are_not_read() -> None:
    content = b"<html><script>" + json.dumps(BASE).encode() + b"</script><script>if (a < b) {}</script></html>"
    with pytest.raises(SourceUnusable, match=r"JSON-LD"):
        read_page(content, SETTING)


@pytest.mark.parametrize("content", [b"{", b"[" * 200_000, b'{"a": ' * 50_000, b'{"a": 1e999'])
def test_what_is_no_json_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(SourceUnusable, match="not JSON"):
        read_json(content, SETTING)


def test_an_event_is_known_by_what_its_source_calls_it() -> None:
    assert event(**{"@id": "#event-7"}).uid == "https://example.org/events/#event-7"
    assert event(identifier={"@type": "PropertyValue", "value": "7"}).uid == "7"
    assert event().uid.startswith("nameless-")
    assert event().uid == event(description="changed").uid


def test_events_without_a_date_are_told() -> None:
    document = [{"@type": "Event", "name": "Some day"}, {**BASE, "name": "Never", "startDate": "2027-02-30"}]
    harvest = read_json(json.dumps(document).encode(), SETTING)
    assert harvest.events == ()
    assert len(harvest.notes) == 2


@pytest.mark.parametrize(
    "document",
    [
        {**BASE, "subEvent": [{**BASE, "name": "Talk"}]},
        {"@type": "WebPage", "about": [BASE, {**BASE, "name": "Talk"}]},
        [{"@type": "EventSeries", "name": "Days", "subEvent": [BASE, {**BASE, "name": "Talk"}]}],
        {
            "@graph": [
                {
                    "@type": "Place",
                    "subjectOf": {
                        "@type": ["Thing", "http://schema.org/SocialEvent"],
                        **{name: text for name, text in BASE.items() if name != "@type"},
                    },
                },
                {**BASE, "name": "Talk"},
            ]
        },
    ],
)
def test_parts_and_subjects_are_events_too(document: object) -> None:
    titles = {event.title[""] for event in read_json(json.dumps(document).encode(), SETTING).events}
    assert titles == {"Open day", "Talk"}


def test_json_in_a_page_may_be_wrapped_as_in_xhtml() -> None:
    for before, after in (("//<![CDATA[\n", "\n//]]>"), ("/*<![CDATA[*/", "/*]]>*/"), ("<![CDATA[", "]]>")):
        assert only(read_page(page(before + json.dumps(BASE) + after), SETTING)).title == {"": "Open day"}
