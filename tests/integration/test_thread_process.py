"""Real daemons that are killed while a thread, or a post with a picture, goes out; another one finishes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from process_parts import Office, just_now, opened
from running_parts import DUE, wait_for
from thread_parts import WORDS, thread

from publisher.sandbox.faults import Fault

pytestmark = pytest.mark.timeout(400)

POSTS = ("twitter", "facebook")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)
LONG = 200  #: seconds until a daemon that hangs counts as a failure


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    with opened(tmp_path, monkeypatch, capsys) as made:
        yield made


def calls(office: Office, channel: str) -> int:
    """How many calls that publish have come in."""
    paths = [request.path for request in office.sandbox.requests(channel) if request.method == "POST"]
    return sum(path.endswith(("/2/tweets", "/feed")) for path in paths)


def killed_in_its_call(office: Office, **expected: int) -> None:
    """Start a daemon, and kill it as soon as so many calls that publish have come in from each channel."""
    daemon = office.daemon()
    wait_for(lambda: all(calls(office, channel) >= number for channel, number in expected.items()), seconds=LONG)
    daemon.kill()
    daemon.wait(LONG)


def said_to_be_absent(office: Office) -> None:
    """A first look finds nothing, which is not enough to send again by itself; a person is quicker."""
    office.call("run", "--once")
    assert {row["state"] for row in office.status().values()} == {"unknown"}
    assert office.call("resolve", "one", "--not-sent", "--as", "tester")[0] == 0


def finished(office: Office) -> dict[str, Any]:
    """Let what is left go out; gives what ``status`` says then, by channel."""
    for _ in range(2):  # a part that is found, and those that follow it
        office.call("run", "--once")
    rows = office.status()
    assert {row["state"] for row in rows.values()} == {"sent"}
    return rows


def test_a_thread_whose_daemons_are_killed_at_every_part_comes_out_once(office: Office) -> None:
    just = datetime.now(UTC) - timedelta(minutes=2)
    office.write(thread().replace(f"{DUE:%Y-%m-%d %H:%M}", f"{just:%Y-%m-%d %H:%M}"))
    office.sandbox.inject("twitter", Fault.TIMEOUT_BEFORE)
    killed_in_its_call(office, twitter=1)
    assert office.out("twitter") == 0
    said_to_be_absent(office)
    office.sandbox.inject("twitter", Fault.TIMEOUT_AFTER, after=1)
    killed_in_its_call(office, twitter=3)  # the first part again, and the second
    assert office.out("twitter") == 2
    office.sandbox.inject("twitter", Fault.TIMEOUT_BEFORE)
    killed_in_its_call(office, twitter=4)  # the second is found, the third hangs
    assert office.out("twitter") == 2
    said_to_be_absent(office)
    row = finished(office)["twitter"]
    posted = office.sandbox.posted("twitter")
    assert [one.text for one in posted] == list(WORDS)
    assert [one.answers for one in posted] == ["", posted[0].remote_id, posted[1].remote_id]
    assert [part["remote_id"] for part in row["parts"]] == [one.remote_id for one in posted]
    assert [attempt["outcome"] for attempt in row["attempts"]] == ["unknown", "unknown", "unknown", "sent"]


def with_picture(office: Office) -> None:
    (office.folder / "tram.png").write_bytes(PNG)
    picture = "    image: { file: tram.png, alt: { en: A yellow tram, pl: Tramwaj } }\n"
    office.write(f"{just_now(POSTS)}{picture}")


def uploads(office: Office, channel: str) -> int:
    """How often the picture was handed over."""
    paths = [request.path for request in office.sandbox.requests(channel) if request.method == "POST"]
    return sum(path.endswith(("/2/media/upload", "/photos")) for path in paths)


def test_a_picture_that_was_uploaded_before_a_kill_is_uploaded_again_and_shown_once(office: Office) -> None:
    with_picture(office)
    for channel in POSTS:
        office.sandbox.inject(channel, Fault.TIMEOUT_BEFORE)
    killed_in_its_call(office, twitter=1, facebook=1)
    assert [(office.out(channel), uploads(office, channel)) for channel in POSTS] == [(0, 1), (0, 1)]
    said_to_be_absent(office)
    finished(office)
    for channel in POSTS:
        (posted,) = office.sandbox.posted(channel)
        assert ([media.alt for media in posted.media], uploads(office, channel)) == (["A yellow tram"], 2)


def test_a_post_with_a_picture_that_was_out_before_a_kill_is_found_and_nothing_is_uploaded_again(
    office: Office,
) -> None:
    with_picture(office)
    for channel in POSTS:
        office.sandbox.inject(channel, Fault.TIMEOUT_AFTER)
    killed_in_its_call(office, twitter=1, facebook=1)
    wait_for(lambda: all(office.out(channel) for channel in POSTS), seconds=LONG)
    rows = finished(office)
    for channel in POSTS:
        (posted,) = office.sandbox.posted(channel)
        assert (len(posted.media), uploads(office, channel), calls(office, channel)) == (1, 1, 1)
        assert rows[channel]["remote_id"] == posted.remote_id
