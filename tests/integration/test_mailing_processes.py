"""Mailings with processes of their own: the same account, whoever ends when."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene, wait_for

from publisher.ledger.records import Tally
from publisher.model import DeliveryState
from publisher.sandbox.faults import Fault

READERS = 300
TELLS_SOMETHING = """\
import socket
import structlog
from publisher.delivery.mailworker import work
near, far = socket.socketpair()
near.close()
work(far.detach())
structlog.get_logger().error("broken", server="smtp://user:secret@mail.example")
"""
_S = DeliveryState


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.write(post("one", to=["news"]))
        set_up.enlist(
            *(f"reader{number:03}@example.org,Ann {number},{'pl' if number % 3 else 'en'}" for number in range(READERS))
        )
        set_up.extra["news"] = {"PROCESSES": "2"}
        set_up.at(START)
        yield set_up


def workers() -> list[int]:
    """The processes that this one started to send mails."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        try:
            found += [int(pid) for pid in (task / "children").read_text().split()]
        except OSError:
            continue
    return [pid for pid in found if b"mailworker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def tally(stage: Scene) -> Tally:
    return stage.ledger.recipients.tally(stage.row("one", "news").key)


def test_everybody_gets_one_mail_in_their_language_and_no_process_is_left(stage: Scene) -> None:
    stage.at(DUE)
    assert (stage.state("one", "news"), tally(stage).of(_S.SENT)) == ("sent", READERS)
    assert sorted(stage.reached()) == [f"reader{number:03}" for number in range(READERS)]
    for mail in stage.sandbox.mails("news"):
        number = int(mail.recipient[6:9])
        assert f"Ann {number}".encode() in mail.content
        assert (b"Content-Language: pl" in mail.content) is bool(number % 3)
    assert workers() == []


def test_a_refused_reader_and_an_uncertain_one_are_told_from_the_others(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_REFUSE, after=20)
    stage.inject("news", Fault.SMTP_DROP_AFTER_DATA, after=20)
    stage.at(DUE)
    counts = tally(stage)
    assert (counts.of(_S.FAILED), counts.of(_S.UNKNOWN), counts.of(_S.SENT)) == (1, 1, READERS - 2)
    assert len(stage.reached()) == len(set(stage.reached())) == READERS - 1


def test_a_stop_lets_the_processes_finish_what_is_under_way(stage: Scene) -> None:
    stage.clock.advance_to(DUE)
    stage.feed()
    wait_for(lambda: len(stage.reached()) >= 10, seconds=60)
    stage.end()
    counts = tally(stage)
    assert (counts.of(_S.SENDING, _S.UNKNOWN), workers()) == (0, [])
    assert counts.of(_S.SENT) == len(stage.reached()) < READERS
    stage.at(DUE)
    assert sorted(stage.reached()) == [f"reader{number:03}" for number in range(READERS)]


def test_a_refused_login_stops_all_of_them_and_marks_nobody(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_AUTH, times=50)
    stage.at(DUE)
    (attempt,) = stage.attempts("one", "news")
    assert (attempt.outcome, attempt.code) == ("credentials_broken", "535 5.7.8")
    assert tally(stage).of(_S.PENDING) == READERS
    assert workers() == []


def test_processes_that_are_no_number_are_told_before_anybody_is_written_to(stage: Scene) -> None:
    stage.extra["news"] = {"PROCESSES": "many"}
    stage.at(DUE)
    assert (stage.reached(), "PROCESSES" in stage.row("one", "news").reason) == ([], True)


def test_what_a_process_has_to_tell_stands_in_the_log_without_passwords() -> None:
    told = subprocess.run(
        [sys.executable, "-c", TELLS_SOMETHING], capture_output=True, text=True, timeout=60, check=True
    )
    assert (told.stdout, "broken" in told.stderr, "secret" in told.stderr) == ("", True, False)
