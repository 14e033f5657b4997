"""The real command in a process of its own: signals, kills, the lock, and exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from process_parts import Office, forget_settings, just_now, opened
from running_parts import ALL, CHANNELS, DUE, READERS, post, wait_for

from publisher.sandbox.faults import Fault

ASKING = CHANNELS.replace("type: email,", "type: email, on_unknown: ask,")
HANGS = {"twitter": Fault.TIMEOUT_AFTER, "facebook": Fault.TIMEOUT_AFTER, "news": Fault.SMTP_TIMEOUT_AFTER_DATA}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTHONWARNINGS", "error::ResourceWarning")
    with opened(tmp_path, monkeypatch, capsys) as made:
        yield made


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str, str]:
    """Ask it to end: exit code, output, complaints."""
    process.send_signal(number)
    output, complaints = process.communicate(timeout=20)
    return process.returncode, output, complaints


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_cleanly_and_what_is_under_way_is_recorded(office: Office, number: int) -> None:
    office.write(just_now(["facebook"]))
    office.sandbox.inject("facebook", Fault.SLOW)
    daemon = office.daemon()
    wait_for(lambda: office.is_asked("facebook"))
    code, output, complaints = stop(daemon, number)
    assert (code, "Traceback" in complaints) == (0, False)
    assert "everything under way was finished" in output
    assert (office.status()["facebook"]["state"], office.out("facebook")) == ("sent", 1)


def test_an_edit_is_followed_while_it_runs(office: Office) -> None:
    office.write(just_now(["twitter"]))
    daemon = office.daemon()
    wait_for(lambda: office.out("twitter"))
    (office.folder / "schedules.yaml").write_text("posts: [", encoding="utf-8")
    office.write(just_now(["twitter"]), post("two", at=datetime.now(UTC) - timedelta(minutes=1), to=["facebook"]))
    wait_for(lambda: office.out("facebook"))
    assert (stop(daemon)[0], office.out("twitter")) == (0, 1)


def test_status_tells_of_a_broken_file_and_of_what_is_due_meanwhile(office: Office) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    office.write(post("one", at=soon, to=["twitter"]), post("two", at=soon + timedelta(days=3), to=["twitter"]))
    daemon = office.daemon()
    wait_for(
        lambda: (office.folder / "var" / "publisher.db").exists() and office.call("status")[1].count("planned") > 1
    )
    (office.folder / "schedules.yaml").write_text("posts: [", encoding="utf-8")
    wait_for(lambda: "is broken since" in office.call("status")[1])
    code, output, _ = office.call("status")
    banner, _, rest = output.partition("\n\n")
    assert code == 0
    assert re.search(r"^  schedules\.yaml:\d+:\d+  \S", banner, re.MULTILINE)
    assert [line.strip() for line in banner.splitlines()[-2:]] == [
        "Due meanwhile, within 48 hours:",
        f"{soon:%Y-%m-%d %H:%M} UTC, post of one on twitter",
    ]
    assert rest.count("planned") == 3  # two rows and the sum
    code, output, complaints = office.call("status", "--format", "json")
    assert (code, len(json.loads(output))) == (0, 2)
    assert complaints == f"{banner}\n\n"
    office.write(post("one", at=soon, to=["twitter"]))
    wait_for(lambda: "is broken since" not in office.call("status")[1])
    assert "mended" in stop(daemon)[2]


def test_a_second_daemon_is_refused_at_once_and_told_who_runs(office: Office) -> None:
    office.write(just_now(["twitter"]))
    daemon = office.daemon()
    wait_for(lambda: office.out("twitter"))
    began = time.monotonic()
    second = office.start("run", "--sandbox")
    output, complaints = second.communicate(timeout=20)
    assert (
        time.monotonic() - began < 5 * slowness()
    )  # it does not wait for the lock; how fast it starts is no fact of its own
    assert (second.returncode, output) == (75, "")
    assert f"another publisher is running (process {daemon.pid} on " in complaints
    assert "--database" in complaints
    link = office.folder / "link.db"
    link.symlink_to(office.folder / "var" / "publisher.db")
    assert office.call("run", "--once", "--database", f"sqlite:///{link}")[0] == 75
    assert stop(daemon)[0] == 0


def slowness() -> float:
    """How much slower than promised starting a program may be here: tests run side by side with others."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import sqlite3, json, ssl"], check=True)
    return max(1.0, (time.monotonic() - began) / 0.05)


def test_what_was_being_sent_when_it_was_killed_is_uncertain_until_a_person_says_it_is_not_there(
    office: Office,
) -> None:
    office.write(just_now(), channels=ASKING)
    office.sandbox.inject("twitter", Fault.TIMEOUT_BEFORE)
    office.sandbox.inject("facebook", Fault.TIMEOUT_BEFORE)
    office.sandbox.inject("news", Fault.SMTP_TIMEOUT_AFTER_DATA)
    kill_while_sending(office, *ALL)
    assert arrived(office) == (0, 0, 1)
    code, _, complaints = office.call("run", "--once")  # the lock has ended with its holder
    # All readers of the mailing had been claimed: nobody knows how far it got with them.
    assert (code, complaints.count("uncertain: one/"), arrived(office)) == (1, 3, (0, 0, 1))
    for channel, found in office.status().items():
        state = "needs_human" if channel == "news" else "unknown"  # mails can't be read back
        assert (found["state"], found["attempts"][0]["outcome"]) == (state, "unknown")
    office.call("run", "--once")
    assert arrived(office) == (0, 0, 1)
    code, said, _ = office.call("resolve", "one", "--not-sent", "--as", "tester")
    assert (code, said.count(" → pending (not on the platform, to be sent again)")) == (0, 3)
    assert (office.call("run", "--once")[0], arrived(office)) == (0, (1, 1, 5))
    assert {found["state"] for found in office.status().values()} == {"sent"}
    assert len(re.findall(r"try 1, \S+ until \S+: unknown", office.call("why", "one")[1])) == 3


def arrived(office: Office) -> tuple[int, ...]:
    return tuple(office.out(channel) for channel in ALL)


def kill_while_sending(office: Office, *channels: str) -> None:
    """Start the daemon, and kill it between the intent and the answer."""
    daemon = office.daemon()
    wait_for(lambda: all(office.is_asked(channel) for channel in channels), seconds=40)
    daemon.kill()
    daemon.wait(5)


def test_what_was_published_when_it_was_killed_is_found_at_the_next_start(office: Office) -> None:
    office.write(just_now(["twitter", "facebook"]))
    for channel in ("twitter", "facebook"):
        office.sandbox.inject(channel, HANGS[channel])
    kill_while_sending(office, "twitter", "facebook")
    code, _, complaints = office.call("run", "--once")
    assert (code, complaints.count("found on the account"), arrived(office)) == (0, 2, (1, 1, 0))
    for channel, found in office.status().items():
        assert (found["state"], found["remote_id"]) == ("sent", office.sandbox.posted(channel)[0].remote_id)
        assert found["attempts"][0]["outcome"] == "unknown"


def test_what_is_said_not_to_be_there_and_is_there_is_not_published_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.write(just_now(["twitter"]))
    office.sandbox.inject("twitter", Fault.TIMEOUT_AFTER)
    kill_while_sending(office, "twitter")
    with monkeypatch.context() as away:
        away.delenv("PUBLISHER_TWITTER_ACCESS_TOKEN")
        assert (office.call("run", "--once")[0], office.status()["twitter"]["state"]) == (1, "unknown")
    assert office.call("resolve", "one", "--not-sent")[0] == 0
    code, _, complaints = office.call("run", "--once")
    assert (code, "has this post already" in complaints, office.out("twitter")) == (1, True, 1)
    assert office.status()["twitter"]["state"] == "unknown"


def test_what_a_person_saw_on_the_platform_is_settled_and_recorded(office: Office) -> None:
    office.write(just_now(["news"]), channels=ASKING)
    office.sandbox.inject("news", HANGS["news"])
    kill_while_sending(office, "news")
    assert office.call("run", "--once")[0] == 1
    code, said, _ = office.call("resolve", "one", "--sent", "--as", "tester")
    assert (code, "b…@example.org" in said or "a…@example.org" in said) == (0, True)
    (found,) = office.status().values()
    assert (found["state"], found["reason"]) == ("sent", "seen on the platform (tester)")
    assert found["recipients"] == {"sent": 4}
    assert office.call("run", "--once")[0] == 0
    assert arrived(office) == (0, 0, 1)


def test_once_does_what_is_due_at_an_instant_and_says_nothing_more_later(office: Office) -> None:
    office.write(post("one"), post("two", at=DUE + timedelta(days=1)))
    now = f"{DUE:%Y-%m-%dT%H:%M:%SZ}"
    code, _, complaints = office.call("run", "--once", "--now", now)
    assert (code, [line for line in complaints.splitlines() if "[" not in line]) == (0, [])
    assert arrived(office) == (1, 1, 4)
    assert office.call("run", "--once", "--now", now)[0] == 0
    assert arrived(office) == (1, 1, 4)


def test_once_ends_with_1_when_something_did_not_get_out_and_tells_it_once(office: Office) -> None:
    office.write(post("one", to=["twitter", "facebook"]))
    office.sandbox.inject("twitter", Fault.INVALID)
    office.sandbox.inject("facebook", Fault.RATE_LIMITED)
    code, _, complaints = office.call("run", "--once", "--now", f"{DUE:%Y-%m-%dT%H:%M:%SZ}")
    lines = [line for line in complaints.splitlines() if line.startswith(("refused", "not sent", "uncertain"))]
    assert (code, [line.partition(":")[0] for line in lines]) == (1, ["refused", "not sent"])
    code, _, complaints = office.call("run", "--once", "--now", f"{DUE + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}")
    assert (code, "refused" in complaints, office.out("facebook")) == (0, False, 1)


def test_once_ends_with_1_when_something_became_too_late(office: Office) -> None:
    office.write(post("one", to=["twitter"]))
    assert office.call("run", "--once", "--now", f"{DUE - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}")[0] == 0
    code, _, complaints = office.call("run", "--once", "--now", f"{DUE + timedelta(hours=7):%Y-%m-%dT%H:%M:%SZ}")
    assert (code, "expired: one/" in complaints, office.out("twitter")) == (1, True, 0)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "--now", "2027-05-03T09:00:00Z"], 2, "--now: a fixed time needs --once"),
        (["run", "--once", "--now", "tomorrow"], 2, "“tomorrow” is no point in time"),
        (["run", "--frequently"], 2, "No such option"),
        (["run", "--schedules", "nowhere.yaml"], 1, "nowhere.yaml"),
        (["run", "--database", "sqlite:////proc/nowhere/ledger.db"], 1, "/proc/nowhere"),
        (["run", "--database", "ledger.db"], 1, "this is no database address"),
        (["why", "nothing"], 1, "there is no ledger yet"),
        (["resolve", "nothing"], 2, "Missing option"),
    ],
)
def test_a_mistake_ends_with_words_and_its_exit_code(
    office: Office, arguments: list[str], code: int, said: str
) -> None:
    office.write(post("one"))
    found, output, complaints = office.call(*arguments)
    assert (found, said in complaints, "Traceback" in complaints + output) == (code, True, False)


def test_without_any_credentials_it_says_what_to_set_and_still_sweeps(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.write(just_now(["facebook"]))
    office.sandbox.inject("facebook", Fault.TIMEOUT_AFTER)
    kill_while_sending(office, "facebook")
    forget_settings(monkeypatch)
    code, _, complaints = office.call("run")
    assert (code, "PUBLISHER_TWITTER_" in complaints, "no channel has credentials" in complaints) == (2, True, True)
    assert office.status()["facebook"]["state"] == "unknown"


def test_the_check_of_credentials_calls_nobody(office: Office) -> None:
    office.write(post("one"))
    assert office.call("run", "--once", "--now", f"{DUE - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}")[0] == 0
    assert [office.sandbox.requests(name) for name in ("", "twitter", "facebook")] == [[], [], []]


def test_with_the_sandbox_nothing_else_is_needed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.write(just_now())
    forget_settings(monkeypatch)
    code, output, complaints = office.call("run", "--sandbox", "--once")
    assert (code, "Sandbox: http://127.0.0.1:" in output) == (0, True)
    assert "Traceback" not in complaints
    assert {found["state"] for found in office.status().values()} == {"sent"}


def test_the_log_shows_no_secret_and_no_readers_address(office: Office) -> None:
    office.write(just_now())
    office.sandbox.inject("news", Fault.SMTP_REFUSE)
    office.sandbox.inject("twitter", Fault.UNAUTHORIZED)
    office.sandbox.inject("facebook", Fault.UNAUTHORIZED)
    code, output, complaints = office.call("run", "--once", "--verbose")
    secrets = [value for name, value in os.environ.items() if re.search("PUBLISHER_.*(TOKEN|SECRET|SMTP_URL)", name)]
    secrets += [secret.rpartition("@")[0].rpartition(":")[2] for secret in secrets if "@" in secret]
    addresses = [row.partition(",")[0] for row in READERS]
    assert (code, len(secrets) > 5) == (1, True)
    assert [word for word in [*secrets, *addresses] if word in output + complaints] == []
