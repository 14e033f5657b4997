"""What an edit makes wrong while a mailing is under way goes to nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import CHANNELS, DUE, START, Scene, scene, schedule

from publisher.cli.main import run
from publisher.delivery.deliver import Deliverer
from publisher.sandbox.faults import Fault

READERS = 130  #: more than are claimed at once
CANARY = CHANNELS.replace("languages: [en, pl] }", "languages: [en, pl], canary: 10 readers then 1 hour }")
SENT = {"send": f"{DUE:%Y-%m-%d %H:%M}", "on": "2027-05-20 10:00-12:00", "status": "confirmed", "title": "Workshop"}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.enlist(*(f"reader{number:03}@example.org,,en" for number in range(READERS)))
        yield set_up


def announce(stage: Scene, *, channels: str = CANARY, **changed: str) -> None:
    """Write the file, with this changed about the event."""
    said = SENT | changed
    event = f"""\
cadences:
  c:
    - {{ send: {said["send"]}, template: invitation, to: [news] }}
events:
  - id: talk
    cadence: c
    status: {said["status"]}
    when: {said["on"]}
    title: {{ en: {said["title"]}, pl: Warsztat }}
    where: {{ venue: Library }}
"""
    stage.file.write_text(schedule(channels=channels).replace("posts:\n", event), encoding="utf-8")


def begun(stage: Scene) -> int:
    """Let the first share go out; gives how many have it."""
    announce(stage)
    stage.at(START)
    stage.at(DUE)
    return len(stage.reached())


def decide(stage: Scene, *words: str) -> int:
    return run([*words, "--database", stage.options.database, "--as", "tester"])


@pytest.mark.parametrize("how", ["by the daemon", "after a restart"])
@pytest.mark.parametrize("changed", [{"on": "2027-05-21 10:00-12:00"}, {"on": "2027-05-20 09:00-12:00"}])
def test_an_event_that_moves_while_the_others_wait_is_not_told_wrongly(
    stage: Scene, how: str, changed: dict[str, str]
) -> None:
    first = begun(stage)
    announce(stage, **changed)
    if how == "after a restart":
        stage.restart()
    stage.at(DUE + timedelta(hours=2))
    row = stage.row("talk", "news")
    assert (row.state, row.next_at, len(stage.reached())) == ("retry_wait", None, first)
    assert "the event has another date, place or status now" in row.reason
    assert "publisher skip" in row.reason


def test_a_person_may_send_the_old_words_all_the_same(stage: Scene) -> None:
    begun(stage)
    announce(stage, on="2027-05-21 10:00-12:00")
    stage.at(DUE + timedelta(hours=2))
    assert decide(stage, "retry", "talk") == 0
    stage.at(DUE + timedelta(hours=2))
    assert (stage.state("talk", "news"), len(set(stage.reached()))) == ("sent", READERS)


def test_other_words_alone_do_not_stop_it(stage: Scene) -> None:
    begun(stage)
    announce(stage, title="Seminar")
    stage.at(DUE + timedelta(hours=2))
    assert (stage.state("talk", "news"), len(set(stage.reached()))) == ("sent", READERS)
    assert "Seminar" not in "".join(mail.subject for mail in stage.sandbox.mails("news"))


@pytest.mark.parametrize(
    ("changed", "state", "others"),
    [
        ({"status": "cancelled"}, "cancelled", "cancelled"),
        ({"on": "2027-05-21 10:00-12:00"}, "retry_wait", "pending"),
    ],
)
def test_an_edit_in_the_middle_of_sending_reaches_those_who_were_not_written_to(
    stage: Scene, changed: dict[str, str], state: str, others: str
) -> None:
    announce(stage, channels=CHANNELS)
    stage.at(START)
    before = stage.app.composer(stage.app.schedule()[0])
    announce(stage, channels=CHANNELS, **changed)
    after = stage.app.composer(stage.app.schedule()[0])
    stage.clock.advance_to(DUE)
    desk = replace(stage.app.desk(stage.ledger, threading.Event()), owner="tester")
    deliverer = Deliverer(desk, composer=lambda: after if stage.reached() else before)
    for _ in range(2):
        deliverer.deliver(stage.row("talk", "news"))
    desk.connections.close()
    rows = stage.readers("talk").values()
    assert stage.state("talk", "news") == state
    assert 0 < len(stage.reached()) <= 100
    assert {str(one.state) for one in rows} == {"sent", others}


def test_an_event_that_is_called_off_in_the_middle_is_accounted_for(
    stage: Scene, capfd: pytest.CaptureFixture[str]
) -> None:
    first = begun(stage)
    announce(stage, status="cancelled")
    stage.at(DUE + timedelta(hours=2))
    assert run(["lists", "account", "talk", "--database", stage.options.database]) == 0
    assert f"{READERS} candidates = {first} accepted + {READERS - first} excluded" in capfd.readouterr().out


def test_one_look_sends_to_the_first_and_the_next_look_to_all_the_others(stage: Scene) -> None:
    first = begun(stage)
    stage.restart()
    stage.at(DUE + timedelta(hours=1))
    assert (first < READERS, stage.state("talk", "news"), len(stage.reached())) == (True, "sent", READERS)


def test_the_sum_is_printed_also_when_some_stay_uncertain(stage: Scene, capfd: pytest.CaptureFixture[str]) -> None:
    announce(stage, channels=CHANNELS)
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA)
    stage.at(START)
    stage.at(DUE)
    stage.play(1)
    assert stage.state("talk", "news") == "sent"
    assert f"sum='{READERS} candidates = {READERS - 1} accepted + 1 uncertain'" in capfd.readouterr().out
