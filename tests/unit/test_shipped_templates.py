"""The templates that come along: in every language, for every channel, for a full and for a bare event."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest
from golden_templates import CHANNELS, LANGUAGES, NAMES, PROJECT, TEMPLATES, announced

from publisher.model import Digest, Event, EventStatus, Form, Post, Reader, Registration, Source, Venue, When
from publisher.render import Renderer, weighted_length

CASES = list(itertools.product(NAMES, LANGUAGES, CHANNELS))

_RENDERER = Renderer([TEMPLATES])
_WHEN = When(first=date(2027, 5, 11), last=date(2027, 5, 13), timezone="Europe/Warsaw", begin=time(9), end=time(16, 30))
_BARE = Event(
    id="bare",
    status=EventStatus.CONFIRMED,
    when=When(first=date(2027, 5, 11), last=date(2027, 5, 11), timezone="Europe/Warsaw"),
    title={"*": "Open day"},
)
_FULL = Event(
    id="full",
    status=EventStatus.CONFIRMED,
    when=_WHEN,
    title={"*": "Smart Regions Days: soft digitalisation in practice in every region of all"},
    summary={"*": "Three days of good practice."},
    venue=Venue(name={"*": "Opera"}, address={"*": "Odeska 1, Białystok"}, online="https://example.org/live"),
    organiser={"*": "Marshal's Office"},
    spoken=("pl", "en"),
    registration=Registration(link="https://example.org/register", until=datetime(2027, 4, 30), free=True),  # noqa: DTZ001
    tags=("SmartRegions", "Białystok"),
    mentions={"twitter": ("@interregeurope",)},
)


def _source(name: str, event: Event) -> Source:
    if name == "post":
        return Post(id="hello", text={"*": "Hello."})
    if name == "digest":
        return Digest(id="monthly", covers=timedelta(days=45), events=(event,))
    return event


@pytest.mark.parametrize("event", [_BARE, _FULL], ids=lambda event: event.id)
@pytest.mark.parametrize(("name", "language", "kind"), CASES)
def test_words_are_whole(name: str, language: str, kind: str, event: Event) -> None:
    """Nothing is left open: no label without its words, no trace of an empty value."""
    reader = Reader(address="reader@example.org", language=language) if kind == "email" else None
    announcement = announced(name, language, kind, _source(name, event))
    draft = _RENDERER.draft(announcement, form=CHANNELS[kind], reader=reader)
    words = f"{draft.subject}\n{draft.preheader}\n{draft.text}"
    assert not re.search(r"\bNone\b|Undefined|\{\{|\{%|\( *\)| ,|^[,–]", words, re.MULTILINE), words
    assert not re.search(r"(?<!Hola):\s*(?:\n\s*\n|\Z)", draft.text), draft.text
    assert bool(draft.subject) == (kind == "email")
    if kind == "twitter":
        assert weighted_length(draft.text) <= 280


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("name", NAMES)
def test_a_colon_has_a_space_before_it_in_french_and_nowhere_else(name: str, kind: str) -> None:
    source = _source(name, replace(_FULL, title={"*": "Open days"}))
    for language in LANGUAGES:
        draft = _RENDERER.draft(announced(name, language, kind, source), form=CHANNELS[kind])
        spaced = [before == " " for before in re.findall(r"(.):(?=\s)", f"{draft.preheader}\n{draft.text}")]
        assert set(spaced) <= {language == "fr"}, draft.text


@pytest.mark.parametrize("name", NAMES)
def test_every_template_says_when_it_is_true(name: str) -> None:
    assert re.search(r"^true: \S", (TEMPLATES / name / "about.yaml").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("language", "words"), [("pl", "Unię Europejską"), ("en", "European Union"), ("fi", "unioni")])
def test_mails_name_the_funding_in_full(language: str, words: str) -> None:
    announcement = announced("invitation", language, "email", _FULL)
    draft = _RENDERER.draft(announcement, form=Form.MAIL, reader=Reader(address="reader@example.org"))
    assert words in draft.text
    assert words in draft.html


@pytest.mark.parametrize("registration", [Registration(), _FULL.registration], ids=["about", "register"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "digest"])
def test_each_page_that_a_mail_links_to_stands_in_its_plain_text(
    name: str, language: str, registration: Registration
) -> None:
    event = replace(_FULL, link="https://example.org/days?a=1", registration=registration)
    made = _RENDERER.draft(announced(name, language, "email", _source(name, event)), form=Form.MAIL)

    targets = {unescape(target) for target in re.findall(r'href="(https?://[^"]+)"', made.html)}
    assert PROJECT.link in targets
    assert {target for target in targets if target not in made.text} == set()
