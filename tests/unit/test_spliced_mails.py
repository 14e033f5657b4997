"""A mail that is made once and filled in says what it would say if it were made for one reader alone.

The reference is the plain way: the template is rendered for the reader (Jinja2), and Python's `email` package reads the
filled mail.
"""

from __future__ import annotations

import email
import email.policy
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from golden_templates import LANGUAGES, NAMES, TEMPLATES, announced, source_of
from hypothesis import given, settings
from hypothesis import strategies as st
from render_samples import NEWS, PROJECT, announcement, conference, write

from publisher.channels.email import EmailTransport
from publisher.channels.formletter import FormLetter
from publisher.errors import NotSpliceable, TemplateBroken
from publisher.lettering import Worded, shown, worded
from publisher.model import Announcement, Draft, Envelope, Form, ListFacts
from publisher.personal import Person
from publisher.render import Renderer
from publisher.render.addressee import AnyReader, OneReader

PAGES = ListFacts(
    title={"*": "Nowości <z> regionu"},
    footer={"*": "Wydaje „urząd” & spółka."},
    unsubscribe="https://news.example.org/u/",
    preferences="https://news.example.org/p/?a=b&t=",
    archive="https://news.example.org/archive/news/",
    key="k",
)
ENVELOPE = Envelope(key="k", due_at=datetime(2027, 3, 2, tzinfo=UTC), channel=NEWS, project=PROJECT, list=PAGES)
ANNA = Person("anna@example.com", "Anna Żółw", {"Company": "Müller & Söhne"}, "u" * 40, "p" * 40)
_CID = re.compile(r"(cid:\w+)\.[0-9a-f]{24}@example\.org")
SHIPPED = Renderer([TEMPLATES])


class Read(HTMLParser):
    """What a page says, piece by piece, whatever way it is written."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[object] = []
        self._words = ""
        self.feed(page)
        self.close()
        self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end()
        self.found.append((tag, [(name, plainly(value or "")) for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self._end()
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        self._words += data

    def _end(self) -> None:
        if self._words:
            self.found.append(plainly(self._words))
        self._words = ""


def plainly(words: str) -> str:
    """Where no line breaks is decided without knowing what a reader is called; letters are composed."""
    return unicodedata.normalize("NFC", words).replace("\u00a0", " ")


def words_for(renderer: Renderer, telling: Announcement, person: Person) -> Worded:
    return worded(
        lambda addressee: renderer.draft(telling, form=Form.MAIL, reader=addressee), person, language=telling.language
    )


def must_say_the_same(renderer: Renderer, telling: Announcement, person: Person) -> FormLetter:
    """The filled letter against the mail rendered for one reader; gives the letter."""
    words = words_for(renderer, telling, person)
    alone = renderer.draft(telling, form=Form.MAIL, reader=OneReader(person, telling.language))
    letter = EmailTransport().letter(words.draft, ENVELOPE, answers=words.answers or {})
    content = letter.fill(person)
    must_have_a_sound_head(content.partition(b"\r\n\r\n")[0])
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert not [defect for part in mail.walk() for defect in part.defects]
    said = Draft(
        language="", text=_part(mail, "plain"), html=_CID.sub(r"\1", _part(mail, "html")), subject=str(mail["Subject"])
    )
    for draft in (said, shown(words.draft, person)):
        assert plainly(draft.text).strip() == plainly(alone.text).strip()
        assert Read(draft.html.strip()).found == Read(alone.html.strip()).found
    assert plainly(shown(words.draft, person).subject) == plainly(alone.subject)
    assert plainly(said.subject).split() == plainly(alone.subject).split()
    return letter


HEADERS = (
    *("From", "To", "Subject", "Date", "Message-ID", "Content-Language", "List-Id", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "List-Archive", "Precedence", "MIME-Version", "Content-Type"),
)


def must_have_a_sound_head(head: bytes) -> None:
    """The headers that are meant, folded, in encoded words of the length that is allowed (RFC 2047 section 2)."""
    assert re.findall(rb"^([^\s:]+):", head, re.MULTILINE) == [name.encode() for name in HEADERS]
    assert head.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", head)
    for line in head.split(b"\r\n"):
        assert len(line) <= 78 or b"mailto:" in line or b"https://" in line
    for word in re.findall(rb"=\?utf-8\?[bq]\?[^?]*\?=", head):
        assert len(word) <= 75


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


def with_pages(telling: Announcement) -> Announcement:
    return replace(telling, list=PAGES)


@pytest.mark.parametrize("person", [ANNA, ANNA._replace(name="")], ids=["named", "nameless"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_template_is_made_once(name: str, language: str, person: Person) -> None:
    telling = with_pages(announced(name, language, "email", source_of(name)))
    words = words_for(SHIPPED, telling, person)
    assert words.answers is not None
    assert must_say_the_same(SHIPPED, telling, person).suits(person)


BLOCKS = {
    "subject": "{{ event.title }}",
    "preheader": "{{ event.when }}",
    "body": "<h1>{{ event.title }}</h1>",
    "text": "{{ event.title }}",
}
SPLICEABLE = [
    "Dear {{ reader.name }},",
    "{{ reader.name or 'friend' }}{{ reader.company }}",
    "{% if reader.name and reader.company %}{{ reader.name }} w {{ reader.company }}{% else %}x{% endif %}",
    "{{ reader.name | default('nobody') }} {{ reader.name | trim }}",
    "{% set greeting %}Dear {{ reader.name }}{% endset %}{{ greeting }}, {{ greeting }}.",
    "{{ 'Dear ' ~ reader.name ~ '<>' }}",
    "{% macro hello(who) %}<b title='{{ who }}'>{{ who }}</b>{% endmacro %}{{ hello(reader.name) }}",
    '<a href="{{ unsubscribe_link }}">{{ unsubscribe_link }}</a> {{ preferences_link }} {{ archive_link }}',
    "{% for each in [1, 2] %}{{ reader.name }}{{ each }}{% endfor %}",
    "{{ [reader.name, 'x'][0] }} {{ reader['company'] }} {{ reader['COMPANY'] }}",
    "{% if reader.name is defined and reader.name is not none %}{{ reader.name }}{% endif %}",
    "w {{ reader.name }} i {{ list.title }} {{ list.footer }}",
    "<!-- {{ reader.name }} --><p title='{{ reader.company }}'>x</p>",
]
NOT_SPLICEABLE = [
    "{{ reader.name | upper }}",
    "{{ reader.name | truncate(3) }}",
    "{{ reader.name | length }}",
    "{{ reader.name[:1] }}",
    "{{ reader.name[0] }}",
    "{{ reader.name.split()[0] }}",
    "{% if reader.name == 'Anna Żółw' %}a{% else %}b{% endif %}",
    "{% if 'Anna' in reader.name %}a{% else %}b{% endif %}",
    "{% if reader.name < 'B' %}a{% else %}b{% endif %}",
    "{{ reader.name | e }}",
    "{{ reader.name | safe }}",
    "{{ reader.name | urlencode }}",
    "{{ reader.name + '!' }}",
    "{{ 'to %s' % reader.name }}",
    "{{ reader.name * 2 }}",
    "{{ 'x y'.replace('x', reader.name) }}",
    "{{ [reader.name, 'B'] | sort | join(', ') }}",
    "{{ [reader.name, reader.company] | join(', ') }}",
    "{{ {'Anna Żółw': 'a'}[reader.name] | default('b') }}",
    "{% for letter in reader.name %}{{ letter }}-{% endfor %}",
    "{% filter upper %}Dear {{ reader.name }}{% endfilter %}",
    "{% set who %}{{ reader.name }}{% endset %}{% if who == 'Anna Żółw' %}a{% else %}b{% endif %}",
    "{% set who %}{{ reader.name }}{% endset %}{{ who[:2] }}",
    "{% set who %}{{ reader.name }}{% endset %}{{ who | wordwrap(4) }}",
    "{% set who %}{{ reader.name }}{% endset %}{{ who.upper() }}",
    "{% set who %}{{ reader.name }}{% endset %}{{ '%.3s' % who }}",
    "{% set who %}{{ reader.name }}{% endset %}{% for letter in who %}{{ letter }}-{% endfor %}",
    "{% set who %}{{ reader.name }}{% endset %}{% if who is eq('Anna Żółw') %}a{% else %}b{% endif %}",
    "{% macro who() %}{{ reader.name }}{% endmacro %}{% if who() | length > 3 %}a{% else %}b{% endif %}",
    "{{ unsubscribe_link | urlize }}",
    "{{ unsubscribe_link.replace('https', 'http') }}",
]


def telling_with(folder: Path, words: str, *, place: str = "both") -> tuple[Renderer, Announcement]:
    parts = {"both": ("body", "text"), "subject": ("subject",)}[place]
    blocks = BLOCKS | {part: f"{BLOCKS[part]} {words}" for part in parts}
    source = "\n".join(f"{{% block {name} %}}{said}{{% endblock %}}" for name, said in blocks.items())
    write(folder, {"invitation/email.j2": source})
    return Renderer([folder]), with_pages(announcement(conference(), channel=NEWS))


NAMES_OF_PEOPLE = [
    "Anna Żółw",
    "",
    ".",
    "From me",
    "<b>\"&'",
    "a  b\r\nBcc: x",
    "{{ 7 * 7 }}",
    "x" * 150,
    "\ufddc\ufdd1",
]


@pytest.mark.parametrize("place", ["both", "subject"])
@pytest.mark.parametrize("words", SPLICEABLE)
def test_what_is_only_printed_is_filled_in(tmp_path: Path, words: str, place: str) -> None:
    renderer, telling = telling_with(tmp_path, words, place=place)
    for name in NAMES_OF_PEOPLE:
        for company in ("", "Müller & Söhne"):
            person = ANNA._replace(name=name, attributes={"Company": company})
            assert must_say_the_same(renderer, telling, person).suits(person)
            assert words_for(renderer, telling, person).answers is not None


@pytest.mark.parametrize("words", NOT_SPLICEABLE)
def test_what_is_looked_at_is_rendered_for_each_reader(tmp_path: Path, words: str) -> None:
    renderer, telling = telling_with(tmp_path, words)
    with pytest.raises(NotSpliceable):
        renderer.draft(telling, form=Form.MAIL, reader=AnyReader(ANNA.parts))
    assert words_for(renderer, telling, ANNA).answers is None
    must_say_the_same(renderer, telling, ANNA)


#: Without what two values side by side might make a placeholder of: the plain way would stop at it.
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="{}%[]«»*|$"), max_size=60)
PEOPLE = st.builds(lambda name, company: ANNA._replace(name=name, attributes={"Company": company}), WORDS, WORDS)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Renderer, Announcement]:
    folder = tmp_path_factory.mktemp("everything")
    words = "".join(SPLICEABLE)
    blocks = BLOCKS | {
        "subject": "{{ reader.name }} {{ event.title }} {{ reader.company }}",
        "body": words,
        "text": words,
    }
    source = "\n".join(f"{{% block {name} %}}{said}{{% endblock %}}" for name, said in blocks.items())
    write(folder, {"invitation/email.j2": source})
    return Renderer([folder]), with_pages(announcement(conference(), channel=NEWS))


@settings(max_examples=60, deadline=None)
@given(person=PEOPLE)
def test_for_any_reader(everything: tuple[Renderer, Announcement], person: Person) -> None:
    must_say_the_same(*everything, person)


def test_a_template_that_is_broken_says_so_with_the_words_of_the_reader(tmp_path: Path) -> None:
    renderer, telling = telling_with(tmp_path, "{{ reader.compny }}")
    with pytest.raises(TemplateBroken, match="company"):
        words_for(renderer, telling, ANNA)


def test_a_letter_answers_only_what_its_template_asked(tmp_path: Path) -> None:
    renderer, telling = telling_with(
        tmp_path, "{% if reader.name %}{{ reader.name }}{% else %}{{ reader.company }}{% endif %}"
    )
    assert words_for(renderer, telling, ANNA).answers == {"name": True}
    nameless = ANNA._replace(name=" ")
    assert words_for(renderer, telling, nameless).answers == {"name": False, "column:company": True}
