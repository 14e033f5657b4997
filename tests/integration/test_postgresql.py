"""The ledger on a real PostgreSQL server."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from claiming import claim_readers, settle_readers
from postgres_server import Server, server
from running_parts import post, schedule

from publisher.app import App, Options
from publisher.bounces.scoring import Policy
from publisher.clock import SimulatedClock
from publisher.daemon import Daemon
from publisher.errors import AlreadyRunning, ClaimLost, LedgerError
from publisher.heart import Heart
from publisher.incoming.fetching import recorder_of
from publisher.ledger.database import open_engine, reading
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.listrecords import Candidate
from publisher.ledger.postgresql import Leadership, only_one
from publisher.ledger.records import Intent, Result
from publisher.ledger.tables import metadata
from publisher.model import Calendar, Channel, DeliveryState, Kind, Outcome, Planned, PlanState, Reader, Receipt
from publisher.newsletter.keys import ListKey
from publisher.sandbox import Sandbox
from publisher.settings import FixedSettings

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
LEASE = timedelta(minutes=5)
S = DeliveryState
CHANNEL = Channel(id="twitter", type="twitter", languages=("en",), calendar=Calendar(timezone="UTC"))
_numbers = count()


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as one:
        yield one


@pytest.fixture
def url(running: Server) -> str:
    return running.make(f"ledger{next(_numbers)}")


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = open_ledger(url)
    yield opened
    opened.close()


def planned(key: str) -> Planned:
    return Planned(
        key=key,
        occurrence=key,
        kind=Kind.POST,
        source_id="one",
        step="then",
        template="post",
        channel=CHANNEL,
        languages=("en",),
        local=NOW.replace(tzinfo=None),
        nominal_local=NOW.replace(tzinfo=None),
        due_at=NOW,
        state=PlanState.PLANNED,
    )


def begin(ledger: Ledger, key: str, owner: str = "me") -> int:
    return ledger.attempts.begin(key, owner=owner, intent=Intent(sha256="ab", body=b"\0x"), lease=LEASE, now=NOW).fence


def test_the_tables_are_those_of_the_program(url: str) -> None:
    engine = open_engine(url)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_a_delivery_goes_its_way(ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("a")], now=NOW)
    claim = ledger.attempts.begin("a", owner="me", intent=Intent(sha256="ab", body=b"\0x"), lease=LEASE, now=NOW)
    result = Result(outcome=Outcome.SENT, state=S.SENT, remote_id="17" * 200, code="c" * 500)
    ledger.attempts.finish(claim, result, now=NOW)
    row = ledger.deliveries.get("a")
    assert row is not None
    assert (row.state, row.remote_id) == (S.SENT, "17" * 200)
    assert ledger.attempts.of("a")[0].code == "c" * 500
    assert ledger.attempts.payloads("a")[1].body == b"\0x"


def test_the_parts_of_a_thread_go_their_way(ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("a")], now=NOW)
    ledger.parts.enrol("a", [b"one", b"two"], follow_until=NOW + LEASE)
    claim = ledger.attempts.begin("a", owner="me", intent=Intent(sha256="ab"), lease=LEASE, now=NOW)
    ledger.parts.begin(claim, 1, now=NOW)
    sent = Result(outcome=Outcome.SENT, state=S.SENT, remote_id="17" * 200, code="c" * 500)
    ledger.parts.finish(claim, 1, sent, now=NOW)
    ledger.parts.begin(claim, 2, now=NOW)
    (swept,) = ledger.attempts.sweep(owner="another", now=NOW)
    row = ledger.deliveries.get(swept)
    assert row is not None
    assert (row.remote_id, row.expires_at) == ("17" * 200, NOW + LEASE)
    ledger.parts.found(row, 2, Receipt("18"), now=NOW)
    assert [(part.body, part.state, part.first_attempt) for part in ledger.parts.of("a")] == [
        (b"one", S.SENT, 1),
        (b"two", S.SENT, 1),
    ]
    assert (ledger.parts.remote_ids("twitter", since=NOW), ledger.parts.further("twitter")) == ({"17" * 200, "18"}, 1)


def test_of_many_who_claim_a_delivery_one_gets_it(ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned(f"key-{number}") for number in range(20)], now=NOW)

    def claim(owner: int) -> list[str]:
        mine = []
        for number in range(20):
            try:
                begin(ledger, f"key-{number}", str(owner))
            except ClaimLost:
                continue
            mine.append(f"key-{number}")
        return mine

    with ThreadPoolExecutor(6) as pool:
        taken = [key for keys in pool.map(claim, range(6)) for key in keys]
    assert sorted(taken) == sorted(f"key-{number}" for number in range(20))


def test_readers_of_a_mailing_are_claimed_one_at_a_time(ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("mail")], now=NOW)
    ledger.recipients.enrol(
        "mail",
        [Candidate(Reader(address=f"{n}@example.org", attributes={"n": str(n)})) for n in range(9)],
        now=NOW,
    )
    claim = ledger.attempts.begin("mail", owner="me", intent=Intent(sha256="ab"), lease=LEASE, now=NOW)
    with ThreadPoolExecutor(3) as pool:
        each = list(pool.map(lambda _: claim_readers(ledger, claim, limit=1, now=NOW), range(9)))
    assert sorted(one.reader.address for found in each for one in found) == [f"{n}@example.org" for n in range(9)]


def test_refusals_become_bounces_and_suppress(ledger: Ledger) -> None:
    key = ListKey(b"k" * 32)
    ledger.deliveries.replan(added=[planned("mail")], now=NOW)
    ledger.recipients.enrol("mail", [Candidate(Reader(address="Anna@example.org"))], now=NOW)
    claim = ledger.attempts.begin("mail", owner="me", intent=Intent(sha256="ab"), lease=LEASE, now=NOW)
    (reader,) = claim_readers(ledger, claim, limit=1, now=NOW)
    refused = Result(state=S.FAILED, outcome=Outcome.REJECTED, code="550 5.1.1", detail="5.1.1 User unknown")
    settle_readers(ledger, [(reader, refused)], now=NOW)
    recorder = recorder_of(ledger, key=key, policy=Policy())
    assert [recorder.record_refusals(now=NOW) for _ in range(2)] == [1, 0]
    assert ledger.suppressions.holding(key.hash_of("anna@example.org"), list_name="any") is not None
    assert ledger.bounces.sent_to(["anna@EXAMPLE.org"])["anna@example.org"].key == "mail"


def test_who_looks_sees_one_moment(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM deliveries").scalar()
        ledger.deliveries.replan(added=[planned("late")], now=NOW)
        assert connection.exec_driver_sql("SELECT count(*) FROM deliveries").scalar() == before


def test_an_orphan_of_a_dead_daemon_is_uncertain(ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("a")], now=NOW)
    begin(ledger, "a", "the dead one")
    assert ledger.attempts.sweep(owner="me", now=NOW) == ["a"]


def test_the_second_daemon_is_told_who_is_the_first(url: str) -> None:
    first, second = open_engine(url), open_engine(url)
    with only_one(first), pytest.raises(AlreadyRunning, match=rf"publisher, process {os.getpid()} on .* since 20"):
        Leadership(second).take()
    with only_one(second):
        pass
    first.dispose()
    second.dispose()


def test_a_server_that_restarts_costs_the_lock_and_gives_it_back(running: Server, url: str) -> None:
    engine = open_engine(url)
    with only_one(engine) as leadership:
        assert leadership.complaint() == ""
        running.stop()
        assert "the ledger can't be used" in leadership.complaint()
        running.start()
        assert leadership.complaint() == ""
        with pytest.raises(AlreadyRunning):
            Leadership(engine).take()
    engine.dispose()


def test_who_took_the_lock_meanwhile_keeps_it(running: Server, url: str) -> None:
    engine = open_engine(url)
    with only_one(engine) as leadership:
        running.stop()
        running.start()
        with only_one(engine):
            assert "another publisher is running" in leadership.complaint()
        assert leadership.complaint() == ""
    engine.dispose()


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("postgresql://postgres@127.0.0.1:1/ledger", "check that the server runs"),
        ("postgresql://postgres@127.0.0.1:{port}/nothing", "make the database and its user first"),
        ("postgresql://nobody@127.0.0.1:{port}/ledger", "make the database and its user first"),
        ("mysql://127.0.0.1/ledger", "postgresql://user@host/name"),
    ],
)
def test_what_is_wrong_with_the_way_to_it_is_told(running: Server, address: str, remedy: str) -> None:
    with pytest.raises(LedgerError) as caught:
        open_ledger(address.format(port=running.port))
    assert remedy in str(caught.value)


def test_a_writer_does_not_wait_for_ever_for_another(ledger: Ledger, url: str) -> None:
    impatient = open_ledger(f"{url}?timeout=0.2")
    with ledger.engine.begin(), pytest.raises(LedgerError, match="another program holds the ledger"):
        impatient.deliveries.replan(added=[planned("b")], now=NOW)
    impatient.close()


@pytest.mark.timeout(180)
def test_the_daemon_is_killed_and_the_next_one_takes_over(url: str, tmp_path: Path) -> None:
    def start(name: str) -> subprocess.Popen[str]:
        """In a folder of its own, as on a computer of its own."""
        folder = tmp_path / name
        folder.mkdir()
        (folder / "schedules.yaml").write_text(schedule(post("one", at=NOW + timedelta(days=900), to=["twitter"])))
        (folder / "readers.csv").write_text("email\nanna@example.org\n")
        command = [sys.executable, "-m", "publisher", "run", "--sandbox", "--database", url]
        return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    first = start("first")
    _wait_until_it_runs(first)
    second = start("second")
    words, _ = second.communicate(timeout=60)
    assert second.returncode == os.EX_TEMPFAIL, words
    assert f"another publisher is running (publisher, process {first.pid} on" in words
    first.kill()
    first.communicate(timeout=60)
    third = start("third")
    _wait_until_it_runs(third)
    third.terminate()
    third.communicate(timeout=60)
    assert third.returncode == 0


@pytest.mark.timeout(180)
def test_a_daemon_goes_on_when_the_server_was_away(running: Server, url: str, tmp_path: Path) -> None:
    (tmp_path / "schedules.yaml").write_text(schedule(post("one", at=NOW, to=["twitter"])))
    (tmp_path / "readers.csv").write_text("email\nanna@example.org\n")
    with Sandbox(clock=SimulatedClock(NOW)) as sandbox, closing(open_ledger(url)) as ledger, ledger.only_one() as leads:
        app = App(
            Options(schedules=tmp_path / "schedules.yaml", database=url),
            clock=SimulatedClock(NOW),
            accounts=lambda channel: [FixedSettings(channel.id, sandbox.settings_for(channel))],
        )
        heart = Heart(ledger, beside=tmp_path / "pulse", watch=None, leads=leads)
        daemon = Daemon(app, ledger, stop=threading.Event(), heart=heart)
        running.stop()
        daemon.once()
        assert sandbox.posted("twitter") == []
        running.start()
        daemon.once()
        assert len(sandbox.posted("twitter")) == 1
        daemon.close()


def _wait_until_it_runs(process: subprocess.Popen[str]) -> None:
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if "publisher runs" in line:
            watchdog.cancel()
            return
    raise AssertionError("".join(lines))
