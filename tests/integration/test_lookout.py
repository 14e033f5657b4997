"""What the team is told about deliveries: everything once, many things together, nothing again after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import CHANNELS, DUE, Collector, Scene, post, scene

from publisher.ledger.records import Pause
from publisher.oversight.lookout import Lookout
from publisher.sandbox.faults import Fault

APPROVED = CHANNELS.replace("account: office,", "account: office, approval: anyone,")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


def look(office: Scene, *, minutes: float = 0) -> None:
    """Let so much time pass, and look as a program that was started just now."""
    office.clock.advance_to(office.clock.now() + timedelta(minutes=minutes))
    notifier = Collector(office.alerts)
    Lookout(office.ledger, notifier=notifier, clock=office.clock, rest_of=office.daemon.rest_of).round()


def told(office: Scene) -> list[str]:
    return [str(alert.kind) for alert in office.alerts]


def test_a_refused_post_is_told_once_with_its_mend(office: Scene) -> None:
    office.write(post("one", to=["twitter"]))
    office.inject("twitter", Fault.INVALID)
    office.at(DUE)
    look(office)
    assert not office.alerts
    look(office, minutes=1)
    look(office, minutes=60)
    assert told(office) == ["failed"]
    assert "publisher retry one/post" in office.alerts[0].mend
    assert "one on twitter" in office.alerts[0].words


def test_what_happens_within_a_minute_is_one_alert_of_ten_lines(office: Scene) -> None:
    office.write(*(post(f"post-{number}", to=["twitter"]) for number in range(14)))
    office.inject("twitter", Fault.INVALID, times=14)
    office.at(DUE)
    look(office)
    look(office, minutes=1)
    (alert,) = office.alerts
    assert alert.subject == "14 failed"
    assert alert.words.count("post of post-") == 10
    assert alert.words.endswith("and 4 more")


def test_refused_readers_are_told_in_one_alert_for_each_mailing(office: Scene) -> None:
    office.write(post("one", to=["news"]), post("two", to=["news"]))
    office.inject("news", Fault.SMTP_REFUSE, times=2)
    office.at(DUE)
    look(office)
    look(office, minutes=1)
    look(office, minutes=60)
    (alert,) = office.alerts
    assert (alert.kind, alert.subject) == ("readers refused", office.row("one", "news").key)
    assert "2 accepted, 2 refused: a…@example.org, b…@example.org: 550 5.1.1 " in alert.words
    assert "correct the address in the mailing list, or delete it there" in alert.words
    assert alert.mend.endswith(f"publisher why {alert.subject}")


def test_a_mailing_that_was_refused_as_a_whole_is_told_once(office: Scene) -> None:
    office.write(post("one", to=["news"]))
    office.inject("news", Fault.SMTP_REFUSE, times=4)
    office.at(DUE)
    look(office)
    look(office, minutes=1)
    (alert,) = office.alerts
    assert (alert.kind, "4 refused: a…@example.org, b…@example.org, " in alert.words) == ("failed", True)


def test_a_post_without_its_approval_is_told_when_it_is_due(office: Scene) -> None:
    office.write(post("one", to=["facebook"]), channels=APPROVED)
    office.at(DUE - MINUTE)
    look(office, minutes=0)
    office.at(DUE)
    look(office)
    look(office, minutes=1)
    assert told(office) == ["held"]
    assert "publisher approve one/post" in office.alerts[0].words


def test_what_passes_within_a_minute_is_not_told(office: Scene) -> None:
    office.write(post("one", to=["facebook"]), channels=APPROVED)
    office.at(DUE)
    look(office)
    office.approve("one")
    office.at(DUE + MINUTE / 2)
    look(office, minutes=1)
    assert office.state("one", "facebook") == "sent"
    assert not office.alerts


def test_refused_credentials_are_told_once_for_the_channel(office: Scene) -> None:
    office.write(post("one", to=["twitter"]), post("two", to=["twitter"]))
    office.inject("twitter", Fault.UNAUTHORIZED, times=9)
    office.at(DUE)
    for _ in range(12):
        office.at(office.clock.now() + timedelta(minutes=5))
        look(office, minutes=1)
    assert told(office) == ["credentials"]
    assert office.alerts[0].subject == "twitter"


def test_an_empty_account_is_told(office: Scene) -> None:
    office.write(post("one", to=["twitter"]))
    office.inject("twitter", Fault.OUT_OF_CREDIT)
    office.at(DUE)
    look(office)
    look(office, minutes=1)
    assert told(office) == ["out of quota"]


def test_what_expired_and_what_is_uncertain_are_told_together(office: Scene) -> None:
    office.write(post("one", to=["twitter"]), post("two", to=["facebook"]), channels=APPROVED)
    office.inject("twitter", Fault.DUPLICATE)
    office.at(DUE)
    office.clock.advance_to(DUE + timedelta(hours=7))
    office.daemon.once()
    look(office)
    look(office, minutes=1)
    (alert,) = office.alerts
    assert (alert.kind, alert.subject) == ("needs attention", "1 expired, 1 uncertain")
    assert "publisher resolve one/post" in alert.words


def test_who_paused_a_channel_is_not_told_that_it_waits(office: Scene) -> None:
    office.write(post("one", to=["twitter"]))
    office.ledger.pauses.begin(Pause(channel="twitter", since=DUE, why="the office moves"))
    office.at(DUE)
    look(office)
    look(office, minutes=2)
    assert not office.alerts


def test_what_fails_again_after_a_mend_is_told_again(office: Scene) -> None:
    office.write(post("one", to=["twitter"]))
    office.inject("twitter", Fault.UNAUTHORIZED)
    office.at(DUE)
    look(office)
    look(office, minutes=1)
    office.play(1)
    assert office.state("one", "twitter") == "sent"
    look(office)
    office.write(post("one", to=["twitter"]), post("two", to=["twitter"], at=DUE + timedelta(hours=3)))
    office.inject("twitter", Fault.UNAUTHORIZED)
    office.at(DUE + timedelta(hours=3))
    look(office)
    look(office, minutes=1)
    assert told(office) == ["credentials", "credentials"]
