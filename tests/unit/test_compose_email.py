"""Mails as bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import mail_reading
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_reading import part
from picture_samples import PLACE, PNG, noise, with_notes
from PIL import Image

from publisher.channels import transport
from publisher.channels.addresses import ascii_address, masked, read_mailbox
from publisher.errors import MediaError, RenderError
from publisher.model import Calendar, Channel, Contact, Draft, Envelope, Media, Payload, Project, Reader

LIST = Channel(id="news-pl", type="email", languages=("pl",), calendar=Calendar(timezone="Europe/Warsaw"))
OFFICE = Contact(name="Biuro projektu", email="office@example.org")
DRAFT = Draft(language="pl", text="Zażółć gęślą jaźń.\n", subject="Dzień otwarty", html="<p>Zażółć</p>")
ANNA = Reader(address="anna@example.com", name="Anna Żółw")


def envelope(
    reader: Reader | None = ANNA, *, settings: Mapping[str, str] | None = None, contact: Contact | None = OFFICE
) -> Envelope:
    return Envelope(
        key="events/open-day/first",
        due_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        channel=LIST,
        project=Project(name="Open Days", contact=contact),
        reader=reader,
        settings=settings or {},
    )


def compose(draft: Draft = DRAFT, to: Envelope | None = None) -> Payload:
    return transport("email").compose(draft, to or envelope())


def read(payload: Payload) -> EmailMessage:
    return mail_reading.read(payload.body)


def test_a_mail_has_the_headers_of_a_list() -> None:
    mail = read(compose())
    assert mail["From"] == "Biuro projektu <office@example.org>"
    assert str(mail["To"]) == "Anna Żółw <anna@example.com>"
    assert mail["Subject"] == "Dzień otwarty"
    assert mail["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert mail["Content-Language"] == "pl"
    assert mail["List-Id"] == "<news-pl.example.org>"
    assert mail["List-Unsubscribe"] == "<mailto:office@example.org?subject=unsubscribe%20news-pl>"
    assert mail["Precedence"] == "bulk"
    assert mail["MIME-Version"] == "1.0"
    assert re.fullmatch(r"<[0-9a-f]{24}@example\.org>", mail["Message-ID"])


def test_text_comes_first_and_both_come_back_as_written() -> None:
    mail = read(compose())
    assert mail.get_content_type() == "multipart/alternative"
    assert [inner.get_content_type() for inner in mail.iter_parts()] == ["text/plain", "text/html"]
    assert part(mail, "plain") == DRAFT.text
    assert part(mail, "html") == DRAFT.html + "\n"


def test_a_mail_without_html_is_one_part() -> None:
    mail = read(compose(replace(DRAFT, html="")))
    assert mail.get_content_type() == "text/plain"
    assert part(mail, "plain") == DRAFT.text


def test_the_payload_carries_the_envelope() -> None:
    payload = compose()
    assert (payload.sender, payload.recipient) == ("office@example.org", "anna@example.com")
    assert (payload.content_type, payload.weight, payload.limit) == ("message/rfc822", len(payload.body), 0)


def test_the_same_words_make_the_same_bytes_and_another_reader_another_id() -> None:
    other = compose(to=envelope(replace(ANNA, address="jan@example.com")))
    assert compose() == compose()
    assert read(compose())["Message-ID"] != read(other)["Message-ID"]
    assert b"anna" not in other.body.lower().replace(b"anna =", b"")


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=400)


@given(TEXTS.filter(lambda text: bool(re.search(r"\w", text))), TEXTS)
def test_every_text_comes_back_and_every_line_is_short_and_ascii(text: str, html: str) -> None:
    payload = compose(replace(DRAFT, text=text, html=html))
    assert payload.body.isascii()
    assert max(map(len, payload.body.split(b"\r\n"))) <= 78
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", payload.body)
    mail = read(payload)
    assert part(mail, "plain").removesuffix("\n") == text.removesuffix("\n")
    if html:
        assert part(mail, "html").removesuffix("\n") == html.removesuffix("\n")


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=300).filter(lambda text: bool(re.search(r"\w", text)))
)
def test_no_subject_or_name_can_bring_headers_along(words: str) -> None:
    payload = compose(replace(DRAFT, subject=words), envelope(replace(ANNA, name=words)))
    head = payload.body.partition(b"\r\n\r\n")[0]
    names = re.findall(rb"^([A-Za-z-]+):", head, re.MULTILINE)
    assert names == re.findall(rb"^([A-Za-z-]+):", compose().body.partition(b"\r\n\r\n")[0], re.MULTILINE)
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert [address.addr_spec for address in read(payload)["To"].addresses] == ["anna@example.com"]


@pytest.mark.parametrize(
    "name",
    [
        "Anna\r\nBcc: all@example.org",
        'Anna "Nina" Kowalska',
        "Kowalska, Anna",
        "Żółw, Anna <other@example.org>",
        "Anna\\",
        "=?utf-8?q?evil?=",
        "Ж" * 200,
        "a" * 300,
        "Anna (office)",
        "\u2028Anna\0",
    ],
)
def test_a_name_stays_a_name(name: str) -> None:
    mail = read(compose(to=envelope(replace(ANNA, name=name))))
    (address,) = mail["To"].addresses
    assert address.addr_spec == "anna@example.com"
    # Python reads spaces between encoded words, which RFC 2047 section 6.2 does not: so they are left out here.
    assert re.sub(" ", "", address.display_name) == re.sub(r"[\0\u2028\s]", "", name)
    assert "Bcc" not in mail


def test_a_reader_without_a_name_is_an_address() -> None:
    assert b"\r\nTo: anna@example.com\r\n" in compose(to=envelope(replace(ANNA, name=""))).body


def test_international_domains_are_written_in_ascii() -> None:
    payload = compose(to=envelope(replace(ANNA, address="anna@żółw.example.org")))
    assert payload.recipient == "anna@xn--w-uga1v8h.example.org"
    assert b"anna@xn--w-uga1v8h.example.org" in payload.body


def test_from_beats_the_contact() -> None:
    payload = compose(to=envelope(settings={"FROM": '"Office, Kraków" <news@lists.example.org>'}))
    assert payload.sender == "news@lists.example.org"
    mail = read(payload)
    assert str(mail["From"].addresses[0].display_name) == "Office, Kraków"
    assert mail["List-Id"] == "<news-pl.lists.example.org>"
    assert mail["Message-ID"].endswith("@lists.example.org>")


@pytest.mark.parametrize(
    "sender", ["nobody", "a@example.org, b@example.org", "Office <a@b@c>", "Office <ż@example.org>"]
)
def test_a_sender_that_can_not_be_used_is_told(sender: str) -> None:
    with pytest.raises(RenderError, match=r"sender of news-pl can't be used.*FROM"):
        compose(to=envelope(settings={"FROM": sender}))


def test_somebody_must_send_somebody_must_read_and_something_must_be_said() -> None:
    with pytest.raises(RenderError, match="Nobody is named as the sender"):
        compose(to=envelope(contact=None))
    with pytest.raises(RenderError, match="needs a reader"):
        compose(to=envelope(None))
    with pytest.raises(RenderError, match="no subject"):
        compose(replace(DRAFT, subject=" \n"))
    with pytest.raises(RenderError, match="no text"):
        compose(replace(DRAFT, text=""))
    with pytest.raises(RenderError, match=r"U\+D83D"):
        compose(replace(DRAFT, text="a\ud83d"))


@pytest.mark.parametrize(
    "address", ["ż@example.org", "anna", "a b@example.org", "anna@", "a@b\r\nBcc: c@d", "a@exa mple.org"]
)
def test_a_bad_address_is_told_without_giving_it_away(address: str) -> None:
    with pytest.raises(RenderError, match="can't be used") as caught:
        compose(to=envelope(replace(ANNA, address=address)))
    assert address not in str(caught.value)


def of_file(path: Path, content: bytes) -> Media:
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Media(path=path, alt="A tram", sha256=digest, size=len(content), content_type="image/png")


def test_a_picture_travels_only_where_the_html_shows_it(tmp_path: Path) -> None:
    tram = of_file(tmp_path / "tram.png", PNG)
    assert b"image/png" not in compose(replace(DRAFT, media=(tram,))).body
    mail = read(compose(replace(DRAFT, media=(tram,), html='<img src="cid:picture-1" alt="A tram">')))
    related = mail.get_payload(1)
    assert isinstance(related, EmailMessage)
    assert related.get_content_type() == "multipart/related"
    html, picture = related.iter_parts()
    assert Image.open(BytesIO(picture.get_content())).info["dpi"] == pytest.approx((192, 192), abs=0.1)
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html.get_content()
    with pytest.raises(MediaError, match="cid:picture-2, and there is no such picture"):
        compose(replace(DRAFT, media=(tram,), html="cid:picture-2"))


def test_a_picture_that_is_changed_under_way_is_told(tmp_path: Path) -> None:
    tram = of_file(tmp_path / "tram.png", PNG)
    tram.path.write_bytes(b"another")
    with pytest.raises(MediaError, match="was changed"):
        compose(replace(DRAFT, media=(tram,), html="cid:picture-1"))


def test_a_photo_is_made_small_for_all_the_readers(tmp_path: Path) -> None:
    photo = of_file(tmp_path / "photo.jpg", with_notes(noise(1600, 1200)))
    mail = read(compose(replace(DRAFT, media=(photo,), html="cid:picture-1")))
    (picture,) = [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert picture["Content-Disposition"] == 'inline; filename="picture-1.jpeg"'
    assert len(picture.get_content()) <= 500_000
    assert PLACE.encode() not in picture.get_content()


def test_emblem_and_logo_travel_by_their_names() -> None:
    emblem = Media(path=Path("emblem.png"), alt="", sha256="", size=0, content_type="image/png", content=PNG)
    mail = read(compose(replace(DRAFT, logos={"emblem": emblem}, html='<img src="cid:emblem">')))
    (picture,) = [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert picture["Content-ID"].startswith("<emblem.")
    with pytest.raises(MediaError, match="cid:logo"):
        compose(replace(DRAFT, logos={"emblem": emblem}, html="cid:logo"))


CALENDAR_FILE = b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"


def test_the_event_for_the_calendar_is_an_attachment_and_no_alternative() -> None:
    mail = read(compose(replace(DRAFT, calendar=CALENDAR_FILE)))
    words, attached = mail.iter_parts()
    assert (mail.get_content_type(), words.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    assert attached["Content-Type"] == 'text/calendar; charset="utf-8"; method="PUBLISH"; name="event.ics"'
    assert attached["Content-Disposition"] == 'attachment; filename="event.ics"'
    assert attached.get_payload(decode=True) == CALENDAR_FILE
    assert part(mail, "plain") == DRAFT.text


def test_a_calendar_without_a_method_is_sent_without_one() -> None:
    attached = next(iter(read(compose(replace(DRAFT, calendar=b"BEGIN:VCALENDAR\r\n"))).iter_attachments()))
    assert "method" not in attached["Content-Type"]


def test_html_that_gmail_would_cut_is_refused() -> None:
    compose(replace(DRAFT, html="ż" * 49_999))
    with pytest.raises(RenderError, match=r"has 100 kB; Gmail hides what comes after 100 kB.*fewer days"):
        compose(replace(DRAFT, html="ż" * 50_000))


def test_an_address_is_shown_without_giving_it_away() -> None:
    assert masked("anna@example.org") == "a…@example.org"
    assert masked("anna") == "a…"
    assert masked("") == "…"


@pytest.mark.parametrize("text", ["Office <office@Example.ORG>", "office@example.org"])
def test_a_mailbox_has_a_domain_in_lower_case(text: str) -> None:
    assert read_mailbox(text).address == "office@example.org"


@pytest.mark.parametrize(
    "address", ["@example.org", "a@-example.org", "a@" + "ż" * 70 + ".org", "a" * 65 + "@example.org"]
)
def test_an_address_that_no_server_takes_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="the part"):
        ascii_address(address)
