"""What follows from what a platform answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.retry import MAX_ATTEMPTS, result_of
from publisher.errors import (
    Blocked,
    CredentialsBroken,
    DuplicateRefused,
    OutcomeUnknown,
    OutOfQuota,
    RateLimited,
    Rejected,
    TemporaryError,
    TransportError,
)
from publisher.model import DeliveryState, Outcome

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

DECISIONS = {
    TemporaryError: (Outcome.TEMPORARY, DeliveryState.RETRY_WAIT, False),
    RateLimited: (Outcome.RATE_LIMITED, DeliveryState.RETRY_WAIT, True),
    Blocked: (Outcome.BLOCKED, DeliveryState.RETRY_WAIT, True),
    CredentialsBroken: (Outcome.CREDENTIALS_BROKEN, DeliveryState.RETRY_WAIT, True),
    OutOfQuota: (Outcome.OUT_OF_QUOTA, DeliveryState.RETRY_WAIT, True),
    Rejected: (Outcome.REJECTED, DeliveryState.FAILED, False),
    DuplicateRefused: (Outcome.DUPLICATE, DeliveryState.UNKNOWN, False),
    OutcomeUnknown: (Outcome.UNKNOWN, DeliveryState.UNKNOWN, False),
    TransportError: (Outcome.UNKNOWN, DeliveryState.UNKNOWN, False),
}
WAITED_FOR = [RateLimited, CredentialsBroken, OutOfQuota]


def test_the_table_names_every_error() -> None:
    kinds = [*TransportError.__subclasses__(), *RateLimited.__subclasses__()]
    ours = [kind for kind in kinds if kind.__module__ == TransportError.__module__]
    assert set(DECISIONS) == {TransportError, *ours}


@pytest.mark.parametrize("kind", DECISIONS)
def test_the_type_of_an_error_carries_the_decision(kind: type[TransportError]) -> None:
    outcome, state, stops = DECISIONS[kind]
    error = kind("No", subject="office", code="7", detail="their words", remedy="do this")
    result = result_of(error, attempt=1, now=NOW, jitter=0.5)
    assert (result.outcome, result.state, error.stops_channel) == (outcome, state, stops)
    assert (result.code, result.detail) == ("7", "their words")
    assert result.reason.startswith("office: No (7: “their words”) → do this")
    assert (result.next_at is not None) == (state is DeliveryState.RETRY_WAIT)


def test_a_block_is_tried_ever_more_seldom_and_says_until_when_it_lasts() -> None:
    results = [result_of(Blocked("Blocked"), attempt=number, now=NOW, jitter=1) for number in range(1, 8)]
    waits = [(result.next_at or NOW) - NOW for result in results]
    assert waits == [timedelta(hours=hours) for hours in (0.5, 1, 2, 4, 8, 12, 12)]
    assert results[0].reason == f"Blocked; the channel rests until {NOW + timedelta(minutes=30):%Y-%m-%d %H:%M} UTC"


def test_a_kind_of_error_that_nobody_thought_of_is_uncertain() -> None:
    class Novelty(TransportError):
        pass

    assert result_of(Novelty("?"), attempt=1, now=NOW, jitter=0).state is DeliveryState.UNKNOWN


@pytest.mark.parametrize("kind", [TemporaryError, *WAITED_FOR])
def test_the_platforms_own_time_wins(kind: type[TransportError]) -> None:
    then = NOW + timedelta(hours=23)
    assert result_of(kind("No", retry_at=then), attempt=3, now=NOW, jitter=1).next_at == then


@pytest.mark.parametrize("kind", [TemporaryError, *WAITED_FOR])
def test_a_time_of_the_platform_that_has_passed_is_no_reason_to_ask_at_once(kind: type[TransportError]) -> None:
    result = result_of(kind("No", retry_at=NOW), attempt=1, now=NOW, jitter=0)
    assert result.next_at is not None
    assert result.next_at >= NOW + MINUTE


@pytest.mark.parametrize(
    ("attempt", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (MAX_ATTEMPTS - 1, 60)]
)
def test_waits_grow_from_a_minute_to_an_hour(attempt: int, minutes: int) -> None:
    result = result_of(TemporaryError("No"), attempt=attempt, now=NOW, jitter=0)
    assert result.next_at == NOW + minutes * MINUTE


@given(attempt=st.integers(1, 10 * MAX_ATTEMPTS), jitter=st.floats(0, 1))
def test_chance_adds_a_fifth_at_most(attempt: int, jitter: float) -> None:
    least = result_of(TemporaryError("No"), attempt=attempt, now=NOW, jitter=0)
    result = result_of(TemporaryError("No"), attempt=attempt, now=NOW, jitter=jitter)
    if least.next_at is None or result.next_at is None:
        assert least == result
    else:
        wait = least.next_at - NOW
        assert MINUTE <= wait <= result.next_at - NOW <= wait * 1.2 + timedelta(microseconds=1)
        assert wait <= timedelta(hours=1)


def test_what_does_not_pass_is_given_up_and_the_reason_says_how_to_go_on() -> None:
    error = TemporaryError("No server", subject="news", remedy="nothing to do: it is tried again")
    result = result_of(error, attempt=MAX_ATTEMPTS, now=NOW, jitter=0)
    assert (result.state, result.next_at) == (DeliveryState.FAILED, None)
    assert result.reason == (
        f"news: No server; given up after {MAX_ATTEMPTS} tries → when the reason is gone: publisher retry KEY"
    )


def test_a_person_who_asks_for_another_try_gets_as_many_tries_again() -> None:
    result = result_of(TemporaryError("No"), attempt=MAX_ATTEMPTS + 1, now=NOW, jitter=0)
    assert (result.state, result.next_at) == (DeliveryState.RETRY_WAIT, NOW + MINUTE)
    assert result_of(TemporaryError("No"), attempt=2 * MAX_ATTEMPTS, now=NOW, jitter=0).state is DeliveryState.FAILED


@pytest.mark.parametrize("kind", WAITED_FOR)
@pytest.mark.parametrize("attempt", [1, MAX_ATTEMPTS, 1000])
def test_what_a_person_or_the_platform_decides_is_waited_for(kind: type[TransportError], attempt: int) -> None:
    result = result_of(kind("No"), attempt=attempt, now=NOW, jitter=0)
    assert result.next_at is not None
    assert timedelta(minutes=15) <= result.next_at - NOW <= timedelta(minutes=30)


def test_an_error_without_words_of_the_platform_is_told_in_ours() -> None:
    assert result_of(Rejected("Too long"), attempt=1, now=NOW, jitter=0).detail == "Too long"
