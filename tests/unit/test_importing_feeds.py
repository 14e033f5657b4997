from __future__ import annotations

import pytest
from importing_samples import SETTING, only

from publisher.importing.errors import SourceUnusable
from publisher.importing.feeds import looks_like_feed, read_feed

RSS = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:ev="http://purl.org/rss/1.0/modules/event/"'
    ' xmlns:x="urn:ietf:params:xml:ns:xcal"><channel><title>News</title>{}</channel></rss>'
)


def rss(*entries: str) -> bytes:
    return RSS.format("".join(f"<item>{entry}</item>" for entry in entries)).encode()


NAMED = "<title>Open day</title><guid>7</guid><link>https://example.org/7</link>"


def test_the_date_of_publication_is_not_that_of_the_event() -> None:
    content = rss(NAMED + "<pubDate>Tue, 11 May 2027 10:00:00 +0200</pubDate>")
    with pytest.raises(SourceUnusable, match="publication"):
        read_feed(content, SETTING)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("<ev:startdate>2027-05-11</ev:startdate><ev:enddate>2027-05-13</ev:enddate>", "2027-05-11 to 2027-05-13"),
        ("<x:dtstart>20270511</x:dtstart><x:dtend>20270514</x:dtend>", "2027-05-11 to 2027-05-13"),
        ("<x:dtstart>20270511T080000Z</x:dtstart>", "2027-05-11 10:00"),
        ("<x:dtstart><x:date>2027-05-11</x:date></x:dtstart>", "2027-05-11"),
        ("<ev:startdate>2027-05-11T10:00:00+02:00</ev:startdate>", "2027-05-11 10:00"),
    ],
)
def test_extensions_tell_when_the_event_is(dates: str, expected: str) -> None:
    event = only(read_feed(rss(NAMED + dates), SETTING))
    assert str(event.period) == expected
    assert (event.uid, event.link, event.title) == ("7", "https://example.org/7", {"": "Open day"})


def test_entries_without_a_date_are_counted() -> None:
    harvest = read_feed(rss(NAMED + "<ev:startdate>2027-05-11</ev:startdate>", "<title>News</title>"), SETTING)
    assert only(harvest)
    assert harvest.notes == ("Entries without the date of an event were left out: 1.",)


def test_atom_is_read_too() -> None:
    content = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:gd="http://schemas.google.com/g/2005"><entry>'
        b'<id>tag:7</id><title type="html">Open &amp;lt;b&amp;gt;day&amp;lt;/b&amp;gt;</title>'
        b'<link rel="self" href="https://example.org/self"/><link href="https://example.org/7"/>'
        b'<gd:when startTime="2027-05-11T10:00:00" endTime="2027-05-11T12:00:00"/>'
        b"<summary>Words</summary></entry></feed>"
    )
    event = only(read_feed(content, SETTING))
    assert (str(event.period), event.link, event.uid) == ("2027-05-11 10:00-12:00", "https://example.org/7", "tag:7")
    assert event.summary == {"": "Words"}


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
def test_a_document_type_is_refused(doctype: str) -> None:
    content = rss(NAMED).replace(b"<rss", doctype.encode() + b"<rss", 1).replace(b"Open day", b"&a;")
    with pytest.raises(SourceUnusable, match="DOCTYPE"):
        read_feed(content, SETTING)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<rss>" + b"<a>" * 100, "nested"),
        (b"<rss><item></rss>", "well-formed"),
        (b"<svg/>", "no feed"),
        (b"<rss>" + b"<item/>" * 6000 + b"</rss>", "entries"),
        (b"<?xml version='1.0' encoding='rot13'?><rss/>", "well-formed"),
        (b"<?xml version='1.0' encoding='no-such'?><rss/>", "well-formed"),
    ],
)
def test_what_is_no_sound_feed_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(SourceUnusable, match=words):
        read_feed(content, SETTING)


def test_an_old_encoding_is_understood() -> None:
    content = rss(NAMED.replace("Open day", "Żółć") + "<ev:startdate>2027-05-11</ev:startdate>").decode()
    encoded = content.replace('version="1.0"', 'version="1.0" encoding="windows-1250"', 1).encode("windows-1250")
    assert only(read_feed(encoded, SETTING)).title == {"": "Żółć"}


def test_a_page_is_no_feed() -> None:
    assert not looks_like_feed("<!doctype html><html><feed ></html>")
    assert looks_like_feed('<?xml version="1.0"?><!-- x --><rdf:RDF xmlns="">')


def test_white_space_before_a_feed_and_names_of_html_are_forgiven() -> None:
    content = b"\n  " + rss(
        NAMED.replace("Open day", "Open&nbsp;day &ndash; &amp; night") + "<ev:startdate>2027-05-11</ev:startdate>"
    )
    assert only(read_feed(content, SETTING)).title == {"": "Open\u00a0day – & night"}


def test_a_feed_without_entries_says_so() -> None:
    assert read_feed(rss(), SETTING).notes == ("There is no entry in the feed.",)


def test_two_entries_of_one_name_are_told() -> None:
    entry = NAMED + "<ev:startdate>2027-05-11</ev:startdate>"
    harvest = read_feed(rss(entry, entry.replace("Open day", "Night")), SETTING)
    assert harvest.notes == ("“Open day” was left out: its source gives “Night” the same name and day.",)
