"""The daemon under a clock that jumps: nothing goes out twice, nothing goes out early, nothing expires by mistake."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hands import Hands
from running_parts import ALL, DUE, READERS, START, Collector, post, schedule
from structlog.testing import capture_logs

from publisher.alerts import Alert, AlertKind
from publisher.app import App, Options
from publisher.clockwatch import ClockWatch
from publisher.daemon import Daemon
from publisher.errors import LedgerError
from publisher.heart import Heart
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.pulse import read_mark, write_mark
from publisher.model import Channel, DeliveryState
from publisher.sandbox import Sandbox
from publisher.settings import FixedSettings

HOUR, YEARS = timedelta(hours=1), timedelta(days=3650)


@dataclass
class Stage:
    """A daemon with a heart."""

    hands: Hands
    sandbox: Sandbox
    ledger: Ledger
    daemon: Daemon
    stop: threading.Event
    alerts: list[Alert] = field(default_factory=list)

    def out(self) -> list[int]:
        return [self.sandbox.counts().get(channel, 0) for channel in ALL]

    def states(self) -> set[str]:
        return {str(row.state) for row in self.ledger.deliveries.all()}


class Impatient:
    """An alarm that ends the loop after one turn."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop

    def wait(self, _until: datetime | None) -> None:
        self.stop.set()

    def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    (tmp_path / "schedules.yaml").write_text(schedule(post("one")), encoding="utf-8")
    (tmp_path / "readers.csv").write_text("\n".join(["email,name,language", *READERS, ""]), encoding="utf-8")
    hands, alerts, stop = Hands(START, ran=100.0), [], threading.Event()
    with Sandbox(clock=hands) as sandbox:

        def accounts(channel: Channel) -> list[FixedSettings]:
            return [FixedSettings(channel.id, sandbox.settings_for(channel))]

        options = Options(schedules=tmp_path / "schedules.yaml", database=f"sqlite:///{tmp_path / 'ledger.db'}")
        app = App(options, clock=hands, accounts=accounts)
        ledger = open_ledger(options.database)
        watch = ClockWatch(hands, last=None, uptime=hands.uptime)
        heart = Heart(ledger, beside=app.beside_ledger(".pulse"), watch=watch, notifier=Collector(alerts))
        heart.begin()
        daemon = Daemon(app, ledger, stop=stop, heart=heart)
        daemon.once()
        yield Stage(hands, sandbox, ledger, daemon, stop, alerts)
        daemon.close()
        ledger.close()


@pytest.mark.parametrize("jump", [2 * HOUR, YEARS])
def test_a_jump_ahead_holds_everything_and_is_told_once_until_the_clock_is_put_right(
    stage: Stage, jump: timedelta
) -> None:
    stage.hands.wall += jump
    with capture_logs() as lines:
        for _ in range(3):
            stage.hands.passes(timedelta(seconds=5))
            stage.daemon.once()
    assert [line["event"] for line in lines] == ["nothing is sent: the clock can't be right"]
    assert [alert.kind for alert in stage.alerts] == [AlertKind.CLOCK_WRONG]
    assert (stage.out(), stage.states()) == ([0, 0, 0], {"planned"})
    assert "publisher run --clock-is-right" in stage.ledger.pulse.read().held
    stage.hands.wall -= jump
    stage.daemon.once()
    assert (stage.out(), stage.ledger.pulse.read().held) == ([0, 0, 0], "")
    stage.hands.passes(HOUR)
    stage.daemon.once()
    assert (stage.out(), stage.states()) == ([1, 1, 4], {"sent"})
    assert [alert.kind for alert in stage.alerts] == [AlertKind.CLOCK_WRONG, AlertKind.CLOCK_RIGHT]


def test_the_loop_says_why_nothing_is_sent(stage: Stage) -> None:
    told: list[tuple[str, str]] = []
    stage.hands.wall += 2 * HOUR
    stage.daemon.run(Impatient(stage.stop), after_turn=lambda *words: told.append(words))
    ((trouble, held),) = told
    assert (trouble, "clock" in held or "ahead" in held) == ("", True)


def test_a_refused_ledger_is_told_to_the_team(stage: Stage, tmp_path: Path) -> None:
    beside, alerts = tmp_path / "old.pulse", list[Alert]()
    write_mark(beside, replace(stage.ledger.pulse.read().mark, beats=1_000))
    heart = Heart(stage.ledger, beside=beside, watch=None, notifier=Collector(alerts))
    with pytest.raises(LedgerError, match="older state"):
        heart.begin()
    (alert,) = alerts
    assert (alert.kind, alert.mend) == (AlertKind.LEDGER, "see what may be out already: publisher reconcile")
    assert "older state" in alert.words


def test_a_jump_back_sends_nothing_twice_and_the_rest_at_its_time(stage: Stage) -> None:
    stage.hands.passes(HOUR)
    stage.daemon.once()
    assert stage.out() == [1, 1, 4]
    stage.hands.wall -= 2 * HOUR
    for _ in range(4):
        stage.hands.passes(HOUR)
        stage.daemon.once()
    assert (stage.out(), stage.alerts) == ([1, 1, 4], [])


def test_a_long_sleep_sends_what_is_still_in_time_and_gives_up_the_rest(stage: Stage) -> None:
    stage.hands.passes(2 * HOUR)
    stage.daemon.once()
    assert (stage.out(), stage.alerts) == ([1, 1, 4], [])


def test_after_a_sleep_of_days_nothing_floods(stage: Stage) -> None:
    stage.hands.passes(3 * 24 * HOUR)
    with capture_logs() as lines:
        stage.daemon.once()
    assert (stage.out(), stage.states()) == ([0, 0, 0], {"expired"})
    assert [line["event"] for line in lines].count("expired") == len(ALL)


def test_a_try_that_a_wrong_clock_put_off_for_years_is_due_when_it_is_right(stage: Stage) -> None:
    stage.hands.wall += YEARS
    stage.daemon.once()
    (key, *_) = [row.key for row in stage.ledger.deliveries.all()]
    with stage.ledger.engine.begin() as connection:
        late = f"{START + YEARS:%Y-%m-%d %H:%M:%S.%f}"
        state = str(DeliveryState.RETRY_WAIT)
        connection.exec_driver_sql("UPDATE deliveries SET state = ?, next_at = ? WHERE key = ?", (state, late, key))
    stage.hands.wall = DUE
    stage.hands.ran += HOUR.total_seconds()
    stage.daemon.once()
    stage.daemon.once()
    assert (stage.out(), stage.states()) == ([1, 1, 4], {"sent"})


def test_signs_of_life_are_written_each_minute_and_not_at_each_look(stage: Stage, tmp_path: Path) -> None:
    before = stage.ledger.pulse.read().mark.beats
    for _ in range(24):
        stage.hands.passes(timedelta(seconds=5))
        stage.daemon.once()
    mark = stage.ledger.pulse.read().mark
    assert mark.beats - before == 2
    assert read_mark(tmp_path / "ledger.db.pulse") == mark
