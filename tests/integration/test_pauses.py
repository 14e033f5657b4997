"""A pause keeps posts from going out, also under a daemon that runs; what gets too late meanwhile never goes out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene

from publisher.errors import ClaimLost
from publisher.ledger.records import Intent, Pause


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


def pause(office: Scene, channel: str) -> None:
    office.ledger.pauses.begin(Pause(channel=channel, since=START, why="the office moves", who="anna"))


def test_a_paused_channel_waits_and_the_others_do_not(office: Scene) -> None:
    office.write(post("one", to=["twitter", "facebook"]))
    assert office.daemon
    pause(office, "twitter")
    office.at(DUE)
    assert office.state("one", "facebook") == "sent"
    assert office.state("one", "twitter") == "planned"
    assert office.row("one", "twitter").reason == "paused since 2027-05-03 08:00 UTC because the office moves"


def test_what_is_not_too_late_goes_out_when_the_pause_ends(office: Scene) -> None:
    office.write(post("one", to=["twitter"]))
    pause(office, "twitter")
    office.at(DUE)
    assert office.ledger.pauses.end("twitter")
    office.at(DUE + timedelta(hours=5))
    assert office.state("one", "twitter") == "sent"


def test_what_got_too_late_in_a_pause_is_expired_and_says_so(office: Scene) -> None:
    office.write(post("one", to=["twitter"]), post("two", to=["twitter"], at=DUE + timedelta(hours=7)))
    pause(office, "twitter")
    office.at(DUE)
    office.at(DUE + timedelta(hours=8))
    assert office.state("one", "twitter") == "expired"
    assert "paused since 2027-05-03 08:00 UTC because the office moves" in office.row("one", "twitter").reason
    office.ledger.pauses.end("twitter")
    office.at(DUE + timedelta(hours=9))
    assert [office.state(name, "twitter") for name in ("one", "two")] == ["expired", "sent"]


@pytest.mark.parametrize("channel", ["twitter", ""])
def test_after_a_pause_nothing_is_begun_even_if_it_was_already_on_its_way(office: Scene, channel: str) -> None:
    office.write(post("one", to=["twitter"]))
    office.at(DUE - timedelta(minutes=1))
    pause(office, channel)
    key, intent = office.row("one", "twitter").key, Intent(sha256="0" * 64)
    with pytest.raises(ClaimLost, match="paused"):
        office.ledger.attempts.begin(key, owner="lane", intent=intent, lease=timedelta(minutes=1), now=DUE)
    assert office.state("one", "twitter") == "planned"


def test_a_pause_of_everything_holds_for_every_channel(office: Scene) -> None:
    office.write(post("one"))
    pause(office, "")
    office.at(DUE)
    assert {row.state for row in office.ledger.deliveries.all()} == {"planned"}


def test_pausing_again_changes_the_reason_and_keeps_the_time(office: Scene) -> None:
    pause(office, "twitter")
    office.ledger.pauses.begin(Pause(channel="twitter", since=DUE, why="the account moves"))
    found = office.ledger.pauses.of("twitter")
    assert found is not None
    assert (found.since, found.why) == (START, "the account moves")
