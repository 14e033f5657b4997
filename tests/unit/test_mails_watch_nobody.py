"""No shipped template and no composed mail tells anybody whether it was read, or what was clicked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from golden_templates import LANGUAGES, LIST, NAMES, PROJECT, TEMPLATES, announced, source_of

from publisher.channels.email import EmailTransport
from publisher.lettering import shown, worded
from publisher.model import Envelope, Form
from publisher.personal import Person
from publisher.render import Renderer

RENDERER = Renderer([TEMPLATES])
PERSON = Person("anna@example.com", "Anna", unsubscribe="u" * 40, preferences="p" * 40)
#: All that a mail may lead to: what the office gave, and the pages for readers.
KNOWN = re.compile(
    r"https://example\.org/\S*|mailto:office@example\.org\S*|"
    r"https://letters\.example\.org/(?:u/u{40}|p/p{40}|archive/news/\w\w/somewhere/1)"
)
_LOADS = re.compile(r"url\s*\(|@import|image-set|expression\s*\(", re.IGNORECASE)
_ADDRESSES = re.compile(r"\b(?:https?|ftp)://[^\s<>\"']+")
_RECEIPT = re.compile(rb"^(?:disposition-notification-to|return-receipt-to|x-confirm-reading-to):", re.MULTILINE)
#: Attributes with which a mail program fetches something by itself.
_FETCHING = {"src", "srcset", "background", "poster", "data", "ping", "action", "formaction", "cite", "codebase"}


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.sizes: list[tuple[str, ...]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.fetched += [value for name, value in given.items() if name in _FETCHING]
        if tag == "img":
            self.sizes.append((given.get("width", ""), given.get("height", "")))
        if "href" in given:
            self.links.append(given["href"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_mail_fetches_nothing_and_links_to_where_it_says(name: str, language: str) -> None:
    telling = announced(name, language, "email", source_of(name))
    words = worded(lambda one: RENDERER.draft(telling, form=Form.MAIL, reader=one), PERSON, language=language)
    envelope = Envelope(
        key="somewhere/1", due_at=datetime(2027, 5, 10, tzinfo=UTC), channel=telling.channel, project=PROJECT, list=LIST
    )
    letter = EmailTransport().letter(words.draft, envelope, answers=words.answers or {})
    alone = RENDERER.draft(telling, form=Form.MAIL, reader=None)
    page = Page(words.draft.html.replace("\ufddc", "").replace("\ufddd", ""))
    assert all(one.startswith("cid:") for one in page.fetched)
    assert not page.tags & {"script", "link", "iframe", "object", "embed", "form", "video", "audio", "bgsound", "base"}
    assert not {("1", "1"), ("0", "0"), ("1", ""), ("", "1")} & set(page.sizes)
    assert not _LOADS.search(words.draft.html)
    head = letter.head.fill(letter.values(PERSON, PERSON.address)).lower()
    assert not re.search(
        rb"^(?:disposition-notification-to|return-receipt-to|x-confirm-reading-to):", head, re.MULTILINE
    )
    assert alone.html.count("cid:") == words.draft.html.count("cid:")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_address_in_a_mail_is_one_that_the_office_gave(name: str, language: str) -> None:
    telling = announced(name, language, "email", source_of(name))
    words = worded(lambda one: RENDERER.draft(telling, form=Form.MAIL, reader=one), PERSON, language=language)
    seen = shown(words.draft, PERSON)
    addresses = Page(seen.html).links + [one.rstrip(".,;:)") for one in _ADDRESSES.findall(seen.text)]
    assert addresses
    assert [one for one in addresses if not KNOWN.fullmatch(one)] == []


def test_no_template_file_names_a_place_on_the_web() -> None:
    for file in TEMPLATES.rglob("*.j2"):
        found = _ADDRESSES.findall(file.read_text(encoding="utf-8"))
        assert found == [], file
