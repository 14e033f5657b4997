"""What a person decides on the command line: skip, retry, resolve, approve, and what that leads to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from claiming import claim_readers, settle_readers
from running_parts import CHANNELS, DUE, START, Scene, post, scene

from publisher.cli.main import run
from publisher.delivery.retry import MAX_ATTEMPTS
from publisher.ledger.records import Intent, Result
from publisher.model import DeliveryState, Outcome
from publisher.sandbox.faults import Fault


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.write(post("one", to=["twitter"]), post("two", at=DUE + timedelta(hours=1), to=["twitter", "facebook"]))
        set_up.at(START)
        yield set_up


class Decide:
    """Runs a command on the stage's ledger; gives its exit code, what it says and what it complains about."""

    def __init__(self, stage: Scene, capture: pytest.CaptureFixture[str]) -> None:
        self._globals = ["--database", stage.options.database, "--schedules", str(stage.file)]
        self._capture = capture

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._capture.readouterr()
        code = run([*self._globals, *arguments])
        return (code, *self._capture.readouterr())


@pytest.fixture
def decide(stage: Scene, capsys: pytest.CaptureFixture[str]) -> Decide:
    return Decide(stage, capsys)


def test_what_is_skipped_is_not_sent_and_the_ledger_knows_who_said_so(stage: Scene, decide: Decide) -> None:
    key = stage.row("one", "twitter").key
    assert decide("skip", key, "--as", "tester") == (0, f"{key}: planned → cancelled (skipped)\n", "")
    stage.play(8)
    row = stage.row("one", "twitter")
    assert (row.state, row.reason, row.settled_by) == ("cancelled", "skipped (tester)", "tester")
    assert "News about one" not in [found.text for found in stage.sandbox.posted("twitter")]


def test_a_short_key_does_what_can_be_done_and_names_the_rest(stage: Scene, decide: Decide) -> None:
    stage.inject("facebook", Fault.RATE_LIMITED)
    stage.at(DUE + timedelta(hours=1))
    assert [stage.state("two", channel) for channel in ("twitter", "facebook")] == ["sent", "retry_wait"]
    code, said, _ = decide("skip", "two")
    facebook, twitter = (stage.row("two", channel).key for channel in ("facebook", "twitter"))
    assert code == 0
    assert said == f"{facebook}: retry_wait → cancelled (skipped)\n{twitter}: stays sent\n"
    assert [stage.state("two", channel) for channel in ("twitter", "facebook")] == ["sent", "cancelled"]


def test_a_short_key_below_which_nothing_can_be_done_is_refused(stage: Scene, decide: Decide) -> None:
    stage.at(DUE + timedelta(hours=1))
    code, said, complaints = decide("skip", "two")
    assert (code, said, "that can't be done: it is sent" in complaints) == (2, "", True)


def test_what_was_refused_is_tried_again(stage: Scene, decide: Decide) -> None:
    stage.inject("twitter", Fault.INVALID)
    stage.at(DUE)
    assert stage.state("one", "twitter") == "failed"
    assert decide("retry", "one")[0] == 0
    stage.at(DUE + timedelta(minutes=1))
    assert stage.state("one", "twitter") == "sent"


def test_what_was_refused_and_has_another_time_now_is_not_tried_again_beside_it(stage: Scene, decide: Decide) -> None:
    stage.inject("twitter", Fault.INVALID)
    stage.at(DUE)
    refused = stage.row("one", "twitter").key
    stage.write(post("one", at=DUE + timedelta(hours=1), to=["twitter"]))
    stage.at(DUE + timedelta(minutes=1))
    code, said, complaints = decide("retry", refused)
    assert (code, said) == (2, "")
    assert f"it was refused; {refused.replace('T09:00', 'T10:00')} took its place" in complaints
    stage.play(3)
    assert [found.text for found in stage.sandbox.posted("twitter")] == ["News about one"]
    stage.write(post("one", to=["twitter"]))
    stage.at(stage.clock.now() + timedelta(minutes=1))
    assert decide("retry", refused)[0] == 2


def test_a_time_that_is_edited_there_and_back_mails_nobody_twice(stage: Scene) -> None:
    for at, now in ((DUE + timedelta(hours=3), START), (DUE, START), (DUE + timedelta(hours=3), DUE)):
        stage.write(post("one", at=at, to=["news"]))
        stage.at(now + timedelta(minutes=1))
    stage.play(8)
    assert sorted(stage.reached()) == ["anna", "bela", "carl", "dora"]


def test_what_waits_for_its_next_try_is_tried_at_once(stage: Scene, decide: Decide) -> None:
    stage.inject("twitter", Fault.REDIRECT)
    stage.at(DUE)
    assert stage.row("one", "twitter").next_at is not None
    assert decide("retry", "one")[0] == 0
    assert (stage.state("one", "twitter"), stage.row("one", "twitter").next_at) == ("pending", None)
    stage.at(DUE)
    assert stage.state("one", "twitter") == "sent"


@pytest.mark.parametrize("command", [["retry"], ["skip"], ["approve"]])
def test_what_is_uncertain_is_only_ever_resolved(stage: Scene, decide: Decide, command: list[str]) -> None:
    stage.inject("twitter", Fault.TIMEOUT_BEFORE)
    stage.at(DUE)
    code, said, complaints = decide(*command, "one")
    assert (code, said, "it is unknown" in complaints) == (2, "", True)
    assert stage.state("one", "twitter") == "unknown"


@pytest.mark.parametrize("answer", ["--sent", "--not-sent"])
@pytest.mark.parametrize("state", ["planned", "sent", "failed", "sending"])
def test_only_what_is_uncertain_is_resolved(stage: Scene, decide: Decide, answer: str, state: str) -> None:
    with stage.ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = ?", (state,))
    code, said, complaints = decide("resolve", "one", answer)
    assert (code, said, f"it is {state}" in complaints) == (2, "", True)
    assert stage.state("one", "twitter") == state


def test_a_refused_mailing_that_is_tried_again_goes_to_its_readers(stage: Scene, decide: Decide) -> None:
    stage.write(post("one", to=["news"]))
    stage.at(START + timedelta(minutes=1))
    stage.inject("news", Fault.SMTP_REFUSE, times=4)
    stage.at(DUE)
    row = stage.row("one", "news")
    assert (row.state, row.reason.startswith("4 refused: a…@example.org, b…@example.org, ")) == ("failed", True)
    assert decide("retry", stage.row("one", "news").key)[0] == 0
    stage.at(DUE + timedelta(minutes=1))
    assert (stage.state("one", "news"), len(stage.reached())) == ("sent", 4)


def test_a_skipped_mailing_stops_where_it_is(stage: Scene, decide: Decide) -> None:
    stage.write(post("one", to=["news"]))
    stage.at(START + timedelta(minutes=1))
    stage.inject("news", Fault.SMTP_GREYLIST, after=2, times=2)
    stage.at(DUE)
    assert decide("skip", stage.row("one", "news").key)[0] == 0
    stage.play(1)
    assert stage.reached() == ["anna", "bela"]
    assert {name: str(one.state) for name, one in stage.readers("one").items()} == {
        "anna": "sent",
        "bela": "sent",
        "carl": "cancelled",
        "dora": "cancelled",
    }


def test_a_mailing_that_was_seen_goes_on_with_the_readers_who_wait(stage: Scene, decide: Decide) -> None:
    stage.write(post("one", to=["news"]))
    stage.at(START + timedelta(minutes=1))
    row, ledger = stage.row("one", "news"), stage.ledger
    ledger.deliveries.transition(row.key, to=DeliveryState.PENDING, now=DUE)
    stage.enrol(row.key)
    claim = ledger.attempts.begin(row.key, owner="me", intent=Intent(sha256=""), lease=timedelta(minutes=5), now=DUE)
    unsure = Result(outcome=Outcome.UNKNOWN, state=DeliveryState.UNKNOWN)
    settle_readers(ledger, [(one, unsure) for one in claim_readers(ledger, claim, limit=1, now=DUE)], now=DUE)
    ledger.attempts.finish(claim, unsure, now=DUE)
    assert decide("resolve", row.key, "--sent")[0] == 0
    stage.at(DUE)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", ["bela", "carl", "dora"])


def test_an_approval_from_the_command_line_lets_it_go(stage: Scene, decide: Decide) -> None:
    stage.write(post("one", to=["twitter"]), channels=CHANNELS.replace("[en] }", "[en], approval: two }", 1))
    stage.at(DUE)
    key = stage.row("one", "twitter").key
    assert decide("approve", "one", "--as", "a") == (0, f"approved by a: {key}\n", "")
    assert decide("approve", "one", "--as", "a") == (0, f"approved before by a: {key}\n", "")
    assert decide("approve", "one", "--as", "b")[0] == 0
    stage.at(DUE + timedelta(minutes=1))
    assert stage.state("one", "twitter") == "sent"
    assert "approved by b" in decide("why", "one")[1]


def test_an_approval_may_come_before_the_daemon_has_seen_the_file(stage: Scene, decide: Decide) -> None:
    with_approval = CHANNELS.replace("[en] }", "[en], approval: anyone }", 1)
    soon = datetime.now(UTC) + timedelta(days=2)  # commands look at the real calendar
    stage.write(post("later", at=soon, to=["twitter"]), channels=with_approval)
    code, said, _ = decide("approve", "later", "--as", "a")
    assert (code, said.startswith("approved by a: later/post/")) == (0, True)
    assert list(stage.ledger.approvals.counts().values()) == [1]


@pytest.mark.parametrize("command", ["status", "why", "skip", "retry", "approve"])
def test_a_key_that_nothing_has_is_told_in_words(decide: Decide, command: str) -> None:
    code, said, complaints = decide(command, "no/such")
    assert (code, said, "no such delivery" in complaints) == (2, "", True)


def test_the_story_of_a_mailing_masks_every_address(stage: Scene, decide: Decide) -> None:
    stage.write(post("one", to=["news"]))
    stage.at(START + timedelta(minutes=1))
    stage.inject("news", Fault.SMTP_REFUSE)
    stage.at(DUE)
    _, story, _ = decide("why", "one")
    assert "anna@example.org" not in story
    assert (story.count("@example.org sent"), story.count("@example.org failed [550 5.1.1]")) == (3, 1)


def test_a_delivery_that_was_given_up_and_is_tried_again_gets_as_many_tries(stage: Scene, decide: Decide) -> None:
    stage.write(post("one", to=["twitter"], more="    if_late: send anyway\n"))
    stage.at(START + timedelta(minutes=1))
    stage.inject("twitter", Fault.REDIRECT, times=MAX_ATTEMPTS + 1)
    stage.at(DUE)
    stage.play(14)
    assert (stage.state("one", "twitter"), stage.row("one", "twitter").attempts) == ("failed", MAX_ATTEMPTS)
    assert decide("retry", "one")[0] == 0
    stage.play(0.5)
    assert (stage.state("one", "twitter"), stage.row("one", "twitter").attempts) == ("sent", MAX_ATTEMPTS + 2)


def test_resolve_shows_what_is_known_before_it_settles_and_records_who(stage: Scene, decide: Decide) -> None:
    stage.inject("twitter", Fault.RESET_BEFORE, times=2)
    stage.at(DUE)
    stage.play(1)
    key = stage.row("one", "twitter").key
    assert stage.state("one", "twitter") == "needs_human"
    code, said, _ = decide("resolve", key, "--sent", "--as", "tester")
    story, settled = said.rstrip().rsplit("\n", 1)
    assert (code, settled) == (0, f"{key}: needs_human → sent (seen on the platform)")
    assert story.count("try 1, 2027-05-03T09:00:00Z until ") == 1
    assert story.count("unknown: the connection to X broke before an answer came") == 2
    assert story.count("it is not among what the account shows") >= 4
    row = stage.row("one", "twitter")
    assert (row.reason, row.settled_by) == ("seen on the platform (tester)", "tester")
    (shown,) = json.loads(decide("status", key, "--format", "json")[1])
    assert {one["saw"] for one in shown["readbacks"]} == {"absent"}
    assert {one["attempt"] for one in shown["readbacks"]} == {1, 2}
