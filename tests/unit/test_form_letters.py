"""Mails that are made once and filled in for each reader."""

from __future__ import annotations

import quopri
import re
import zlib
from datetime import UTC, datetime
from email.header import Header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mail_reading import part, read

from publisher.channels.addresses import one_line, unstructured
from publisher.channels.email import EmailTransport
from publisher.channels.formletter import Blank, FormLetter
from publisher.channels.quoted import HOLE, quoted, quoted_value
from publisher.errors import RenderError
from publisher.model import Calendar, Channel, Contact, Draft, Envelope, ListFacts, Project
from publisher.personal import NAME, SAMPLE_TOKEN, UNSUBSCRIBE, Person, column, mark, plain

LIST = Channel(id="news-pl", type="email", languages=("pl",), calendar=Calendar(timezone="Europe/Warsaw"))
PAGES = ListFacts(
    name="news",
    list_id="news.example.org",
    reply_to="Redakcja <redakcja@example.org>",
    unsubscribe="https://news.example.org/u/",
    preferences="https://news.example.org/p/",
    archive="https://news.example.org/archive/news/",
)
ENVELOPE = Envelope(
    key="events/open-day/first",
    due_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    channel=LIST,
    project=Project(name="Open Days", contact=Contact(name="Biuro projektu", email="office@example.org")),
    list=PAGES,
)
COMPANY = column("Company name")
DRAFT = Draft(
    language="pl",
    subject="Dzień otwarty",
    text=f"Dzień dobry, {mark(NAME)}!\n{mark(COMPANY)}\n.\nhttps://news.example.org/u/{mark(UNSUBSCRIBE)} (koniec)\n",
    html=f'<p title="{mark(NAME)}">{mark(COMPANY)}, {mark(NAME)}.</p><a href="https://x/u/{mark(UNSUBSCRIBE)}">stop</a>',
)
WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=120).map(plain).filter(bool)
NASTY = [
    "Zażółć Gęślą",
    ".",
    "..hidden",
    "From here",
    "a=b=C3",
    "<script>\"&'",
    "x" * 200,
    "ż" * 90,
    "\U0001f600" * 30,
    "a\r\n.\r\nBcc: all@example.org",
    "=?utf-8?q?evil?=",
    "%s %(x)s {0} \\1 \xff",
]


def letter(draft: Draft = DRAFT, envelope: Envelope = ENVELOPE) -> FormLetter:
    return EmailTransport().letter(draft, envelope)


def must_be_sound(content: bytes) -> None:
    """7-bit, short lines that end in CRLF, none of which a server or a mailbox would change."""
    assert content.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)
    assert not re.search(rb"^(?:\.|From )", content, re.MULTILINE)
    _, _, body = content.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76


@given(WORDS, WORDS)
@example("Jan", ".")
def test_a_filled_letter_reads_as_if_it_had_been_written_to_one_reader(name: str, company: str) -> None:
    content = letter().fill(Person("jan@example.com", name, {"Company  Name": company}))
    must_be_sound(content)
    mail = read(content)
    assert part(mail, "plain") == (
        f"Dzień dobry, {name}!\n{company}\n.\nhttps://news.example.org/u/{SAMPLE_TOKEN} (koniec)\n"
    )
    shown = part(mail, "html")
    escaped = [re.escape(one).replace('"', "&quot;").replace("'", "&#x27;") for one in (name, company)]
    assert shown.count(f"/u/{SAMPLE_TOKEN}") == 1
    assert len(shown) > len(escaped[0])


@pytest.mark.parametrize("words", NASTY)
def test_a_value_says_the_same_in_text_html_and_head(words: str) -> None:
    content = letter().fill(Person("jan@example.com", words, {"company_name": words}))
    must_be_sound(content)
    mail = read(content)
    assert part(mail, "plain").splitlines()[:2] == [f"Dzień dobry, {plain(words)}!", plain(words)]
    assert [one.addr_spec for one in mail["To"].addresses] == ["jan@example.com"]
    assert mail["Bcc"] is None


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\ufddc\ufddd"), max_size=300), WORDS)
def test_a_value_anywhere_in_a_text_changes_nothing_around_it(text: str, value: str) -> None:
    middle = len(text) // 2
    written = quoted(f"{text[:middle]}{mark(NAME)}{text[middle:]}{mark(NAME)}{mark(NAME)}", kind="words")
    content = Blank.of(written).fill({"words:name": quoted_value(value)})
    assert max(map(len, content.split(b"\r\n"))) <= 76
    assert not re.search(rb"^(?:\.|From )", content, re.MULTILINE)
    back = quopri.decodestring(content).decode().replace("\r\n", "\n")
    assert back == f"{text[:middle]}{value}{text[middle:]}{value}{value}\n"


@given(WORDS)
def test_no_line_of_a_value_ends_within_a_character(value: str) -> None:
    for line in quoted_value(value).split(b"=\r\n"):
        assert len(line) <= 75
        quopri.decodestring(line + b"=").decode()


@pytest.mark.parametrize("length", range(60, 90))
@pytest.mark.parametrize("letters", ["a", "ż", "."])
def test_a_hole_never_makes_a_line_too_long(length: int, letters: str) -> None:
    content = Blank.of(quoted(letters * length + mark(NAME), kind="words")).fill({"words:name": b"x" * 75})
    assert max(map(len, content.split(b"\r\n"))) <= 76
    assert quopri.decodestring(content).decode() == letters * length + "x" * 75 + "\r\n"


def test_the_links_of_the_head_act_for_the_reader() -> None:
    token = "T0ken-" * 6 + "_end"
    mail = read(letter().fill(Person("jan@example.com", unsubscribe=token)))
    pages, by_mail = str(mail["List-Unsubscribe"]).replace(" ", "").split(",")
    assert pages == f"<https://news.example.org/u/{token}>"
    assert by_mail == f"<mailto:office@example.org?subject=unsubscribe%20{token}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "<news.example.org>"
    assert mail["List-Archive"] == "<https://news.example.org/archive/news/>"
    assert mail["Reply-To"] == "Redakcja <redakcja@example.org>"


def test_who_asks_by_mail_is_read_where_somebody_reads() -> None:
    settings = {"UNSUBSCRIBE_TO": "Abmelden <leave@lists.example.org>"}
    envelope = Envelope(key="k", due_at=ENVELOPE.due_at, channel=LIST, project=ENVELOPE.project, settings=settings)
    mail = read(letter(envelope=envelope).fill(Person("jan@example.com", unsubscribe="t" * 40)))
    asked = str(mail["List-Unsubscribe"]).replace(" ", "")
    assert asked == f"<mailto:leave@lists.example.org?subject=unsubscribe%20{'t' * 40}>"
    assert mail["List-Unsubscribe-Post"] is None


@given(WORDS)
def test_a_subject_may_be_personal(name: str) -> None:
    draft = Draft(language="pl", subject=f"{mark(NAME)}: zaproszenie", text="x", html="<p>x</p>")
    content = letter(draft).fill(Person("jan@example.com", name))
    head = content.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 100
    assert re.findall(rb"^Subject:", head, re.MULTILINE) == [b"Subject:"]
    assert len(re.findall(rb"^[A-Za-z-]+:", head, re.MULTILINE)) == len(
        re.findall(rb"^[A-Za-z-]+:", letter().fill(Person("a@b.example")).partition(b"\r\n\r\n")[0], re.MULTILINE)
    )


@given(WORDS, WORDS)
def test_a_letter_that_was_written_down_gives_the_same_bytes(name: str, company: str) -> None:
    draft = Draft(language="pl", subject=f"Dla {mark(column('größe'))} {mark(NAME)}", text=DRAFT.text, html=DRAFT.html)
    first = EmailTransport().letter(draft, ENVELOPE, answers={NAME: True, column("größe"): False})
    again = FormLetter.unpack(first.pack())
    person = Person("jan@example.com", name, {"Company name": company, "Größe": "L"})
    assert again.fill(person) == first.fill(person)
    assert (again, again.variant) == (first, "-column:grösse+name")


@pytest.mark.parametrize(
    "packed", [b"", b"{}", *map(zlib.compress, (b"", b"{}", b"[]", b"1", b'{"format": 1}', b'{"format": 2}', b"\xff"))]
)
def test_what_is_no_letter_is_told(packed: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        FormLetter.unpack(packed)


def test_a_letter_knows_for_whom_it_is() -> None:
    made = EmailTransport().letter(DRAFT, ENVELOPE, answers={NAME: True, COMPANY: False})
    assert made.suits(Person("a@example.org", "Anna"))
    assert made.suits(Person("a@example.org", "Anna", {"Company name": " \r\n"}))
    assert not made.suits(Person("a@example.org", " "))
    assert not made.suits(Person("a@example.org", "Anna", {"COMPANY  NAME": "x"}))


def test_an_address_that_no_server_takes_is_told_without_naming_it() -> None:
    with pytest.raises(RenderError, match=r"The address j…@example\.com can't be used") as told:
        letter().fill(Person("jan\r\nBcc: x@example.com"))
    assert "jan" not in str(told.value)


def test_bytes_beyond_ascii_are_no_mail() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        Blank.of("ż".encode())
    assert Blank.of(b"a" + HOLE + "ż".encode() + HOLE + b"b").holes == ("ż",)


HEADS = st.one_of(WORDS, st.text('aäżЖ .,-=?_"', min_size=1, max_size=70).map(plain).filter(bool))


@given(HEADS, st.sampled_from(["To", "Subject", "From", "Reply-To"]))
def test_the_short_way_to_an_encoded_word_gives_what_the_library_gives(words: str, label: str) -> None:
    words = one_line(words) or "x"
    library = Header(words, "utf-8", maxlinelen=76, header_name=label).encode(linesep="\r\n")
    if words.isascii() and "=?" not in words:
        return
    assert unstructured(label, words) == f"{label}: {library}"
