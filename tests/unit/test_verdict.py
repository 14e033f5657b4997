"""What follows for an unknown outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery import verdict
from publisher.delivery.verdict import LOOKS, MOST_FAILURES, Story, blind, found, not_found, not_readable
from publisher.ledger import states
from publisher.ledger.records import Attempt, Readback
from publisher.model import DeliveryState, OnUnknown, Outcome, Receipt, Saw

S = DeliveryState
NOW = datetime(2027, 5, 3, 9, 0, tzinfo=UTC)
SECOND, SETTLE = timedelta(seconds=1), timedelta(minutes=2)


def story(*outcomes: Outcome, absent: tuple[timedelta, ...] = (), failed: int = 0) -> Story:
    """Tries that ended at NOW, and what was seen so long after that."""
    tries = [
        Attempt(number=number, started_at=NOW - 30 * SECOND, finished_at=NOW, outcome=outcome)
        for number, outcome in enumerate(outcomes, start=1)
    ]
    looks = [Readback(attempt=len(tries), at=NOW + after, saw=Saw.ABSENT) for after in absent]
    faults = [Readback(attempt=len(tries), at=NOW, saw=Saw.FAILED)] * failed
    return Story(attempts=tries, seen=[*looks, *faults], settle=SETTLE)


def test_what_is_found_is_sent_and_has_its_id() -> None:
    receipt = Receipt("1", "https://x.com/i/status/1")
    assert (found(receipt).state, found(receipt).receipt) == (S.SENT, receipt)


def test_a_look_before_the_settle_time_does_not_count() -> None:
    ruling = not_found(story(Outcome.UNKNOWN, absent=(5 * SECOND, 20 * SECOND, 60 * SECOND)), now=NOW + 60 * SECOND)
    assert (ruling.state, ruling.next_at) == (S.UNKNOWN, NOW + SETTLE)


def test_one_look_that_counts_is_not_enough() -> None:
    ruling = not_found(story(Outcome.UNKNOWN, absent=(5 * SECOND, SETTLE)), now=NOW + SETTLE)
    assert (ruling.state, ruling.next_at) == (S.UNKNOWN, NOW + 2 * SETTLE)
    assert "1 of 2 looks" in ruling.reason


def test_after_two_looks_it_is_sent_again_once() -> None:
    looks = (5 * SECOND, SETTLE, 2 * SETTLE)
    assert not_found(story(Outcome.UNKNOWN, absent=looks), now=NOW + 2 * SETTLE).state is S.PENDING
    again = not_found(story(Outcome.UNKNOWN, Outcome.UNKNOWN, absent=looks), now=NOW + 2 * SETTLE)
    assert again.state is S.NEEDS_HUMAN
    assert "publisher resolve KEY" in again.reason


def test_tries_that_were_certainly_not_published_do_not_count_as_uncertain() -> None:
    tries = (Outcome.RATE_LIMITED, Outcome.TEMPORARY, Outcome.UNKNOWN)
    assert not_found(story(*tries, absent=(SETTLE, 2 * SETTLE)), now=NOW + 2 * SETTLE).state is S.PENDING


def test_a_duplicate_refusal_after_an_unknown_outcome_is_evidence_that_it_is_out() -> None:
    tries = (Outcome.UNKNOWN, Outcome.DUPLICATE)
    assert not_found(story(*tries, absent=(5 * SECOND,)), now=NOW).state is S.UNKNOWN  # it may still show up
    ruling = not_found(story(*tries, absent=(SETTLE, 2 * SETTLE)), now=NOW + 2 * SETTLE)
    assert (ruling.state, ruling.receipt) == (S.SENT, None)


def test_a_duplicate_refusal_of_a_first_try_is_shown_to_a_person() -> None:
    assert not_found(story(Outcome.DUPLICATE, absent=(5 * SECOND,)), now=NOW).state is S.NEEDS_HUMAN


def test_the_account_is_looked_at_from_two_minutes_before_the_first_uncertain_try() -> None:
    assert story(Outcome.UNKNOWN).since == NOW - 30 * SECOND - verdict.CLOCKS_DIFFER


def test_an_account_that_cant_be_read_is_tried_again_ever_later() -> None:
    waits = []
    for failures in range(1, MOST_FAILURES):
        ruling = not_readable(story(Outcome.UNKNOWN, failed=failures), "no", now=NOW, retry_at=None)
        assert (ruling.state, ruling.next_at is not None) == (S.UNKNOWN, True)
        waits.append(((ruling.next_at or NOW) - NOW) / SECOND / 60)
    assert waits == [2, 4, 8, 16, 32, 60, 60]
    last = not_readable(story(Outcome.UNKNOWN, failed=MOST_FAILURES), "no", now=NOW, retry_at=None)
    assert (last.state, "can't be read: no" in last.reason) == (S.NEEDS_HUMAN, True)


def test_the_next_look_is_when_the_platform_says() -> None:
    at = NOW + timedelta(hours=3)
    assert not_readable(story(Outcome.UNKNOWN, failed=1), "no", now=NOW, retry_at=at).next_at == at


@pytest.mark.parametrize(
    ("policy", "tries", "state"),
    [
        (OnUnknown.ASK, 1, S.NEEDS_HUMAN),
        (OnUnknown.ASSUME_SENT, 1, S.SENT),
        (OnUnknown.ASSUME_SENT, 2, S.SENT),
        (OnUnknown.RESEND, 1, S.PENDING),
        (OnUnknown.RESEND, 2, S.NEEDS_HUMAN),
    ],
)
def test_what_cant_be_read_back_goes_by_the_policy(policy: OnUnknown, tries: int, state: S) -> None:
    ruling = blind(policy, tries=tries, about="1 uncertain")
    assert (ruling.state, ruling.reason.startswith("1 uncertain")) == (state, True)


@given(
    before=st.lists(st.sampled_from(list(Outcome)), max_size=4),
    last=st.sampled_from([Outcome.UNKNOWN, Outcome.DUPLICATE]),
    looks=st.lists(st.integers(0, 600), max_size=6),
    failed=st.integers(0, 20),
)
def test_a_verdict_is_always_a_legal_change_and_a_second_sending_needs_two_settled_looks(
    before: list[Outcome], last: Outcome, looks: list[int], failed: int
) -> None:
    told = story(*before, last, absent=tuple(look * SECOND for look in looks), failed=failed)
    now = NOW + max(looks, default=0) * SECOND
    for ruling in (not_found(told, now=now), not_readable(told, "no", now=now, retry_at=None)):
        if ruling.state is S.UNKNOWN:
            assert ruling.next_at is not None
            assert ruling.next_at >= now
        else:
            states.check("key", old=S.UNKNOWN, new=ruling.state)
        if ruling.state is S.PENDING:
            assert sum(look * SECOND >= SETTLE for look in looks) >= LOOKS
            assert [*before, last].count(Outcome.UNKNOWN) == 1
