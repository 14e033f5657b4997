"""What mails say of their list, and where the pages for readers are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.errors import RenderError
from publisher.ledger.listrecords import MailList
from publisher.model import Audience, Calendar, Channel
from publisher.newsletter.keys import ListKey
from publisher.newsletter.links import Links
from publisher.newsletter.listfacts import list_facts, web_base
from publisher.settings import ChannelSettings

NEWS = Channel(id="news-pl", type="email", languages=("pl",), calendar=Calendar(timezone="Europe/Warsaw"))
LIST = MailList(
    name="news",
    title={"pl": "Nowości"},
    footer={"pl": "Stopka"},
    list_id="news.example.org",
    basis="consent",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    reply_to="redakcja@example.org",
    is_public=True,
)
KEY = "posts/europe-day/post@2027-05-09T09:00[Europe/Warsaw]→news-pl"
PAGES = "https://news.example.org/letters"


def test_the_links_of_mails_are_those_of_the_pages() -> None:
    facts = list_facts(
        Audience(id="readers", lists=("news",)), NEWS, key=KEY, web_url=f"{PAGES}/", named={"news": LIST}.get
    )
    links, who = Links(PAGES, ListKey(b"k" * 32)), "0" * 24
    assert links.unsubscribe("news", who).startswith(facts.unsubscribe)
    assert links.preferences(who).startswith(facts.preferences)
    assert links.archive("news", "pl", KEY) == facts.archived("pl")
    assert facts.archive == f"{links.archive('news')}/"
    assert (facts.list_id, facts.reply_to, facts.title) == (
        "news.example.org",
        "redakcja@example.org",
        {"pl": "Nowości"},
    )


def test_what_goes_to_a_part_of_a_list_leads_to_no_archive() -> None:
    part = Audience(id="journalists", lists=("news",), where="tags has press")
    facts = list_facts(part, NEWS, key=KEY, web_url=PAGES, named={"news": LIST}.get)
    assert (facts.archive, facts.archived("pl")) == ("", "")
    assert facts.list_id == "news.example.org"


@pytest.mark.parametrize("where", ["language is fi", "language is fi or language is sv"])
def test_a_channel_of_its_own_for_a_language_has_the_archive_of_its_list(where: str) -> None:
    readers = Audience(id="finnish", lists=("news",), where=where)
    facts = list_facts(readers, NEWS, key=KEY, web_url=PAGES, named={"news": LIST}.get)
    assert facts.archive == f"{PAGES}/archive/news/"


@pytest.mark.parametrize(
    "audience",
    [Audience(id="readers", path=Path("readers.csv")), Audience(id="readers", lists=("news", "press"))],
    ids=["file", "several"],
)
def test_readers_of_a_file_or_of_several_lists_leave_the_audience(audience: Audience) -> None:
    facts = list_facts(audience, NEWS, key=KEY, web_url=PAGES, named={"news": LIST}.get)
    assert (facts.name, facts.title, facts.archive) == ("readers", {}, "")
    assert facts.unsubscribe == f"{PAGES}/u/"


def test_a_list_that_is_not_public_has_no_archive() -> None:
    hidden = replace(LIST, is_public=False)
    facts = list_facts(Audience(id="r", lists=("news",)), NEWS, key=KEY, web_url=PAGES, named={"news": hidden}.get)
    assert facts.archived("pl") == ""


def test_without_pages_there_are_no_links() -> None:
    facts = list_facts(Audience(id="r", lists=("news",)), NEWS, key=KEY, web_url="", named={"news": LIST}.get)
    assert (facts.unsubscribe, facts.preferences, facts.archived("pl")) == ("", "", "")


@pytest.mark.parametrize("text", ["https://a.example", "https://a.example:8443/b/", " http://127.0.0.1:8000 "])
def test_an_address_that_readers_can_open(text: str) -> None:
    assert web_base(text, NEWS) == text.strip().rstrip("/")


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example",
        "a.example",
        "https://",
        "https://a.example/?x=1",
        "https://a.example/#x",
        "https://user:secret@a.example",
        "https://a.example/<b>",
        'https://a.example/"',
        "https://a.example/ b",
        "https://ä.example",
        "https://a.example\r\nBcc: x@example.org",
        "https://[a",
        "ftp://a.example",
    ],
)
def test_an_address_that_readers_cannot_open_safely_is_told(text: str) -> None:
    with pytest.raises(RenderError, match="WEB_URL of news-pl"):
        web_base(text, NEWS)


def test_one_setting_is_for_all_channels_and_a_channels_own_wins() -> None:
    values = {"PUBLISHER_WEB_URL": "https://all.example", "PUBLISHER_NEWS_PL_WEB_URL": "https://pl.example"}
    assert ChannelSettings("news-pl", values).get("WEB_URL") == "https://pl.example"
    assert ChannelSettings("news-de", values).get("WEB_URL") == "https://all.example"
    assert ChannelSettings("news-de", {"PUBLISHER_FROM": "x@example.org"}).get("FROM") is None
