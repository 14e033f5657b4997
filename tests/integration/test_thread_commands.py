"""What people see of a thread, and decide about one that is half out: preview, check, status, why, retry, resolve."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from running_parts import DUE, START, Scene, scene
from test_decisions import Decide
from thread_parts import WORDS, is_whole, texts, thread

from publisher.sandbox.faults import Fault

PRICED = """\
channels:
  twitter: { account: "@office", languages: [en], price: { post: 0.015, link: 0.20 } }
"""


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("COLUMNS", "300")
    with scene(tmp_path) as set_up:
        set_up.write(thread())
        set_up.at(START)
        yield set_up


@pytest.fixture
def half_out(stage: Scene) -> Scene:
    """The second of three parts was refused."""
    stage.inject("twitter", Fault.FORBIDDEN, after=1)
    stage.at(DUE)
    return stage


@pytest.fixture
def decide(stage: Scene, capsys: pytest.CaptureFixture[str]) -> Decide:
    return Decide(stage, capsys)


def period() -> tuple[str, ...]:
    return "--from", f"{DUE:%Y-%m-%d}", "--to", f"{DUE + timedelta(days=1):%Y-%m-%d}"


def previewed(decide: Decide) -> dict[str, Any]:
    code, said, _ = decide("preview", "one", *period(), "--channel", "twitter", "--format", "json")
    (found,) = json.loads(said)
    assert code == 0
    assert isinstance(found, dict)
    return found


def test_the_preview_shows_each_part_with_its_own_meter(decide: Decide) -> None:
    code, said, _ = decide("preview", "one", *period())
    assert code == 0
    for number, words in enumerate(WORDS, start=1):
        part = said.partition(f"  part {number} of 3\n")[2]
        assert words in part.split("└")[0]
        assert f" {len(words)}/280\n" in part.partition("┘\n")[2].splitlines(keepends=True)[0]


def test_the_preview_as_json_has_the_parts_beside_the_whole(decide: Decide) -> None:
    found = previewed(decide)
    assert found["text"] == "\n\n".join(WORDS)
    assert found["weight"] == {"used": max(map(len, WORDS)), "limit": 280}
    assert [part["text"] for part in found["parts"]] == list(WORDS)
    assert [part["weight"]["used"] for part in found["parts"]] == [len(words) for words in WORDS]
    assert found["payload"] == "\n".join(part["payload"] for part in found["parts"])
    assert json.loads(found["parts"][2]["payload"]) == {
        "reply": {"in_reply_to_tweet_id": "{part:2}"},
        "text": WORDS[2],
    }


def test_what_is_previewed_is_what_arrives_but_for_the_ids(stage: Scene, decide: Decide) -> None:
    parts = [part["payload"] for part in previewed(decide)["parts"]]
    stage.at(DUE)
    posted = stage.sandbox.posted("twitter")
    for number, one in enumerate(posted[:-1], start=1):
        parts[number] = parts[number].replace(f"{{part:{number}}}", one.remote_id)
    assert [one.body.decode() for one in posted] == parts


def test_a_post_has_no_parts_in_its_json(stage: Scene, decide: Decide) -> None:
    stage.write(thread(parts=["One part alone"]))
    found = previewed(decide)
    assert (found["parts"], found["text"]) == ([], "One part alone")


def test_the_preview_page_shows_the_parts(stage: Scene, decide: Decide) -> None:
    out = stage.folder / "shown"
    assert decide("preview", "one", *period(), "--format", "html", "--out", str(out))[0] == 0
    page = (out / "index.html").read_text(encoding="utf-8")
    part = page.partition("Part 2 of 3")[2].partition("Part 3 of 3")[0]
    assert WORDS[1] in part
    assert f"{len(WORDS[1])} of 280 characters" in part


def test_check_names_the_part_that_is_too_long(stage: Scene, decide: Decide) -> None:
    stage.write(thread(parts=["One", "b" * 300]))
    code, said, _ = decide("check")
    assert (code, "Part 2 of 2: On X this is 300 of 280 characters" in said) == (1, True)


def test_check_looks_at_each_thread_however_short_it_is(stage: Scene, decide: Decide) -> None:
    stage.write(thread(parts=["a" * 200, "b" * 200, "c" * 200]), thread("two", parts=["a" * 290, "b"]))
    code, said, _ = decide("check")
    assert (code, "Part 1 of 2: On X this is 290 of 280 characters" in said) == (1, True)


def test_each_part_of_a_thread_is_paid_for(stage: Scene, decide: Decide) -> None:
    stage.write(thread(parts=["One https://example.org", "Two", "Three"]), channels=PRICED)
    assert previewed(decide)["cost"]["amount"] == "0.230"


# --- half out -------------------------------------------------------------------------------------------------


def test_status_tells_how_far_it_got_and_what_to_do(half_out: Scene, decide: Decide) -> None:
    row = half_out.row("one", "twitter")
    said = decide("status")[1]
    assert f"needs_human {row.key}  part 1 of 3 is out: {row.remote_url}; part 2 was refused because" in said
    assert f"to go on with part 2: publisher retry {row.key}; to leave it as it is: publisher resolve" in said


def test_status_as_json_has_the_parts(half_out: Scene, decide: Decide) -> None:
    (row,) = json.loads(decide("status", "--format", "json")[1])
    (posted,) = half_out.sandbox.posted("twitter")
    assert [(part["number"], part["state"], part["remote_id"]) for part in row["parts"]] == [
        (1, "sent", posted.remote_id),
        (2, "failed", ""),
        (3, "pending", ""),
    ]
    assert (row["parts"][1]["code"], row["parts"][1]["finished_utc"]) == ("403", "2027-05-03T09:00:00Z")
    assert (row["parts"][2]["started_utc"], row["remote_id"]) == ("", posted.remote_id)


def test_why_tells_of_each_part(half_out: Scene, decide: Decide) -> None:
    said = decide("why", "one")[1]
    url = half_out.row("one", "twitter").remote_url
    assert f"    part 1 of 3 is out, 2027-05-03T09:00:00Z  {url}\n" in said
    assert "    part 2 of 3 was refused, 2027-05-03T09:00:00Z [403]: " in said
    assert "    part 3 of 3 is still to go\n" in said


def test_retry_goes_on_with_the_part_that_was_refused(half_out: Scene, decide: Decide) -> None:
    code, said, _ = decide("retry", "one", "--as", "tester")
    assert (code, "needs_human → pending (to be tried again)" in said) == (0, True)
    half_out.at(DUE + timedelta(minutes=1))
    assert (half_out.state("one", "twitter"), is_whole(half_out)) == ("sent", True)


def test_resolve_takes_it_as_it_is(half_out: Scene, decide: Decide) -> None:
    code, said, _ = decide("resolve", "one", "--sent", "--as", "tester")
    assert (code, "part 3 of 3 is still to go" in said) == (0, True)
    half_out.play(2)
    assert (half_out.state("one", "twitter"), texts(half_out)) == ("sent", [WORDS[0]])


def test_an_uncertain_part_can_not_just_be_retried(stage: Scene, decide: Decide) -> None:
    stage.inject("twitter", Fault.RESET_BEFORE, times=2, after=1)
    stage.at(DUE)
    stage.play(2)
    assert stage.state("one", "twitter") == "needs_human"
    code, _, complaints = decide("retry", "one")
    assert (code, "what is uncertain is settled with: publisher resolve one/" in complaints) == (2, True)
    assert decide("resolve", "one", "--not-sent")[0] == 0
    stage.at(stage.clock.now())
    assert (stage.state("one", "twitter"), is_whole(stage)) == ("sent", True)


def test_a_half_thread_that_was_skipped_stays_skipped(stage: Scene, decide: Decide) -> None:
    stage.inject("twitter", Fault.RATE_LIMITED, after=1)
    stage.at(DUE)
    assert decide("skip", "one")[0] == 0
    stage.play(2)
    assert (stage.state("one", "twitter"), texts(stage)) == ("cancelled", [WORDS[0]])
