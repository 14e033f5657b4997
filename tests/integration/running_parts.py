"""What the tests of sending share: a schedule file, the sandbox, a ledger, and a daemon on a simulated clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.alerts import Alert, Counts, Taken, nothing
from publisher.app import App, Options
from publisher.approving import Approver
from publisher.clock import SimulatedClock
from publisher.daemon import Daemon
from publisher.delivery.deliver import Deliverer
from publisher.interfaces import Settings
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.listrecords import Candidate
from publisher.ledger.records import Attempt, Delivery, Recipient
from publisher.model import Channel
from publisher.newsletter.csvlist import open_list
from publisher.sandbox import Sandbox
from publisher.sandbox.faults import Fault
from publisher.settings import FixedSettings

START = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
DUE = START + timedelta(hours=1)
ALL = ("twitter", "facebook", "news")

CHANNELS = """\
channels:
  twitter:  { account: "@office", languages: [en] }
  facebook: { account: office, languages: [en] }
  news:     { type: email, audience: readers, languages: [en, pl] }
audiences:
  readers: { list: readers.csv, basis: consent }
"""
READERS = ("anna@example.org,Anna,en", "bela@example.org,Bela,pl", "carl@example.org,Carl,fi", "dora@example.org,Dora,")


def post(name: str, *, at: datetime = DUE, to: Sequence[str] = ALL, more: str = "") -> str:
    """An entry of the section ``posts``."""
    return f"""\
  - id: {name}
    send: {at:%Y-%m-%d %H:%M}
    to: [{", ".join(to)}]
    text: {{ en: "News about {name}", pl: "Wieści o {name}" }}
{more}"""


def schedule(*posts: str, channels: str = CHANNELS) -> str:
    """A whole file, on the clock of UTC."""
    head = "version: 1\nproject: { name: Office, contact: { name: Office, email: office@example.org } }\n"
    defaults = "defaults: { timezone: UTC, languages: [en], if_late: skip after 6 hours }\n"
    return f"{head}{defaults}{channels}posts:\n{''.join(posts)}"


@dataclass
class Collector:
    """A notifier that keeps what it is given."""

    alerts: list[Alert]
    counts: Counts = field(default_factory=Counts)

    def notify(self, alert: Alert, *, taken: Taken = nothing) -> None:
        """Keep it."""
        self.alerts.append(alert)
        taken()

    def close(self) -> None:
        """Nothing is left."""


@dataclass
class Scene:
    """A folder with a file, a sandbox and a ledger. `at` lets the daemon do what is due at an instant."""

    folder: Path
    clock: SimulatedClock
    sandbox: Sandbox
    ledger: Ledger
    without: set[str] = field(default_factory=set)  #: channels that have no credentials
    extra: dict[str, dict[str, str]] = field(default_factory=dict)  #: further settings by channel
    alerts: list[Alert] = field(default_factory=list)  #: what the team was told
    patience: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self._daemon: Daemon | None = None
        self._begun: list[threading.Thread] = []
        self.file = self.folder / "schedules.yaml"
        self.options = Options(schedules=self.file, database=f"sqlite:///{self.folder / 'ledger.db'}")
        self.app = App(self.options, clock=self.clock, accounts=self.accounts)

    def accounts(self, channel: Channel) -> list[Settings]:
        """The sandbox's settings, unless the channel is to be without any."""
        own = {} if channel.id in self.without else self.sandbox.settings_for(channel)
        return [FixedSettings(channel.id, own | self.extra.get(channel.id, {}))]

    def write(self, *posts: str, channels: str = CHANNELS) -> None:
        """Write the file, and the list beside it when there is none."""
        self.file.write_text(schedule(*posts, channels=channels), encoding="utf-8")
        if not (self.folder / "readers.csv").exists():
            self.enlist(*READERS)

    def enlist(self, *rows: str) -> None:
        """Write the mailing list."""
        (self.folder / "readers.csv").write_text("\n".join(["email,name,language", *rows, ""]), encoding="utf-8")

    @property
    def daemon(self) -> Daemon:
        """The daemon that runs; started when it is asked for first."""
        if self._daemon is None:
            self.stop = threading.Event()
            self._daemon = Daemon(
                self.app, self.ledger, stop=self.stop, notifier=Collector(self.alerts), patience=self.patience
            )
        return self._daemon

    def end(self) -> None:
        """Stop the daemon; the next use starts another one."""
        if self._daemon is not None:
            self._daemon.close()
            self._daemon = None
        while self._begun:
            self._begun.pop().join(10)

    def at(self, instant: datetime) -> None:
        """Set the clock forward, and let the daemon do what is due."""
        self.clock.advance_to(instant)
        self.daemon.once()

    def play(self, hours: float) -> None:
        """Let time pass, with a look at the ledger every ten minutes."""
        end = self.clock.now() + timedelta(hours=hours)
        while self.clock.now() < end:
            self.at(min(end, self.clock.now() + timedelta(minutes=10)))

    def inject(self, channel: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Let publishing calls of a channel fail. Nobody waits long for an answer that never comes."""
        if "timeout" in fault:
            self.extra[channel] = {"TIMEOUT": "0.4"}
        self.sandbox.settings_for(self.app.schedule()[0].channels[channel])
        self.sandbox.inject(channel, fault, times=times, after=after)

    def deliver(self, delivery: Delivery) -> None:
        """What a lane does with a delivery that it was given a while ago."""
        desk = self.app.desk(self.ledger, threading.Event())
        composer = self.app.composer(self.app.schedule()[0])
        Deliverer(desk, composer=lambda: composer).deliver(delivery)
        desk.connections.close()

    def restart(self) -> None:
        """Let the next look be that of a new program, which finds what the folder holds now."""
        self.end()
        self.app = App(self.options, clock=self.clock, accounts=self.accounts)

    def feed(self) -> None:
        """Let the daemon begin what is due, without waiting for it."""
        began = threading.Thread(target=self.daemon.once, daemon=True)
        began.start()
        self._begun.append(began)

    def enrol(self, key: str) -> None:
        """Freeze the list of a mailing."""
        self.ledger.recipients.enrol(key, map(Candidate, open_list(self.folder / "readers.csv").readers), now=DUE)

    @contextmanager
    def ledger_breaks_at(self, statement: str, table: str) -> Iterator[None]:
        """A ledger that refuses one kind of statement, by a trigger, as a full disk would."""
        with self.ledger.engine.begin() as connection:
            connection.exec_driver_sql(
                f"CREATE TRIGGER broken BEFORE {statement} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
        try:
            yield
        finally:
            with self.ledger.engine.begin() as connection:
                connection.exec_driver_sql("DROP TRIGGER broken")

    def approve(self, name: str, *, who: str = "anna", language: str | None = None) -> list[bool]:
        """Say yes to what the file has now; gives for each cell whether that is new."""
        approver = Approver(self.app, self.app.schedule()[0], self.ledger)
        cells = [one for one in approver.named(name) if language in (None, one.language)]
        return [approver.approve(one, who=who) for one in cells]

    # --- what came of it ----------------------------------------------------------------------------------------

    def row(self, name: str, channel: str) -> Delivery:
        """The one delivery of a post on a channel."""
        (found,) = [row for row in self.ledger.deliveries.all() if (row.source_id, row.channel) == (name, channel)]
        return found

    def state(self, name: str, channel: str) -> str:
        """Its state."""
        return str(self.row(name, channel).state)

    def attempts(self, name: str, channel: str) -> list[Attempt]:
        """Its tries."""
        return self.ledger.attempts.of(self.row(name, channel).key)

    def readers(self, name: str, channel: str = "news") -> dict[str, Recipient]:
        """The readers of a mailing by the part of the address before the @."""
        found = self.ledger.recipients.of(self.row(name, channel).key)
        return {one.reader.address.partition("@")[0]: one for one in found}

    def reached(self, channel: str = "news") -> list[str]:
        """Who got a mail, as often as they got one."""
        return [mail.recipient.partition("@")[0] for mail in self.sandbox.mails(channel)]


@contextmanager
def scene(folder: Path, *, slow_seconds: float = 0.1) -> Iterator[Scene]:
    """A scene that is cleared away at the end."""
    clock = SimulatedClock(START)
    with Sandbox(clock=clock, slow_seconds=slow_seconds) as sandbox:
        ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
        set_up = Scene(folder, clock, sandbox, ledger)
        try:
            yield set_up
        finally:
            set_up.end()
            ledger.close()


def wait_for(condition: Callable[[], object], *, seconds: float = 10) -> None:
    """Wait until something is so. Fails when it takes too long."""
    deadline = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        deadline.wait(0.02)
    raise AssertionError("it did not happen in time")
