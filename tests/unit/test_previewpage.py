"""The pieces of the preview: words aloud, differences, languages side by side, chips, frames."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len
from schedule_samples import planned, rules, schedule, window

from publisher.cli.frames import wrapped
from publisher.linkcards.card import LinkCard
from publisher.linkcards.kept import KeptCard
from publisher.model import Draft
from publisher.plan import plan
from publisher.previewpage.aloud import aloud, words_of_hashtag
from publisher.previewpage.chips import chips_of, elsewhere, far_away
from publisher.previewpage.linkcard import ShownLinkCard
from publisher.previewpage.page import folded, lively
from publisher.previewpage.sidebyside import _FACT, _fact
from publisher.previewpage.worddiff import WordChange, runs

HEAD = """
version: 1
project: { name: Office }
defaults: { timezone: Europe/Warsaw, languages: [en] }
channels:
  twitter: { account: "@office" }
"""
POST = "posts: [{ id: hello, send: 2027-04-13 10:00, to: [twitter], text: Hello }]\n"
BLACKOUT = "blackouts: [{ from: 2027-04-12, to: 2027-04-14, why: mourning }]\n"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("OpenData2027", "Open Data 2027"),
        ("EUFunds", "EU Funds"),
        ("DostępnośćCyfrowa", "Dostępność Cyfrowa"),
        ("białystok", "białystok"),
        ("two_words", "two words"),
    ],
)
def test_a_hashtag_is_said_word_by_word(name: str, words: str) -> None:
    assert words_of_hashtag(name) == words


def test_a_post_is_read_aloud_with_emoji_links_and_descriptions() -> None:
    text = "Come! 🎉\n\n#OpenData https://example.org/a/ @office – “9–11”"
    assert aloud(Draft(language="en", text=text), text) == [
        "Come! (party popper)",
        "(hashtag: Open Data) (link: example.org/a) (at office) – “9–11”",
    ]


def test_emoji_that_are_joined_are_said_one_after_the_other() -> None:
    assert aloud(Draft(language="en", text=""), "👩‍👧") == ["(woman) (girl)"]


def test_a_difference_is_shown_word_by_word() -> None:
    found = [(run.change, run.text) for run in runs("See you at 10:00 there", "See you at 12:00 there")]
    same, out, new = WordChange.SAME, WordChange.OUT, WordChange.IN
    assert found == [(same, "See you at "), (out, "10"), (new, "12"), (same, ":00 there")]


def test_both_texts_can_be_put_together_again_from_the_difference() -> None:
    old, new = "Zażółć  gęślą\njaźń 🎉 11–13", "Zażółć gęślą jaźń! 🎉 11–14\n"
    found = runs(old, new)
    assert "".join(run.text for run in found if run.change is not WordChange.IN) == old
    assert "".join(run.text for run in found if run.change is not WordChange.OUT) == new


@pytest.mark.parametrize(
    ("language", "text", "facts"),
    [
        ("pl", "11–13 maja 2027, 09:00", ["number: 11", "number: 13", "month: 5", "number: 2027", "time: 9:00"]),
        ("en", "11–13 May 2027, 9 am", ["number: 11", "number: 13", "month: 5", "number: 2027", "time: 9:00"]),
        ("fr", "du 11 au 13 mai 2027, 9 h", ["number: 11", "number: 13", "month: 5", "number: 2027", "time: 9:00"]),
        ("fi", "13. toukokuuta 2027 klo 16.30", ["number: 13", "month: 5", "number: 2027", "time: 16:30"]),
        ("de", "Dienstag, 9 Uhr", ["weekday: 2", "time: 9:00"]),
        ("fr", "16 h 30", ["time: 16:30"]),
        ("en", "4:30 p.m.", ["time: 16:30"]),
        ("ca", "13 de maig", ["number: 13", "month: 5"]),
        ("fi", "13.5.2027", ["date: 13.5.2027"]),
        ("en", "2027-05-13", ["date: 13.5.2027"]),
        ("pl", "https://example.org/a?utm_source=x&b=1.", ["link: https://example.org/a?b=1"]),
    ],
)
def test_dates_hours_and_links_are_the_same_facts_in_every_language(language: str, text: str, facts: list[str]) -> None:
    found = [_fact(one, language) for one in _FACT.finditer(text)]
    assert [fact for fact in found if fact] == facts


def test_a_delivery_that_a_blackout_moved_says_both() -> None:
    [one] = planned(schedule(f"{BLACKOUT}{POST}", head=HEAD))
    words = [chip.words for chip in chips_of(one, [], now=datetime(2027, 1, 1, tzinfo=UTC))]
    assert words == ["blackout “mourning”", "moved from 13 Apr 10:00"]


def test_what_was_due_is_late_and_then_too_late() -> None:
    [one] = plan(schedule(POST, head=HEAD), window=window(), rules=rules())
    assert one.expires_at is not None
    for now, expected in ((one.due_at, ["late"]), (one.expires_at, ["too late"]), (one.due_at - timedelta(1), [])):
        assert [chip.words for chip in chips_of(one, [], now=now)] == expected


def test_a_pause_comes_first() -> None:
    [one] = planned(schedule(f"{BLACKOUT}{POST}", head=HEAD))
    assert chips_of(one, [], now=one.due_at, pause="paused since then")[0].words == "paused since then"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2027-04-12T21:30", "tomorrow"),
        ("2027-04-12T22:30", "today"),
        ("2027-04-14T12:00", "yesterday"),
        ("2027-01-01T12:00", "in 102 days"),
        ("2027-04-20T12:00", "7 days ago"),
    ],
)
def test_days_are_counted_on_the_calendar_of_the_channel(now: str, words: str) -> None:
    [one] = planned(schedule(POST, head=HEAD))
    assert far_away(one, now=datetime.fromisoformat(now).replace(tzinfo=UTC)) == words


def test_other_clocks_are_shown_by_city_with_the_day_where_it_is_another() -> None:
    [one] = planned(schedule(POST, head=HEAD))
    zones = ["Europe/Warsaw", "Europe/Berlin", "Europe/Helsinki", "Pacific/Auckland"]
    late = replace(one, due_at=one.due_at + timedelta(hours=6))
    assert elsewhere(one, zones) == ["Helsinki 11:00", "Auckland 20:00"]
    assert elsewhere(late, zones) == ["Helsinki 17:00", "Auckland 14 Apr 02:00"]


def test_a_post_is_folded_at_the_end_of_a_word_and_loses_nothing() -> None:
    text = "word " * 120
    shown, rest = folded(text)
    assert (shown + rest, shown[-4:], len(shown) <= 400) == (text, "word", True)
    assert folded("short") == ("short", "")
    assert folded("a\nb\nc\nd\ne\nf\ng") == ("a\nb\nc\nd\ne", "\nf\ng")


def test_the_card_of_a_link_says_when_its_page_was_looked_at() -> None:
    at = datetime(2027, 5, 3, 8, tzinfo=UTC)
    card = LinkCard(
        title="Fair", description="Come", image="https://example.org/a.png", image_alt="A tent", image_width=200
    )
    found = ShownLinkCard.read("https://example.org/fair", KeptCard(card, at))
    assert (found.host, found.title, found.read_at) == ("example.org", "Fair", at)
    assert found.picture == "with a picture: A tent, which is small"
    assert ShownLinkCard.read("https://example.org", KeptCard(LinkCard(), at)).picture == "without a picture"
    assert ShownLinkCard.unknown("https://example.org").read_at is None


def test_links_and_hashtags_are_coloured_and_everything_is_escaped() -> None:
    assert lively("<b> #Tag") == '&lt;b&gt; <span class="lively">#Tag</span>'


@pytest.mark.parametrize(
    "text",
    [
        "word " * 40,
        "日本語のテキスト" * 20,
        "👩‍👩‍👧‍👦🎉 " * 30,
        "x" * 300,
        "",
        "  two  spaces  ",
        "a\tb",
        "Zażółć gęślą " * 20,
    ],
)
def test_a_frame_is_never_wider_than_asked_and_loses_no_sign(text: str) -> None:
    lines = wrapped(text, 76)
    assert max(cell_len(line) for line in lines) <= 76
    assert "".join("".join(lines).split()) == "".join(text.split())
