"""The alarm clock: on time, woken at once, and never later than a poll when APScheduler is dead or the clock jumps."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from publisher.alarm import POLL, RealAlarm, SimulatedAlarm
from publisher.clock import SimulatedClock, SystemClock

SHORT = timedelta(seconds=0.3)
START = datetime(2027, 5, 3, 9, tzinfo=UTC)


class ShiftedClock(SystemClock):
    """The computer's clock, which somebody sets."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return super().now() + self.shift


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
def alarm(clock: ShiftedClock) -> Iterator[RealAlarm]:
    made = RealAlarm(clock)
    yield made
    made.close()


@pytest.fixture
def hasty(clock: ShiftedClock) -> Iterator[RealAlarm]:
    made = RealAlarm(clock, poll=SHORT)
    yield made
    made.close()


def seconds(alarm: RealAlarm, until: datetime | None) -> float:
    """How long it waited."""
    began = time.monotonic()
    alarm.wait(until)
    return time.monotonic() - began


def test_nothing_is_later_than_five_seconds() -> None:
    assert timedelta(seconds=5) >= POLL


def test_it_wakes_at_the_instant(alarm: RealAlarm, clock: ShiftedClock) -> None:
    assert 0.3 < seconds(alarm, clock.now() + timedelta(seconds=0.4)) < 0.9


def test_an_instant_that_has_passed_is_now(alarm: RealAlarm, clock: ShiftedClock) -> None:
    assert seconds(alarm, clock.now() - timedelta(hours=1)) < 0.5


def test_an_earlier_instant_replaces_a_later_one(alarm: RealAlarm, clock: ShiftedClock) -> None:
    alarm.ring()
    alarm.wait(clock.now() + timedelta(hours=1))
    assert seconds(alarm, clock.now() + timedelta(seconds=0.2)) < 0.7


def test_a_ring_wakes_at_once(alarm: RealAlarm) -> None:
    threading.Timer(0.1, alarm.ring).start()
    assert seconds(alarm, None) < 0.6


def test_a_ring_before_the_wait_counts_and_several_count_as_one(hasty: RealAlarm) -> None:
    for _ in range(5):
        hasty.ring()
    assert seconds(hasty, None) < 0.2
    assert seconds(hasty, None) > 0.25


def test_a_signal_in_the_middle_of_a_wait_may_ring(alarm: RealAlarm) -> None:
    before = signal.signal(signal.SIGALRM, lambda *_: alarm.ring())
    try:
        for _ in range(20):
            signal.setitimer(signal.ITIMER_REAL, 0.005)
            assert seconds(alarm, None) < 1
    finally:
        signal.signal(signal.SIGALRM, before)


def test_without_an_instant_it_polls(hasty: RealAlarm) -> None:
    assert 0.25 < seconds(hasty, None) < 0.8


def test_a_dead_apscheduler_makes_nothing_later_than_a_poll(hasty: RealAlarm, clock: ShiftedClock) -> None:
    hasty.close()
    assert seconds(hasty, clock.now() + timedelta(seconds=0.1)) < 0.8
    assert seconds(hasty, None) < 0.8


def test_an_apscheduler_that_overslept_is_replaced(clock: ShiftedClock) -> None:
    slow = RealAlarm(clock, poll=timedelta(seconds=1.2))
    slow.close()
    with structlog.testing.capture_logs() as lines:
        slow.wait(clock.now() + timedelta(seconds=0.1))
    assert [line["event"] for line in lines] == ["the alarm clock did not ring, a new one takes its place"]
    assert seconds(slow, clock.now() + timedelta(seconds=0.1)) < 0.6
    slow.close()


@pytest.mark.parametrize("jump", [timedelta(hours=2), timedelta(hours=-2), timedelta(days=3650)])
def test_a_jump_of_the_clock_is_noticed_within_a_poll_and_logged(
    hasty: RealAlarm, clock: ShiftedClock, jump: timedelta
) -> None:
    until = clock.now() + timedelta(hours=1)
    clock.shift = jump
    with structlog.testing.capture_logs() as lines:
        assert seconds(hasty, until) < 0.8
        hasty.wait(None)
    assert [(line["event"], line["by_seconds"]) for line in lines] == [("the clock jumped", jump.total_seconds())]


def test_a_clock_that_is_put_right_by_a_second_is_no_jump(hasty: RealAlarm, clock: ShiftedClock) -> None:
    clock.shift = timedelta(seconds=1)
    with structlog.testing.capture_logs() as lines:
        hasty.wait(None)
    assert lines == []


def test_it_may_be_closed_twice(clock: ShiftedClock) -> None:
    made = RealAlarm(clock)
    made.close()
    made.close()


# --- simulated ------------------------------------------------------------------------------------------------


def test_simulated_time_jumps_to_the_instant_and_stops_at_the_end() -> None:
    clock, stop = SimulatedClock(START), threading.Event()
    end = START + timedelta(days=2)
    alarm = SimulatedAlarm(clock, end=end, stop=stop)
    alarm.wait(START + timedelta(days=1))
    assert (clock.now(), stop.is_set()) == (START + timedelta(days=1), False)
    alarm.wait(end)
    assert (clock.now(), stop.is_set()) == (end, True)
    alarm.close()


def test_simulated_time_always_goes_on() -> None:
    clock = SimulatedClock(START)
    alarm = SimulatedAlarm(clock, end=START + timedelta(days=2), stop=threading.Event())
    alarm.wait(START - timedelta(days=1))
    assert clock.now() == START + timedelta(microseconds=1)


def test_simulated_time_without_anything_ahead_is_at_its_end() -> None:
    clock, stop = SimulatedClock(START), threading.Event()
    SimulatedAlarm(clock, end=START + timedelta(days=2), stop=stop).wait(None)
    assert (clock.now(), stop.is_set()) == (START + timedelta(days=2), True)


def test_a_simulated_clock_never_goes_back() -> None:
    clock = SimulatedClock(START)
    clock.advance_to(START - timedelta(days=1))
    assert clock.now() == START


def test_the_computers_clock_is_in_utc() -> None:
    now = SystemClock().now()
    assert now.utcoffset() == timedelta()
    assert abs(now.timestamp() - time.time()) < 5
