"""Signed mails, verified by another program (dkimpy)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.serialization import PrivateFormat
from dkim_samples import ED25519, RSA, SETTINGS, pem, public_pem, verified
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.channels.dkim import Signer
from publisher.channels.dkim_keys import read_signer
from publisher.channels.email import EmailTransport
from publisher.channels.formletter import FormLetter
from publisher.errors import SettingsError
from publisher.model import Calendar, Channel, Contact, Draft, Envelope, ListFacts, Project, Reader
from publisher.newsletter.keys import ListKey
from publisher.newsletter.scribe import Imprint, Scribe
from publisher.personal import NAME, UNSUBSCRIBE, mark, plain
from publisher.settings import FixedSettings

SMALL_RSA = """-----BEGIN RSA PRIVATE KEY-----
MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu
KUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQJAIJLixBy2qpFoS4DSmoEm
o3qGy0t6z09AIJtH+5OeRV1be+N4cDYJKffGzDa88vQENZiRm0GRq6a+HPGQMd2k
TQIhAKMSvzIBnni7ot/OSie2TmJLY4SwTQAevXysE2RbFDYdAiEBCUEaRQnMnbp7
9mxDXDf6AU0cN/RPBjb9qSHDcWZHGzUCIG2Es59z8ugGrDY+pxLQnwfotadxd+Uy
v/Ow5T0q5gIJAiEAyS4RaI9YG8EWx/2w0T67ZUVAw8eOMB6BIUg0Xcu+3okCIBOs
/5OiPgoTdSy7bcF9IGpSE8ZgGKzgYQVZeN97YE00
-----END RSA PRIVATE KEY-----"""

WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80).map(plain).filter(bool)
ENVELOPE = Envelope(
    key="events/open-day/first",
    due_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    channel=Channel(id="news-pl", type="email", languages=("pl",), calendar=Calendar(timezone="Europe/Warsaw")),
    project=Project(name="Open Days", contact=Contact(name="Zażółć " * 30, email="office@example.org")),
    list=ListFacts(unsubscribe="https://news.example.org/u/", reply_to="redakcja@example.org"),
)


def signer(values: Mapping[str, str] = SETTINGS) -> Signer:
    made = read_signer("news-pl", FixedSettings("news-pl", values))
    assert made is not None
    return made


BOTH = signer()


IMPRINT = Imprint(channel_id="news-pl", list_name="news", key=ListKey(bytes(32)), signing=SETTINGS)


def signed(letter: FormLetter, reader: Reader) -> bytes:
    """The mail of one reader as a mailing sends it."""
    return Scribe(IMPRINT).write_alone(letter, 1, reader).content


def signed_names(content: bytes) -> list[str]:
    head = content.partition(b"\r\n\r\n")[0].decode("latin-1").replace("\r\n ", "")
    return head.partition(";h=")[2].partition(";")[0].split(":")


@settings(max_examples=50)
@given(WORDS, WORDS)
def test_every_copy_of_a_letter_is_verified(name: str, subject: str) -> None:
    words = f"{mark(NAME)}\nhttps://news.example.org/u/{mark(UNSUBSCRIBE)}\n"
    draft = Draft(language="pl", subject=f"{subject} {mark(NAME)}", text=words, html=f"<p>{words}</p>")
    letter = EmailTransport().letter(draft, ENVELOPE)
    person = IMPRINT.person(1, Reader(address="jan@example.com", name=name))
    content = signed(letter, Reader(address="jan@example.com", name=name))
    assert verified(content) == [True, True]
    assert content == BOTH.sign(letter.fill(person))
    assert content.endswith(letter.fill(person))


def test_what_rules_for_bulk_mail_want_is_signed_and_no_second_sender_can_be_added() -> None:
    letter = EmailTransport().letter(Draft(language="pl", subject="x", text="x", html="<p>x</p>"), ENVELOPE)
    content = signed(letter, Reader(address="jan@example.com"))
    names = signed_names(content)
    assert names.count("From") == 2
    assert {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Reply-To", "Message-ID", "Date"} <= set(names)
    assert max(map(len, content.partition(b"\r\nFrom:")[0].split(b"\r\n"))) <= 78
    assert verified(content.replace(b"\r\nTo:", b"\r\nFrom: Other <other@example.org>\r\nTo:", 1)) == [False, False]
    assert verified(content.replace(b"One-Click", b"Two-Clicks", 1)) == [False, False]
    assert verified(content.replace(b">x<", b">y<", 1)) == [False, False]


HEAD = b"From: Office <office@example.org>\r\nTo: jan@example.com\r\n"


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b"\r\n",
        HEAD + b"\r\n\r\n",
        HEAD + b"\r\n\r\n\r\n\r\n",
        HEAD + b"\r\nno line end",
        HEAD + b"\r\n.\r\n..\r\n.dots\r\n",
        HEAD + b"\r\nwords\r\n\r\n\r\n",
        HEAD + b"\r\n\r\nan empty line first\r\n",
        HEAD + b"\r\ntrailing spaces  \r\n \r\n\r\n",
        HEAD + b"Subject: folded\r\n  at\tmany\r\n\tplaces  \r\n\r\nwords\r\n",
        HEAD + b"Subject:=?utf-8?q?Za=C5=BC=C3=B3=C5=82=C4=87?=\r\n =?utf-8?q?_x?=\r\n\r\nwords\r\n",
        HEAD + b"SUBJECT: odd\r\nsubject: twice\r\n\r\nwords\r\n",
        HEAD + b"Subject:\r\n\r\nwords\r\n",
    ],
)
def test_a_nasty_mail_is_verified_as_well(content: bytes) -> None:
    signed = BOTH.sign(content)
    assert signed.endswith(content)
    assert verified(signed) == [True, True]


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30), max_size=8))
def test_any_body_is_verified(lines: list[str]) -> None:
    assert verified(BOTH.sign(HEAD + b"\r\n" + "\r\n".join(lines).encode("ascii"))) == [True, True]


def test_without_keys_nobody_signs() -> None:
    values = {"DKIM_DOMAIN": "example.org", "DKIM_SELECTOR": "of-the-mail-server"}
    assert read_signer("news-pl", FixedSettings("news-pl", values)) is None


@pytest.mark.parametrize(
    "written",
    [
        pem(RSA, form=PrivateFormat.TraditionalOpenSSL),
        pem(RSA).replace("\n", "\\n"),
        f"\n {pem(RSA)} \n",
        pem(ED25519),
    ],
)
def test_a_key_may_be_written_in_several_ways(written: str) -> None:
    assert len(signer({"DKIM_SELECTOR": "a", "DKIM_KEY": written}).keys) == 1


def test_the_domain_is_that_of_the_sender_if_none_is_set() -> None:
    assert b" d=example.org;" in signer().sign(HEAD + b"\r\n")
    assert b" d=lists.example.net;" in signer({**SETTINGS, "DKIM_DOMAIN": "Lists.example.net"}).sign(HEAD + b"\r\n")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"DKIM_KEY": "rubbish"}, "DKIM_KEY is no private key in PEM form"),
        ({"DKIM_KEY": "ż" + pem(RSA)}, "DKIM_KEY is no private key in PEM form"),
        ({"DKIM_KEY": pem(RSA)[:300]}, "DKIM_KEY is no private key in PEM form"),
        ({"DKIM_KEY": public_pem(RSA)}, "DKIM_KEY is public"),
        ({"DKIM_KEY": pem(RSA, passphrase="secret")}, "DKIM_KEY is locked with a passphrase"),
        ({"DKIM_KEY": SMALL_RSA}, "DKIM_KEY has 512 bits"),
        ({"DKIM_KEY_2": pem(generate_ec(SECP256R1()))}, "DKIM_KEY_2 is a key of the kind EC"),
        ({"DKIM_SELECTOR": ""}, "DKIM_KEY is set, but DKIM_SELECTOR is not → set PUBLISHER_NEWS_PL_DKIM_SELECTOR"),
        ({"DKIM_SELECTOR": "a; b"}, "DKIM_SELECTOR is no selector"),
        ({"DKIM_DOMAIN": "a\r\nb"}, "DKIM_DOMAIN is no domain"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_and_never_shown(values: Mapping[str, str], words: str) -> None:
    with pytest.raises(SettingsError) as told:
        signer({**SETTINGS, **values})
    assert words in str(told.value)
    assert "→" in str(told.value)
    assert "MII" not in str(told.value)
    assert "MII" not in repr(signer())
