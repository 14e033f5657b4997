"""When a reader is written to no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.bounces.report import KIND_OF, BounceKind, Reason
from publisher.bounces.scoring import Action, Past, Policy, decide, score

NOW = datetime(2027, 5, 11, 8, 0, tzinfo=UTC)
POLICY = Policy()
HARMLESS = [
    reason
    for reason, kind in KIND_OF.items()
    if kind in (BounceKind.SENDER_FAULT, BounceKind.BLOCK, BounceKind.AUTO_REPLY)
]


def _days_ago(*days: float, reason: Reason = Reason.MAILBOX_FULL) -> list[Past]:
    return [Past(NOW - timedelta(days=one), reason) for one in days]


def test_a_soft_bounce_counts_one_and_half_after_the_half_life() -> None:
    assert score(_days_ago(0), now=NOW, policy=POLICY) == pytest.approx(1.0)
    assert score(_days_ago(30), now=NOW, policy=POLICY) == pytest.approx(0.5)


def test_of_a_day_one_counts() -> None:
    assert score(_days_ago(0, 0.1, 0.2), now=NOW, policy=POLICY) == pytest.approx(1.0)


def test_five_on_five_days_suppress_and_one_a_month_never_does() -> None:
    five = score(_days_ago(0, 1, 2, 3, 4), now=NOW, policy=POLICY)
    monthly = score(_days_ago(*range(0, 3000, 30)), now=NOW, policy=POLICY)
    assert decide(Reason.MAILBOX_FULL, is_proven=True, total=five, policy=POLICY) is Action.SUPPRESSED
    assert decide(Reason.MAILBOX_FULL, is_proven=True, total=monthly, policy=POLICY) is Action.SCORED


@given(st.sampled_from(HARMLESS), st.floats(min_value=0, max_value=1000))
def test_our_own_faults_blocks_and_automatic_answers_never_count(reason: Reason, total: float) -> None:
    assert score(_days_ago(0, 1, 2, reason=reason), now=NOW, policy=POLICY) == 0
    assert decide(reason, is_proven=True, total=total, policy=POLICY) in (Action.NOTED, Action.IGNORED)


@pytest.mark.parametrize("reason", [Reason.USER_UNKNOWN, Reason.HOST_UNKNOWN, Reason.MOVED, Reason.NO_MAIL])
def test_a_proven_hard_bounce_suppresses_at_once_and_another_counts_as_a_strong_soft_one(reason: Reason) -> None:
    assert decide(reason, is_proven=True, total=0, policy=POLICY) is Action.SUPPRESSED
    once = score([Past(NOW, reason, is_proven=False)], now=NOW, policy=POLICY)
    assert decide(reason, is_proven=False, total=once, policy=POLICY) is Action.SCORED
    twice = score([Past(NOW - timedelta(days=day), reason, is_proven=False) for day in (0, 2)], now=NOW, policy=POLICY)
    assert decide(reason, is_proven=False, total=twice, policy=POLICY) is Action.SUPPRESSED


@pytest.mark.parametrize("reason", [Reason.ABUSE, Reason.FRAUD, Reason.OPT_OUT])
def test_a_complaint_suppresses(reason: Reason) -> None:
    assert decide(reason, is_proven=False, total=0, policy=POLICY) is Action.SUPPRESSED


@pytest.mark.parametrize("reason", [Reason.NOT_SPAM, Reason.AUTH_FAILURE])
def test_reports_that_no_reader_complains_in_do_not(reason: Reason) -> None:
    assert decide(reason, is_proven=True, total=0, policy=POLICY) is Action.NOTED


def test_a_delay_is_no_bounce_yet() -> None:
    assert decide(Reason.DELAYED, is_proven=True, total=0, policy=POLICY) is Action.NOTED


@given(st.lists(st.floats(min_value=0, max_value=400), max_size=20), st.floats(min_value=0, max_value=400))
def test_time_only_makes_it_less(days: list[float], later: float) -> None:
    past = _days_ago(*days)
    assert score(past, now=NOW + timedelta(days=later), policy=POLICY) <= score(past, now=NOW, policy=POLICY) + 1e-9
