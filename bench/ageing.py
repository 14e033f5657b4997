"""A simulated time with random faults, edits and restarts, and the comparison at its end: for `soak.py`."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from eventful import EventfulAlarm
from killing import HTTP, MAIL, READABLE, READERS
from kills import number_in

from publisher.app import App, Options
from publisher.clock import SimulatedClock
from publisher.daemon import Daemon
from publisher.interfaces import Settings
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.records import Delivery
from publisher.ledger.states import UNCERTAIN
from publisher.model import Channel, DeliveryState
from publisher.plan import Window
from publisher.sandbox import Sandbox
from publisher.settings import FixedSettings

BEGIN = datetime(2027, 1, 1, tzinfo=UTC)
CHANNELS = ("twitter", "facebook", "news")

_POSTS_A_DAY = 0.6
_AHEAD = timedelta(days=30)  #: new posts are due within this
_NEAR = timedelta(hours=1)  #: what is due sooner is not edited
_FAULTY = 0.7  #: share of edits together with which a fault is planned
_BROKEN = 0.1  #: share of edits that leave the file broken until the next one
_SETTLING = timedelta(hours=8)  #: after so long everything that was due is over
_MOSTLY = 0.5  #: share of what was due that must be out: a blocked page expires what is due in half a day
_MINUTE = timedelta(minutes=1)
_WARSAW = ZoneInfo("Europe/Warsaw")
_S = DeliveryState
_OVER = (_S.SENT, _S.EXPIRED, _S.FAILED, _S.NEEDS_HUMAN, _S.CANCELLED)

_HEAD = """\
version: 1
project: { name: Office, contact: { name: Office, email: office@example.org } }
defaults: { timezone: Europe/Warsaw, languages: [en], if_late: skip after 6 hours }
channels:
  twitter:  { account: "@office" }
  facebook: { account: office }
  news:     { type: email, audience: readers }
audiences:
  readers: { list: readers.csv, basis: consent }
posts:
  - id: weekly
    send: every Tuesday at 09:00
    to: [news]
    text: { en: "Every week" }
"""


@dataclass
class Findings:
    """What came of it."""

    days: int = 0
    events: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)  #: deliveries by state, at the end
    decided: int = 0  #: by a person
    missed: int = 0  #: planned in a file that was broken until their time was over
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The report."""
        yield f"{self.days} days; {', '.join(f'{count} {what}' for what, count in sorted(self.events.items()))}"
        yield f"deliveries: {', '.join(f'{count} {state}' for state, count in sorted(self.states.items()))}"
        yield f"decided by a person: {self.decided}; never planned, because the file was broken then: {self.missed}"
        yield f"where plan, ledger and sandbox disagree: {len(self.wrong)}"
        yield from self.wrong


class Year:
    """A folder, a sandbox and a ledger on a clock that jumps, and whatever happens meanwhile."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._file = folder / "schedules.yaml"
        self._chance = chance
        self._clock = SimulatedClock(BEGIN)
        self._sandbox = Sandbox(clock=self._clock, slow_seconds=0.05)
        self._options = Options(schedules=self._file, database=f"sqlite:///{folder / 'ledger.db'}")
        self._posts: dict[int, tuple[datetime, str]] = {}  #: when each is due, and its words
        self._next = 0
        self._broken: list[datetime] = []  #: from when the file was broken until when it was mended, in turns
        self._unread: set[int] = set()  #: the posts whose edit nobody could read, as the file broke with it
        self._found = Findings()
        rows = ["email,name,language", *(f"{reader},Reader,en" for reader in READERS), ""]
        (folder / "readers.csv").write_text("\n".join(rows), encoding="utf-8")

    def __enter__(self) -> Self:
        self._sandbox.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._sandbox.stop()

    def pass_by(self, days: int) -> Findings:
        """Let time pass, and compare."""
        end, self._found.days = BEGIN + timedelta(days=days), days
        for _ in range(int(_AHEAD.days * _POSTS_A_DAY)):
            self._add()
        self._write()
        while self._clock.now() < end:
            self._live_until(end)
        self._live_until(end)  # whatever the file said last is taken over
        self._compare(Window(BEGIN, end))
        return self._found

    # --- one life of the daemon -------------------------------------------------------------------------------

    def _live_until(self, end: datetime) -> None:
        """From one start to the stop that follows some events."""
        self._write()  # on a file that is broken as a whole it does not start
        self._ledger, stop = open_ledger(self._options.database), threading.Event()
        app = App(self._options, clock=self._clock, accounts=self._accounts)
        try:
            daemon = Daemon(app, self._ledger, stop=stop)
            try:
                alarm = EventfulAlarm(self._clock, happen=self._happen, chance=self._chance, end=end, stop=stop)
                daemon.run_simulated(alarm)
            finally:
                daemon.close()
        finally:
            self._ledger.close()
        self._found.events["restarts"] += 1

    def _accounts(self, channel: Channel) -> list[Settings]:
        return [FixedSettings(channel.id, self._sandbox.settings_for(channel) | {"TIMEOUT": "0.3"})]

    # --- what happens -----------------------------------------------------------------------------------------

    def _happen(self) -> None:
        """An edit and mostly a fault; before it a person decides, and mends the file."""
        self._decide()
        if self._chance.random() < _FAULTY:
            self._fault()
        before = {**self._posts}
        happen = self._chance.choice((self._add, self._add, self._remove, self._move, self._reword))
        happen()
        self._found.events[happen.__name__.strip("_")] += 1
        self._write()
        if self._chance.random() < _BROKEN:
            self._file.write_text("posts: [", encoding="utf-8")
            self._broken.append(self._clock.now())
            self._unread |= {number for number, _ in before.items() - self._posts.items()}
            self._found.events["broken"] += 1

    def _fault(self) -> None:
        channel = self._chance.choice(CHANNELS)
        fault = self._chance.choice(HTTP if channel in READABLE else MAIL)
        self._sandbox.inject(channel, fault, times=self._chance.randint(1, 3), after=self._chance.randrange(2))
        self._found.events["faults"] += 1

    def _add(self) -> None:
        minutes = self._chance.randrange(int(_NEAR / _MINUTE) + 1, int(_AHEAD / _MINUTE))
        self._posts[self._next] = (self._clock.now() + minutes * _MINUTE, "")
        self._next += 1

    def _remove(self) -> None:
        if far := self._far():
            del self._posts[self._chance.choice(far)]

    def _move(self) -> None:
        if far := self._far():
            number = self._chance.choice(far)
            hours = self._chance.randint(1, 48)
            self._posts[number] = (self._posts[number][0] + timedelta(hours=hours), self._posts[number][1])

    def _reword(self) -> None:
        if far := self._far():
            number = self._chance.choice(far)
            self._posts[number] = (self._posts[number][0], f"{self._posts[number][1]} indeed")

    def _far(self) -> list[int]:
        return [number for number, (at, _) in self._posts.items() if at > self._clock.now() + _NEAR]

    def _write(self) -> None:
        posts = "".join(
            f"  - id: post-{number}\n    send: {at.astimezone(_WARSAW):%Y-%m-%d %H:%M}\n"
            f'    to: [{", ".join(CHANNELS)}]\n    text: {{ en: "News number {number}: all is{words} well" }}\n'
            for number, (at, words) in self._posts.items()
        )
        self._file.write_text(_HEAD + posts, encoding="utf-8")
        if len(self._broken) % 2:
            self._broken.append(self._clock.now())

    def _decide(self) -> None:
        """Settle by looking at the platform what can't be found out otherwise, and try again what was refused."""
        for row in self._ledger.deliveries.all():
            if row.state is _S.NEEDS_HUMAN:
                to = _S.SENT if self._arrived()[row.channel, _number(row)] else _S.PENDING
            elif row.state is _S.FAILED and row.channel in READABLE:
                to = _S.PENDING
            else:
                continue
            self._ledger.deliveries.transition(row.key, to=to, now=self._clock.now(), reason="decided by a person")
            self._found.decided += 1

    # --- the end ----------------------------------------------------------------------------------------------

    def _compare(self, window: Window) -> None:
        app, wrong = App(self._options, clock=self._clock, accounts=self._accounts), self._found.wrong
        self._write()
        with closing(open_ledger(self._options.database)) as ledger:
            rows = {row.key: row for row in ledger.deliveries.all()}
            plan = [one for one in app.plan(app.schedule()[0], window, ledger=ledger) if one.goes_out]
            planned = {one.key for one in plan}
            missed = {one.key for one in plan if one.key not in rows and self._was_broken(one.due_at)}
            due = {key: row for key, row in rows.items() if row.due_at < window.end and row.state is not _S.CANCELLED}
            wrong += [f"{key}: planned, and not in the ledger" for key in planned - missed - rows.keys()]
            wrong += [
                f"{key}: {row.state}, and not in the plan"
                for key, row in due.items()
                if key not in planned and not self._was_unread(row)
            ]
            self._found.missed = len(missed)
            self._found.states.update(row.state for row in due.values())
            states = list(_states(rows.values(), ledger))
        wrong += [said for row in due.values() if (said := self._unfinished(row))]
        if self._found.states[_S.SENT] < _MOSTLY * len(due):
            wrong.append(f"only {self._found.states[_S.SENT]} of {len(due)} were sent")
        self._compare_counts(states)

    def _was_broken(self, instant: datetime) -> bool:
        """Whether nobody could have read of it in time."""
        return any(begin <= instant < end for begin, end in zip(self._broken[::2], self._broken[1::2], strict=True))

    def _was_unread(self, row: Delivery) -> bool:
        """Whether it went out by the file before, because the edit that removed it could not be read in time."""
        return _number(row) in self._unread and self._was_broken(row.due_at)

    def _unfinished(self, row: Delivery) -> str:
        """What is wrong with the state of a delivery, if anything."""
        if row.state not in _OVER and row.due_at < self._clock.now() - _SETTLING:
            return f"{row.key}: still {row.state}: {row.reason}"
        if row.state in (_S.EXPIRED, _S.FAILED, _S.NEEDS_HUMAN) and not row.reason:
            return f"{row.key}: {row.state} without a word"
        return ""

    def _compare_counts(self, states: list[tuple[tuple[str, int], DeliveryState]]) -> None:
        """What was sent is there once, what is uncertain at most once, and nothing else is there."""
        sent = Counter(what for what, state in states if state is _S.SENT)
        unsure = Counter(what for what, state in states if state in UNCERTAIN)
        arrived = self._arrived()
        for what in sent.keys() | unsure.keys() | arrived.keys():
            if what[1] >= 0 and not sent[what] <= arrived[what] <= sent[what] + unsure[what]:
                self._found.wrong.append(f"{what}: {sent[what]} sent, {unsure[what]} uncertain, {arrived[what]} there")

    def _arrived(self) -> Counter[tuple[str, int]]:
        """How often each post is there, by channel, and by reader of the mailing."""
        posts = [(channel, post.text) for channel in READABLE for post in self._sandbox.posted(channel)]
        mails = [(mail.recipient, mail.content.decode()) for mail in self._sandbox.mails("news")]
        return Counter((where, number_in(words)) for where, words in (*posts, *mails))


def _states(rows: Iterable[Delivery], ledger: Ledger) -> Iterator[tuple[tuple[str, int], DeliveryState]]:
    """The state of every post by channel and number, and of every mail by reader and number."""
    for row in rows:
        if row.channel in READABLE:
            yield (row.channel, _number(row)), row.state
        else:
            for one in ledger.recipients.of(row.key):
                yield (one.reader.address, _number(row)), one.state


def _number(row: Delivery) -> int:
    return int(row.source_id.removeprefix("post-")) if row.source_id != "weekly" else -1
