"""Threads: what dies half-way goes on with the part that is not out; no part is ever published twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import CHANNELS, DUE, START, Scene, post, scene
from thread_parts import WORDS, is_whole, parts_of, states_of, texts, thread

from publisher.corrections import Proofreader
from publisher.delivery.desk import sent
from publisher.delivery.thread import HALF_OUT
from publisher.ledger.records import Intent, Pause
from publisher.model import DeliveryState, Receipt
from publisher.sandbox.faults import HTTP_FAULTS, Fault

MINUTE = timedelta(minutes=1)
EACH_PART = pytest.mark.parametrize("out", range(len(WORDS)))
PASSES = (Fault.RATE_LIMITED, Fault.UNAUTHORIZED, Fault.OUT_OF_CREDIT, Fault.REDIRECT)
PUBLISHED = (Fault.ERROR_BUT_POSTED, Fault.TIMEOUT_AFTER, Fault.RESET_AFTER, Fault.NO_ID, Fault.NOT_JSON)
UNPUBLISHED = (Fault.ERROR, Fault.UNAVAILABLE, Fault.TIMEOUT_BEFORE, Fault.RESET_BEFORE)
REFUSED = (Fault.FORBIDDEN, Fault.INVALID)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.write(thread())
        set_up.at(START)
        yield set_up


def decide(stage: Scene, *, to: DeliveryState) -> None:
    stage.ledger.deliveries.transition(
        stage.row("one", "twitter").key, to=to, now=stage.clock.now(), reason="wanted", settled_by="tester"
    )


def test_each_part_answers_the_one_before_and_the_ledger_has_them_all(stage: Scene) -> None:
    stage.at(DUE)
    row, posted = stage.row("one", "twitter"), stage.sandbox.posted("twitter")
    assert (row.state, row.attempts, is_whole(stage)) == ("sent", 1, True)
    assert (row.remote_id, states_of(stage)) == (posted[0].remote_id, ["sent"] * 3)
    assert [part.remote_id for part in parts_of(stage)] == [one.remote_id for one in posted]
    assert all(part.remote_url.startswith("https://x.com/") and part.finished_at for part in parts_of(stage))


def test_other_channels_get_one_text(stage: Scene) -> None:
    stage.write(thread("two", to=["facebook", "news"]))
    stage.at(DUE)
    (posted,) = stage.sandbox.posted("facebook")
    assert posted.text == "\n\n".join(WORDS)
    mails = [mail.content.decode() for mail in stage.sandbox.mails("news")]
    assert (len(mails), any("---\r\n" in mail or "<p>---" in mail for mail in mails)) == (4, False)


def test_every_fault_is_tried_here() -> None:
    assert {*PASSES, *PUBLISHED, *UNPUBLISHED, *REFUSED, Fault.DUPLICATE, Fault.SLOW} == HTTP_FAULTS


@EACH_PART
@pytest.mark.parametrize("fault", [*PASSES, *PUBLISHED, *UNPUBLISHED])
def test_whatever_passes_at_a_part_the_thread_comes_out_whole(stage: Scene, fault: Fault, out: int) -> None:
    stage.inject("twitter", fault, after=out)
    stage.at(DUE)
    row = stage.row("one", "twitter")
    assert row.state == ("retry_wait" if fault in PASSES else "unknown")
    assert len(texts(stage)) == out + (fault in PUBLISHED)
    assert states_of(stage)[:out] == ["sent"] * out
    if out:
        assert f"of 3 {'is' if out == 1 else 'are'} out: https://x.com/office/status/{row.remote_id}" in row.reason
    stage.play(3)
    assert (stage.state("one", "twitter"), is_whole(stage)) == ("sent", True)
    assert stage.row("one", "twitter").remote_id == stage.sandbox.posted("twitter")[0].remote_id


@pytest.mark.parametrize("out", [1, 2])
@pytest.mark.parametrize("fault", REFUSED)
def test_a_refusal_of_a_later_part_goes_to_a_person_and_retry_goes_on_there(
    stage: Scene, fault: Fault, out: int
) -> None:
    stage.inject("twitter", fault, after=out)
    stage.at(DUE)
    row = stage.row("one", "twitter")
    assert (row.state, len(texts(stage)), states_of(stage)[out]) == ("needs_human", out, "failed")
    assert f"{'part 1 of 3 is' if out == 1 else 'parts 1 to 2 of 3 are'} out: {row.remote_url}" in row.reason
    assert f"part {out + 1} was refused because" in row.reason
    assert f"publisher retry {row.key}" in row.reason
    stage.play(12)
    assert (stage.state("one", "twitter"), len(texts(stage))) == ("needs_human", out)
    decide(stage, to=DeliveryState.PENDING)
    stage.at(stage.clock.now())
    assert (stage.state("one", "twitter"), is_whole(stage)) == ("sent", True)


def test_a_refusal_of_the_first_part_is_that_of_any_post(stage: Scene) -> None:
    stage.inject("twitter", Fault.FORBIDDEN)
    stage.at(DUE)
    assert (stage.state("one", "twitter"), texts(stage), states_of(stage)) == (
        "failed",
        [],
        ["failed", "pending", "pending"],
    )


def test_a_half_thread_may_be_left_as_it_is(stage: Scene) -> None:
    stage.inject("twitter", Fault.FORBIDDEN, after=1)
    stage.at(DUE)
    decide(stage, to=DeliveryState.SENT)
    stage.play(2)
    assert (stage.state("one", "twitter"), texts(stage)) == ("sent", [WORDS[0]])


def test_a_part_that_the_platform_has_without_showing_it_goes_to_a_person(stage: Scene) -> None:
    stage.inject("twitter", Fault.RESET_BEFORE, after=1)
    stage.at(DUE)
    stage.inject("twitter", Fault.DUPLICATE)
    stage.play(1)
    row = stage.row("one", "twitter")
    assert (row.state, texts(stage)) == ("needs_human", [WORDS[0]])
    assert "without its id the next part can't follow" in row.reason


def test_the_second_time_that_a_part_is_uncertain_and_absent_a_person_is_asked(stage: Scene) -> None:
    stage.inject("twitter", Fault.RESET_BEFORE, times=2, after=1)
    stage.at(DUE)
    stage.play(2)
    row = stage.row("one", "twitter")
    assert (row.state, texts(stage)) == ("needs_human", [WORDS[0]])
    assert "part 2: uncertain for the second time" in row.reason


def test_uncertainty_is_counted_for_each_part(stage: Scene) -> None:
    stage.inject("twitter", Fault.RESET_BEFORE)
    stage.inject("twitter", Fault.RESET_BEFORE, after=1)
    stage.inject("twitter", Fault.RESET_BEFORE, after=1)
    stage.at(DUE)
    stage.play(3)
    assert (stage.state("one", "twitter"), is_whole(stage)) == ("sent", True)


# --- edits in between -----------------------------------------------------------------------------------------


def test_an_edit_between_two_parts_changes_nothing_in_the_thread(stage: Scene) -> None:
    stage.inject("twitter", Fault.RATE_LIMITED, after=1)
    stage.at(DUE)
    stage.write(thread(parts=["Quite other words", "And more of them"]))
    stage.play(1)
    assert (stage.state("one", "twitter"), is_whole(stage)) == ("sent", True)


def test_an_edit_before_the_first_part_is_out_is_followed(stage: Scene) -> None:
    stage.inject("twitter", Fault.RATE_LIMITED)
    stage.at(DUE)
    stage.write(thread(parts=["Quite other words", "And more of them"]))
    stage.play(1)
    assert (stage.state("one", "twitter"), is_whole(stage, ["Quite other words", "And more of them"])) == ("sent", True)


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER])
def test_a_thread_that_was_made_a_post_meanwhile_goes_out_once(stage: Scene, fault: Fault) -> None:
    stage.inject("twitter", fault)
    stage.at(DUE)
    stage.write(post("one", to=["twitter"]))
    stage.inject("twitter", Fault.RESET_AFTER)
    stage.play(1)
    expected = ["News about one"] if fault is Fault.RESET_BEFORE else list(WORDS)
    stage.play(1)
    assert (stage.state("one", "twitter"), texts(stage)) == ("sent", expected)


def test_an_edit_of_the_time_between_two_parts_does_not_begin_anew(stage: Scene) -> None:
    stage.inject("twitter", Fault.RATE_LIMITED, after=1)
    stage.at(DUE)
    stage.write(thread().replace(f"{DUE:%H:%M}", f"{DUE + timedelta(minutes=30):%H:%M}"))
    stage.play(2)
    assert ([str(row.state) for row in stage.ledger.deliveries.all()], is_whole(stage)) == (["sent"], True)


# --- events ---------------------------------------------------------------------------------------------------

EVENT = """\
version: 1
project: { name: Office, link: "https://example.org" }
defaults: { timezone: UTC, languages: [en], if_late: skip after 30 minutes }
channels:
  twitter: { account: "@office", languages: [en] }
events:
  - id: fair
    title: Open fair
    when: 2027-05-03 14:00
    status: confirmed
    changes:
      - { add: 2027-05-03 09:00, template: told, to: [twitter] }
"""


@pytest.fixture
def fair(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        told = tmp_path / "templates" / "told"
        told.mkdir(parents=True)
        (told / "about.yaml").write_text("what: A thread.\ntrue: before the start\nthread: yes\n", encoding="utf-8")
        (told / "social.j2").write_text("{{ event.title }}\n---\nCome all\n---\nBring friends\n", encoding="utf-8")
        set_up.file.write_text(EVENT, encoding="utf-8")
        set_up.at(START)
        yield set_up


FAIR = ("Open fair", "Come all", "Bring friends")


def test_the_template_may_change_between_two_parts(fair: Scene) -> None:
    fair.inject("twitter", Fault.RATE_LIMITED, after=1)
    fair.at(DUE)
    (fair.folder / "templates" / "told" / "social.j2").write_text("{{ event.nothing }", encoding="utf-8")
    fair.play(1)
    assert (fair.state("fair", "twitter"), is_whole(fair, FAIR)) == ("sent", True)


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.RESET_BEFORE, Fault.RESET_AFTER])
def test_an_event_that_is_cancelled_between_two_parts_stops_the_thread_and_is_listed(fair: Scene, fault: Fault) -> None:
    fair.inject("twitter", fault, after=1)
    fair.at(DUE)
    fair.file.write_text(EVENT.replace("confirmed", "cancelled"), encoding="utf-8")
    fair.play(2)
    row = fair.row("fair", "twitter")
    assert (row.state, "Bring friends" in texts(fair)) == ("cancelled", False)
    assert (row.reason, row.remote_id) == ("the event is cancelled", fair.sandbox.posted("twitter")[0].remote_id)
    found = Proofreader(fair.app, fair.ledger, fair.app.schedule()[0]).corrections()
    assert [(one.row.key, one.template) for one in found] == [(row.key, "cancelled")]


def test_a_thread_half_out_is_finished_beyond_if_late(fair: Scene) -> None:
    fair.inject("twitter", Fault.FORBIDDEN, after=1)
    fair.at(DUE)
    fair.clock.advance_to(DUE + timedelta(hours=3))
    fair.ledger.deliveries.transition(
        fair.row("fair", "twitter").key, to=DeliveryState.PENDING, now=fair.clock.now(), settled_by="tester"
    )
    fair.at(fair.clock.now())
    assert (fair.state("fair", "twitter"), is_whole(fair, FAIR)) == ("sent", True)


def test_a_thread_half_out_is_not_finished_when_its_words_are_wrong_by_then(fair: Scene) -> None:
    fair.inject("twitter", Fault.FORBIDDEN, after=1)
    fair.at(DUE)
    fair.clock.advance_to(DUE + timedelta(hours=5))
    fair.ledger.deliveries.transition(
        fair.row("fair", "twitter").key, to=DeliveryState.PENDING, now=fair.clock.now(), settled_by="tester"
    )
    fair.at(fair.clock.now())
    assert (fair.state("fair", "twitter"), texts(fair)) == ("expired", ["Open fair"])


def test_a_thread_half_out_is_not_finished_days_later(stage: Scene) -> None:
    stage.inject("twitter", Fault.RATE_LIMITED, times=200, after=1)
    stage.at(DUE)
    assert stage.row("one", "twitter").expires_at == DUE + HALF_OUT
    stage.restart()
    stage.at(DUE + HALF_OUT)
    row = stage.row("one", "twitter")
    assert (row.state, texts(stage)) == ("expired", [WORDS[0]])
    assert f"part 1 of 3 is out: {row.remote_url}" in row.reason


def test_a_thread_of_which_nothing_is_out_expires_as_any_post(fair: Scene) -> None:
    fair.inject("twitter", Fault.RATE_LIMITED, times=20)
    fair.at(DUE)
    fair.play(1)
    assert (fair.state("fair", "twitter"), texts(fair)) == ("expired", [])


# --- stops ----------------------------------------------------------------------------------------------------


def begun(stage: Scene, *, out: int, started: int) -> None:
    """A daemon that died: ``out`` parts have an answer, ``started`` parts have an intent."""
    stage.clock.advance_to(DUE)
    row, composer = stage.row("one", "twitter"), stage.app.composer(stage.app.schedule()[0])
    entry, channel = composer.schedule.entry("posts/one"), composer.schedule.channels["twitter"]
    assert entry is not None
    payload = composer.compose(row, entry, channel=channel, language="en").payload
    stage.ledger.parts.enrol(row.key, [part.body for part in payload.parts], follow_until=None)
    intent = Intent(sha256=payload.sha256, body=payload.body, content_type=payload.content_type)
    claim = stage.ledger.attempts.begin(row.key, owner="dead", intent=intent, lease=MINUTE, now=DUE)
    connection = stage.app.desk(stage.ledger, stage.stop).connections.of(channel)
    previous: Receipt | None = None
    for number in range(1, started + 1):
        stage.ledger.parts.begin(claim, number, now=DUE)
        if number <= out:
            part = payload.parts[number - 1]
            wire = connection.following(part, previous=previous.remote_id) if previous else part  # type: ignore[attr-defined]
            previous = connection.send(wire)
            result = sent(previous)
            stage.ledger.parts.finish(claim, number, result, now=DUE)
    connection.close()


@pytest.mark.parametrize(("out", "started"), [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 3)])
def test_a_daemon_that_died_before_or_after_a_part_is_followed_by_one_that_goes_on(
    stage: Scene, out: int, started: int
) -> None:
    begun(stage, out=out, started=started)
    assert len(texts(stage)) == out
    stage.restart()
    stage.play(1)
    assert (stage.state("one", "twitter"), is_whole(stage)) == ("sent", True)


def test_a_pause_stops_between_two_parts(stage: Scene) -> None:
    stage.inject("twitter", Fault.RATE_LIMITED, after=1)
    stage.at(DUE)
    stage.ledger.pauses.begin(Pause(channel="twitter", since=DUE, why="we move"))
    stage.play(1)
    assert (stage.state("one", "twitter"), len(texts(stage))) == ("retry_wait", 1)


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_ledger_that_takes_nothing_more_after_a_part_loses_no_part(stage: Scene, after: int) -> None:
    stage.clock.advance_to(DUE)
    with stage.ledger_breaks_at("UPDATE", f"parts WHEN NEW.state = 'sent' AND NEW.number = {after}"):
        stage.daemon.once()
        assert len(texts(stage)) == after
    stage.play(1)
    assert (stage.state("one", "twitter"), is_whole(stage)) == ("sent", True)


# --- parts that look alike ------------------------------------------------------------------------------------

ALIKE = tuple(
    f"{word} about https://example.org/fair is on its page now, for all who come" for word in ("This", "That")
)


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER])
@pytest.mark.parametrize("out", [0, 1])
def test_a_part_is_not_taken_for_another_that_says_much_the_same(stage: Scene, fault: Fault, out: int) -> None:
    stage.write(thread(parts=ALIKE))
    stage.inject("twitter", fault, after=out)
    stage.at(DUE)
    stage.play(1)
    assert (stage.state("one", "twitter"), is_whole(stage, ALIKE)) == ("sent", True)


def test_a_part_is_not_taken_for_a_post_of_another_delivery(stage: Scene) -> None:
    stage.write(thread(parts=ALIKE), thread("two", parts=[ALIKE[1].replace("That", "More"), "End"]), channels=CHANNELS)
    stage.inject("twitter", Fault.RESET_AFTER, after=3)
    stage.at(DUE)
    stage.play(1)
    assert (stage.state("one", "twitter"), stage.state("two", "twitter"), len(texts(stage))) == ("sent", "sent", 4)
