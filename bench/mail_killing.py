"""The real daemon is killed again and again while one mailing goes out: for `mail_kills.py` and its short form."""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from killing import Starter
from mail_office import LEDGER
from mail_ours import SETTINGS, environment, ledger_of
from sinks import Counters

from publisher.ledger.states import UNCERTAIN
from publisher.model import DeliveryState

MOST = 100
"""Readers who may be uncertain after one kill."""

_EARLY = 0.1  #: share of kills while the daemon is still starting
_STARTING = 1.0  #: seconds
_HARDLY = 0.003  #: seconds
_NOTHING_HAPPENS = 20.0  #: seconds after the start after which it is killed in any case
_REST = 300.0  #: seconds until what is left counts as lost
_TOLD_EACH = 50
_S = DeliveryState

#: How many mails a reader in this state may have got.
_POSSIBLE = {_S.SENT: (1,), _S.FAILED: (0,), _S.CANCELLED: (0,), _S.UNKNOWN: (0, 1), _S.NEEDS_HUMAN: (0, 1)}


@dataclass
class Findings:
    """What came of it. May be added up."""

    kills: int = 0
    readers: int = 0
    states: Counter[str] = field(default_factory=Counter)
    mails: int = 0  #: that the server took
    uncertain: list[int] = field(default_factory=list)  #: how many readers each kill left so
    first_mails: list[float] = field(default_factory=list)  #: seconds from a start to the first mail after it
    wrong: list[str] = field(default_factory=list)  #: lost, or there twice, or not flagged

    def add(self, other: Findings) -> None:
        """Add another trial."""
        self.kills += other.kills
        self.readers += other.readers
        self.states += other.states
        self.mails += other.mails
        self.uncertain += other.uncertain
        self.first_mails += other.first_mails
        self.wrong += other.wrong


@dataclass
class Trial:
    """One mailing in a folder (`mail_office`), a server that records what it takes, one daemon after the other."""

    folder: Path
    port: int
    counters: Counters
    record: Path
    chance: random.Random
    start: Starter
    keys: Mapping[str, str]
    found: Findings = field(default_factory=Findings)

    def __post_init__(self) -> None:
        settings = SETTINGS | {"SMTP_URL": f"smtp://127.0.0.1:{self.port}"} | self.keys
        self._environment = environment(settings)
        self._hit: set[int] = set()  # who was being written to at the last kill

    def run(self, *, kills: int, mails: int) -> Findings:
        """Kill it so many times while about so many mails go out, then let the rest go, and compare."""
        for number in range(1, kills + 1):
            left = mails - self.counters.mails
            self._live(upto=self.chance.randint(0, max(0, 2 * left // (kills - number + 1))))
            if number % _TOLD_EACH == 0:
                print(f"  {self.folder.name}: {number} kills, {self.counters.mails:,} mails", flush=True)
        self._let_the_rest_go()
        self._compare()
        return self.found

    def _live(self, *, upto: int) -> None:
        """One life of the daemon: until so many mails, or not even until the first."""
        before, began = self.counters.mails, time.monotonic()
        process, wait = self.start(self.folder, self._environment)
        if self.chance.random() < _EARLY:
            time.sleep(self.chance.uniform(0, _STARTING))
        else:
            self._wait_for(before, upto, began=began)
        process.kill()
        wait(10)
        self.found.kills += 1
        self._look_at_the_scene()

    def _wait_for(self, before: int, upto: int, *, began: float) -> None:
        deadline = began + _NOTHING_HAPPENS
        while self.counters.mails == before and time.monotonic() < deadline:
            time.sleep(0.001)
        if self.counters.mails > before:
            self.found.first_mails.append(time.monotonic() - began)
        while self.counters.mails < before + upto and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(self.chance.uniform(0, _HARDLY))

    def _look_at_the_scene(self) -> None:
        """Who was being written to; whoever was so at an earlier kill may not have been flagged yet."""
        with closing(sqlite3.connect(self.folder / LEDGER, timeout=30)) as connection:
            rows = connection.execute("SELECT id FROM recipients WHERE state = ?", (_S.SENDING.value,)).fetchall()
        hit = {number for (number,) in rows}
        self.found.uncertain.append(len(hit - self._hit))
        self._hit = hit
        if self.found.uncertain[-1] > MOST:
            self.found.wrong.append(
                f"kill {self.found.kills}: {self.found.uncertain[-1]} readers were being written to"
            )

    def _let_the_rest_go(self) -> None:
        process, wait = self.start(self.folder, self._environment)
        deadline = time.monotonic() + _REST
        while not self._is_over() and time.monotonic() < deadline:
            time.sleep(0.2)
        process.terminate()
        wait(30)

    def _is_over(self) -> bool:
        with closing(ledger_of(self.folder)) as ledger:
            (row,) = ledger.deliveries.all()
        return row.state in (_S.SENT, _S.NEEDS_HUMAN)

    def _compare(self) -> None:
        """The ledger against what the server took."""
        taken = Counter(self._taken())
        with closing(ledger_of(self.folder)) as ledger:
            (row,) = ledger.deliveries.all()
            rows = list(ledger.recipients.of(row.key))
        for one in rows:
            count = taken.pop(one.reader.address, 0)
            if count not in _POSSIBLE.get(one.state, ()):
                self.found.wrong.append(f"{one.reader.address} is {one.state} and has {count} mails")
        self.found.wrong += [f"{address}, who is in no row, has {count} mails" for address, count in taken.items()]
        self.found.readers = len(rows)
        self.found.states = Counter(one.state.value for one in rows)
        self.found.mails = self.counters.mails
        flagged = sum(one.state in UNCERTAIN for one in rows)
        if flagged > sum(self.found.uncertain):
            self.found.wrong.append(f"{flagged} readers are uncertain, and kills left {sum(self.found.uncertain)} so")

    def _taken(self) -> Iterator[str]:
        with self.record.open(encoding="utf-8") as lines:
            for line in lines:
                yield line.split(" ", 1)[0]
