"""The real daemon is killed at random while it sends to a sandbox that fails: for `faults.py` and its short form."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Protocol

from killfile import HEAD, PARTS, is_thread, post_of
from kills import Findings, number_in, part_in
from moments import Moments

from publisher.bulk.run import MOST
from publisher.cli.main import run
from publisher.delivery.thread_words import next_part
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.records import Delivery, Recipient
from publisher.ledger.states import UNCERTAIN
from publisher.model import Calendar, Channel, DeliveryState
from publisher.sandbox import Fault, Sandbox
from publisher.settings import variable

CHANNELS = {"twitter": "twitter", "facebook": "facebook", "news": "email"}
READABLE = ("twitter", "facebook")
READERS = ("anna@example.org", "bela@example.org")

#: Whatever the sandbox can do, but its `Fault.DUPLICATE`: there it claims to have what it never got. What was published
#: before is refused as a duplicate without that.
HTTP = tuple(fault for fault in Fault if not fault.name.startswith("SMTP_") and fault is not Fault.DUPLICATE)
MAIL = tuple(fault for fault in Fault if fault.name.startswith("SMTP_"))

#: Seconds until a call is given up; an account is looked at again four times as long after it.
PATIENCE = 0.5

_HEAD_START = 6  #: posts in the file from the beginning
_FAULTY = 0.35  #: chance of another planned fault, for each channel and each start
_LIVE = 0.05  #: share of starts during which the file is edited, too
_MOVED = 0.05  #: share of the posts in the file that get another time with an edit
_UNTIL_STOPPED = 8.0  #: seconds that it goes on without being stopped, at the end
_REST = 600.0  #: seconds until what is left counts as lost
_TOLD_EACH = 25
_S = DeliveryState

#: How many mails a reader in this state may have got.
_POSSIBLE = {_S.SENT: (1,), _S.FAILED: (0,), _S.UNKNOWN: (0, 1), _S.NEEDS_HUMAN: (0, 1)}


class Process(Protocol):
    """A running daemon."""

    def kill(self) -> None:
        """SIGKILL."""
        ...

    def terminate(self) -> None:
        """SIGTERM: stop cleanly."""
        ...


Starter = Callable[[Path, dict[str, str]], tuple[Process, Callable[[float], object]]]
"""Starts ``publisher run`` in a folder with an environment; gives the process, and how to wait for its end."""


@dataclass
class Office:
    """A folder with a file and a ledger, a sandbox in this process, and one daemon after the other."""

    folder: Path
    sandbox: Sandbox
    chance: random.Random
    start: Starter
    on_unknown: str = "assume_sent"
    found: Findings = field(default_factory=Findings)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self._times: dict[int, datetime] = {}  #: when the posts in the file are due
        self._next = 0
        self._unsure: set[int] = set()  #: readers who were being written to when it was killed
        self._left: set[int] = set()  #: threads that a person left as they were: what was next is out, without its id
        self._log = self.folder / "daemon.log"
        self._moments = Moments(self._log, sandbox=self.sandbox, chance=self.chance)
        self._database = f"sqlite:///{self.folder / 'var' / 'publisher.db'}"
        self._environment = self._settings()
        rows = ["email,name,language", *(f"{reader},Reader,en" for reader in READERS), ""]
        (self.folder / "readers.csv").write_text("\n".join(rows), encoding="utf-8")

    def trial(self, *, kills: int, posts: int) -> Findings:
        """Kill so many times while so many posts go out, then let the rest go, and compare."""
        for number in range(1, kills + 1):
            there = min(posts, _HEAD_START + posts * number // kills)
            self._edit(upto=there)
            self._plan_faults()
            process, wait = self._start()
            if self.chance.random() < _LIVE:
                self._moments.wait_until_it_runs()
                self._edit(upto=min(posts, there + 1))
                self._moments.wait_until_an_edit_is_in_force()
            self._moments.wait_for_one()
            process.kill()
            wait(10)
            self.found.kills += 1
            self._look_at_the_scene()
            self._decide()
            if number % _TOLD_EACH == 0:
                print(f"  {self.folder.name}: {number} kills, {self.found.faults} faults", flush=True)
        self._let_the_rest_go()
        self._compare()
        return self.found

    def _start(self) -> tuple[Process, Callable[[float], object]]:
        self._moments.begin()
        return self.start(self.folder, self._environment)

    # --- before and after a kill ------------------------------------------------------------------------------

    def _edit(self, *, upto: int) -> None:
        """The file has what is not settled, some of it at another time, and new posts; they are due at once."""
        rows = self._rows()
        going = {_number(row) for row in rows if not _is_settled(row)}
        refused = {_number(row) for row in rows if row.state is _S.FAILED}
        done = {_number(row) for row in rows} - going
        self._times = {number: at for number, at in self._times.items() if number not in done}
        for number in self._times.keys() - refused:  # what is retried and moved at once is asked for twice
            if self.chance.random() < _MOVED:
                self._times[number] -= timedelta(minutes=1)
                self.found.moved += 1
        due = datetime.now(UTC) - timedelta(minutes=1)
        self._times |= dict.fromkeys(range(self._next, upto), due)
        self._next = max(self._next, upto)
        fresh = self.folder / ".schedules.new"
        posts = "".join(post_of(number, at, to=CHANNELS) for number, at in self._times.items())
        fresh.write_text(HEAD.replace("ON_UNKNOWN", self.on_unknown) + posts, encoding="utf-8")
        fresh.replace(self.folder / "schedules.yaml")

    def _plan_faults(self) -> None:
        for channel in CHANNELS:
            if self.chance.random() < _FAULTY:
                fault = self.chance.choice(HTTP if channel in READABLE else MAIL)
                self.sandbox.inject(channel, fault, after=self.chance.randrange(4))
                self.found.faults += 1

    def _look_at_the_scene(self) -> None:
        """What was being sent: one delivery at most on each channel, and of a mailing those who were claimed."""
        with self._ledger() as ledger:
            rows = [row for row in ledger.deliveries.all() if row.state is _S.SENDING]
            hit = [one.id for row in rows for one in ledger.recipients.of(row.key) if one.state is _S.SENDING]
        for channel, count in Counter(row.channel for row in rows).items():
            self.found.caught[channel] += 1
            if count > 1:
                self.found.wrong.append(f"kill {self.found.kills}: {count} deliveries under way on {channel}")
        if len(hit) > MOST:
            self.found.wrong.append(f"kill {self.found.kills}: {len(hit)} readers were being written to")
        self._unsure.update(hit)

    def _decide(self) -> None:
        """A person wants no waiting, and settles by looking at the platform what can't be found out otherwise."""
        with self._ledger() as ledger:
            for channel in CHANNELS:  # platforms ask to wait for a quarter of an hour, longer than all this takes
                ledger.rests.lift(channel, now=datetime.now(UTC))
        for row in self._rows():
            if row.state in (_S.RETRY_WAIT, _S.FAILED):
                self._say("retry", row.key)
            elif row.state is _S.NEEDS_HUMAN and row.channel in READABLE:
                self._settle(row)

    def _settle(self, row: Delivery) -> None:
        with self._ledger() as ledger:
            part = next_part(ledger.parts.of(row.key))
        if part is not None and part.state is _S.FAILED:
            self._say("retry", row.key)  # it was refused, as planned
            return
        number = part.number if part is not None else 1
        is_there = (_number(row), number) in self._arrived(row.channel)
        if is_there and part is not None and number < PARTS:
            self._left.add(_number(row))
        self._say("resolve", row.key, "--sent" if is_there else "--not-sent")

    def _say(self, *arguments: str) -> None:
        with redirect_stdout(StringIO()):
            code = run([*arguments, "--as", "tester", "--database", self._database])
        self.found.asked[" ".join(arguments[::2])] += 1
        if code:
            self.found.wrong.append(f"publisher {' '.join(arguments)} ended with {code}")

    # --- the end ----------------------------------------------------------------------------------------------

    def _let_the_rest_go(self) -> None:
        """Without kills, but stopped now and then: who rests as a channel begins anew."""
        deadline = time.monotonic() + _REST
        while self._is_going() and time.monotonic() < deadline:
            process, wait = self._start()
            self._moments.wait_until_it_runs()
            pause = time.monotonic() + _UNTIL_STOPPED
            while self._is_going() and time.monotonic() < pause:
                time.sleep(0.2)
            process.terminate()
            wait(30)
            self._decide()

    def _is_going(self) -> bool:
        rows = self._rows()
        return len(rows) < self._next * len(CHANNELS) or not all(_is_settled(row) for row in rows)

    def _compare(self) -> None:
        """The ledger against what arrived."""
        wrong, arrived = self.found.wrong, {channel: self._arrived(channel) for channel in READABLE}
        with self._ledger() as ledger:
            rows = [row for row in ledger.deliveries.all() if row.state is not _S.CANCELLED]
            readers = [(_number(row), ledger.recipients.of(row.key)) for row in rows if row.channel == "news"]
        self.found.deliveries = len(rows)
        self.found.mails = sum(len(those) for _, those in readers)
        wrong += [f"{row.key}: {row.state}: {row.reason}" for row in rows if not _is_settled(row)]
        for channel, number in ((row.channel, _number(row)) for row in rows if row.channel in READABLE):
            is_long = channel == "twitter" and is_thread(number)
            self.found.threads += is_long
            for part in range(1, PARTS + 1 if is_long else 2):
                count = arrived[channel][number, part]
                if count > 1 or (count == 0 and not (is_long and number in self._left)):
                    wrong.append(f"part {part} of post {number} is on {channel} {count} times")
        if len(rows) != self._next * len(CHANNELS):
            wrong.append(f"{len(rows)} deliveries in the ledger instead of {self._next * len(CHANNELS)}")
        if "Traceback" in self._log.read_text(encoding="utf-8"):
            wrong.append("the log has a traceback")
        self._compare_mails(readers)

    def _compare_mails(self, readers: list[tuple[int, list[Recipient]]]) -> None:
        wrong = self.found.wrong
        mails = Counter((mail.recipient, number_in(mail.content.decode())) for mail in self.sandbox.mails("news"))
        wrong += [f"mailing {number}: {len(those)} readers" for number, those in readers if len(those) != len(READERS)]
        gone = {one.reader.address for _, those in readers for one in those if one.state is _S.FAILED}
        for number, one in ((number, one) for number, those in readers for one in those):
            count = mails[one.reader.address, number]
            is_left_out = one.state is _S.CANCELLED and one.reader.address in gone  # the server knows nobody there
            if count not in ((0,) if is_left_out else _POSSIBLE.get(one.state, ())):
                wrong.append(f"mailing {number}: a reader is {one.state} and has {count} mails")
            if one.id in self._unsure and one.state not in UNCERTAIN:
                wrong.append(f"mailing {number}: a reader was being written to, and is {one.state}")
            self.found.unknown += one.state in UNCERTAIN
            self.found.refused += one.state is _S.FAILED

    def _arrived(self, channel: str) -> Counter[tuple[int, int]]:
        return Counter(part_in(post.text) for post in self.sandbox.posted(channel))

    def _rows(self) -> list[Delivery]:
        """What is to go or went; what was moved stands there under its new time."""
        with self._ledger() as ledger:
            return [row for row in ledger.deliveries.all() if row.state is not _S.CANCELLED]

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        ledger = open_ledger(self._database)
        try:
            yield ledger
        finally:
            ledger.close()

    def _settings(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")}
        for name, type_ in CHANNELS.items():
            channel = Channel(id=name, type=type_, languages=("en",), calendar=Calendar(timezone="UTC"))
            settings = self.sandbox.settings_for(channel) | {"TIMEOUT": str(PATIENCE)}
            own |= {variable(name, setting): value for setting, value in settings.items()}
        return own | {"PYTHONPATH": str(Path(__file__).parents[1]), "COLUMNS": "500"}


def _number(row: Delivery) -> int:
    return int(row.source_id.removeprefix("post-"))


def _is_settled(row: Delivery) -> bool:
    """Sent; or, where nobody can look, handed to a person."""
    return row.state is _S.SENT or (row.state is _S.NEEDS_HUMAN and row.channel not in READABLE)
