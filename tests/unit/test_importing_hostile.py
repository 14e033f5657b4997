"""Whatever bytes a source gives: events, or an error in words, within two seconds of work."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing_samples import HEAD, NOW, SETTING

from publisher.importing.errors import ImportFault
from publisher.importing.fetching import MAX_BYTES
from publisher.importing.importer import Options, merge_content
from publisher.importing.scheduletext import ScheduleText
from publisher.importing.sources import Content, read

PIECES = r"""
BEGIN:VCALENDAR\r\n  BEGIN:VEVENT\r\n  END:VEVENT\r\n  SUMMARY:x\r\n  UID:\r\n  \r\n\x20  SEQUENCE:-1\r\n
DTSTART:20270511T100000Z\r\n  DTSTART;TZID="a:b":2027  DTEND;VALUE=DATE:20270514\r\n  DTSTART:00010101\r\n
DTSTART:99991231T235959Z\r\n  DURATION:P99999999W\r\n  DURATION:-P1D\r\n  RRULE:FREQ=WEEKLY;BYDAY=9MO\r\n
RRULE:FREQ=DAILY\r\n  EXDATE:20270511\r\n  RECURRENCE-ID:20270511\r\n  RDATE:20270512\r\n
<html>  <!--  -->  <script\x20type='application/ld+json'>  </script>  {"@type":"Event",  "name":"x",
"startDate":"2027-05-11T10:00:00+23:59"  "startDate":["9999-12-31"]  "@graph":[  [  ]  {  }  :  ,  \ud800
<rss>  <item>  <startdate>  20270511  </startdate>  </item>  </rss>  <![CDATA[  &amp;  &x;
<?xml\x20version='1.0'\x20encoding='utf-7'?>  title,when\n  x,2027-05-11\n  "  ;  \t  \xff\xfe  \x00  \xef\xbb\xbf
x,0000-00-00\x2099:99\n  2199-12-31\x2023:59\x20-\x202200-01-01\n
"""
HEADS = r"""
BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n  <rss><item><title>x</title><startdate>  title,when,hours,end\nx,  <html>
{"@type":"Event","name":"x","startDate":  \ufeff
"""


def listed(written: str) -> st.SearchStrategy[bytes]:
    """The pieces of a list; escapes as in Python."""
    pieces = [piece.encode().decode("unicode_escape") for piece in written.split()]
    return st.sampled_from([piece.encode("latin-1", "ignore") for piece in pieces])


ANY = st.binary() | st.lists(listed(PIECES) | st.binary(max_size=3), max_size=30).map(b"".join)


def tried(content: bytes, content_type: str = "") -> None:
    try:
        harvest = read(Content(content=content, name="feed", content_type=content_type), SETTING)
    except ImportFault:
        return
    assert len(harvest.events) <= 500
    for sentence in harvest.notes:
        assert re.search(r"[\x00-\x1f\x7f-\x9f]", sentence) is None


@given(
    listed(HEADS),
    ANY,
    st.sampled_from(["", "text/html; charset=utf-16", "text/calendar; charset=rot13", "application/pdf"]),
)
def test_any_bytes_give_events_or_an_error_in_words(head: bytes, content: bytes, content_type: str) -> None:
    tried(head + content, content_type)


@given(listed(HEADS), ANY)
def test_any_bytes_leave_a_schedule_file_that_reads(head: bytes, content: bytes) -> None:
    schedule = ScheduleText(HEAD.encode(), "schedules.yaml")
    try:
        outcome = merge_content(
            Content(content=head + content, name="feed"), schedule, Path("schedules.yaml"), options=Options(), now=NOW
        )
    except ImportFault:
        return
    assert outcome.after.startswith(HEAD.encode())


@pytest.mark.parametrize(
    "content", [b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b'{"@type":"WebSite","name":"x"}', b"title,when\n"]
)
def test_a_source_without_events_says_so(content: bytes) -> None:
    harvest = read(Content(content=content, name="feed"), SETTING)
    assert (harvest.events, harvest.notes) == ((), ("There is no event in it.",))


EVENT = b'{"@type":"Event","name":"x","startDate":"2027-05-11"}'
SCRIPT = b"<script type='application/ld+json'>"
SIZE = MAX_BYTES // 8
#: What repeats, and what comes before and after it; the limits must hold whatever the size.
HOSTILE = {
    "calendar, many events": (
        b"BEGIN:VCALENDAR\n",
        b"BEGIN:VEVENT\nSUMMARY:x\nDTSTART:20270511T100000\nEND:VEVENT\n",
        b"",
    ),
    "calendar, rules that never match": (
        b"BEGIN:VCALENDAR\n",
        b"BEGIN:VEVENT\nSUMMARY:x\nDTSTART:20220601\nRRULE:FREQ=DAILY;COUNT=9999;BYMONTHDAY=30;BYMONTH=2\nEND:VEVENT\n",
        b"",
    ),
    "calendar, empty lines": (b"BEGIN:VCALENDAR", b"\n", b""),
    "calendar, folds": (b"BEGIN:VCALENDAR", b"\n ", b""),
    "calendar, exceptions": (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nRRULE:FREQ=DAILY\nEXDATE:", b"20270511,", b""),
    "calendar, quotes": (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART;", b'X=":', b"\nEND:VEVENT\n"),
    "page, open tags": (b"<html>", b"<script type=application/ld+json ", b""),
    "page, open comments": (b"<html>", b"<!--", b""),
    "page, many parts": (b"<html>", SCRIPT + EVENT + b"</script>", b""),
    "page, many broken parts": (b"<html>", SCRIPT + b"{</script>", b""),
    "json, deep": (b"", b'{"a":', b""),
    "json, long number": (b'{"a":', b"9", b"}"),
    "json, many events": (b'{"@graph":[', EVENT + b",", b"1]}"),
    "json, markup": (EVENT[:-28], b"&lt;<a ", EVENT[-28:]),
    "json, points": (EVENT[:-28], b" .", EVENT[-28:]),
    "feed, deep": (b"<rss>", b"<a>", b""),
    "feed, attributes": (b"<rss ", b"a='1' ", b"/>"),
    "feed, entries": (b"<rss>", b"<item/>", b"</rss>"),
    "feed, text": (b"<rss><item><title>", b"x&amp;", b"</title></item></rss>"),
    "table, open quote": (b'title,when\n"', b"x\n", b""),
    "table, columns": (b"title,when", b",title", b""),
    "table, bad rows": (b"title,when\n", b"x,soon\n", b""),
    "table, dates": (b"title,when\nx,", b"2027-05-11 - ", b"\n"),
    "nothing": (b"", b"\0", b""),
}


FAR_TOO_LONG = 20  #: seconds of a processor; the slowest takes one, and what grows with the square takes minutes


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sources_cost_no_more_than_their_size(name: str) -> None:
    head, piece, tail = HOSTILE[name]
    content = head + piece * (SIZE // len(piece)) + tail
    began = time.process_time()
    tried(content)
    assert time.process_time() - began < FAR_TOO_LONG


def test_an_error_carries_nothing_that_steers_a_terminal() -> None:
    with pytest.raises(ImportFault) as caught:
        read(Content(content=b"x", name="\x1b]0;x\x07host", content_type="image/\x1b[31mred"), SETTING)
    assert str(caught.value).isprintable()
