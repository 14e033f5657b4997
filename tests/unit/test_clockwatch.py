"""A clock that can't be right is not believed; going back, sleep and small corrections are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hands import Hands

from publisher.clockwatch import MADE, ClockWatch, Sighting, boot, doubt

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAST = Sighting(NOW, 1000.0, "first")


@pytest.fixture
def hands() -> Hands:
    return Hands(NOW, ran=1000.0)


@pytest.fixture
def watch(hands: Hands) -> ClockWatch:
    return ClockWatch(hands, last=None, uptime=hands.uptime)


@pytest.mark.parametrize(
    ("present", "why"),
    [
        (Sighting(NOW + HOUR, 4600.0, "first"), ""),
        (Sighting(NOW + 3 * DAY, 1000.0 + 3 * 86_400, "first"), ""),  # it slept, and the uptime counts that
        (Sighting(NOW + HOUR, 1000.0, "first"), ""),  # just within what is believed
        (Sighting(NOW + 2 * HOUR, 1000.0, "first"), "the clock jumped ahead"),
        (Sighting(NOW + 3650 * DAY, 1005.0, "first"), "the clock jumped ahead"),
        (Sighting(NOW - 2 * HOUR, 1005.0, "first"), ""),
        (Sighting(NOW + 29 * DAY, 5.0, "second"), ""),  # off for a while
        (Sighting(NOW + 3650 * DAY, 5.0, "second"), "3650 days after publisher was last at work"),
        (Sighting(NOW - 3650 * DAY, 5.0, "second"), ""),
    ],
)
def test_a_clock_is_doubted_when_it_is_further_ahead_than_time_has_passed(present: Sighting, why: str) -> None:
    found = doubt(LAST, present)
    assert (why in found, bool(found)) == (True, bool(why))


def test_without_anything_to_compare_with_ten_years_from_now_is_not_believed() -> None:
    assert doubt(None, Sighting(MADE + 365 * DAY, 5.0, "first")) == ""
    assert "years after this publisher was made" in doubt(None, Sighting(MADE + 3650 * DAY, 5.0, "first"))


def test_while_it_is_doubted_nothing_is_remembered_and_when_it_is_put_right_all_is_well(
    watch: ClockWatch, hands: Hands
) -> None:
    assert watch.look() == ""
    hands.wall += 3650 * DAY
    assert "jumped ahead" in watch.look()
    hands.passes(5 * HOUR)
    assert "jumped ahead" in watch.look()
    hands.wall -= 3650 * DAY
    assert watch.look() == ""


def test_a_clock_that_goes_back_and_forth_by_the_same_is_believed_all_the_way(watch: ClockWatch, hands: Hands) -> None:
    assert watch.look() == ""
    hands.wall -= 2 * HOUR
    assert watch.look() == ""
    hands.passes(HOUR)
    assert watch.look() == ""
    hands.wall += 2 * HOUR
    assert watch.look() == ""


def test_a_person_may_say_that_it_is_right(watch: ClockWatch, hands: Hands) -> None:
    assert watch.look() == ""
    hands.wall += 3650 * DAY
    watch.believe()
    assert watch.look() == ""


def test_a_clock_that_was_put_back_before_the_start_is_taken_as_it_is(hands: Hands) -> None:
    far = Sighting(NOW + 3650 * DAY, 900.0, boot())
    watch = ClockWatch(hands, last=far, uptime=hands.uptime)
    assert watch.look() == ""
    hands.wall += 2 * HOUR
    assert "jumped ahead" in watch.look()
