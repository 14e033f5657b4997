"""How fast mails may go: token buckets, on a clock that the tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.bulk.buckets import SLOWEST, filled, opened, shrunk, taken
from publisher.ledger.rates import Rate

NOW = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def times(rate: Rate, count: int, *, now: datetime, limit: float = 0.0) -> list[float]:
    """When each of so many mails may go, in seconds from the start."""
    found = []
    for _ in range(count):
        rate, at = taken(rate, now=now, limit=limit)
        found.append((at - NOW).total_seconds())
    return found


def test_one_second_goes_at_once_and_the_rest_is_promised_in_turn() -> None:
    assert times(opened("s", per_second=4, now=NOW), 8, now=NOW, limit=4) == [0, 0, 0, 0, 0.25, 0.5, 0.75, 1.0]


def test_less_than_one_a_second_lets_one_go() -> None:
    assert times(opened("s", per_second=0.5, now=NOW), 3, now=NOW, limit=0.5) == [0, 2, 4]


def test_without_a_limit_everything_goes_at_once() -> None:
    assert set(times(opened("s", per_second=0, now=NOW), 1000, now=NOW)) == {0}


def test_an_idle_bucket_never_holds_more_than_a_second() -> None:
    assert filled(opened("s", per_second=4, now=NOW), now=after(3600), limit=4).level == 4


def test_a_clock_that_is_set_back_gives_nothing_away() -> None:
    empty = opened("s", per_second=1, now=NOW)
    empty, _ = taken(empty, now=NOW, limit=1)
    assert filled(empty, now=after(-100), limit=1).level == 0


def test_a_complaint_halves_it_and_stops_everything_for_a_while() -> None:
    slower = shrunk(opened("s", per_second=8, now=NOW), now=NOW)
    assert slower.per_second == 4
    (first, second) = times(slower, 2, now=NOW, limit=8)
    assert (first, second) == (7.75, 8.0)


def test_complaints_about_what_was_on_its_way_are_one() -> None:
    slower = shrunk(opened("s", per_second=8, now=NOW), now=NOW)
    assert shrunk(slower, now=after(1)) == slower
    assert shrunk(slower, now=after(8)).per_second == 2


def test_the_first_complaint_sets_a_limit_where_there_was_none() -> None:
    assert shrunk(opened("s", per_second=0, now=NOW), now=NOW).per_second == 10


def test_it_recovers_in_ten_minutes_up_to_what_a_person_set() -> None:
    slower = shrunk(opened("s", per_second=8, now=NOW), now=NOW)
    assert filled(slower, now=slower.at + timedelta(minutes=10), limit=8).per_second == pytest.approx(8)
    assert filled(slower, now=slower.at + timedelta(hours=10), limit=8).per_second == 8


def test_a_limit_that_nobody_set_is_forgotten_in_the_end() -> None:
    slower = shrunk(opened("s", per_second=0, now=NOW), now=NOW)
    assert filled(slower, now=slower.at + timedelta(minutes=10)).per_second == pytest.approx(20)
    assert filled(slower, now=slower.at + timedelta(minutes=40)).per_second == 0


def test_it_never_stops_altogether() -> None:
    rate = opened("s", per_second=1, now=NOW)
    for number in range(40):
        rate = shrunk(rate, now=after(number * 100_000))
    assert rate.per_second == SLOWEST


def test_a_limit_that_was_set_or_lowered_holds_at_once() -> None:
    kept = opened("s", per_second=100, now=NOW)
    assert filled(kept, now=NOW, limit=5).per_second == 5
    assert filled(opened("s", per_second=0, now=NOW), now=NOW, limit=5).per_second == 5


@given(
    st.floats(0.05, 50),
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 20)), min_size=1, max_size=20),
)
def test_never_more_goes_than_the_rate_and_one_second_of_it(limit: float, rounds: list[tuple[float, int]]) -> None:
    rate, now, sent = opened("s", per_second=limit, now=NOW), NOW, []
    for pause, count in rounds:
        now += timedelta(seconds=pause)
        for _ in range(count):
            rate, at = taken(rate, now=now, limit=limit)
            sent.append(at)
    sent.sort()
    assert sent == sorted(sent)
    for number, at in enumerate(sent):
        seconds = (at - sent[0]).total_seconds()
        assert number + 1 <= limit * seconds + max(1.0, limit) + 1e-3
