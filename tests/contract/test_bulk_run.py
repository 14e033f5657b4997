"""A spell of a mailing against mail servers: claims, paces, failover and stops."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail_server import CLOSE, TAKE_AND_CLOSE, MailServer, Session

from publisher.bulk.errands import Came, Outgoing
from publisher.bulk.judging import Judged
from publisher.bulk.manners import Limits, Patience
from publisher.bulk.pace import Pace
from publisher.bulk.pool import Pool
from publisher.bulk.run import Crews, Dispatch, Ending, Turn
from publisher.bulk.servers import Server, Servers
from publisher.bulk.workers import Staff, Workers
from publisher.channels.email_url import read_server
from publisher.errors import Blocked, CredentialsBroken, LedgerError, TemporaryError
from publisher.ledger.rates import Rate
from publisher.ledger.records import Recipient
from publisher.model import DeliveryState, Reader

PATIENCE = Patience(opening=20.0, command=20.0, content=20.0, farewell=20.0, stopping=20.0)
LATER = timedelta(minutes=1)


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Shelf:
    """A ledger in memory that keeps to the rules of the real one."""

    waiting: list[tuple[datetime | None, Recipient]]
    most_claimed: int = 0
    claimed: dict[int, Recipient] = field(default_factory=dict)
    came: dict[int, Judged] = field(default_factory=dict)
    rates: dict[str, Rate] = field(default_factory=dict)
    goes_on: bool = True
    turns: int = 0

    def turn(self, judged: Sequence[Judged], *, room: int, rates: Sequence[Rate]) -> Callable[[], Turn]:
        self.turns += 1
        self.rates |= {rate.name: rate for rate in rates}
        now = WallClock().now()
        for one in judged:
            recipient = self.claimed.pop(one.fate.recipient.id)
            self.came[recipient.id] = one
            if one.fate.came is Came.UNSENT or isinstance(one.error, TemporaryError):
                at = one.not_before if one.fate.came is Came.UNSENT else now + LATER
                code = "domain-rate" if one.error is None and one.not_before is not None else ""
                self.waiting.append((at, Recipient(**{**_fields(recipient), "code": code})))
        due = sorted(
            (row for row in self.waiting if row[0] is None or row[0] <= now), key=lambda row: row[0] is not None
        )
        taken = due[:room]
        self.waiting = [row for row in self.waiting if row not in taken]
        self.claimed |= {recipient.id: recipient for _, recipient in taken}
        self.most_claimed = max(self.most_claimed, len(self.claimed))
        return lambda: Turn([recipient for _, recipient in taken], goes_on=self.goes_on)

    def next_at(self) -> datetime | None:
        return min((at or WallClock().now() for at, _ in self.waiting), default=None)

    def names(self, came: Came) -> list[int]:
        return sorted(number for number, one in self.came.items() if one.fate.came is came)


def _fields(recipient: Recipient) -> dict[str, object]:
    return {name: getattr(recipient, name) for name in ("id", "key", "reader", "state", "attempts")}


@dataclass
class FullDisk(Shelf):
    """A ledger on a disk that is full after some commits."""

    commits: int = 0

    def turn(self, judged: Sequence[Judged], *, room: int, rates: Sequence[Rate]) -> Callable[[], Turn]:
        commit = super().turn(judged, room=room, rates=rates)
        return commit if self.turns < self.commits else self._refuse

    def _refuse(self) -> Turn:
        raise LedgerError("the disk is full")


def shelf(count: int, domain: str = "example.org") -> Shelf:
    return Shelf(
        [
            (
                None,
                Recipient(
                    id=number,
                    key="k",
                    reader=Reader(address=f"r{number}@{domain}"),
                    state=DeliveryState.SENDING,
                ),
            )
            for number in range(1, count + 1)
        ]
    )


def mail_for(recipient: Recipient) -> Outgoing:
    return Outgoing("office@example.org", recipient.reader.address, b"Subject: x\r\n\r\nx\r\n")


@contextmanager
def served(*servers: MailServer) -> Iterator[None]:
    """Mail servers in a thread of their own."""
    up = threading.Event()
    stops: list[Callable[[], None]] = []

    async def serve() -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        stops.append(lambda: loop.call_soon_threadsafe(over.set))
        async with AsyncExitStack() as stack:
            for server in servers:
                await stack.enter_async_context(server.running())
            up.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert up.wait(20)
    try:
        yield
    finally:
        stops[0]()
        thread.join(20)


def spell(  # what a test may want
    book: Shelf,
    *servers: MailServer,
    per_second: float = 0.0,
    domains: dict[str, float] | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
    most: int = 100,
    connections: int = 4,
    crews: Crews | None = None,
) -> Ending:
    each = tuple(
        Server(
            address=read_server(f"smtp://127.0.0.1:{server.port}", channel_id="news"),
            patience=PATIENCE,
            limits=Limits(connections=connections),
            per_second=per_second,
        )
        for server in servers
    )
    there = Servers(each=each, domains=domains or {})
    return Dispatch(
        book=book,
        servers=there,
        crews=crews or (lambda server, news: Pool(server, write=mail_for, news=news)),
        pace=Pace(book.rates.values(), channel="news", servers=there),
        clock=WallClock(),
        is_stopping=is_stopping,
        most=most,
    ).run()


def test_everybody_is_written_to_and_never_more_are_claimed_than_allowed() -> None:
    server, book = MailServer(), shelf(500)
    with served(server):
        ending = spell(book, server, most=40)
    assert ending == Ending()
    assert Counter(server.reached) == {f"r{number}@example.org": 1 for number in range(1, 501)}
    assert (book.names(Came.TAKEN), book.claimed) == (list(range(1, 501)), {})
    assert 5 <= book.most_claimed <= 40


def test_when_the_first_server_fails_the_next_one_is_asked_and_nobody_is_written_to_twice() -> None:
    first = MailServer()
    first.answer = lambda _session, verb, _argument: CLOSE if verb == "MAIL" and len(first.mails) > 20 else None
    down = MailServer(greeting="421 4.3.2 closing")
    second, book = MailServer(), shelf(60)
    with served(first, down, second):
        assert spell(book, down, second).error is None
        assert len(second.reached) == 60
        book = shelf(60)
        second.mails.clear()
        assert spell(book, first, second, connections=2).error is None
    reached = [*first.reached, *second.reached]
    assert len(reached) == len(set(reached)) == 60 - len(book.waiting)
    assert sorted(recipient.id for _, recipient in book.waiting) == book.names(
        Came.STUMBLED
    )  # at whom two connections ended


def test_a_server_that_failed_a_moment_ago_is_not_asked_first() -> None:
    down, second = MailServer(greeting="421 4.3.2 closing"), MailServer()
    book = shelf(5)
    with served(down, second):
        spell(book, down, second)
        asked = len(down.sessions)
        again = shelf(5)
        again.rates = book.rates
        spell(again, down, second)
    assert (len(down.sessions), len(second.reached)) == (asked, 10)


def test_when_all_servers_fail_everybody_still_waits() -> None:
    one, two, book = MailServer(greeting="421 4.3.2 closing"), MailServer(greeting="554 5.3.2 no"), shelf(9)
    with served(one, two):
        ending = spell(book, one, two)
    assert isinstance(ending.error, CredentialsBroken)
    assert (len(book.waiting), book.claimed) == (9, {})


def test_a_refusal_by_policy_stops_the_spell_and_leaves_no_mark_on_a_reader() -> None:
    def answer(_session: Session, verb: str, _argument: str) -> str | None:
        return "554 5.7.1 listed by spamhaus" if verb == "." else None

    server, book = MailServer(answer=answer), shelf(300)
    with served(server):
        ending = spell(book, server)
    assert isinstance(ending.error, Blocked)
    assert len(book.waiting) == 300
    assert len([line for line in server.heard if line.startswith("MAIL")]) < 100
    assert {one.fate.came for one in book.came.values()} == {Came.UNSENT}


def test_a_server_that_answers_nobody_is_left_alone_after_a_few() -> None:
    server, book = MailServer(answer=lambda _s, verb, _a: TAKE_AND_CLOSE if verb == "." else None), shelf(200)
    with served(server):
        ending = spell(book, server, connections=1)
    assert isinstance(ending.error, TemporaryError)
    assert len(book.names(Came.UNCERTAIN)) == len(server.reached) == 5
    assert len(book.waiting) == 195


@pytest.mark.parametrize(
    ("verb", "reply"),
    [(".", "451 4.3.0 no"), ("MAIL", "452 4.3.1 Insufficient system storage"), ("MAIL", "530 5.7.0 log in first")],
)
def test_a_server_that_takes_nobody_is_left_for_the_next_one(verb: str, reply: str) -> None:
    first = MailServer(answer=lambda _s, said, _a: reply if said == verb else None)
    second, book = MailServer(), shelf(200)
    with served(first, second):
        ending = spell(book, first, second, connections=1)
    assert ending.error is None
    refused = book.names(Came.REFUSED)
    assert len(refused) in ([0] if reply.startswith("5") else [5, 6])  # one more may be on its way
    assert Counter(second.reached) == {f"r{n}@example.org": 1 for n in range(1, 201) if n not in refused}


def test_who_is_uncertain_at_one_server_is_not_written_to_by_the_next() -> None:
    first = MailServer(answer=lambda _s, verb, _a: TAKE_AND_CLOSE if verb == "." else None)
    second, book = MailServer(), shelf(200)
    with served(first, second):
        ending = spell(book, first, second, connections=1)
    assert ending.error is None
    assert len(book.names(Came.UNCERTAIN)) == len(first.reached) == 5
    assert Counter([*first.reached, *second.reached]) == {f"r{n}@example.org": 1 for n in range(1, 201)}


def test_a_refusal_by_policy_does_not_go_on_over_the_next_server() -> None:
    first = MailServer(answer=lambda _s, verb, _a: "554 5.7.1 listed by spamhaus" if verb == "." else None)
    second, book = MailServer(), shelf(20)
    with served(first, second):
        assert isinstance(spell(book, first, second).error, Blocked)
    assert (len(book.waiting), second.reached) == (20, [])


def test_greylisting_of_everybody_is_no_reason_to_stop() -> None:
    server = MailServer(answer=lambda _s, verb, _a: "450 4.7.1 Greylisted" if verb == "RCPT" else None)
    book = shelf(50)
    with served(server):
        ending = spell(book, server)
    assert ending.error is None
    assert len(book.names(Came.REFUSED)) == 50
    assert not any("example.org" in name for name in book.rates)


def test_a_server_gets_no_more_than_its_rate() -> None:
    server, book = MailServer(), shelf(25)
    begun = datetime.now(UTC)
    with served(server):
        ending = spell(book, server, per_second=10)
    assert ending.error is None
    assert len(server.reached) == 25
    assert datetime.now(UTC) - begun >= timedelta(seconds=1.4)


def test_readers_of_one_domain_are_put_back_once_and_come_when_their_time_has_come() -> None:
    server, book = MailServer(), shelf(12, "slow.example")
    with served(server):
        ending = spell(book, server, domains={"slow.example": 5.0})
    assert ending.error is None
    assert len(server.reached) == len(set(server.reached)) == 12
    assert book.rates["news slow.example"].level < 1


def test_a_domain_that_complains_is_written_to_more_slowly_and_the_others_are_not() -> None:
    def answer(_session: Session, verb: str, argument: str) -> str | None:
        return "450 4.7.28 rate limit exceeded" if verb == "RCPT" and "@busy.example" in argument else None

    server, book = MailServer(answer=answer), shelf(30)
    book.waiting += [
        (None, Recipient(**{**_fields(row), "id": 100 + row.id, "reader": Reader(address=f"b{row.id}@busy.example")}))
        for _, row in shelf(3).waiting
    ]
    with served(server):
        ending = spell(book, server, connections=1)
    assert ending.error is None
    assert len(server.reached) == 30
    assert book.rates["news busy.example"].per_second == 10
    assert book.rates["news busy.example"].not_before is not None
    assert "news example.org" not in book.rates


def test_a_stop_ends_it_and_what_is_under_way_is_written_down() -> None:
    server, book = MailServer(delay=0.01), shelf(400)
    with served(server):
        ending = spell(book, server, is_stopping=lambda: len(server.mails) > 20)
    assert ending.error is None
    assert book.claimed == {}
    assert 20 < len(server.reached) < 400
    assert len(book.names(Came.TAKEN)) == len(server.reached)
    assert len(book.waiting) == 400 - len(server.reached)


def test_a_pause_ends_it_too() -> None:
    server, book = MailServer(), shelf(300)
    book.goes_on = False
    with served(server):
        spell(book, server, most=10)
    assert len(book.waiting) + len(server.reached) == 300
    assert len(server.reached) <= 10


WORKER = """
import sys
from publisher.bulk.errands import Outgoing
from publisher.bulk.worker import serve

def writer_of(packed):
    if packed == "broken":
        raise ValueError(packed)
    return lambda one: Outgoing("office@example.org", one.reader.address, b"Subject: x\\r\\n\\r\\nx\\r\\n")

serve(int(sys.argv[1]), writer_of)
"""
HERE = 4  #: connections of this process, until the others are ready


def staffed(packed: str = "") -> Crews:
    """Two processes of their own."""
    staff = Staff(
        count=2,
        command=(sys.executable, "-c", WORKER),
        writer=lambda: packed,
        language_of=lambda recipient: recipient.reader.language,
        here=lambda server, news: Pool(server, write=mail_for, news=news),
    )
    return lambda server, news: Workers(staff, server, news)


def children() -> list[int]:
    """The processes that this one has started, and that are at work."""
    found = [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    return [int(pid) for pid in found if b"bulk.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_process_that_is_killed_leaves_whom_it_had_uncertain_and_the_others_are_served() -> None:
    server, book = MailServer(delay=0.003), shelf(600)

    def kill() -> None:
        while len(server.sessions) <= HERE and book.waiting:
            time.sleep(0.01)
        os.kill(children()[0], signal.SIGKILL)

    with served(server):
        killer = threading.Thread(target=kill)
        killer.start()
        ending = spell(book, server, connections=16, crews=staffed())
        killer.join()
    assert ending.error is None
    assert len(server.reached) == len(set(server.reached))
    assert len(book.names(Came.TAKEN)) + len(book.names(Came.LOST)) == 600
    assert len(book.names(Came.TAKEN)) <= len(server.reached)
    assert len(book.names(Came.LOST)) <= 100
    assert children() == []


def test_nobody_is_written_to_whose_claim_did_not_reach_the_disk() -> None:
    server, book = MailServer(), shelf(300)
    with served(server), pytest.raises(LedgerError):
        spell(FullDisk(book.waiting, commits=2), server)
    assert 0 < len(server.reached) <= 100


def test_when_processes_cant_begin_this_one_writes_to_everybody() -> None:
    server, book = MailServer(delay=0.003), shelf(600)
    with served(server):
        ending = spell(book, server, connections=16, crews=staffed("broken"))
    assert (ending.error, len(book.names(Came.TAKEN)), len(server.reached)) == (None, 600, 600)
