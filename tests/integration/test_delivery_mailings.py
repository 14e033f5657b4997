"""Mailings against the stand-in for a mail server: who gets a mail, once, and what becomes of the others."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog
from claiming import claim_readers, settle_readers
from running_parts import CHANNELS, DUE, START, Scene, post, scene, wait_for

from publisher.bulk.manners import Limits
from publisher.delivery.retry import MAX_ATTEMPTS
from publisher.ledger.records import Intent, Recipient, Result
from publisher.model import DeliveryState, Outcome
from publisher.sandbox import Sandbox
from publisher.sandbox.faults import SMTP_FAULTS, Fault

EVERYBODY = ["anna", "bela", "carl", "dora"]


class Expected(NamedTuple):
    """After a fault that meets the second reader: the mailing and that reader at once, both in the end, and mails."""

    first: str
    reader_first: str
    in_the_end: str
    reader: str
    reached: list[str]


WAITS_ALONE = Expected("retry_wait", "retry_wait", "sent", "sent", ["anna", "carl", "dora", "bela"])
STUMBLED = Expected("retry_wait", "retry_wait", "sent", "sent", ["anna", "carl", "dora", "bela"])
REFUSED = Expected("sent", "failed", "sent", "failed", ["anna", "carl", "dora"])
HELD = WAITS_ALONE  # with the others: it is our fault, and nobody is taken off the list for it
TAKEN = Expected("unknown", "unknown", "sent", "unknown", EVERYBODY)  # nobody gets it twice, and it is listed

TABLE = {
    Fault.SMTP_GREYLIST: WAITS_ALONE,
    Fault.SMTP_DEFER_DATA: WAITS_ALONE,
    Fault.SMTP_BUSY: Expected("sent", "sent", "sent", "sent", EVERYBODY),  # a fresh connection is tried at once
    Fault.SMTP_REFUSE: REFUSED,
    Fault.SMTP_POLICY: HELD,
    Fault.SMTP_DROP_BEFORE_DATA: Expected("sent", "sent", "sent", "sent", EVERYBODY),  # the same
    Fault.SMTP_DROP_AFTER_DATA: TAKEN,
    Fault.SMTP_TIMEOUT_AFTER_DATA: TAKEN,
}
OF_THE_CONNECTION = {Fault.SMTP_AUTH}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.write(post("one", to=["news"]))
        set_up.at(START)
        yield set_up


def states(readers: dict[str, Recipient]) -> dict[str, str]:
    return {name: str(one.state) for name, one in readers.items()}


def test_the_table_names_every_fault() -> None:
    assert set(TABLE) | OF_THE_CONNECTION == SMTP_FAULTS


@pytest.mark.parametrize("fault", TABLE)
def test_a_fault_at_one_reader_comes_to_what_the_table_says(stage: Scene, fault: Fault) -> None:
    expected = TABLE[fault]
    stage.inject("news", fault, after=1)
    stage.at(DUE)
    assert (stage.state("one", "news"), stage.readers("one")["bela"].state) == (expected.first, expected.reader_first)
    stage.play(2)
    assert (stage.state("one", "news"), stage.readers("one")["bela"].state) == (expected.in_the_end, expected.reader)
    assert stage.reached() == expected.reached


def test_a_refused_login_stops_the_mailing_and_loses_nobody(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_AUTH)
    stage.at(DUE)
    (attempt,) = stage.attempts("one", "news")
    assert (stage.state("one", "news"), attempt.outcome, attempt.code) == (
        "retry_wait",
        "credentials_broken",
        "535 5.7.8",
    )
    assert set(states(stage.readers("one")).values()) == {"pending"}
    stage.play(1)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", EVERYBODY)


@pytest.mark.parametrize("fault", [Fault.SMTP_BUSY, Fault.SMTP_DROP_BEFORE_DATA])
def test_a_reader_at_whom_the_server_stumbles_again_and_again_keeps_nobody_waiting(stage: Scene, fault: Fault) -> None:
    stage.inject("news", fault, after=1, times=2)
    stage.at(DUE)
    assert (stage.state("one", "news"), stage.reached()) == (STUMBLED.first, ["anna"])
    assert states(stage.readers("one")) == {"anna": "sent", "bela": "retry_wait", "carl": "pending", "dora": "pending"}
    stage.play(1)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", STUMBLED.reached)


def test_an_unreachable_server_loses_nobody(stage: Scene) -> None:
    stage.extra["news"] = {"SMTP_URL": "smtp://127.0.0.1:1"}
    stage.at(DUE)
    row = stage.row("one", "news")
    assert (row.state, row.next_at is not None, "can't be reached" in row.reason) == ("retry_wait", True, True)
    stage.play(3)
    assert stage.reached() == []
    del stage.extra["news"]
    stage.end()
    stage.play(2)
    assert (stage.state("one", "news"), sorted(stage.reached())) == ("sent", EVERYBODY)


def test_a_server_that_stays_away_is_given_up_and_a_person_can_go_on(stage: Scene) -> None:
    stage.write(post("one", to=["news"], more="    if_late: send anyway\n"))
    stage.extra["news"] = {"SMTP_URL": "smtp://127.0.0.1:1"}
    stage.at(DUE)
    stage.play(14)
    row = stage.row("one", "news")
    assert (row.state, row.attempts) == ("failed", MAX_ATTEMPTS)
    assert row.reason.endswith(f"publisher retry {row.key}")
    stage.end()
    del stage.extra["news"]
    now = stage.clock.now()
    stage.ledger.deliveries.transition(row.key, to=DeliveryState.PENDING, now=now, settled_by="me")
    stage.play(2)
    assert (stage.state("one", "news"), sorted(stage.reached())) == ("sent", EVERYBODY)


def test_a_server_that_answers_nobody_clearly_is_left_alone_after_a_few_readers(stage: Scene) -> None:
    stage.enlist(*(f"reader{number}@example.org,,en" for number in range(12)))
    stage.extra["news"] = {"CONNECTIONS": "1"}
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA, times=5)
    stage.at(DUE)
    tally = stage.ledger.recipients.tally(stage.row("one", "news").key)
    assert (tally.of(DeliveryState.UNKNOWN), tally.of(DeliveryState.PENDING)) == (5, 7)
    assert stage.state("one", "news") == "retry_wait"
    stage.play(1)
    assert stage.row("one", "news").reason.startswith("7 accepted, 5 uncertain: r…@example.org, ")
    assert len(stage.reached()) == len(set(stage.reached())) == 12


def test_every_reader_gets_their_language_or_the_channels_first(stage: Scene) -> None:
    stage.at(DUE)
    words = {}
    for mail in stage.sandbox.mails("news"):
        words[mail.recipient.partition("@")[0]] = email.message_from_bytes(mail.content, policy=email.policy.default)
    subjects = {name: str(found["Subject"]) for name, found in words.items()}
    english, polish = "News about one", "Wieści o one"
    assert subjects == {"anna": english, "bela": polish, "carl": english, "dora": english}
    assert {name: found["Content-Language"] for name, found in words.items()} == {
        "anna": "en",
        "bela": "pl",
        "carl": "en",
        "dora": "en",
    }


def test_nobody_sees_another_readers_address(stage: Scene) -> None:
    stage.at(DUE)
    for mail in stage.sandbox.mails("news"):
        others = [one.reader.address for one in stage.readers("one").values() if one.reader.address != mail.recipient]
        assert mail.recipient.encode() in mail.content
        assert not any(other.encode() in mail.content for other in others)


def test_a_reader_who_joined_the_list_after_the_start_is_not_on_the_mailing(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_GREYLIST)
    stage.at(DUE)
    stage.enlist("emil@example.org,Emil,en", "anna@example.org,Anna,en", "bela@example.org,Bela,pl")
    stage.play(1)
    assert (stage.state("one", "news"), sorted(stage.reached())) == ("sent", EVERYBODY)


def test_the_list_is_read_when_the_mailing_starts_and_not_before(stage: Scene) -> None:
    stage.enlist("anna@example.org,Anna,en", "emil@example.org,Emil,en")
    stage.at(DUE)
    assert stage.reached() == ["anna", "emil"]


def test_a_list_that_cant_be_read_waits_and_is_read_once_it_can(stage: Scene) -> None:
    (stage.folder / "readers.csv").write_text("contact\nanna@example.org\n", encoding="utf-8")
    stage.at(DUE)
    row = stage.row("one", "news")
    assert (row.state, "No column is named “email”" in row.reason) == ("planned", True)
    stage.enlist("anna@example.org,Anna,en")
    stage.play(0.5)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", ["anna"])


def test_a_reader_about_whom_nothing_can_be_written_stops_nobody_else(stage: Scene) -> None:
    own_template(stage, "{% if reader.name == 'Bela' %}{{ nobody.knows }}{% endif %}")
    stage.at(DUE)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", ["anna", "carl", "dora"])
    assert stage.row("one", "news").reason.startswith("3 accepted, 1 refused: b…@example.org: ")
    bela = stage.readers("one")["bela"]
    assert (bela.state, "nobody" in bela.detail) == ("failed", True)


def test_a_refused_reader_stands_in_status_and_as_a_warning_in_the_log(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_REFUSE)
    with structlog.testing.capture_logs() as said:
        stage.at(DUE)
    row = stage.row("one", "news")
    assert row.reason.startswith("3 accepted, 1 refused: a…@example.org: 550 5.1.1 ")
    (line,) = [line for line in said if line["event"] == "sent"]
    assert (line["log_level"], line["reason"]) == ("warning", row.reason)
    assert "delete it there" in stage.readers("one")["anna"].detail


def test_readers_of_a_language_with_a_broken_template_wait_until_it_is_mended(stage: Scene) -> None:
    own_template(stage, "{% if language == 'pl' %}{{ nobody.knows }}{% endif %}")
    stage.at(DUE)
    row = stage.row("one", "news")
    assert (row.state, stage.reached()) == ("retry_wait", ["anna", "carl", "dora"])
    assert "nobody" in row.reason
    own_template(stage, "")
    stage.play(0.5)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", ["anna", "carl", "dora", "bela"])


def own_template(stage: Scene, text: str) -> None:
    """The mail of posts, in words that depend on the reader."""
    stage.end()
    own = stage.folder / "templates" / "post"
    own.mkdir(parents=True, exist_ok=True)
    blocks = {
        "subject": "{{ post.text }}",
        "preheader": "News",
        "body": f"<p>{text} Hello</p>",
        "text": f"{text} Hello",
    }
    words = "".join(f"{{% block {name} %}}{content}{{% endblock %}}\n" for name, content in blocks.items())
    (own / "email.j2").write_text(words, encoding="utf-8")
    stage.restart()


def test_a_template_that_breaks_for_everybody_stops_before_anybody_is_written_to(stage: Scene) -> None:
    own_template(stage, "{{ nobody.knows }}")
    stage.at(DUE)
    row = stage.row("one", "news")
    assert (row.state, stage.reached(), stage.readers("one")) == ("planned", [], {})
    own_template(stage, "")
    stage.play(0.2)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", EVERYBODY)


def test_a_crash_in_the_middle_leaves_one_reader_uncertain_and_serves_the_others(stage: Scene) -> None:
    die_while_sending(stage, readers=2)
    assert states(stage.readers("one")) == {"anna": "sent", "bela": "sending", "carl": "pending", "dora": "pending"}
    stage.at(DUE + timedelta(minutes=1))
    row = stage.row("one", "news")
    assert (row.state, row.reason.partition(" → ")[0]) == (
        "unknown",
        "3 accepted, 1 uncertain: b…@example.org; nobody can tell yet whether it arrived there",
    )
    assert states(stage.readers("one"))["bela"] == "unknown"
    assert stage.reached() == ["carl", "dora"]
    stage.play(3)
    assert stage.reached() == ["carl", "dora"]
    row = stage.row("one", "news")
    assert (row.state, row.reason) == ("sent", "3 accepted, 1 uncertain: b…@example.org; taken as sent")
    assert states(stage.readers("one"))["bela"] == "unknown"


def test_a_crash_between_two_readers_leaves_nobody_uncertain(stage: Scene) -> None:
    die_while_sending(stage, readers=2, done=2)
    stage.at(DUE + timedelta(minutes=1))
    assert (stage.state("one", "news"), stage.reached()) == ("sent", ["carl", "dora"])


def test_a_crash_after_the_last_reader_leaves_nothing_uncertain(stage: Scene) -> None:
    die_while_sending(stage, readers=4, done=4)
    stage.at(DUE + timedelta(hours=12))
    assert (stage.row("one", "news").state, stage.row("one", "news").reason) == ("sent", "4 accepted")
    assert stage.reached() == []


def test_a_crash_after_everybody_was_refused_ends_as_refused(stage: Scene) -> None:
    die_while_sending(stage, readers=4, done=4, came_of_it=DeliveryState.FAILED)
    stage.at(DUE + timedelta(minutes=1))
    row, names = stage.row("one", "news"), "a…@example.org, b…@example.org, c…@example.org, d…@example.org"
    assert (row.state, row.reason) == ("failed", f"4 refused: {names}")


def die_while_sending(
    stage: Scene, *, readers: int, done: int = 1, came_of_it: DeliveryState = DeliveryState.SENT
) -> str:
    """Leave the ledger as a program leaves it that was killed: ``readers`` claimed, ``done`` of them finished."""
    stage.end()
    ledger, row = stage.ledger, stage.row("one", "news")
    ledger.deliveries.transition(row.key, to=DeliveryState.PENDING, now=DUE)
    stage.enrol(row.key)
    claim = ledger.attempts.begin(row.key, owner="dead", intent=Intent(sha256=""), lease=timedelta(minutes=5), now=DUE)
    claimed = claim_readers(ledger, claim, limit=readers, now=DUE)
    settle_readers(ledger, [(one, Result(outcome=Outcome.SENT, state=came_of_it)) for one in claimed[:done]], now=DUE)
    return row.key


def test_a_mailing_that_is_late_half_way_says_how_far_it_got(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_GREYLIST, after=2, times=200)
    stage.at(DUE)
    stage.play(7)
    row = stage.row("one", "news")
    assert (row.state, "; 2 accepted, 2 waiting; it waited because:" in row.reason) == ("expired", True)
    assert states(stage.readers("one"))["dora"] == "expired"


def test_a_mailing_whose_time_is_edited_half_way_goes_on_and_is_not_begun_anew(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_GREYLIST, after=2, times=2)
    stage.at(DUE)
    stage.write(post("one", to=["news"], at=DUE + timedelta(minutes=30)))
    stage.play(1)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", EVERYBODY)


def test_a_mailing_that_left_the_file_half_way_rests_until_it_is_back(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_GREYLIST, after=2, times=2)
    stage.at(DUE)
    stage.write(post("other", to=["news"], at=DUE + timedelta(days=1)))
    stage.play(1)
    row = stage.row("one", "news")
    assert (row.state, stage.reached()) == ("retry_wait", ["anna", "bela"])
    assert "the file lacks this announcement" in row.reason
    stage.write(post("one", to=["news"]))
    stage.play(1)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", EVERYBODY)


def test_a_mailing_that_is_called_off_half_way_stops_and_comes_back_with_the_others(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_GREYLIST, after=2, times=2)
    stage.at(DUE)
    blackout = "blackouts:\n  - { from: 2027-05-03, to: 2027-05-03, why: move }\n"
    stage.write(post("one", to=["news"], more="    outside_hours: skip\n"), channels=blackout + CHANNELS)
    stage.play(1)
    assert (stage.state("one", "news"), stage.reached()) == ("cancelled", ["anna", "bela"])
    assert states(stage.readers("one"))["carl"] == "cancelled"
    stage.write(post("one", to=["news"]))
    stage.play(1)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", EVERYBODY)


def test_a_reader_whose_result_the_ledger_could_not_take_gets_no_second_mail(stage: Scene) -> None:
    with stage.ledger_breaks_at("UPDATE OF remote_id", "recipients"):
        stage.at(DUE)
        stage.at(DUE + timedelta(minutes=1))
        reached = stage.reached()
        assert reached[0] == "anna"
    stage.play(1)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", EVERYBODY)


def test_a_mailing_whose_end_the_ledger_could_not_take_is_settled_once_it_works_again(stage: Scene) -> None:
    with stage.ledger_breaks_at("UPDATE OF outcome", "attempts"):
        stage.at(DUE)
        assert (stage.state("one", "news"), stage.reached()) == ("sending", EVERYBODY)
    stage.at(DUE + timedelta(minutes=1))
    assert (stage.state("one", "news"), stage.reached()) == ("sent", EVERYBODY)


def test_a_fault_of_ours_in_the_middle_of_a_mailing_is_uncertain_and_not_stuck(stage: Scene) -> None:
    with stage.ledger.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER odd AFTER UPDATE OF remote_id ON recipients WHEN NEW.address LIKE 'dora%' "
            "BEGIN UPDATE recipients SET state = 'no such state' WHERE id = NEW.id; END"
        )
    stage.at(DUE)
    assert stage.reached() == EVERYBODY
    assert stage.state("one", "news") == "unknown"
    assert "publisher why" in stage.row("one", "news").reason


def test_an_uncertain_reader_is_written_to_again_only_when_a_person_says_so(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_TIMEOUT_AFTER_DATA, after=1)
    stage.at(DUE)
    row = stage.row("one", "news")
    now = stage.clock.now()
    stage.ledger.recipients.change(row.key, among={DeliveryState.UNKNOWN}, to=DeliveryState.PENDING, now=now)
    stage.ledger.deliveries.transition(row.key, to=DeliveryState.PENDING, now=now, settled_by="me")
    stage.play(0.5)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", [*EVERYBODY, "bela"])


def test_two_mailings_to_one_list_reach_everybody_twice(stage: Scene) -> None:
    stage.write(post("one", to=["news"]), post("two", to=["news"]))
    stage.at(DUE)
    assert sorted(stage.reached()) == sorted(EVERYBODY * 2)


def test_a_mailing_waits_for_an_approval_without_reading_the_list(stage: Scene) -> None:
    stage.write(post("one", to=["news"]), channels=CHANNELS.replace("[en, pl] }", "[en, pl], approval: anyone }"))
    stage.at(DUE)
    assert (stage.state("one", "news"), stage.readers("one")) == ("planned", {})
    assert stage.approve("one", who="director") == [True, True]
    stage.play(0.2)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", EVERYBODY)


def test_a_stop_ends_a_long_mailing_after_the_reader_who_is_being_written_to(stage: Scene) -> None:
    stage.enlist(*(f"reader{number:03}@example.org,,en" for number in range(100)))
    stage.clock.advance_to(DUE)
    stage.feed()
    wait_for(lambda: len(stage.reached()) >= 3)
    stage.end()
    reached = len(stage.reached())
    row = stage.row("one", "news")
    assert (row.state, 3 <= reached < 100) == ("retry_wait", True)
    assert row.reason == f"{reached} accepted, {100 - reached} waiting"
    stage.at(DUE)
    assert (stage.state("one", "news"), len(set(stage.reached())), len(stage.reached())) == ("sent", 100, 100)


def test_a_mail_server_that_is_shut_down_in_the_middle_loses_nobody(stage: Scene) -> None:
    stage.enlist(*(f"reader{number:03}@example.org,,en" for number in range(60)))
    stage.clock.advance_to(DUE)
    stage.feed()
    wait_for(lambda: len(stage.reached()) >= 3)
    stage.sandbox.stop()
    stage.daemon.once()
    tally = stage.ledger.recipients.tally(stage.row("one", "news").key)
    assert (tally.total, tally.of(DeliveryState.FAILED)) == (60, 0)
    assert tally.of(DeliveryState.SENT) <= len(stage.reached()) <= tally.of(DeliveryState.SENT, DeliveryState.UNKNOWN)
    assert tally.of(DeliveryState.UNKNOWN) <= Limits().connections  # what was between its last dot and the answer
    with Sandbox(clock=stage.clock) as second:
        first = stage.reached()
        stage.end()
        stage.sandbox = second
        stage.play(0.5)
        assert len({*first, *stage.reached()}) == len(first) + len(stage.reached())
        everybody = len(first) + len(stage.reached()) + tally.of(DeliveryState.UNKNOWN)
        assert 60 <= everybody <= 60 + tally.of(DeliveryState.UNKNOWN)
