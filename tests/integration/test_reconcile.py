"""Unknown outcomes are settled: by reading the account back, by the channel's policy, or by a person."""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from claiming import claim_readers, settle_readers
from running_parts import CHANNELS, DUE, START, Scene, post, scene

from publisher.delivery.deliver import Deliverer
from publisher.delivery.desk import FIRST_LOOK
from publisher.delivery.leases import LEASE
from publisher.delivery.verdict import MOST_FAILURES
from publisher.errors import ClaimLost
from publisher.ledger.records import Intent, Result
from publisher.model import DeliveryState, Outcome
from publisher.sandbox.faults import Fault

BOTH = pytest.mark.parametrize("channel", ["twitter", "facebook"])
SETTLE = timedelta(seconds=140)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.write(post("one"))
        set_up.at(START)
        yield set_up


def policy(on_unknown: str) -> str:
    return CHANNELS.replace("type: email,", f"type: email, on_unknown: {on_unknown},")


def seen(stage: Scene, channel: str) -> list[str]:
    """What reading back saw, in order."""
    return [str(one.saw) for one in stage.ledger.readbacks.of(stage.row("one", channel).key)]


def look(stage: Scene, channel: str) -> None:
    """Go on to the next look at the account."""
    next_at = stage.row("one", channel).next_at
    assert next_at is not None
    stage.at(next_at)


@BOTH
def test_what_is_out_is_found_within_seconds_and_gets_its_id(stage: Scene, channel: str) -> None:
    stage.inject(channel, Fault.RESET_AFTER)
    stage.at(DUE)
    stage.at(DUE + FIRST_LOOK)
    row, (posted,) = stage.row("one", channel), stage.sandbox.posted(channel)
    assert (row.state, row.remote_id, row.reason) == ("sent", posted.remote_id, "found on the account")
    assert (row.remote_url != "", seen(stage, channel)) == (True, ["found"])


@BOTH
def test_what_is_not_out_is_sent_again_at_once_after_two_looks_and_not_before(stage: Scene, channel: str) -> None:
    stage.inject(channel, Fault.RESET_BEFORE)
    stage.at(DUE)
    while stage.state("one", channel) == "unknown":
        assert stage.sandbox.posted(channel) == []
        look(stage, channel)
    assert seen(stage, channel) == ["absent"] * 3  # the first one comes too early to count
    assert stage.clock.now() - DUE >= 2 * SETTLE
    assert (stage.state("one", channel), len(stage.sandbox.posted(channel))) == ("sent", 1)


@BOTH
def test_the_second_unknown_that_is_not_found_goes_to_a_person(stage: Scene, channel: str) -> None:
    stage.inject(channel, Fault.RESET_BEFORE, times=2)
    stage.at(DUE)
    stage.play(12)
    row = stage.row("one", channel)
    assert (row.state, len(stage.attempts("one", channel))) == ("needs_human", 2)
    assert f"publisher resolve {row.key} --sent" in row.reason
    assert stage.sandbox.posted(channel) == []


@BOTH
def test_the_second_unknown_that_is_found_is_sent(stage: Scene, channel: str) -> None:
    stage.inject(channel, Fault.RESET_BEFORE)
    stage.at(DUE)
    stage.inject(channel, Fault.RESET_AFTER)
    stage.play(1)
    assert (stage.state("one", channel), len(stage.sandbox.posted(channel))) == ("sent", 1)
    assert len(stage.attempts("one", channel)) == 2


@BOTH
def test_a_duplicate_refusal_after_an_unknown_outcome_counts_as_sent(stage: Scene, channel: str) -> None:
    stage.inject(channel, Fault.RESET_BEFORE)
    stage.at(DUE)
    stage.inject(channel, Fault.DUPLICATE)
    stage.play(1)
    row = stage.row("one", channel)
    assert (row.state, row.remote_id) == ("sent", "")
    assert "the platform says that it has it already" in row.reason


@BOTH
def test_an_account_that_cant_be_read_keeps_it_unknown_and_sends_nothing(stage: Scene, channel: str) -> None:
    stage.inject(channel, Fault.RESET_AFTER)
    stage.at(DUE)
    stage.restart()
    stage.without.add(channel)
    stage.play(2)
    assert (stage.state("one", channel), set(seen(stage, channel))) == ("unknown", {"failed"})
    assert "can't be read now" in stage.row("one", channel).reason
    stage.without.clear()
    stage.play(2)
    assert (stage.state("one", channel), len(stage.sandbox.posted(channel))) == ("sent", 1)


@BOTH
def test_an_account_that_stays_unreadable_goes_to_a_person(stage: Scene, channel: str) -> None:
    stage.inject(channel, Fault.RESET_AFTER)
    stage.at(DUE)
    stage.restart()
    stage.extra[channel] = {"ENDPOINT": "http://127.0.0.1:1"}
    stage.play(12)
    row = stage.row("one", channel)
    assert (row.state, len(seen(stage, channel))) == ("needs_human", MOST_FAILURES)
    assert ("can't be reached" in row.reason, f"publisher resolve {row.key} --sent" in row.reason) == (True, True)
    assert len(stage.sandbox.posted(channel)) == 1


@BOTH
def test_a_restart_between_two_looks_changes_nothing(stage: Scene, channel: str) -> None:
    stage.inject(channel, Fault.RESET_BEFORE)
    stage.at(DUE)
    look(stage, channel)
    stage.restart()
    stage.play(1)
    assert (stage.state("one", channel), len(stage.sandbox.posted(channel))) == ("sent", 1)


@BOTH
def test_an_edit_after_an_unknown_outcome_does_not_hide_what_is_out(stage: Scene, channel: str) -> None:
    stage.inject(channel, Fault.RESET_AFTER)
    stage.at(DUE)
    text = stage.file.read_text(encoding="utf-8").replace("News about one", "Quite other words")
    stage.file.write_text(text, encoding="utf-8")
    stage.play(1)
    assert (stage.state("one", channel), len(stage.sandbox.posted(channel))) == ("sent", 1)


@BOTH
def test_what_is_absent_and_too_late_by_then_expires(stage: Scene, channel: str) -> None:
    stage.write(post("one", more="    if_late: skip after 5 minutes\n"))
    stage.inject(channel, Fault.RESET_BEFORE)
    stage.at(DUE)
    while stage.state("one", channel) == "unknown":
        stage.at(stage.clock.now() + MINUTE)
    stage.at(DUE + 10 * MINUTE)
    assert (stage.state("one", channel), stage.sandbox.posted(channel)) == ("expired", [])


def test_an_attempt_without_its_words_goes_to_a_person(stage: Scene) -> None:
    row = stage.row("one", "twitter")
    stage.ledger.deliveries.transition(row.key, to=DeliveryState.PENDING, now=DUE)
    stage.ledger.attempts.begin(row.key, owner="dead", intent=Intent(sha256=""), lease=LEASE, now=DUE)
    stage.restart()
    stage.at(DUE)
    assert stage.state("one", "twitter") == "needs_human"
    assert "not known any more" in stage.row("one", "twitter").reason


def test_a_fault_of_ours_while_looking_is_told_and_ends_at_a_person(stage: Scene) -> None:
    stage.inject("twitter", Fault.RESET_AFTER)
    stage.at(DUE)
    with stage.ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE attempts SET body = x'00' WHERE content_type = 'application/json'")
    stage.play(12)
    row = stage.row("one", "twitter")
    assert (row.state, "publisher itself failed" in row.reason) == ("needs_human", True)
    assert len(stage.sandbox.posted("twitter")) == 1


def test_what_a_person_settled_while_it_stood_in_a_lane_is_left_alone(stage: Scene) -> None:
    stage.inject("twitter", Fault.RESET_AFTER)
    stage.at(DUE)
    key = stage.row("one", "twitter").key
    stage.ledger.deliveries.transition(key, to=DeliveryState.SENT, now=DUE, reason="seen", settled_by="me")
    stage.play(1)
    assert (stage.row("one", "twitter").reason, seen(stage, "twitter")) == ("seen", [])


# --- leases ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["twitter", "news"])
def test_a_lease_that_is_over_becomes_unknown_and_its_late_result_is_not_written(stage: Scene, channel: str) -> None:
    row = stage.row("one", channel)
    stage.ledger.deliveries.transition(row.key, to=DeliveryState.PENDING, now=DUE)
    owner = stage.daemon._desk.owner
    claim = stage.ledger.attempts.begin(row.key, owner=owner, intent=Intent(sha256=""), lease=LEASE, now=DUE)
    stage.at(DUE + LEASE - MINUTE)
    assert stage.state("one", channel) == "sending"
    stage.at(DUE + LEASE)
    fresh = stage.row("one", channel)
    assert (fresh.state != "sending", fresh.fence) == (True, claim.fence + 1)
    (attempt,) = stage.attempts("one", channel)
    assert (attempt.outcome, attempt.detail) == ("unknown", "no answer came before the lease was over")


@pytest.mark.parametrize("channel", ["twitter", "facebook"])
def test_a_computer_that_slept_between_claim_and_call_makes_no_call(stage: Scene, channel: str) -> None:
    seconds = iter([0.0, LEASE.total_seconds()])
    desk = replace(stage.app.desk(stage.ledger, threading.Event()), steady=lambda: next(seconds, LEASE.total_seconds()))
    composer = stage.app.composer(stage.app.schedule()[0])
    stage.clock.advance_to(DUE)
    Deliverer(desk, composer=lambda: composer).deliver(stage.row("one", channel))
    desk.connections.close()
    (attempt,) = stage.attempts("one", channel)
    assert (stage.state("one", channel), attempt.code) == ("unknown", "lease-over")
    assert (stage.sandbox.posted(channel), stage.sandbox.requests(channel)) == ([], [])
    stage.play(1)
    assert (stage.state("one", channel), len(stage.sandbox.posted(channel))) == ("sent", 1)


@pytest.mark.parametrize("channel", ["twitter", "facebook", "news"])
def test_who_lost_a_claim_while_uploading_makes_no_call(stage: Scene, channel: str) -> None:
    ledger = stage.ledger

    def steady() -> Iterator[float]:
        yield 0.0
        while True:  # another computer has taken over meanwhile
            ledger.attempts.sweep(owner="another computer", now=DUE)
            yield 10.0

    seconds = steady()
    desk = replace(stage.app.desk(ledger, threading.Event()), steady=lambda: next(seconds))
    composer = stage.app.composer(stage.app.schedule()[0])
    stage.clock.advance_to(DUE)
    Deliverer(desk, composer=lambda: composer).deliver(stage.row("one", channel))
    desk.connections.close()
    assert (stage.state("one", channel), stage.sandbox.counts()[channel]) == ("unknown", 0)
    stage.play(1)
    assert stage.state("one", channel) == "sent"


def test_a_long_mailing_renews_its_lease(stage: Scene) -> None:
    seconds = iter(range(0, 10**9, int(LEASE.total_seconds() / 5)))
    desk = replace(stage.app.desk(stage.ledger, threading.Event()), steady=lambda: next(seconds))
    composer = stage.app.composer(stage.app.schedule()[0])
    stage.clock.advance_to(DUE)
    Deliverer(desk, composer=lambda: composer).deliver(stage.row("one", "news"))
    desk.connections.close()
    assert (stage.state("one", "news"), len(stage.reached())) == ("sent", 4)


def test_a_mailing_whose_claim_was_lost_writes_to_nobody_more(stage: Scene) -> None:
    row = stage.row("one", "news")
    stage.ledger.deliveries.transition(row.key, to=DeliveryState.PENDING, now=DUE)
    stage.enrol(row.key)
    claim = stage.ledger.attempts.begin(row.key, owner="me", intent=Intent(sha256=""), lease=LEASE, now=DUE)
    (anna,) = claim_readers(stage.ledger, claim, limit=1, now=DUE)
    stage.ledger.attempts.sweep(owner="another", now=DUE)
    stage.ledger.recipients.sweep(now=DUE)
    with pytest.raises(ClaimLost):
        claim_readers(stage.ledger, claim, limit=1, now=DUE)
    with pytest.raises(ClaimLost):
        stage.ledger.attempts.renew(claim, lease=LEASE, now=DUE)
    sent = Result(outcome=Outcome.SENT, state=DeliveryState.SENT)
    settle_readers(stage.ledger, [(anna, sent)], now=DUE)
    assert stage.readers("one")["anna"].state is DeliveryState.UNKNOWN


# --- what can't be read back ----------------------------------------------------------------------------------


def test_an_uncertain_reader_is_taken_as_written_to_and_listed(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA, after=1)
    stage.at(DUE)
    stage.play(0.5)
    row = stage.row("one", "news")
    assert (row.state, row.reason) == ("sent", "3 accepted, 1 uncertain: b…@example.org; taken as sent")
    assert len(stage.reached()) == 4


def test_the_policy_ask_leaves_an_uncertain_reader_to_a_person(stage: Scene) -> None:
    stage.write(post("one"), channels=policy("ask"))
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA, after=1)
    stage.at(DUE)
    stage.play(12)
    row = stage.row("one", "news")
    assert (row.state, "1 uncertain: b…@example.org" in row.reason) == ("needs_human", True)
    assert len(stage.reached()) == 4


def test_the_policy_resend_writes_once_more_under_the_same_message_id(stage: Scene) -> None:
    stage.write(post("one"), channels=policy("resend"))
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA, after=1)
    stage.at(DUE)
    stage.play(1)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", ["anna", "bela", "carl", "dora", "bela"])
    mails = [
        email.message_from_bytes(mail.content, policy=email.policy.default) for mail in stage.sandbox.mails("news")
    ]
    ids = [str(mail["Message-ID"]) for mail in mails if "bela" in str(mail["To"])]
    assert (len(ids), len(set(ids))) == (2, 1)


def test_the_policy_resend_does_it_only_once(stage: Scene) -> None:
    stage.write(post("one"), channels=policy("resend"))
    stage.enlist("anna@example.org,Anna,en")
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA, times=3)
    stage.at(DUE)
    stage.play(12)
    assert (stage.state("one", "news"), stage.reached()) == ("needs_human", ["anna", "anna"])
