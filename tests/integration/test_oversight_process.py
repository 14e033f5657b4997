"""The real daemon in a process of its own: alerts, heartbeat, health, and a pause from another process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import create_server

import httpx
import pytest
from running_parts import post, schedule, wait_for

from publisher.clock import SystemClock
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.records import Pause
from publisher.model import Calendar, Channel
from publisher.sandbox import Sandbox
from publisher.sandbox.faults import Fault
from publisher.settings import variable

SECRET = "5ecr3t"
DEAD = {"PUBLISHER_ALERT_WEBHOOK": f"http://127.0.0.1:1/{SECRET}"}
TWITTER = Channel(id="twitter", type="twitter", languages=("en",), calendar=Calendar(timezone="UTC"))


@dataclass
class Team:
    """Takes webhooks, and counts heartbeats."""

    url: str = ""
    alerts: list[dict[str, str]] = field(default_factory=list)
    beats: int = 0


@dataclass
class Office:
    """A folder with a file, a sandbox in this process, and a team that listens."""

    folder: Path
    sandbox: Sandbox
    team: Team

    def command(self, *arguments: str) -> list[str]:
        """How a command is started."""
        return [sys.executable, "-m", "publisher", *arguments]

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """The process's own, the account of X, and what is told whom."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")}
        account = {variable("twitter", name): value for name, value in self.sandbox.settings_for(TWITTER).items()}
        ways = {
            "PUBLISHER_ALERT_WEBHOOK": f"{self.team.url}/hook/{SECRET}",
            "PUBLISHER_HEARTBEAT_URL": f"{self.team.url}/beat/{SECRET}",
        }
        return inherited | account | ways | dict(more)

    @contextmanager
    def daemon(self, **more: str) -> Iterator[list[str]]:
        """A daemon that runs meanwhile; what it said is there when it has ended."""
        said: list[str] = []
        process = subprocess.Popen(
            self.command("run"),
            cwd=self.folder,
            env=self.environment(more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield said
        finally:
            process.send_signal(signal.SIGTERM)
            said.append(process.communicate(timeout=30)[0])

    def run(self, *arguments: str, **more: str) -> str:
        """A command to its end; gives what it prints."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(more),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    def write(self, *names: str, seconds: float = -60, more: str = "") -> None:
        """Posts on X that are due so many seconds from now."""
        due = datetime.now(UTC) + timedelta(seconds=seconds)
        posts = [post(name, at=due, to=["twitter"], more=more) for name in names]
        channels = 'channels:\n  twitter: { account: "@office", languages: [en] }\n'
        (self.folder / "schedules.yaml").write_text(schedule(*posts, channels=channels), encoding="utf-8")

    def ledger(self) -> Ledger:
        """The ledger of the daemon."""
        return open_ledger(f"sqlite:///{self.folder / 'var' / 'publisher.db'}")

    def reason(self, name: str) -> str:
        """Why a post is where it is, as the ledger says."""
        with closing(self.ledger()) as ledger:
            return " ".join(row.reason for row in ledger.deliveries.all() if row.source_id == name)

    @property
    def out(self) -> int:
        """How many posts arrived."""
        return self.sandbox.counts()["twitter"]


@contextmanager
def team() -> Iterator[Team]:
    made = Team()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.alerts.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.answer()

        def do_GET(self) -> None:
            made.beats += 1
            self.answer()

        def answer(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        made.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Sandbox(clock=SystemClock()) as sandbox, team() as made:
        yield Office(tmp_path, sandbox, made)


def kinds(alerts: Sequence[Mapping[str, str]]) -> list[str]:
    return [alert["kind"] for alert in alerts]


def test_a_refused_post_is_told_by_run_once_and_not_again(office: Office) -> None:
    office.write("one")
    office.sandbox.settings_for(TWITTER)
    office.sandbox.inject("twitter", Fault.INVALID)
    said = office.run("run", "--once") + office.run("run", "--once")
    assert kinds(office.team.alerts) == ["failed"]
    assert "publisher retry one/post" in office.team.alerts[0]["mend"]
    assert SECRET not in said


def test_what_a_dead_webhook_did_not_take_is_told_after_a_restart_and_not_again(office: Office) -> None:
    office.write("one")
    office.sandbox.settings_for(TWITTER)
    office.sandbox.inject("twitter", Fault.INVALID)
    assert "an alert was not sent" in office.run("run", "--once", **DEAD)
    for _ in range(2):
        office.run("run", "--once")
    assert kinds(office.team.alerts) == ["failed"]


def test_that_the_file_broke_and_was_mended_is_told_after_a_restart_when_the_webhook_was_dead(office: Office) -> None:
    office.write("one")
    office.run("run", "--once")
    file = office.folder / "schedules.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(f"{good.partition('posts:')[0]}posts: [", encoding="utf-8")
    office.run("run", "--once", **DEAD)
    for _ in range(2):
        office.run("run", "--once")
    assert kinds(office.team.alerts) == ["file broken"]
    file.write_text(good, encoding="utf-8")
    office.run("run", "--once", **DEAD)
    for _ in range(2):
        office.run("run", "--once")
    assert kinds(office.team.alerts) == ["file broken", "file mended"]


def test_a_daemon_answers_for_its_health_and_its_heart_beats(office: Office) -> None:
    with create_server(("127.0.0.1", 0)) as free:
        address = "{}:{}".format(*free.getsockname())
    office.write("one")
    with office.daemon(PUBLISHER_HEALTH_ADDRESS=address) as said:
        wait_for(lambda: office.out and office.team.beats, seconds=30)
        assert httpx.get(f"http://{address}/healthz").text == "ok\n"
        figures = httpx.get(f"http://{address}/metrics").text
    assert 'publisher_deliveries{channel="twitter",state="sent"} 1' in figures
    assert "everything under way was finished" in said[0]
    assert SECRET not in said[0]


def test_a_pause_from_another_process_holds_at_once_and_ends_at_once(office: Office) -> None:
    office.write("one")
    with office.daemon():
        wait_for(lambda: office.out == 1, seconds=30)
        assert "paused since" in office.run("pause", "twitter", "--why", "the office moves")
        office.write("one", "two")
        wait_for(lambda: "because the office moves" in office.reason("two"), seconds=30)
        assert office.out == 1
        assert office.run("resume").strip() == "twitter: goes on"
        wait_for(lambda: office.out == 2, seconds=30)


def test_a_pause_needs_a_channel_that_is_there_and_a_reason(office: Office) -> None:
    office.write("one")
    assert "there is no such channel" in office.run("pause", "facebok", "--why", "it is closed")
    assert "a pause needs a reason" in office.run("pause", "--why", " ")
    assert "it is not paused" in office.run("resume", "twitter")
    assert office.run("resume").strip() == "nothing is paused"


def test_a_start_with_a_broken_file_sends_what_was_planned_and_takes_over_the_mended_file(office: Office) -> None:
    office.write("one")
    with closing(office.ledger()) as ledger:
        ledger.pauses.begin(Pause(channel="twitter", since=datetime.now(UTC), why="the office moves"))
        office.run("run", "--once")
        file = office.folder / "schedules.yaml"
        good = file.read_text(encoding="utf-8")
        file.write_text(f"{good.partition('posts:')[0]}posts: [", encoding="utf-8")
        with office.daemon() as said:
            wait_for(lambda: "file broken" in kinds(office.team.alerts), seconds=60)
            assert "broken since" in office.run("status")
            ledger.pauses.end("twitter")
            wait_for(lambda: office.out == 1, seconds=60)
            office.write("one", "two")
            wait_for(lambda: office.out == 2, seconds=60)
    assert "the last good plan stays in force" in said[0]
    assert kinds(office.team.alerts) == ["file broken", "file mended"]


def test_a_first_start_with_a_broken_file_says_where_it_is_broken(office: Office) -> None:
    (office.folder / "schedules.yaml").write_text("version: 1\nposts: [", encoding="utf-8")
    assert "schedules.yaml: line 2" in office.run("run")
