"""The mailbox where bounces arrive: read over IMAP, sorted into folders, nothing lost and nothing done twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from bounce_mails import content

from publisher.clock import SimulatedClock
from publisher.errors import CredentialsBroken, TemporaryError
from publisher.incoming import mailbox
from publisher.incoming.configured import asked
from publisher.incoming.fetching import Fetching
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.listrecords import Agreement, Candidate, How, MailList, Newcomer
from publisher.model import Calendar, Channel, Kind, Planned, PlanState, Reader
from publisher.newsletter import returnpath
from publisher.newsletter.keys import ListKey, Purpose
from publisher.sandbox.imap import ImapAccount, MailboxServer

NOW = datetime(2027, 5, 11, 8, 0, tzinfo=UTC)
KEY = ListKey(b"k" * 32)
BOUNCE, PERSON, VACATION = "qmail-no-mailbox.eml", "ordinary-question.eml", "auto-en-outlook.eml"
READER = "kasia.nomailbox@example.net"


@dataclass
class Received:
    """Takes mails, or refuses them."""

    mails: list[tuple[list[str], bytes]] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802, ARG002
        if self.answer.startswith("250"):
            self.mails.append((envelope.rcpt_tos, envelope.content))  # type: ignore[attr-defined]  aiosmtpd's
        return self.answer


@dataclass
class Office:
    """A ledger, a mailbox with a server before it, and a mail server."""

    ledger: Ledger
    account: ImapAccount
    url: str
    received: Received
    smtp: str
    stop: threading.Event = field(default_factory=threading.Event)

    def fetch(self, **settings: str) -> int:
        """One round."""
        usual = {
            "IMAP_URL": self.url,
            "SMTP_URL": self.smtp,
            "FROM": "office@example.org",
            "PASS_ON_TO": "anna@example.org",
        }
        values = {f"PUBLISHER_BOUNCES_{name}": value for name, value in {**usual, **settings}.items() if value}
        fetching = Fetching(
            ledger=self.ledger,
            asked=asked(values),
            key=lambda: KEY,
            clock=SimulatedClock(NOW),
            audiences=lambda: {"readers": (), "both": ("news", "press")},
            lists_of=lambda channel: ["news"] if channel == "letters" else [],
            contact=lambda: "",
            is_stopping=self.stop.is_set,
        )
        return fetching.round()

    def folders(self) -> dict[str, int]:
        """How many mails are where."""
        return {name: len(mails) for name, mails in self.account.folders.items() if mails}

    def subscribe(self, address: str, language: str = "") -> str:
        """Somebody joins the list; gives the hash."""
        person = KEY.hash_of(address)
        titles = {"en": "News", "pl": "Nowości"}
        self.ledger.lists.add(MailList(name="news", title=titles, list_id="n.x", basis="consent", created_at=NOW))
        newcomer = Newcomer(hash=person, address=address, language=language)
        self.ledger.memberships.join(newcomer, ["news"], agreement=Agreement(how=How.FORM, at=NOW), now=NOW)
        return person


@pytest.fixture
def account() -> ImapAccount:
    return ImapAccount()


@pytest.fixture
def office(tmp_path: Path, account: ImapAccount) -> Iterator[Office]:
    received = Received()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(received, hostname="127.0.0.1", port=port)
    controller.start()
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    try:
        with MailboxServer(account) as server:
            yield Office(ledger, account, server.url, received, f"smtp://127.0.0.1:{port}")
    finally:
        ledger.close()
        controller.stop()


def test_mails_are_sorted_into_folders_and_none_is_deleted(office: Office) -> None:
    office.subscribe(READER)
    names = [BOUNCE, PERSON, VACATION, "exim-full.eml", "ordinary-newsletter-about-bounces.eml", "arf-abuse.eml"]
    for name in names:
        office.account.deliver(content(name))
    assert office.fetch() == len(names)
    assert office.folders() == {"Processed": 2, "People": 1, "Unrecognised": 3}
    kept = [mail for folder in office.folders() for mail in office.account.contents(folder)]
    assert sorted(kept) == sorted(content(name) for name in names)
    assert office.fetch() == 0


def test_a_person_is_passed_on_whole_and_once(office: Office) -> None:
    office.account.deliver(content(PERSON))
    office.fetch()
    office.account.deliver(content(PERSON))  # somebody moved it back
    office.fetch()
    ((recipients, raw),) = office.received.mails
    assert recipients == ["anna@example.org"]
    mail = message_from_bytes(raw, policy=default)
    attached = next(part for part in mail.walk() if part.get_content_type() == "message/rfc822")
    assert attached.get_content()["From"] == "Zofia Nowak <zofia@example.net>"
    assert "Where does the meeting take place?" in attached.get_content().get_content()
    assert office.folders() == {"People": 2}


def test_what_no_mail_server_need_take_is_passed_on_as_a_file(office: Office) -> None:
    long = content(PERSON) + "ż".encode() * 800 + b"\r\nonly a CR\rhere\r\n"
    office.account.deliver(long)
    office.fetch()
    ((_, raw),) = office.received.mails
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    attached = next(part for part in message_from_bytes(raw, policy=default).walk() if part.get_filename())
    assert (attached.get_filename(), attached.get_content()) == ("mail.eml", long)


def test_an_answer_to_a_mailing_goes_to_the_address_for_answers_of_its_list(office: Office) -> None:
    office.ledger.lists.add(
        MailList(name="news", title={}, list_id="n.x", basis="b", created_at=NOW, reply_to="Desk <desk@example.org>")
    )
    office.ledger.deliveries.replan(added=[_mailing()], now=NOW)
    office.ledger.recipients.enrol("mail", [Candidate(Reader(address="zofia@example.net"))], now=NOW)
    first = office.ledger.recipients.first("mail")
    assert first is not None
    path = returnpath.address("bounces@news.example.org", first.id, key=KEY)
    office.account.deliver(content(PERSON).replace(b"To: office@news.example.org", b"To: " + path.encode()))
    office.fetch()
    ((recipients, _),) = office.received.mails
    assert recipients == ["desk@example.org"]


def _mailing() -> Planned:
    channel = Channel(id="letters", type="email", languages=("en",), calendar=Calendar(timezone="UTC"))
    return Planned(
        key="mail",
        occurrence="mail",
        kind=Kind.POST,
        source_id="one",
        step="then",
        template="post",
        channel=channel,
        languages=("en",),
        local=NOW.replace(tzinfo=None),
        nominal_local=NOW.replace(tzinfo=None),
        due_at=NOW,
        state=PlanState.PLANNED,
    )


def test_what_was_passed_on_and_comes_back_is_not_passed_on_again(office: Office) -> None:
    office.account.deliver(content(PERSON))
    office.fetch()
    office.account.deliver(office.received.mails[0][1])
    office.fetch()
    assert len(office.received.mails) == 1
    assert office.folders() == {"People": 1, "Unrecognised": 1}


def test_a_person_waits_in_the_inbox_while_the_mail_server_cannot_take_it(office: Office) -> None:
    office.received.answer = "451 4.3.0 come later"
    office.account.deliver(content(PERSON))
    office.account.deliver(content(VACATION))
    assert office.fetch() == 1
    assert office.folders() == {"INBOX": 1, "Processed": 1}
    office.received.answer = "250 OK"
    assert office.fetch() == 1
    assert office.folders() == {"Processed": 1, "People": 1}
    assert len(office.received.mails) == 1


def test_without_a_way_to_pass_on_people_wait_in_their_folder(office: Office) -> None:
    office.account.deliver(content(PERSON))
    office.fetch(SMTP_URL="", FROM="")
    assert office.folders() == {"People": 1}


@pytest.mark.parametrize("can_move", [True, False])
@pytest.mark.parametrize("is_below", [True, False])
def test_servers_without_move_and_with_folders_below_the_inbox(office: Office, can_move: bool, is_below: bool) -> None:  # noqa: FBT001
    office.account.can_move, office.account.is_below = can_move, is_below
    office.account.deliver(content(VACATION))
    office.fetch()
    assert office.folders() == {"INBOX.Processed" if is_below else "Processed": 1}


def _asks_to_leave(token: str, sender: str) -> bytes:
    return f"From: {sender}\nTo: office@example.org\nSubject: Unsubscribe {token}\n\n".encode()


def test_a_mail_with_a_token_unsubscribes_and_is_acknowledged_in_the_language_of_the_reader(office: Office) -> None:
    person = office.subscribe("Ewa@example.com", "pl")
    token = KEY.token(Purpose.UNSUBSCRIBE, list_name="news", person=person)
    office.account.deliver(_asks_to_leave(token, "Ewa <ewa@example.com>"))
    office.fetch()
    (consent,) = [one for one in office.ledger.subscribers.consents(1) if one.act == "withdrawn"]
    assert (consent.list, consent.how) == ("news", How.MAIL)
    assert office.ledger.suppressions.holding(person, list_name="news") is not None
    ((recipients, raw),) = office.received.mails
    mail = message_from_bytes(raw, policy=default)
    assert recipients == ["ewa@example.com"]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert "„Nowości”" in mail.get_content()
    assert office.folders() == {"Processed": 1}


def test_who_gets_one_mail_for_several_lists_leaves_them_together(office: Office) -> None:
    person = office.subscribe("ewa@example.com")
    token = KEY.token(Purpose.UNSUBSCRIBE, list_name="both", person=person)
    office.account.deliver(_asks_to_leave(token, "ewa@example.com"))
    office.fetch()
    assert [one.list for one in office.ledger.suppressions.of(person)] == ["news", "press"]
    assert not [one for one in office.ledger.subscribers.subscriptions(1) if one.holds]


def test_a_token_from_another_address_works_and_nobody_is_written_to(office: Office) -> None:
    person = office.subscribe("ewa@example.com")
    token = KEY.token(Purpose.UNSUBSCRIBE, list_name="news", person=person)
    office.account.deliver(_asks_to_leave(token, "private@example.net"))
    office.fetch()
    assert office.ledger.suppressions.holding(person, list_name="news") is not None
    assert office.received.mails == []


@pytest.mark.parametrize("purpose", [Purpose.PREFERENCES, Purpose.UNSUBSCRIBE])
def test_foreign_tokens_do_nothing_and_go_to_people(office: Office, purpose: Purpose) -> None:
    person = office.subscribe("ewa@example.com")
    key = KEY if purpose is Purpose.PREFERENCES else ListKey(b"x" * 32)
    office.account.deliver(_asks_to_leave(key.token(purpose, list_name="news", person=person), "ewa@example.com"))
    office.fetch()
    assert office.ledger.suppressions.of(person) == []
    assert office.folders() == {"People": 1}


def test_readers_from_a_file_leave_by_mail_too(office: Office) -> None:
    person = KEY.hash_of("csv@example.com")
    token = KEY.token(Purpose.UNSUBSCRIBE, list_name="readers", person=person)
    office.account.deliver(_asks_to_leave(token, "csv@example.com"))
    office.fetch()
    assert office.ledger.suppressions.holding(person, list_name="readers") is not None


@pytest.mark.parametrize("after", range(3, 12))
def test_a_connection_that_breaks_anywhere_loses_nothing_and_does_nothing_twice(office: Office, after: int) -> None:
    office.subscribe(READER)
    for name in (BOUNCE, PERSON, VACATION):
        office.account.deliver(content(name))
    office.account.breaks_after = after
    for _ in range(3):
        try:
            office.fetch()
            break
        except TemporaryError:
            continue
    assert sum(office.folders().values()) == 3
    assert "INBOX" not in office.folders()
    assert len(office.received.mails) == 1
    assert len(office.ledger.bounces.of(KEY.hash_of(READER))) == 1


def test_a_stop_ends_the_round_between_two_mails(office: Office) -> None:
    office.account.deliver(content(VACATION))
    office.stop.set()
    assert office.fetch() == 0
    assert office.folders() == {"INBOX": 1}


def test_a_wrong_password_is_told_without_it(office: Office) -> None:
    with pytest.raises(CredentialsBroken) as raised:
        office.fetch(IMAP_URL=office.url.replace(":sandbox@", ":hush@"))
    assert "hush" not in str(raised.value)
    assert "PUBLISHER_BOUNCES_IMAP_URL" in str(raised.value)


def test_a_folder_that_is_not_there_and_a_server_that_is_away_are_told(office: Office) -> None:
    with pytest.raises(TemporaryError, match="can't be read"):
        office.fetch(IMAP_URL=office.url.replace("/INBOX", "/Nothing"))
    with pytest.raises(TemporaryError, match="can't be read"):
        office.fetch(IMAP_URL="imap://a:b@127.0.0.1:1/INBOX")


def test_a_server_that_says_nothing_is_given_up(office: Office) -> None:
    assert mailbox.TIMEOUT <= 60
    office.account.hangs = True
    inbox = asked({"PUBLISHER_BOUNCES_IMAP_URL": office.url}).inbox
    assert inbox is not None
    with pytest.raises(TemporaryError):
        inbox.round(lambda _: None, is_stopping=office.stop.is_set, patience=0.2)
