"""How long a claim is good for, by a clock that nobody sets."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from publisher.clock import steady_seconds
from publisher.delivery.leases import FRESH, LEASE, ONE_CALL, Lease
from publisher.errors import LedgerError, OutcomeUnknown, TemporaryError
from publisher.ledger.records import Claim


def lease_of_age(age: timedelta, *, holds: Callable[[], bool] = lambda: True) -> Lease:
    return Lease(claim=Claim("key", 1, 1), begun=100.0, steady=lambda: 100.0 + age.total_seconds(), holds=holds)


def test_a_fresh_lease_lets_the_call_go() -> None:
    lease_of_age(timedelta(0)).check()
    lease_of_age(LEASE - ONE_CALL).check()


@pytest.mark.parametrize("age", [LEASE - ONE_CALL + timedelta(seconds=1), LEASE, timedelta(days=3)])
def test_without_enough_left_for_a_call_none_is_made_and_the_outcome_is_unknown(age: timedelta) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        lease_of_age(age).check()
    assert caught.value.code == "lease-over"


def test_without_a_word_of_the_ledger_what_is_no_longer_fresh_is_not_sent() -> None:
    def broken() -> bool:
        raise LedgerError("no connection")

    lease_of_age(FRESH, holds=broken).check()
    with pytest.raises(TemporaryError, match="the ledger does not answer: no connection"):
        lease_of_age(FRESH * 2, holds=broken).check()
    with pytest.raises(TemporaryError, match="another publisher has taken it over"):
        lease_of_age(FRESH * 2, holds=lambda: False).check()


def test_a_lease_is_renewed_long_before_it_is_over() -> None:
    assert [lease_of_age(LEASE * part / 4).is_ageing for part in (1, 2, 3)] == [False, False, True]


def test_the_steady_clock_goes_forward() -> None:
    before = steady_seconds()
    time.sleep(0.01)
    assert 0.01 <= steady_seconds() - before < 10
