"""Words made ahead, and neighbours on a lane that share a commit."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene

from publisher.composing import Composer
from publisher.delivery.ahead import Ahead
from publisher.delivery.deliver import Deliverer
from publisher.errors import LedgerError
from publisher.ledger.records import Pause
from publisher.model import DeliveryState
from publisher.sandbox.faults import Fault
from publisher.shipped import shipped

CROWD = ("one", "two", "three")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        yield set_up


class Lane:
    """A lane whose posts are ready, and which is fed by hand."""

    def __init__(self, stage: Scene) -> None:
        stage.write(*(post(name, to=["twitter"]) for name in CROWD))
        stage.at(START)
        self.stage = stage
        self.desk = stage.app.desk(stage.ledger, threading.Event())
        self.composer = self.read()
        self.deliverer = Deliverer(self.desk, composer=lambda: self.composer)
        rows = stage.ledger.deliveries.approaching(after=START, until=DUE)
        assert self.deliverer.prepare(rows)
        stage.clock.advance_to(DUE)

    def read(self) -> Composer:
        """The plan as it is in the file."""
        return self.stage.app.composer(self.stage.app.schedule()[0])

    def deliver(self, name: str) -> None:
        self.deliverer.deliver(self.stage.row(name, "twitter"))

    def states(self) -> list[str]:
        return [self.stage.state(name, "twitter") for name in CROWD]

    def texts(self) -> list[str]:
        return [one.text for one in self.stage.sandbox.posted("twitter")]


@pytest.fixture
def lane(stage: Scene) -> Iterator[Lane]:
    made = Lane(stage)
    yield made
    made.desk.connections.close()


def test_the_result_of_one_and_the_intent_of_the_next_are_one_commit(lane: Lane) -> None:
    lane.deliver("one")
    assert lane.states() == ["sending", "planned", "planned"]
    lane.deliver("two")
    assert lane.states() == ["sent", "sending", "planned"]
    lane.deliverer.write_down("twitter")
    assert lane.states() == ["sent", "sent", "planned"]


def test_words_made_ahead_are_those_made_at_the_moment_of_sending(lane: Lane) -> None:
    composer = lane.read()
    wanted = []
    for name in CROWD:
        row = lane.stage.row(name, "twitter")
        entry = composer.schedule.entry(row.entry_name)
        assert entry is not None
        channel = composer.schedule.channels["twitter"]
        wanted.append(composer.compose(row, entry, channel=channel, language="en").payload.body)
        lane.deliver(name)
    lane.deliverer.write_down("twitter")
    kept = [lane.stage.ledger.attempts.payloads(lane.stage.row(name, "twitter").key)[1].body for name in CROWD]
    assert kept == wanted


def test_words_made_for_another_plan_are_not_used(lane: Lane) -> None:
    lane.deliver("one")
    text = lane.stage.file.read_text(encoding="utf-8")
    lane.stage.file.write_text(text.replace("News about two", "Mended news"), encoding="utf-8")
    lane.composer = lane.read()
    lane.deliver("two")
    assert lane.texts() == ["News about one", "Mended news"]


def test_what_was_paused_or_cancelled_meanwhile_does_not_follow(lane: Lane) -> None:
    two, three = (lane.stage.row(name, "twitter") for name in ("two", "three"))
    lane.deliver("one")
    lane.stage.ledger.deliveries.transition(two.key, to=DeliveryState.CANCELLED, now=DUE)
    lane.deliverer.deliver(two)
    lane.stage.ledger.pauses.begin(Pause(channel="", since=DUE, why="the office moves"))
    lane.deliverer.deliver(three)
    assert lane.states() == ["sent", "cancelled", "planned"]
    assert "paused" in lane.stage.row("three", "twitter").reason
    assert lane.texts() == ["News about one"]


def test_a_row_that_changed_after_its_words_were_made_goes_the_long_way(lane: Lane) -> None:
    two = lane.stage.row("two", "twitter")
    lane.deliver("one")
    lane.stage.ledger.deliveries.note(two.key, reason="noted by somebody else", now=DUE)
    lane.deliverer.deliver(two)
    assert lane.states() == ["sent", "sending", "planned"]
    assert lane.texts() == ["News about one", "News about two"]


def test_what_is_over_expires_though_its_words_are_ready(lane: Lane) -> None:
    lane.deliver("one")
    lane.stage.clock.advance_to(DUE + timedelta(hours=7))
    lane.deliver("two")
    assert lane.states() == ["sent", "expired", "planned"]


def test_a_result_that_can_not_be_written_with_its_neighbour_is_kept(lane: Lane) -> None:
    lane.deliver("one")
    two = lane.stage.row("two", "twitter")
    with lane.stage.ledger_breaks_at("UPDATE", "deliveries"), pytest.raises(LedgerError):
        lane.deliverer.deliver(two)
    lane.desk.unwritten.flush()
    assert lane.stage.state("one", "twitter") == "sent"
    assert lane.texts() == ["News about one"]


def test_a_failure_is_written_down_at_once(lane: Lane) -> None:
    lane.deliver("one")
    lane.stage.inject("twitter", Fault.OUT_OF_CREDIT)
    lane.deliver("two")
    lane.deliver("three")
    assert lane.states() == ["sent", "retry_wait", "planned"]
    assert "waits with its channel" in lane.stage.row("three", "twitter").reason


def test_a_program_that_dies_between_neighbours_leaves_one_of_them_uncertain(lane: Lane) -> None:
    lane.deliver("one")
    lane.deliver("two")
    orphans = lane.stage.ledger.attempts.sweep(owner="the next program", now=DUE)
    assert orphans == [lane.stage.row("two", "twitter").key]


def test_what_has_a_picture_is_not_made_ahead(stage: Scene) -> None:
    picture = "    image: { file: picture.jpg, alt: { en: A, pl: A } }\n"
    stage.write(post("one", to=["twitter"]), post("two", to=["twitter"], more=picture))
    shutil.copy(shipped("examples") / "next2met" / "images" / "meeting.jpg", stage.folder / "picture.jpg")
    stage.at(START)
    desk = stage.app.desk(stage.ledger, threading.Event())
    ahead, composer = Ahead(steady=desk.steady), stage.app.composer(stage.app.schedule()[0])
    rows = stage.ledger.deliveries.approaching(after=START, until=DUE)
    assert ahead.prepare(rows, composer=composer)
    assert [row.source_id for row in rows if ahead.take(row, composer=composer)] == ["one"]
