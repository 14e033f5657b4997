"""Lanes: parallel by channel, in order within one, and never stuck."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog
from running_parts import wait_for

from publisher.delivery.lanes import Lanes
from publisher.errors import LedgerError
from publisher.ledger.records import Delivery
from publisher.model import DeliveryState, Kind

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)


def delivery(key: str, channel: str) -> Delivery:
    return Delivery(
        key=key,
        occurrence=key,
        kind=Kind.POST,
        source_id=key,
        step="then",
        template="post",
        channel=channel,
        channel_type="twitter",
        languages=("en",),
        local=NOW.replace(tzinfo=None),
        nominal_local=NOW.replace(tzinfo=None),
        timezone="UTC",
        due_at=NOW,
        state=DeliveryState.PLANNED,
    )


class Work:
    """Notes what it is given; waits at the keys that are held up, and fails at those that are bad."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.held_up: dict[str, threading.Event] = {}
        self.bad: dict[str, BaseException] = {}

    def __call__(self, given: Delivery) -> None:
        self.begun.append(given.key)
        if given.key in self.held_up:
            self.held_up[given.key].wait(10)
        if given.key in self.bad:
            raise self.bad[given.key]
        self.ended.append(given.key)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def lanes(work: Work) -> Iterator[Lanes]:
    made = Lanes(work)
    yield made
    for gate in work.held_up.values():
        gate.set()
    made.stop()


def test_a_slow_channel_keeps_nobody_waiting(lanes: Lanes, work: Work) -> None:
    work.held_up["slow"] = threading.Event()
    lanes.feed([delivery("slow", "x"), delivery("behind it", "x"), delivery("beside it", "facebook")])
    wait_for(lambda: work.ended == ["beside it"])
    assert sorted(work.begun) == ["beside it", "slow"]
    work.held_up["slow"].set()
    lanes.wait_until_idle()
    assert work.ended == ["beside it", "slow", "behind it"]


def test_a_lane_goes_in_the_order_in_which_it_was_fed(lanes: Lanes, work: Work) -> None:
    keys = [f"post-{number}" for number in range(50)]
    lanes.feed(delivery(key, "x") for key in keys)
    lanes.wait_until_idle()
    assert work.ended == keys


def test_the_same_delivery_is_not_queued_twice(lanes: Lanes, work: Work) -> None:
    work.held_up["one"] = threading.Event()
    for _ in range(3):
        lanes.feed([delivery("one", "x"), delivery("two", "x")])
    wait_for(lambda: work.begun == ["one"])
    lanes.feed([delivery("one", "x")])
    work.held_up["one"].set()
    lanes.wait_until_idle()
    assert work.ended == ["one", "two"]


def test_a_delivery_that_is_still_due_may_be_fed_again(lanes: Lanes, work: Work) -> None:
    for _ in range(2):
        lanes.feed([delivery("one", "x")])
        lanes.wait_until_idle()
    assert work.ended == ["one", "one"]


@pytest.mark.parametrize("fault", [ZeroDivisionError("ours"), LedgerError("full")])
def test_a_fault_does_not_end_the_lane(lanes: Lanes, work: Work, fault: Exception) -> None:
    work.bad["one"] = fault
    lanes.feed([delivery("one", "x"), delivery("two", "x")])
    lanes.wait_until_idle()
    assert work.ended == ["two"]
    del work.bad["one"]
    lanes.feed([delivery("one", "x")])
    lanes.wait_until_idle()
    assert work.ended == ["two", "one"]


def test_what_is_in_the_way_is_said_once_and_not_at_every_look(lanes: Lanes, work: Work) -> None:
    with structlog.testing.capture_logs() as lines:
        for reason in ("full", "full", "locked", "locked"):
            work.bad["one"] = LedgerError(reason)
            lanes.feed([delivery("one", "x")])
            lanes.wait_until_idle()
        del work.bad["one"]
        lanes.feed([delivery("one", "x")])
        lanes.wait_until_idle()
        work.bad["one"] = LedgerError("locked")
        lanes.feed([delivery("one", "x")])
        lanes.wait_until_idle()
    assert [line["reason"] for line in lines] == ["full", "locked", "locked"]


def test_a_stop_finishes_what_is_under_way_and_begins_nothing_more(lanes: Lanes, work: Work) -> None:
    work.held_up = {"one": threading.Event(), "other": threading.Event()}
    lanes.feed([delivery("one", "x"), delivery("two", "x"), delivery("other", "facebook")])
    wait_for(lambda: len(work.begun) == 2)
    stopping = threading.Thread(target=lanes.stop)
    stopping.start()
    time.sleep(0.05)
    assert stopping.is_alive()
    lanes.feed([delivery("three", "email")])
    for gate in work.held_up.values():
        gate.set()
    stopping.join(5)
    assert not stopping.is_alive()
    assert sorted(work.ended) == ["one", "other"]


def test_lanes_that_never_ran_are_idle_and_stop_at_once() -> None:
    lanes = Lanes(Work())
    lanes.wait_until_idle()
    lanes.stop()
    lanes.stop()


def test_a_lane_that_ended_in_the_middle_is_begun_anew_at_the_next_look(lanes: Lanes, work: Work) -> None:
    work.bad["first"] = SystemExit("as when not even the log can be written")
    rows = [delivery("first", "news"), delivery("second", "news")]
    lanes.feed(rows)
    lanes.wait_until_idle()
    work.bad.clear()
    lanes.feed(rows)
    lanes.wait_until_idle()
    assert work.ended == ["first", "second"]
