"""Health, figures, heartbeat and daily note over real HTTP on this computer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from publisher.alerts import Alert, Counts, Taken, nothing
from publisher.clock import SimulatedClock
from publisher.errors import SettingsError
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.records import Pause
from publisher.oversight.configured import asked_for
from publisher.oversight.dailynote import DailyNote
from publisher.oversight.figures import Figures
from publisher.oversight.health import HealthServer
from publisher.oversight.heartbeat import Heartbeat
from publisher.oversight.turns import Turns

NOW = datetime(2027, 5, 3, 5, 30, tzinfo=UTC)
SECRET = "5ecr3t-beat"


@dataclass
class Stopwatch:
    """Seconds that pass when a test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Team:
    """A notifier that keeps what it is given."""

    alerts: list[Alert] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)

    def notify(self, alert: Alert, *, taken: Taken = nothing) -> None:
        self.alerts.append(alert)
        taken()

    def close(self) -> None:
        """Nothing is left."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")) as made:
        yield made


@contextmanager
def health(ledger: Ledger, turns: Turns) -> Iterator[str]:
    clock = SimulatedClock(NOW)
    figures = Figures(ledger, turns=turns, alerts=Counts(sent=3))
    with closing(HealthServer(("127.0.0.1", 0), turns=turns, figures=figures, clock=clock)) as server:
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def listener(status: int) -> Iterator[tuple[str, list[str]]]:
    """Somebody who waits for heartbeats; the paths that were asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/{SECRET}", asked
        finally:
            server.shutdown()
            thread.join()


def test_health_is_good_while_the_loop_turns_and_bad_when_it_does_not(ledger: Ledger) -> None:
    watch = Stopwatch()
    turns = Turns(monotonic=watch)
    with health(ledger, turns) as url:
        assert httpx.get(f"{url}/healthz").status_code == 200
        watch.seconds = 61
        answer = httpx.get(f"{url}/healthz")
        assert (answer.status_code, answer.text) == (503, "the loop has not turned for 61 seconds\n")
        turns.note("")
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_health_is_bad_while_the_ledger_does_not_work(ledger: Ledger) -> None:
    turns = Turns()
    turns.note("database or disk is full")
    with health(ledger, turns) as url:
        assert "disk is full" in httpx.get(f"{url}/healthz").text
        assert "publisher_ledger_errors_total 1\n" in httpx.get(f"{url}/metrics").text


def test_health_is_bad_and_the_heart_does_not_beat_while_the_clock_holds_everything(ledger: Ledger) -> None:
    turns = Turns()
    turns.note("", "the clock is 2 hours ahead")
    with health(ledger, turns) as url, listener(200) as (address, asked):
        answer = httpx.get(f"{url}/healthz")
        assert (answer.status_code, answer.text) == (503, "nothing is sent: the clock is 2 hours ahead\n")
        assert "publisher_held 1\n" in httpx.get(f"{url}/metrics").text
        Heartbeat(address, turns).round()
        turns.note("")
        assert "publisher_held 0\n" in httpx.get(f"{url}/metrics").text
        Heartbeat(address, turns).round()
    assert len(asked) == 1


def test_figures_are_in_the_format_of_prometheus(ledger: Ledger) -> None:
    ledger.pauses.begin(Pause(channel="twitter", since=NOW, why="the office moves"))
    with health(ledger, Turns()) as url:
        answer = httpx.get(f"{url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'publisher_paused{channel="twitter"} 1' in lines
    assert "publisher_alerts_sent_total 3" in lines
    assert "publisher_ledger_up 1" in lines
    assert "the office moves" not in answer.text


def test_another_page_is_not_there(ledger: Ledger) -> None:
    with health(ledger, Turns()) as url:
        assert httpx.get(f"{url}/other").status_code == 404


def test_the_heartbeat_stays_away_when_the_loop_does_not_turn() -> None:
    watch = Stopwatch()
    with listener(200) as (url, asked):
        beat = Heartbeat(url, Turns(monotonic=watch))
        beat.round()
        watch.seconds = 61
        beat.round()
    assert asked == [f"/{SECRET}"]


def test_a_heartbeat_that_is_not_taken_is_logged_once_without_its_address() -> None:
    with listener(500) as (url, asked), capture_logs() as logs:
        beat = Heartbeat(url, Turns())
        beat.round()
        beat.round()
    assert len(asked) == 2
    assert [(one["host"], one["reason"]) for one in logs] == [("127.0.0.1", "HTTP 500")]
    assert SECRET not in f"{logs}{beat!r}"


def test_the_daily_note_comes_once_a_day_on_the_local_clock(ledger: Ledger) -> None:
    team, clock, given = Team(), SimulatedClock(NOW), []
    for hours in (0, 1, 2, 24, 25, 26):
        clock.advance_to(NOW + timedelta(hours=hours))
        note = DailyNote(ledger, notifier=team, clock=clock, at=time(8), zone=lambda: "Europe/Warsaw")
        note.round(Turns())
        given.append(len(team.alerts))
    assert given == [0, 1, 1, 1, 2, 2]
    assert team.alerts[0].title == "publisher: alive: nothing is planned"


def test_no_daily_note_while_the_ledger_does_not_work(ledger: Ledger) -> None:
    team, turns = Team(), Turns()
    turns.note("locked")
    DailyNote(ledger, notifier=team, clock=SimulatedClock(NOW), at=time(1), zone=lambda: "UTC").round(turns)
    assert not team.alerts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLISHER_HEARTBEAT_URL", f"ftp://hc.example.org/{SECRET}"),
        ("PUBLISHER_HEARTBEAT_URL", f"http://hc.example.org/{SECRET}"),
        ("PUBLISHER_HEARTBEAT_MINUTES", "often"),
        ("PUBLISHER_ALERT_DAILY", "25:00"),
        ("PUBLISHER_HEALTH_ADDRESS", "9470"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named_and_no_secret_told(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        asked_for({name: value})
    assert name in str(caught.value)
    assert SECRET not in str(caught.value)


def test_nothing_is_asked_for_by_default() -> None:
    asked = asked_for({})
    assert (asked.heartbeat, asked.note_at, asked.health) == ("", None, None)
