"""Posts against the stand-ins for X and Graph: what each fault comes to, and that nothing is published twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from running_parts import CHANNELS, DUE, START, Scene, post, scene

from publisher.errors import IllegalTransition
from publisher.ledger.records import Intent, Result
from publisher.model import DeliveryState, Outcome
from publisher.sandbox.faults import HTTP_FAULTS, Fault


class Expected(NamedTuple):
    """What a fault comes to: state and outcome after the first try, then the state, the posts and the tries."""

    state: str
    outcome: str
    in_the_end: str
    posts: int
    tries: int
    code: str = ""


UNPUBLISHED = Expected("unknown", "unknown", "sent", 1, 2)
PUBLISHED = Expected("unknown", "unknown", "sent", 1, 1)

ON_BOTH = {
    Fault.RATE_LIMITED: Expected("retry_wait", "rate_limited", "sent", 1, 2),
    Fault.UNAUTHORIZED: Expected("retry_wait", "credentials_broken", "sent", 1, 2),
    Fault.DUPLICATE: Expected("unknown", "duplicate", "needs_human", 0, 1),
    Fault.INVALID: Expected("failed", "rejected", "failed", 0, 1),
    Fault.ERROR: UNPUBLISHED,
    Fault.ERROR_BUT_POSTED: PUBLISHED,
    Fault.UNAVAILABLE: UNPUBLISHED,
    Fault.TIMEOUT_BEFORE: UNPUBLISHED,
    Fault.TIMEOUT_AFTER: PUBLISHED,
    Fault.SLOW: Expected("sent", "sent", "sent", 1, 1),
    Fault.RESET_BEFORE: UNPUBLISHED,
    Fault.RESET_AFTER: PUBLISHED,
    Fault.NO_ID: PUBLISHED,
    Fault.NOT_JSON: PUBLISHED,
    Fault.REDIRECT: Expected("retry_wait", "temporary", "sent", 1, 2),
}
ON = {
    "twitter": {
        **ON_BOTH,
        Fault.RATE_LIMITED: ON_BOTH[Fault.RATE_LIMITED]._replace(code="429"),
        Fault.UNAUTHORIZED: ON_BOTH[Fault.UNAUTHORIZED]._replace(code="401"),
        Fault.OUT_OF_CREDIT: Expected("retry_wait", "out_of_quota", "sent", 1, 2, "402"),
        Fault.FORBIDDEN: Expected("failed", "rejected", "failed", 0, 1, "403"),
    },
    "facebook": {
        **ON_BOTH,
        Fault.RATE_LIMITED: ON_BOTH[Fault.RATE_LIMITED]._replace(code="32"),
        Fault.UNAUTHORIZED: ON_BOTH[Fault.UNAUTHORIZED]._replace(code="190/463"),
        Fault.OUT_OF_CREDIT: Expected("retry_wait", "blocked", "sent", 1, 2, "368/1390008"),
        Fault.FORBIDDEN: Expected("retry_wait", "credentials_broken", "sent", 1, 2, "200"),
    },
}
WITH_ANOTHER = CHANNELS.replace(
    "channels:", "channels:\n  another: { type: twitter, account: '@more', languages: [en] }"
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        yield set_up


@pytest.mark.parametrize("channel", ON)
def test_the_table_names_every_fault(channel: str) -> None:
    assert set(ON[channel]) == HTTP_FAULTS


@pytest.mark.parametrize("fault", sorted(HTTP_FAULTS))
def test_a_fault_comes_to_what_the_table_says(stage: Scene, fault: Fault) -> None:
    stage.write(post("one", to=[*ON, "another"]), channels=WITH_ANOTHER)
    stage.at(START)
    for channel in ON:
        stage.inject(channel, fault)
    stage.at(DUE)
    assert stage.state("one", "another") == "sent"
    for channel, expected in ((channel, faults[fault]) for channel, faults in ON.items()):
        (first,) = stage.attempts("one", channel)
        assert (stage.state("one", channel), first.outcome) == (expected.state, expected.outcome)
        assert first.code == expected.code or not expected.code
        assert first.finished_at is not None
    stage.play(5)
    for channel, expected in ((channel, faults[fault]) for channel, faults in ON.items()):
        published = len(stage.sandbox.posted(channel))
        assert (stage.state("one", channel), published) == (expected.in_the_end, expected.posts)
        assert len(stage.attempts("one", channel)) == expected.tries
    assert len(stage.sandbox.posted("another")) == 1


def test_a_post_in_the_ledger_names_the_post_on_the_platform(stage: Scene) -> None:
    stage.write(post("one", to=["twitter", "facebook"]))
    stage.at(DUE)
    for channel in ("twitter", "facebook"):
        row = stage.row("one", channel)
        assert [found.remote_id for found in stage.sandbox.posted(channel)] == [row.remote_id]
        assert row.remote_url.startswith("https://")
        assert re.fullmatch("[0-9a-f]{64}", row.payload_sha256)


def test_a_rate_limit_is_waited_for_as_long_as_the_platform_says(stage: Scene) -> None:
    stage.write(post("one", to=["facebook"]), post("two", to=["facebook"]))
    stage.at(START)
    stage.inject("facebook", Fault.RATE_LIMITED)
    stage.at(DUE)
    first = min((stage.row(name, "facebook") for name in ("one", "two")), key=lambda row: row.state != "retry_wait")
    assert first.next_at is not None
    asked = len(stage.sandbox.requests("facebook"))
    while stage.clock.now() < first.next_at - timedelta(minutes=2):
        stage.at(stage.clock.now() + timedelta(minutes=1))
    assert len(stage.sandbox.requests("facebook")) == asked
    stage.at(first.next_at)
    assert {stage.state(name, "facebook") for name in ("one", "two")} == {"sent"}


def test_what_waits_with_its_channel_says_why(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), post("two", to=["twitter"]))
    stage.at(START)
    stage.inject("twitter", Fault.RATE_LIMITED)
    stage.at(DUE)
    waiting = next(row for name in ("one", "two") if (row := stage.row(name, "twitter")).state == "planned")
    assert "waits with its channel" in waiting.reason
    assert "wait" in waiting.reason
    assert len(stage.sandbox.requests("twitter")) == 1


def test_credentials_that_were_mended_are_read_anew(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.extra["twitter"] = {"ACCESS_TOKEN_SECRET": "wrong"}
    stage.at(DUE)
    assert stage.attempts("one", "twitter")[0].outcome is Outcome.CREDENTIALS_BROKEN
    del stage.extra["twitter"]
    stage.play(1)
    assert stage.state("one", "twitter") == "sent"


def test_a_channel_without_credentials_waits_with_a_reason_and_the_others_go(stage: Scene) -> None:
    stage.write(post("one"))
    stage.without.add("facebook")
    stage.at(DUE)
    row = stage.row("one", "facebook")
    assert (row.state, stage.state("one", "twitter"), stage.state("one", "news")) == ("planned", "sent", "sent")
    assert "PUBLISHER_FACEBOOK_PAGE_ID is not set" in row.reason
    stage.without.clear()
    stage.play(0.5)
    assert stage.state("one", "facebook") == "sent"


def test_what_was_never_possible_expires_with_a_line_that_says_why(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.without.add("twitter")
    stage.at(DUE)
    stage.at(DUE + timedelta(hours=5, minutes=59))
    assert stage.state("one", "twitter") == "planned"
    stage.at(DUE + timedelta(hours=6))
    row = stage.row("one", "twitter")
    assert row.state == "expired"
    assert "valid until 2027-05-03 15:00 UTC" in row.reason
    assert "is not set" in row.reason
    assert stage.sandbox.posted("twitter") == []


def test_a_delivery_that_waits_for_the_platform_expires_at_its_hour_and_not_at_the_platforms(stage: Scene) -> None:
    stage.write(post("one", to=["facebook"], more="    if_late: skip after 10 minutes\n"))
    stage.at(START)
    stage.inject("facebook", Fault.RATE_LIMITED)
    stage.at(DUE)
    next_at = stage.row("one", "facebook").next_at
    assert next_at is not None
    late = DUE + timedelta(minutes=10)
    assert late < next_at
    stage.at(late)
    assert stage.state("one", "facebook") == "expired"


def test_an_approval_holds_and_releases(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), channels=CHANNELS.replace("[en] }", "[en], approval: two }", 1))
    stage.at(DUE)
    row = stage.row("one", "twitter")
    assert (row.state, row.reason) == ("planned", f"waits for approval: publisher approve {row.key}")
    assert [*stage.approve("one", who="press office"), *stage.approve("one", who="press office")] == [True, False]
    stage.play(0.2)
    assert stage.state("one", "twitter") == "planned"
    stage.approve("one", who="director")
    stage.play(0.2)
    assert stage.state("one", "twitter") == "sent"


def test_an_approval_that_never_comes_ends_in_a_line(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), channels=CHANNELS.replace("[en] }", "[en], approval: anyone }", 1))
    stage.play(8)
    row = stage.row("one", "twitter")
    assert row.state == "expired"
    assert "waits for approval" in row.reason


def test_a_broken_template_waits_and_goes_out_by_itself_once_it_is_mended(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    own = stage.folder / "templates" / "post"
    own.mkdir(parents=True)
    (own / "social.j2").write_text("{{ post.txt }}", encoding="utf-8")
    stage.at(DUE)
    stage.play(0.5)
    row = stage.row("one", "twitter")
    assert row.state == "planned"
    assert "txt" in row.reason
    assert stage.ledger.attempts.of(row.key) == []
    (own / "social.j2").write_text("{{ post.text }}", encoding="utf-8")
    stage.play(0.1)
    assert stage.state("one", "twitter") == "sent"


def test_an_edit_while_the_daemon_runs_adds_a_post(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.at(DUE)
    stage.write(post("one", to=["twitter"]), post("two", at=DUE + timedelta(hours=1), to=["twitter"]))
    stage.at(DUE + timedelta(hours=1))
    assert [found.text for found in stage.sandbox.posted("twitter")] == ["News about one", "News about two"]


@pytest.mark.parametrize("broken", ["posts: [", "version: 1\nproject: { nome: x }\n", "\0", ""])
def test_a_bad_edit_keeps_the_last_good_plan_and_recovers(stage: Scene, broken: str) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.at(START)
    stage.file.write_text(broken, encoding="utf-8")
    stage.at(DUE)
    assert stage.state("one", "twitter") == "sent"
    stage.write(post("one", to=["twitter"]), post("two", at=DUE + timedelta(hours=1), to=["twitter"]))
    stage.at(DUE + timedelta(hours=1))
    assert stage.state("two", "twitter") == "sent"


def test_a_file_that_is_away_for_a_moment_changes_nothing(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.at(START)
    stage.file.rename(stage.folder / "away.yaml")
    stage.at(DUE)
    (stage.folder / "away.yaml").rename(stage.file)
    stage.at(DUE + timedelta(minutes=1))
    assert stage.state("one", "twitter") == "sent"


def test_a_plan_that_the_templates_stand_in_the_way_of_is_made_once_they_are_mended(stage: Scene) -> None:
    own = stage.folder / "templates" / "post"
    own.mkdir(parents=True)
    (own / "social.j2").write_text("{{ post.text }}", encoding="utf-8")
    stage.write(post("one", to=["twitter"]))
    stage.at(START)
    (own / "about.yaml").write_text("true: sometimes", encoding="utf-8")
    stage.write(post("one", to=["twitter"]), post("two", at=DUE, to=["twitter"]))
    stage.at(START + timedelta(minutes=10))
    assert [row.source_id for row in stage.ledger.deliveries.all()] == ["one"]
    (own / "about.yaml").unlink()
    stage.at(DUE)
    assert {stage.state(name, "twitter") for name in ("one", "two")} == {"sent"}


def test_what_left_the_file_is_not_sent_and_comes_back_with_it(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), post("two", at=DUE + timedelta(hours=1), to=["twitter"]))
    stage.at(START)
    stage.write(post("one", to=["twitter"]))
    stage.at(DUE)
    assert stage.state("two", "twitter") == "cancelled"
    stage.write(post("one", to=["twitter"]), post("two", at=DUE + timedelta(hours=1), to=["twitter"]))
    stage.at(DUE + timedelta(hours=1))
    assert stage.state("two", "twitter") == "sent"


def test_a_channel_that_left_the_file_sends_nothing(stage: Scene) -> None:
    stage.write(post("one", to=["twitter", "facebook"]))
    stage.at(START)
    only_x = "channels:\n  twitter: { account: '@office', languages: [en] }\n"
    stage.write(post("one", to=["twitter"]), channels=only_x)
    stage.at(DUE)
    assert (stage.state("one", "twitter"), stage.state("one", "facebook")) == ("sent", "cancelled")


def test_a_channel_with_an_error_at_the_start_sends_once_it_is_mended(stage: Scene) -> None:
    stage.write(post("one", to=["twitter", "facebook"]))
    stage.at(START)
    stage.end()
    stage.write(post("one", to=["twitter", "facebook"]), channels=CHANNELS.replace("account: office", "acount: office"))
    stage.at(DUE)
    assert (stage.state("one", "twitter"), len(stage.sandbox.posted("facebook"))) == ("sent", 0)
    stage.write(post("one", to=["twitter", "facebook"]))
    stage.at(DUE + timedelta(minutes=5))
    assert (stage.state("one", "facebook"), len(stage.sandbox.posted("facebook"))) == ("sent", 1)


def test_a_channel_that_an_edit_gave_another_account_posts_there(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.at(DUE)
    stage.write(
        post("one", to=["twitter"]),
        post("two", at=DUE + timedelta(hours=1), to=["twitter"]),
        channels="channels:\n  twitter: { type: facebook, account: office, languages: [en] }\n",
    )
    stage.at(DUE + timedelta(hours=1))
    assert stage.state("two", "twitter") == "sent"
    assert [found.platform for found in stage.sandbox.posted("twitter")] == ["x", "facebook"]


def test_a_result_that_the_ledger_could_not_take_is_written_once_it_works_again(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), post("two", at=DUE + timedelta(minutes=5), to=["twitter"]))
    stage.at(START)
    with stage.ledger_breaks_at("UPDATE", "attempts"):
        stage.at(DUE)
        assert (stage.state("one", "twitter"), len(stage.sandbox.posted("twitter"))) == ("sending", 1)
        stage.at(DUE + timedelta(minutes=5))
        assert len(stage.sandbox.posted("twitter")) == 1
    stage.at(DUE + timedelta(minutes=6))
    row = stage.row("one", "twitter")
    assert (row.state, row.remote_id) == ("sent", stage.sandbox.posted("twitter")[0].remote_id)
    assert (stage.state("two", "twitter"), len(stage.sandbox.posted("twitter"))) == ("sent", 2)


def test_a_result_that_was_never_written_is_found_on_the_account_at_the_next_start(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.at(START)
    with stage.ledger_breaks_at("UPDATE", "attempts"):
        stage.at(DUE)
        stage.end()
    stage.play(1)
    (posted,) = stage.sandbox.posted("twitter")
    assert (stage.state("one", "twitter"), stage.row("one", "twitter").remote_id) == ("sent", posted.remote_id)


def test_without_a_written_intent_nothing_is_sent(stage: Scene) -> None:
    stage.write(post("one"))
    stage.at(START)
    with stage.ledger_breaks_at("INSERT", "attempts"):
        stage.at(DUE)
        assert stage.sandbox.counts() == {"twitter": 0, "facebook": 0, "news": 0}
    stage.at(DUE + timedelta(minutes=1))
    assert stage.sandbox.counts() == {"twitter": 1, "facebook": 1, "news": 4}


def test_what_a_dead_program_was_sending_is_uncertain_even_when_the_file_is_broken(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.at(START)
    row = stage.row("one", "twitter")
    stage.ledger.deliveries.transition(row.key, to=DeliveryState.PENDING, now=DUE)
    stage.ledger.attempts.begin(
        row.key, owner="dead", intent=Intent(sha256="0" * 64), lease=timedelta(minutes=5), now=DUE
    )
    stage.end()
    stage.file.write_text("posts: [", encoding="utf-8")
    stage.at(DUE)
    assert stage.state("one", "twitter") == "needs_human"  # its bytes were not kept, so nobody can look for them
    assert "publisher resolve" in stage.row("one", "twitter").reason


def test_what_stood_in_a_lane_and_was_moved_meanwhile_is_not_sent(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.at(START)
    due = stage.row("one", "twitter")
    stage.clock.advance_to(DUE)
    blackout = "blackouts:\n  - { from: 2027-05-03, to: 2027-05-03, why: move }\n"
    stage.write(post("one", to=["twitter"]), channels=blackout + CHANNELS)
    stage.daemon.once()
    moved = stage.row("one", "twitter")
    assert (moved.key, moved.state) == (due.key, "planned")
    assert moved.due_at > DUE
    stage.deliver(due)
    assert (stage.state("one", "twitter"), stage.sandbox.posted("twitter")) == ("planned", [])


def test_what_a_person_skipped_while_it_stood_in_a_lane_is_not_sent(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]))
    stage.at(START)
    due = stage.row("one", "twitter")
    stage.clock.advance_to(DUE)
    stage.ledger.deliveries.transition(due.key, to=DeliveryState.CANCELLED, now=DUE, reason="skipped", settled_by="me")
    stage.deliver(due)
    row = stage.row("one", "twitter")
    assert (row.state, row.reason, stage.sandbox.posted("twitter")) == ("cancelled", "skipped", [])


def test_what_is_on_its_way_is_not_cancelled_by_an_edit(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), post("two", to=["twitter"]))
    stage.at(START)
    row = stage.row("one", "twitter")
    stage.ledger.deliveries.transition(row.key, to=DeliveryState.PENDING, now=DUE)
    claim = stage.ledger.attempts.begin(
        row.key, owner="me", intent=Intent(sha256=""), lease=timedelta(minutes=5), now=DUE
    )
    stage.write(post("three", to=["twitter"]))
    stage.at(START + timedelta(minutes=1))
    assert [stage.state(name, "twitter") for name in ("one", "two", "three")] == ["sending", "cancelled", "planned"]
    stage.ledger.attempts.finish(claim, Result(outcome=Outcome.SENT, state=DeliveryState.SENT), now=DUE)
    with pytest.raises(IllegalTransition):
        stage.ledger.deliveries.transition(row.key, to=DeliveryState.CANCELLED, now=DUE)


def test_a_fault_of_ours_with_the_words_stops_only_that_post(stage: Scene, caplog: pytest.LogCaptureFixture) -> None:
    stage.write(post("one", to=["twitter"]), post("two", to=["twitter"]))
    stage.at(START)
    stage.clock.advance_to(DUE)
    broken = replace(stage.row("one", "twitter"), languages=())
    stage.deliver(broken)  # the ledger's own record counts, not the one in the lane
    assert stage.state("one", "twitter") == "sent"
    with stage.ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET languages = '[]' WHERE source_id = 'two'")
    stage.at(DUE)
    row = stage.row("two", "twitter")
    assert (row.state, "publisher itself failed" in row.reason) == ("planned", True)
    assert caplog.text == ""


def test_nothing_is_begun_once_the_daemon_is_asked_to_stop(stage: Scene) -> None:
    stage.write(post("one"))
    stage.at(START)
    stage.clock.advance_to(DUE)
    stage.stop.set()
    stage.daemon.once()
    assert {row.state for row in stage.ledger.deliveries.all()} == {"planned"}
