"""Ready mails out of form letters, with links, return paths and signatures of their own."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest
from dkim_samples import SETTINGS, verified

from publisher.channels.email import EmailTransport
from publisher.channels.formletter import FormLetter
from publisher.errors import RenderError, SettingsError
from publisher.model import Calendar, Channel, Contact, Draft, Envelope, ListFacts, Project, Reader
from publisher.newsletter import returnpath
from publisher.newsletter.keys import EVERYTHING, ListKey, Purpose
from publisher.newsletter.links import Links
from publisher.newsletter.scribe import Imprint, NoLetter, Scribe
from publisher.personal import NAME, PREFERENCES, UNSUBSCRIBE, mark
from publisher.settings import FixedSettings

KEY = ListKey(b"k" * 32)
PAGES = "https://news.example.org"
ENVELOPE = Envelope(
    key="events/open-day/first",
    due_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    channel=Channel(id="news-pl", type="email", languages=("pl",), calendar=Calendar(timezone="Europe/Warsaw")),
    project=Project(name="Open Days", contact=Contact(name="Biuro", email="office@example.org")),
    list=ListFacts(unsubscribe=f"{PAGES}/u/", preferences=f"{PAGES}/p/"),
)
ANNA = Reader(address="Anna@example.com", name="Anna", language="pl")


def letter(*, name: bool) -> FormLetter:
    greeting = f"Anna? {mark(NAME)}" if name else "Dzień dobry"
    text = f"{greeting}\n{PAGES}/u/{mark(UNSUBSCRIBE)}\n{PAGES}/p/{mark(PREFERENCES)}\n"
    draft = Draft(language="pl", subject="Dzień", text=text, html=f"<p>{greeting}</p>")
    return EmailTransport().letter(draft, ENVELOPE, answers={NAME: name})


def imprint(**more: str) -> Imprint:
    return Imprint.of("news-pl", FixedSettings("news-pl", more), list_name="news", key=KEY)


def writer(**more: str) -> Scribe:
    return Scribe(imprint(**more), [("pl", letter(name=True)), ("pl", letter(name=False))])


def test_the_links_of_a_mail_act_for_its_reader_and_its_list() -> None:
    mail = writer().write(7, ANNA)
    links = Links(PAGES, KEY)
    who = KEY.hash_of("anna@example.com")
    text = email.message_from_bytes(mail.content, policy=email.policy.default).get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines()[1:] == [links.unsubscribe("news", who), links.preferences(who)]
    token = links.unsubscribe("news", who).rpartition("/")[2]
    grant = KEY.read(token, purpose=Purpose.UNSUBSCRIBE, lists=["news"])
    assert grant is not None
    assert (grant.person, grant.list) == (who, "news")
    assert KEY.read(links.preferences(who).rpartition("/")[2], purpose=Purpose.PREFERENCES, lists=[EVERYTHING])


def test_each_reader_gets_the_letter_that_suits_and_an_envelope() -> None:
    made = writer()
    anna, nobody = made.write(7, ANNA), made.write(8, Reader(address="b@example.com", language="pl"))
    assert b"Anna?" in anna.content
    assert b"Anna?" not in nobody.content
    assert (anna.sender, anna.recipient) == ("office@example.org", "Anna@example.com")
    assert anna.message_id.encode() in anna.content


def test_what_cannot_be_delivered_comes_back_with_the_row_of_the_reader() -> None:
    mail = writer(BOUNCES_TO="Bounces <bounces@lists.example.org>").write(7, ANNA)
    local, _, domain = mail.sender.rpartition("@")
    assert domain == "lists.example.org"
    assert returnpath.read(local, key=KEY) == 7


def test_readers_without_a_letter_are_told() -> None:
    with pytest.raises(NoLetter):
        writer().write(7, Reader(address="a@example.com", language="de"))
    with pytest.raises(NoLetter):
        Scribe(imprint(), [("pl", letter(name=True))]).write(7, Reader(address="a@example.com", language="pl"))
    with pytest.raises(RenderError, match="can't be used"):
        writer().write(7, Reader(address="a b@example.com", language="pl"))


def test_another_process_writes_the_same_mails_with_the_same_signatures() -> None:
    first = writer(BOUNCES_TO="bounces@example.org", **SETTINGS)
    again = Scribe.unpack(first.pack())
    assert again.write(7, ANNA) == first.write(7, ANNA)
    assert verified(first.write(7, ANNA).content) == [True, True]
    assert again.has(ANNA)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"BOUNCES_TO": "bounces"}, "BOUNCES_TO can't be used"),
        ({"BOUNCES_TO": f"{'b' * 50}@example.org"}, "may have 41 characters"),
        ({"DKIM_KEY": "x", "DKIM_SELECTOR": "a"}, "DKIM_KEY is no private key"),
    ],
)
def test_settings_that_cannot_be_used_are_told(settings: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        writer(**settings)


def test_nothing_secret_is_shown() -> None:
    assert "PRIVATE" not in repr(imprint(**SETTINGS))
    assert KEY.written() not in repr(imprint())
