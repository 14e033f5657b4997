"""From reports to the ledger: whose it is, what it counts, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bounce_mails import content
from sqlalchemy import insert, update

from publisher.bounces.mail import read
from publisher.bounces.read import of
from publisher.bounces.report import BounceReport, Reason
from publisher.bounces.scoring import Action, Policy
from publisher.channels.email_answers import IN_REPLY_TO_CONTENT
from publisher.incoming.fetching import recorder_of
from publisher.incoming.recording import Effect, Source, foreseen
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.listrecords import EVERY_LIST, Agreement, How, MailList, Newcomer, Why
from publisher.ledger.tables import deliveries, recipients
from publisher.newsletter import returnpath
from publisher.newsletter.keys import ListKey

NOW = datetime(2027, 5, 11, 8, 0, tzinfo=UTC)
KEY = ListKey(b"k" * 32)
HARD, FULL, SPAM, ABUSE = "qmail-no-mailbox.eml", "exim-full.eml", "exim-after-data-spam.eml", "arf-abuse.eml"


@dataclass
class Office:
    """A ledger, and who is in it."""

    ledger: Ledger

    def knows(self, address: str) -> str:
        """Somebody who is on a list; gives the hash."""
        person = KEY.hash_of(address)
        newcomer = Newcomer(hash=person, address=address)
        agreement = Agreement(how=How.FORM, at=NOW)
        self.ledger.lists.add(
            MailList(name="news", title={"en": "News"}, list_id="n.x", basis="consent", created_at=NOW)
        )
        self.ledger.memberships.join(newcomer, ["news"], agreement=agreement, now=NOW)
        return person

    def wrote(self, address: str, *, state: str = "sent", code: str = "", detail: str = "", remote_id: str = "") -> int:
        """A mailing went to somebody; gives the number of the row."""
        with self.ledger.engine.begin() as connection:
            if self.ledger.deliveries.get("mail") is None:
                connection.execute(insert(deliveries).values(**DELIVERY))
            row = {"key": "mail", "address": address, "attributes": {}, "state": state, "code": code, "detail": detail}
            new = insert(recipients).values(**row, remote_id=remote_id, updated_at=NOW).returning(recipients.c.id)
            return int(connection.execute(new).scalar_one())

    def records(self, raw: bytes, source: Source = Source.FILE, now: datetime = NOW) -> list[Effect]:
        """What follows from a mail."""
        mail = read(raw)
        recorder = recorder_of(self.ledger, key=KEY, policy=Policy())
        return recorder.record(mail, of(mail, raw), source=source, now=now)


DELIVERY = {
    "key": "mail",
    "occurrence": "mail",
    "kind": "post",
    "source_id": "mail",
    "step": "",
    "template": "",
    "channel": "news",
    "channel_type": "email",
    "languages": ["en"],
    "local": "2027-05-11T08:00",
    "nominal_local": "2027-05-11T08:00",
    "timezone": "UTC",
    "due_at": NOW,
    "state": "sent",
    "created_at": NOW,
    "updated_at": NOW,
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Office(ledger)
    ledger.close()


def test_a_hard_bounce_suppresses_a_reader_for_every_list(office: Office) -> None:
    person = office.knows("kasia.nomailbox@example.net")
    (effect,) = office.records(content(HARD))
    assert (effect.action, effect.is_new) == (Action.SUPPRESSED, True)
    (suppression,) = office.ledger.suppressions.of(person)
    assert (suppression.list, suppression.reason) == (EVERY_LIST, Why.HARD_BOUNCE)
    assert "@" not in suppression.detail


def test_the_same_mail_counts_once_whatever_its_line_ends_are(office: Office) -> None:
    person = office.knows("ola.full@example.net")
    first = office.records(content(FULL))
    again = office.records(content(FULL).replace(b"\n", b"\r\n"))
    assert [one.is_new for one in first + again] == [True, False]
    assert len(office.ledger.bounces.of(person)) == 1


def test_soft_bounces_add_up_in_the_reader_and_suppress_in_the_end(office: Office) -> None:
    person = office.knows("ola.full@example.net")
    actions = [
        office.records(content(FULL) + b"\n%d\n" % day, now=NOW + timedelta(days=day))[0].action for day in range(5)
    ]
    assert actions == [Action.SCORED] * 4 + [Action.SUPPRESSED]
    reader = office.ledger.subscribers.by_hash(person)
    assert reader is not None
    assert 4.5 < reader.score < 5


def test_blocks_are_noted_and_count_nothing(office: Office) -> None:
    person = office.knows("ola.afterdataspam@example.net")
    for day in range(9):
        (effect,) = office.records(content(SPAM) + b"\n%d\n" % day, now=NOW + timedelta(days=day))
        assert effect.action is Action.NOTED
    reader = office.ledger.subscribers.by_hash(person)
    assert reader is not None
    assert reader.score == 0
    assert office.ledger.suppressions.of(person) == []


def test_a_complaint_suppresses_as_a_complaint(office: Office) -> None:
    person = office.knows("zofia@example.net")
    office.records(content(ABUSE), Source.IMAP)
    assert [one.reason for one in office.ledger.suppressions.of(person)] == [Why.COMPLAINT]


def test_a_bounce_about_nobody_of_ours_is_ignored(office: Office) -> None:
    (effect,) = office.records(content(HARD))
    assert (effect.action, effect.is_new) == (Action.IGNORED, False)
    assert office.ledger.bounces.since(NOW - timedelta(days=1)) == []


def test_from_the_mailbox_a_hard_bounce_without_our_return_path_only_counts(office: Office) -> None:
    office.knows("kasia.nomailbox@example.net")
    (effect,) = office.records(content(HARD), Source.IMAP)
    assert effect.action is Action.SCORED
    (second,) = office.records(content(HARD) + b"\nagain\n", Source.IMAP, NOW + timedelta(days=1))
    assert second.action is Action.SUPPRESSED


def test_our_return_path_proves_it_and_names_the_reader_whatever_the_report_says(office: Office) -> None:
    number = office.wrote("reader@example.org")
    path = returnpath.address("bounces@news.example.org", number, key=KEY)
    raw = content(HARD).replace(b"bounces+1c9-k3m7q2xd@news.example.org", path.encode())
    (effect,) = office.records(raw, Source.IMAP)
    assert (effect.action, effect.reader) == (Action.SUPPRESSED, "reader@example.org")
    (bounce,) = office.ledger.bounces.of(KEY.hash_of("reader@example.org"))
    assert bounce.key == "mail"


def test_a_forged_return_path_proves_nothing(office: Office) -> None:
    number = office.wrote("reader@example.org")
    path = returnpath.address("bounces@news.example.org", number, key=ListKey(b"x" * 32))
    raw = content(HARD).replace(b"bounces+1c9-k3m7q2xd@news.example.org", path.encode())
    assert office.records(raw, Source.IMAP)[0].action is Action.IGNORED


def test_the_message_id_of_a_mail_of_ours_proves_it(office: Office) -> None:
    office.wrote("kasia.nomailbox@example.net", remote_id="<6f1c2a9be07d4f35a1c2@news.example.org>")
    assert office.records(content(HARD), Source.IMAP)[0].action is Action.SUPPRESSED


def test_readers_from_a_file_are_known_by_the_mailing_that_went_to_them(office: Office) -> None:
    office.wrote("Kasia.NoMailbox@example.net")
    (effect,) = office.records(content(HARD))
    assert (effect.action, effect.reader) == (Action.SUPPRESSED, "Kasia.NoMailbox@example.net")


def test_a_report_about_several_counts_for_each_of_ours(office: Office) -> None:
    office.knows("adam@example.net")
    office.knows("beata@example.com")
    effects = office.records(content("rfc3464-three-recipients.eml"))
    assert [one.action for one in effects] == [Action.SUPPRESSED, Action.SCORED, Action.IGNORED]


def test_what_the_server_refused_while_a_mailing_went_out_counts_once(office: Office) -> None:
    hard = {"state": "failed", "code": "550 5.1.1", "detail": "5.1.1 <a…@example.org>: User unknown"}
    full = {"state": "failed", "code": "552 5.2.2", "detail": "5.2.2 mailbox full"}
    office.wrote("anna@example.org", **hard)
    office.wrote("ben@example.org", **full)
    office.wrote("celia@example.org")
    recorder = recorder_of(office.ledger, key=KEY, policy=Policy())
    assert recorder.record_refusals(now=NOW) == 2
    assert recorder.record_refusals(now=NOW) == 0
    assert [one.action for one in office.ledger.bounces.since(NOW - timedelta(days=1))] == ["suppressed", "scored"]


def test_unknown_as_the_answer_to_a_mail_is_a_filter_as_the_answer_to_an_address_it_is_true(office: Office) -> None:
    office.wrote("anna@example.org", state="failed", code="550", detail=f"User unknown {IN_REPLY_TO_CONTENT}")
    office.wrote("ben@example.org", state="failed", code="550", detail="User unknown")
    recorder_of(office.ledger, key=KEY, policy=Policy()).record_refusals(now=NOW)
    found = [(one.reason, one.action) for one in office.ledger.bounces.since(NOW - timedelta(days=1))]
    assert found == [("filtered", "scored"), ("user-unknown", "suppressed")]


def test_a_report_that_names_nobody_can_only_be_written_down() -> None:
    assert foreseen(BounceReport(recipient="", reason=Reason.ABUSE)) is Action.NOTED
    assert foreseen(BounceReport(recipient="", reason=Reason.MAILBOX_FULL)) is Action.NOTED
    assert foreseen(BounceReport(recipient="", reason=Reason.VACATION)) is Action.IGNORED
    assert foreseen(BounceReport(recipient="anna@example.org", reason=Reason.ABUSE)) is Action.SUPPRESSED


def test_old_refusals_are_left_alone(office: Office) -> None:
    office.wrote("anna@example.org", state="failed", code="550 5.1.1", detail="User unknown")
    with office.ledger.engine.begin() as connection:
        connection.execute(update(deliveries).values(updated_at=NOW - timedelta(days=60)))
    assert recorder_of(office.ledger, key=KEY, policy=Policy()).record_refusals(now=NOW) == 0
