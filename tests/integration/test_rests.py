"""Rests of channels: as long as the platform says, over a restart, and never past the patience of a post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Collector, Scene, post, scene

from publisher.alerts import AlertKind
from publisher.cli.main import run
from publisher.model import DeliveryState
from publisher.oversight.lookout import Lookout
from publisher.sandbox.faults import Fault


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        yield set_up


def test_a_restart_calls_nobody_before_the_time_that_the_platform_named(stage: Scene) -> None:
    later = DUE + timedelta(minutes=10)
    stage.write(post("one", to=["facebook"]), post("two", at=later, to=["facebook"]))
    stage.at(START)
    stage.inject("facebook", Fault.RATE_LIMITED)
    stage.at(DUE)
    asked, until = len(stage.sandbox.requests("facebook")), stage.row("one", "facebook").next_at
    assert until is not None
    assert until > later
    stage.restart()
    stage.ledger.deliveries.transition(stage.row("one", "facebook").key, to=DeliveryState.CANCELLED, now=DUE)
    stage.at(until - timedelta(seconds=1))
    assert len(stage.sandbox.requests("facebook")) == asked
    assert f"rests until {until:%Y-%m-%d %H:%M} UTC" in stage.row("two", "facebook").reason
    stage.at(until)
    assert stage.state("two", "facebook") == "sent"


@pytest.mark.parametrize("restarted", [False, True])
def test_who_says_retry_does_not_wait_for_the_end_of_the_rest(stage: Scene, *, restarted: bool) -> None:
    stage.write(post("one", to=["facebook"]))
    stage.at(START)
    stage.inject("facebook", Fault.RATE_LIMITED)
    stage.at(DUE)
    if restarted:
        stage.restart()
    assert run(["retry", stage.row("one", "facebook").key, "--as", "tester", "--database", stage.options.database]) == 0
    stage.at(stage.clock.now())
    assert stage.state("one", "facebook") == "sent"


def test_a_blocked_page_is_tried_again_before_its_post_is_too_late_and_somebody_is_told(stage: Scene) -> None:
    stage.write(post("one", to=["facebook"]))
    stage.at(START)
    stage.inject("facebook", Fault.OUT_OF_CREDIT, times=2)
    stage.at(DUE)
    stage.at(DUE + timedelta(minutes=30))
    lookout = Lookout(stage.ledger, notifier=Collector(stage.alerts), clock=stage.clock, rest_of=stage.daemon.rest_of)
    lookout.look()
    stage.at(DUE + timedelta(minutes=90))
    lookout.tell()
    assert stage.state("one", "facebook") == "sent"
    assert [alert.kind for alert in stage.alerts] == [AlertKind.BLOCKED]
    assert "rests until 2027-05-03 10:30 UTC" in stage.alerts[0].words
