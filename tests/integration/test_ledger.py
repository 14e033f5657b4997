"""The ledger on real SQLite files: opening, states, claims under a fence, and many threads at once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from claiming import claim_readers, give_back_readers, settle_readers
from sqlalchemy import QueuePool, create_engine

from publisher.errors import ClaimLost, IllegalTransition, LedgerError
from publisher.ledger import database, migrations
from publisher.ledger.batches import Settled
from publisher.ledger.database import reading
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.listrecords import Candidate
from publisher.ledger.rates import Rate
from publisher.ledger.records import Approval, Claim, Intent, Pause, Result, Seen
from publisher.ledger.tables import metadata
from publisher.model import Calendar, Channel, DeliveryState, Kind, Outcome, Planned, PlanState, Reader

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
S = DeliveryState
SENT = Result(outcome=Outcome.SENT, state=S.SENT, remote_id="17", remote_url="https://example.org/17")
CHANNEL = Channel(id="twitter", type="twitter", languages=("en",), calendar=Calendar(timezone="UTC"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "ledger.db"


@pytest.fixture
def ledger(file: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{file}")
    yield opened
    opened.close()


def planned(key: str, *, due_at: datetime = NOW, expires_at: datetime | None = None) -> Planned:
    return Planned(
        key=key,
        occurrence=key,
        kind=Kind.POST,
        source_id=key.partition("/")[0],
        step="then",
        template="post",
        channel=CHANNEL,
        languages=("en",),
        local=due_at.replace(tzinfo=None),
        nominal_local=due_at.replace(tzinfo=None),
        due_at=due_at,
        state=PlanState.PLANNED,
        expires_at=expires_at,
    )


UNCLAIMED = Claim("mail", 0, 0)


def begin(ledger: Ledger, key: str, *, owner: str = "me") -> Claim:
    return ledger.attempts.begin(key, owner=owner, intent=Intent(sha256="ab"), lease=5 * MINUTE, now=NOW)


def pending(ledger: Ledger, *keys: str) -> None:
    ledger.deliveries.replan(added=[planned(key) for key in keys], now=NOW)
    for key in keys:
        ledger.deliveries.transition(key, to=S.PENDING, now=NOW)


def state(ledger: Ledger, key: str) -> str:
    row = ledger.deliveries.get(key)
    assert row is not None
    return str(row.state)


# --- opening --------------------------------------------------------------------------------------------------


def test_the_migrations_give_the_tables_of_the_code(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_that_the_program_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [database.HEAD]


def test_intents_survive_a_power_cut_and_readers_wait_for_nobody(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_who_writes_takes_the_lock_at_once_and_who_reads_takes_none(file: Path) -> None:
    ledger = open_ledger(f"sqlite:///{file}?timeout=0.05")
    with ledger.engine.begin():
        assert ledger.deliveries.all() == []
        with pytest.raises(LedgerError, match="locked"), ledger.engine.begin():
            raise AssertionError("a second writer was let in")
    ledger.close()


def test_a_ledger_is_opened_again_quickly(file: Path, ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("one")], now=NOW)
    began = time.perf_counter()
    for _ in range(10):
        again = open_ledger(f"sqlite:///{file}")
        assert again.deliveries.get("one") is not None
        again.close()
    assert (time.perf_counter() - began) / 10 < 1


def test_a_name_that_alembic_could_misread_is_fine(tmp_path: Path) -> None:
    open_ledger(f"sqlite:///{tmp_path / '100%25 of us' / 'ledger.db'}").close()


def test_two_programs_may_make_the_same_ledger_at_the_same_time(file: Path) -> None:
    code = f"from publisher.ledger.ledger import open_ledger; open_ledger('sqlite:///{file}').close()"
    command = [sys.executable, "-c", code]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    for process in running:
        _, complaints = process.communicate(timeout=30)
        assert (process.returncode, complaints) == (0, b"")


def test_a_migration_that_is_cut_short_leaves_nothing_half_done(file: Path) -> None:
    file.parent.mkdir()
    engine = database._engine(database.make_url(f"sqlite:///{file}"), busy_seconds=1)
    with engine.connect() as connection:
        database._migrate(connection, engine.url)
        connection.rollback()  # what is left of it after a power cut
    engine.dispose()
    ledger = open_ledger(f"sqlite:///{file}")
    assert ledger.deliveries.all() == []
    ledger.close()


@pytest.mark.parametrize(
    ("prepare", "said", "remedy"),
    [
        ("directory", "unable to open database file", "check that it is a file"),
        ("text", "file is not a database", "put a backup in its place"),
        ("foreign", "this database belongs to another program", "choose another file"),
        ("foreign with alembic", "this database belongs to another program", "choose another file"),
        (
            "newer",
            f"was written by a newer publisher (schema 9999, this program knows {database.HEAD})",
            "update publisher",
        ),
        ("unheard of", "Can't locate revision", "put a backup in its place"),
        ("file as folder", "File exists", "a part of its path is a file"),
        ("file as folder above", "Not a directory", "a part of its path is a file"),
    ],
)
def test_a_ledger_that_cant_be_used_is_told_in_words(tmp_path: Path, prepare: str, said: str, remedy: str) -> None:
    with pytest.raises(LedgerError) as caught:
        open_ledger(f"sqlite:///{PREPARE[prepare](tmp_path)}")
    assert said in str(caught.value)
    assert caught.value.remedy.startswith(remedy) or remedy in caught.value.remedy
    assert "Traceback" not in str(caught.value)
    assert "sqlalche" not in str(caught.value)


def _directory(folder: Path) -> str:
    return str(folder)


def _text(folder: Path) -> str:
    (folder / "ledger.db").write_text("dear diary\n" * 100)
    return str(folder / "ledger.db")


def _with(folder: Path, *statements: str) -> str:
    connection = sqlite3.connect(folder / "ledger.db")
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return str(folder / "ledger.db")


def _of_version(folder: Path, version: str) -> str:
    open_ledger(f"sqlite:///{folder / 'ledger.db'}").close()
    return _with(folder, "UPDATE alembic_version SET version_num = 'VERSION'".replace("VERSION", version))


PREPARE = {
    "directory": _directory,
    "text": _text,
    "foreign": lambda folder: _with(folder, "CREATE TABLE songs (id)"),
    "foreign with alembic": lambda folder: _with(
        folder, "CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('ffff')"
    ),
    "newer": lambda folder: _of_version(folder, "9999"),
    "unheard of": lambda folder: _of_version(folder, "0000"),
    "file as folder": lambda folder: f"{_text(folder)}/ledger.db",
    "file as folder above": lambda folder: f"{_text(folder)}/deeper/ledger.db",
}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ledger.db", "this is no database address"),
        ("", "this is no database address"),
        ("sqlite:///ledger.db?timeout=soon", "this is no database address"),
        ("sqlite://", "would forget what went out"),
        ("sqlite:///:memory:", "would forget what went out"),
        ("nosuchthing://x/y", "keeps no ledger in nosuchthing"),
        ("mysql+pymysql://user:secret@localhost/x", "keeps no ledger in mysql"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_words(address: str, said: str) -> None:
    with pytest.raises(LedgerError, match=said) as caught:
        open_ledger(address)
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


def test_a_ledger_that_may_only_be_read_can_be_looked_at_and_not_written(file: Path, ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("one")], now=NOW)
    looking = open_ledger(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert state(looking, "one") == "planned"
    with pytest.raises(LedgerError, match="readonly") as caught:
        looking.deliveries.transition("one", to=S.PENDING, now=NOW)
    assert caught.value.remedy == "the user that runs publisher needs the right to write this file and its folder"
    looking.close()


def test_a_full_disk_is_told_in_words_and_changes_nothing(file: Path, ledger: Ledger) -> None:
    pending(ledger, "one")
    small = open_ledger(f"sqlite:///{file}")
    with small.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    many = [planned(f"key-{number}") for number in range(1000)]
    with pytest.raises(LedgerError, match="full") as caught:
        small.deliveries.replan(added=many, now=NOW)
    assert caught.value.remedy == "free some disk space; nothing is sent until then"
    assert [row.key for row in ledger.deliveries.all()] == ["one"]
    small.close()


def test_a_folder_without_permission_is_told_in_words(file: Path, ledger: Ledger) -> None:
    ledger.close()
    with unprivileged(file.parent), pytest.raises(LedgerError) as caught:
        open_ledger(f"sqlite:///{file}")
    assert caught.value.remedy


@contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """As somebody who may not look into the folder: permissions do not bind root."""
    before, user = folder.stat().st_mode, os.geteuid()
    folder.chmod(0)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(before)


def test_a_ledger_that_another_program_holds_is_told_in_words(file: Path, ledger: Ledger) -> None:
    waiting = open_ledger(f"sqlite:///{file}?timeout=0.05")
    with ledger.engine.begin(), pytest.raises(LedgerError, match="locked") as caught:
        waiting.deliveries.replan(added=[planned("one")], now=NOW)
    assert caught.value.remedy == "another program holds the file for long; stop it, or wait"
    waiting.close()


def test_a_ledger_that_is_replaced_while_it_is_open_is_told_in_words(file: Path, ledger: Ledger) -> None:
    ledger.close()
    for path in file.parent.iterdir():
        path.unlink()
    file.write_text("dear diary\n" * 100)
    with pytest.raises(LedgerError, match="not a database"):
        ledger.deliveries.all()


def test_a_row_that_is_lost_under_our_feet_is_told_in_words(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE approvals")
    with pytest.raises(LedgerError, match="no such table"):
        ledger.approvals.counts()


# --- planning -------------------------------------------------------------------------------------------------


def test_what_is_planned_comes_back_as_it_was(ledger: Ledger) -> None:
    one = planned("one/post", due_at=NOW + MINUTE, expires_at=NOW + 2 * MINUTE)
    ledger.deliveries.replan(added=[one], now=NOW)
    row = ledger.deliveries.get("one/post")
    assert row is not None
    assert (row.key, row.kind, row.source_id, row.channel, row.languages) == (
        "one/post",
        Kind.POST,
        "one",
        "twitter",
        ("en",),
    )
    assert (row.due_at, row.expires_at, row.local, row.state) == (one.due_at, one.expires_at, one.local, S.PLANNED)
    assert (row.entry_name, ledger.deliveries.get("two")) == ("posts/one", None)


def test_an_instant_keeps_its_moment_whatever_its_zone(ledger: Ledger) -> None:
    east = NOW.astimezone(datetime.fromisoformat("2027-05-03T00:00+05:30").tzinfo)
    ledger.deliveries.replan(added=[planned("one", due_at=east)], now=NOW)
    row = ledger.deliveries.get("one")
    assert row is not None
    assert (row.due_at, row.due_at.tzinfo) == (NOW, UTC)


def test_an_instant_without_a_zone_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="an instant needs a zone"):
        ledger.deliveries.due(NOW.replace(tzinfo=None))


def test_planning_again_leaves_what_is_there_as_it_is(ledger: Ledger) -> None:
    pending(ledger, "one")
    ledger.deliveries.replan(added=[planned("one", due_at=NOW + MINUTE), planned("two")], now=NOW)
    row = ledger.deliveries.get("one")
    assert row is not None
    assert (row.due_at, row.state) == (NOW, S.PENDING)
    assert state(ledger, "two") == "planned"


def test_only_what_is_not_due_yet_is_moved(ledger: Ledger) -> None:
    pending(ledger, "begun")
    ledger.deliveries.replan(added=[planned("ahead"), planned("left out"), planned("skipped")], now=NOW)
    ledger.deliveries.transition("left out", to=S.CANCELLED, now=NOW)
    ledger.deliveries.transition("skipped", to=S.CANCELLED, now=NOW, settled_by="me")
    later = NOW + MINUTE
    keys = ("begun", "ahead", "left out", "skipped")
    ledger.deliveries.replan(moved=[planned(key, due_at=later) for key in keys], now=NOW)
    rows = {row.key: (str(row.state), row.due_at) for row in ledger.deliveries.all()}
    assert rows == {
        "begun": ("pending", NOW),
        "ahead": ("planned", later),
        "left out": ("planned", later),
        "skipped": ("cancelled", NOW),
    }


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("a", ["a", "a/b", "a/b/c"]),
        ("a/", ["a", "a/b", "a/b/c"]),
        ("a/b", ["a/b", "a/b/c"]),
        ("a/b/c", ["a/b/c"]),
        ("a/c", []),
        ("A", []),
        ("%", []),
        ("_", []),
        ("a%", ["a%/b"]),
        ("a_", ["a_/b"]),
        ("é", ["é/b"]),
        ("", []),
    ],
)
def test_a_key_stands_for_all_below_it_at_a_slash(ledger: Ledger, prefix: str, found: list[str]) -> None:
    keys = ["a", "a/b", "a/b/c", "a-b", "ab/c", "a%/b", "a_/b", "axx/b", "a0", "a.b/c", "é/b"]
    ledger.deliveries.replan(added=[planned(key) for key in keys], now=NOW)
    assert sorted(row.key for row in ledger.deliveries.matching(prefix)) == found


# --- the alarm clock's questions ------------------------------------------------------------------------------


def test_what_is_due_comes_oldest_first(ledger: Ledger) -> None:
    times = {"late": NOW - MINUTE, "now": NOW, "later": NOW + timedelta(microseconds=1)}
    ledger.deliveries.replan(added=[planned(key, due_at=due_at) for key, due_at in times.items()], now=NOW)
    assert [row.key for row in ledger.deliveries.due(NOW)] == ["late", "now"]
    assert all(row.is_due(NOW) for row in ledger.deliveries.due(NOW))
    assert ledger.deliveries.next_instant(NOW) == times["later"]


def test_a_retry_is_due_at_its_time_or_when_it_is_too_late(ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("one", expires_at=NOW + 5 * MINUTE)], now=NOW)
    ledger.deliveries.transition("one", to=S.PENDING, now=NOW)
    wait = Result(outcome=Outcome.RATE_LIMITED, state=S.RETRY_WAIT, next_at=NOW + 15 * MINUTE)
    ledger.attempts.finish(begin(ledger, "one"), wait, now=NOW)
    assert ledger.deliveries.due(NOW + 4 * MINUTE) == []
    assert ledger.deliveries.next_instant(NOW) == NOW + 5 * MINUTE
    (row,) = ledger.deliveries.due(NOW + 5 * MINUTE)
    assert (row.is_due(NOW + 4 * MINUTE), row.is_due(NOW + 5 * MINUTE)) == (False, True)
    assert row.is_over(NOW + 5 * MINUTE)


def test_nothing_ahead_means_no_alarm(ledger: Ledger) -> None:
    pending(ledger, "one")
    assert ledger.deliveries.next_instant(NOW) is None


# --- states ---------------------------------------------------------------------------------------------------


def test_a_change_that_the_table_does_not_allow_is_refused_and_changes_nothing(ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("one")], now=NOW)
    with pytest.raises(IllegalTransition):
        ledger.deliveries.transition("one", to=S.SENT, now=NOW, reason="because")
    row = ledger.deliveries.get("one")
    assert row is not None
    assert (row.state, row.reason) == (S.PLANNED, "")


def test_a_change_of_what_is_not_there_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="there is no such delivery"):
        ledger.deliveries.transition("one", to=S.PENDING, now=NOW)


def test_a_reason_is_noted_only_while_it_is_still_to_go(ledger: Ledger) -> None:
    pending(ledger, "one", "two")
    ledger.deliveries.transition("two", to=S.CANCELLED, now=NOW, reason="skipped")
    for key in ("one", "two"):
        ledger.deliveries.note(key, reason="waits", now=NOW)
    assert [row.reason for row in ledger.deliveries.all()] == ["waits", "skipped"]


# --- claims ---------------------------------------------------------------------------------------------------


def test_an_intent_is_written_before_and_a_result_after(ledger: Ledger) -> None:
    pending(ledger, "one")
    claim = begin(ledger, "one")
    (attempt,) = ledger.attempts.of("one")
    assert (state(ledger, "one"), attempt.number, attempt.started_at, attempt.outcome) == ("sending", 1, NOW, None)
    ledger.attempts.finish(claim, SENT, now=NOW + MINUTE)
    (attempt,) = ledger.attempts.of("one")
    row = ledger.deliveries.get("one")
    assert row is not None
    assert (attempt.outcome, attempt.finished_at) == (Outcome.SENT, NOW + MINUTE)
    assert (row.state, row.remote_id, row.remote_url, row.payload_sha256) == (S.SENT, "17", SENT.remote_url, "ab")


@pytest.mark.parametrize("reached", [S.SENDING, S.SENT, S.UNKNOWN, S.CANCELLED])
def test_only_what_waits_to_be_sent_can_be_claimed(ledger: Ledger, reached: S) -> None:
    ledger.deliveries.replan(added=[planned("one")], now=NOW)
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = ?", (str(reached),))
    with pytest.raises(ClaimLost):
        begin(ledger, "one")
    assert ledger.attempts.of("one") == []


def test_what_is_planned_can_be_claimed_when_its_time_has_come(ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("now"), planned("later", due_at=NOW + MINUTE)], now=NOW)
    assert begin(ledger, "now").number == 1
    with pytest.raises(ClaimLost):
        begin(ledger, "later")
    assert (state(ledger, "now"), state(ledger, "later")) == ("sending", "planned")


def test_what_is_not_there_cant_be_claimed(ledger: Ledger) -> None:
    with pytest.raises(ClaimLost):
        begin(ledger, "one")


def test_the_result_of_a_lost_claim_is_not_written(ledger: Ledger) -> None:
    pending(ledger, "one")
    lost = begin(ledger, "one", owner="first")
    ledger.attempts.sweep(owner="second", now=NOW)
    ledger.deliveries.transition("one", to=S.PENDING, now=NOW)
    second = begin(ledger, "one", owner="second")
    with pytest.raises(ClaimLost):
        ledger.attempts.finish(lost, SENT, now=NOW)
    assert (state(ledger, "one"), second.fence) == ("sending", lost.fence + 2)  # giving up counts, too
    assert [one.outcome for one in ledger.attempts.of("one")] == [Outcome.UNKNOWN, None]
    ledger.attempts.finish(second, SENT, now=NOW)
    with pytest.raises(ClaimLost):
        ledger.attempts.finish(second, SENT, now=NOW)


def test_a_result_that_no_attempt_can_have_is_refused(ledger: Ledger) -> None:
    pending(ledger, "one")
    with pytest.raises(IllegalTransition):
        ledger.attempts.finish(begin(ledger, "one"), Result(outcome=Outcome.SENT, state=S.EXPIRED), now=NOW)


def test_what_a_dead_program_left_is_uncertain_and_our_own_goes_on(ledger: Ledger) -> None:
    pending(ledger, "dead", "ours", "waiting")
    begin(ledger, "dead", owner="dead")
    claim = begin(ledger, "ours", owner="me")
    assert ledger.attempts.sweep(owner="me", now=NOW) == ["dead"]
    assert {row.key: str(row.state) for row in ledger.deliveries.all()} == {
        "dead": "unknown",
        "ours": "sending",
        "waiting": "pending",
    }
    ledger.attempts.finish(claim, SENT, now=NOW)


def test_eight_threads_get_each_delivery_once(ledger: Ledger) -> None:
    keys = [f"post-{number}" for number in range(60)]
    pending(ledger, *keys)
    gate = threading.Barrier(8)

    def claim_all(owner: int) -> list[str]:
        gate.wait()
        got = []
        for key in keys:
            try:
                claim = begin(ledger, key, owner=str(owner))
            except ClaimLost:
                continue
            ledger.attempts.finish(claim, SENT, now=NOW)
            got.append(key)
        return got

    with ThreadPoolExecutor(8) as pool:
        shares = list(pool.map(claim_all, range(8)))
    assert sorted(key for share in shares for key in share) == sorted(keys)
    assert {len(ledger.attempts.of(key)) for key in keys} == {1}


def test_a_hundred_threads_may_look_at_once_and_every_connection_is_given_back(ledger: Ledger) -> None:
    pending(ledger, "one")
    gate = threading.Barrier(100)

    def look(_: int) -> int:
        with reading(ledger.engine) as connection:
            gate.wait(30)
            return len(connection.exec_driver_sql("SELECT * FROM deliveries").all())

    with ThreadPoolExecutor(100) as pool:
        assert set(pool.map(look, range(100))) == {1}
    assert isinstance(ledger.engine.pool, QueuePool)
    assert ledger.engine.pool.checkedout() == 0


def test_eight_threads_write_to_each_reader_once(ledger: Ledger) -> None:
    pending(ledger, "mail")
    ledger.recipients.enrol(
        "mail", map(Candidate, [Reader(address=f"r{number}@example.org") for number in range(100)]), now=NOW
    )

    def claim_all(_: int) -> list[int]:
        got: list[int] = []
        while claimed := claim_readers(ledger, UNCLAIMED, limit=3, now=NOW):
            got.extend(one.id for one in claimed)
            settle_readers(ledger, [(one, SENT) for one in claimed], now=NOW)
        return got

    with ThreadPoolExecutor(8) as pool:
        got = [number for share in pool.map(claim_all, range(8)) for number in share]
    assert len(got) == len(set(got)) == 100
    assert ledger.recipients.tally("mail").by_state == {S.SENT: 100}


# --- readers --------------------------------------------------------------------------------------------------


def test_the_readers_of_a_mailing_are_frozen_once(ledger: Ledger) -> None:
    pending(ledger, "mail")
    anna = Reader(address="anna@example.org", name="Anna", language="pl", attributes={"town": "Łomża"})
    assert ledger.recipients.first("mail") is None
    ledger.recipients.enrol("mail", map(Candidate, [anna]), now=NOW)
    ledger.recipients.enrol("mail", map(Candidate, [Reader(address="bela@example.org")]), now=NOW)
    assert [one.reader for one in ledger.recipients.of("mail")] == [anna]
    first = ledger.recipients.first("mail")
    assert first is not None
    assert first.reader == anna


def test_readers_who_wait_for_another_try_come_after_those_who_had_none(ledger: Ledger) -> None:
    pending(ledger, "mail")
    ledger.recipients.enrol("mail", map(Candidate, [Reader(address=f"{name}@example.org") for name in "abc"]), now=NOW)
    again = Result(outcome=Outcome.TEMPORARY, state=S.RETRY_WAIT, next_at=NOW + MINUTE, detail="busy")
    settle_readers(ledger, [(one, again) for one in claim_readers(ledger, UNCLAIMED, limit=1, now=NOW)], now=NOW)
    later = NOW + MINUTE
    order = [claim_readers(ledger, UNCLAIMED, limit=1, now=later)[0].reader.address[0] for _ in range(3)]
    assert order == ["b", "c", "a"]
    assert claim_readers(ledger, UNCLAIMED, limit=1, now=later) == []


def test_a_reader_who_waits_is_not_written_to_before_the_time(ledger: Ledger) -> None:
    pending(ledger, "mail")
    ledger.recipients.enrol("mail", map(Candidate, [Reader(address="a@example.org")]), now=NOW)
    again = Result(outcome=Outcome.TEMPORARY, state=S.RETRY_WAIT, next_at=NOW + MINUTE, detail="busy")
    settle_readers(ledger, [(one, again) for one in claim_readers(ledger, UNCLAIMED, limit=1, now=NOW)], now=NOW)
    assert claim_readers(ledger, UNCLAIMED, limit=1, now=NOW) == []
    waiting = ledger.recipients.next_waiting("mail")
    assert waiting is not None
    assert (waiting.next_at, waiting.detail, waiting.attempts) == (NOW + MINUTE, "busy", 1)


def test_a_claim_that_is_given_back_counts_as_no_try(ledger: Ledger) -> None:
    pending(ledger, "mail")
    ledger.recipients.enrol("mail", map(Candidate, [Reader(address="a@example.org")]), now=NOW)
    give_back_readers(ledger, claim_readers(ledger, UNCLAIMED, limit=1, now=NOW), now=NOW)
    (reader,) = ledger.recipients.of("mail")
    assert (reader.state, reader.attempts) == (S.PENDING, 0)


def test_a_result_for_a_reader_who_was_settled_meanwhile_is_not_written(ledger: Ledger) -> None:
    pending(ledger, "mail")
    ledger.recipients.enrol("mail", map(Candidate, [Reader(address="a@example.org")]), now=NOW)
    claimed = claim_readers(ledger, UNCLAIMED, limit=1, now=NOW)
    ledger.recipients.sweep(now=NOW)
    settle_readers(ledger, [(one, SENT) for one in claimed], now=NOW)
    assert ledger.recipients.of("mail")[0].state is S.UNKNOWN


def test_readers_of_a_mailing_that_is_under_way_are_not_swept(ledger: Ledger) -> None:
    pending(ledger, "mail")
    ledger.recipients.enrol("mail", map(Candidate, [Reader(address="a@example.org")]), now=NOW)
    claim_readers(ledger, begin(ledger, "mail"), limit=1, now=NOW)
    assert ledger.recipients.sweep(now=NOW) == 0
    ledger.attempts.sweep(owner="another", now=NOW)
    assert ledger.recipients.sweep(now=NOW) == 1


def test_the_last_reader_of_a_long_list_is_found_as_quickly_as_that_of_a_short_one(ledger: Ledger) -> None:
    def steps_to_the_last_of(number: int) -> int:
        key = f"mail-{number}"
        pending(ledger, key)
        ledger.recipients.enrol(
            key, map(Candidate, [Reader(address=f"r{one}@example.org") for one in range(number)]), now=NOW
        )
        settle_readers(
            ledger, [(one, SENT) for one in claim_readers(ledger, Claim(key, 0, 0), limit=number - 1, now=NOW)], now=NOW
        )
        with counted_steps(ledger) as steps:
            assert len(claim_readers(ledger, Claim(key, 0, 0), limit=5, now=NOW)) == 1
        return len(steps)

    few, many = steps_to_the_last_of(10), steps_to_the_last_of(3000)
    assert 0 < many < 2 * few


@contextmanager
def counted_steps(ledger: Ledger) -> Iterator[list[None]]:
    """The steps of SQLite's machine, on the one connection that is open."""
    steps: list[None] = []
    assert isinstance(ledger.engine.pool, QueuePool)
    assert ledger.engine.pool.checkedin() == 1
    connection = ledger.engine.raw_connection()
    driver: sqlite3.Connection = connection.driver_connection  # type: ignore[assignment]  SQLite's own
    driver.set_progress_handler(lambda: steps.append(None), 1)
    connection.close()
    yield steps
    driver.set_progress_handler(None, 0)


def test_a_tally_is_told_in_words(ledger: Ledger) -> None:
    pending(ledger, "mail")
    ledger.recipients.enrol(
        "mail", map(Candidate, [Reader(address=f"{name}@example.org") for name in "abcdefgh"]), now=NOW
    )
    many = [S.SENT, S.SENT, S.FAILED, S.UNKNOWN, S.SENDING, S.RETRY_WAIT, S.PENDING, S.EXPIRED]
    with ledger.engine.begin() as connection:
        for number, one in enumerate(many, start=1):
            connection.exec_driver_sql("UPDATE recipients SET state = ? WHERE id = ?", (str(one), number))
    assert str(ledger.recipients.tally("mail")) == "2 accepted, 2 waiting, 1 refused, 2 uncertain, 1 excluded"
    assert str(ledger.recipients.tally("other")) == ""


# --- approvals ------------------------------------------------------------------------------------------------


def approval(key: str, who: str, **others: object) -> Approval:
    bound = {"language": "en", "subject": "posts/one/post/x", "sha256": "ab", "local": datetime(2027, 5, 6, 10, 0)}  # noqa: DTZ001  wall time
    return Approval(key=key, who=who, given_at=NOW, **{**bound, **others})


SEEN = Seen(text="Zażółć 🎉", payload="{}", media=(("a.png", "cd", "A dog"),))


def test_an_approval_counts_once_for_each_person_and_may_come_early(ledger: Ledger) -> None:
    given = [ledger.approvals.give(approval("one", who), SEEN) for who in ("me", "me", "you")]
    assert given == [True, False, True]
    assert ledger.approvals.counts() == {"one": 2}
    assert ledger.approvals.of("one") == [approval("one", "me"), approval("one", "you")]


def test_the_same_person_may_approve_other_bytes_another_language_and_another_time(ledger: Ledger) -> None:
    later = datetime(2027, 5, 6, 12, 0)  # noqa: DTZ001  wall time
    others: list[dict[str, object]] = [{}, {"sha256": "cd"}, {"language": "pl"}, {"local": later}]
    assert all(ledger.approvals.give(approval("one", "me", **other), SEEN) for other in others)


def test_a_delivery_is_as_approved_as_the_language_that_fewest_approved(ledger: Ledger) -> None:
    for who, language in (("me", "en"), ("you", "en"), ("me", "pl")):
        ledger.approvals.give(approval("one", who, language=language), SEEN)
    assert ledger.approvals.counts() == {"one": 1}


def test_what_was_seen_is_kept_with_the_approval(ledger: Ledger) -> None:
    ledger.approvals.give(approval("one", "me"), SEEN)
    assert ledger.approvals.seen(approval("one", "me")) == SEEN
    assert ledger.approvals.seen(approval("one", "you")) is None


def test_an_approval_from_before_they_were_bound_to_bytes_stays_and_counts_for_nothing(file: Path) -> None:
    file.parent.mkdir()
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        connection.exec_driver_sql(
            "INSERT INTO approvals (key, who, given_at) VALUES ('one', 'me', '2027-05-03 08:00')"
        )
    engine.dispose()
    ledger = open_ledger(f"sqlite:///{file}")
    [kept] = ledger.approvals.of("one")
    assert (kept.who, kept.sha256, kept.local, ledger.approvals.counts()) == ("me", "", None, {})
    ledger.close()


@pytest.mark.parametrize("state", [DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN])
def test_nothing_takes_the_place_of_what_a_lane_took_up_meanwhile(ledger: Ledger, state: DeliveryState) -> None:
    ledger.deliveries.replan(added=[planned("old"), planned("other")], now=NOW)
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = ? WHERE key = 'old'", (state,))
    late = ledger.deliveries.replan(added=[planned("new")], cancelled=[("other", "edited"), ("old", "edited")], now=NOW)
    assert late == ["old"]
    assert {row.key: str(row.state) for row in ledger.deliveries.all()} == {"old": str(state), "other": "planned"}


def test_what_came_of_some_and_the_claim_of_others_share_a_commit(ledger: Ledger) -> None:
    key = mailing(ledger, 10)
    first = ledger.batches.begin(Claim(key, 0, 0), [], room=4, behind=0, now=NOW).commit().claimed
    settled = [
        Settled(first[0], SENT),
        Settled(first[1], Result(outcome=Outcome.TEMPORARY, state=S.PENDING), was_tried=False),
    ]
    rate = Rate(name="mail.example.org:25", per_second=1.0, level=0.5, at=NOW)
    second = (
        ledger.batches.begin(Claim(key, 0, 0), settled, room=20, behind=first[-1].id, now=NOW, rates=[rate])
        .commit()
        .claimed
    )
    assert [one.id for one in second] == [first[1].id, *range(first[-1].id + 1, first[-1].id + 7)]
    assert {one.attempts for one in second} == {0}
    tally = ledger.recipients.tally(key)
    assert (tally.of(S.SENT), tally.of(S.SENDING), ledger.rates.all()) == (1, 9, [rate])


def test_who_lost_the_claim_of_a_mailing_still_writes_down_what_was_answered_and_claims_nobody(ledger: Ledger) -> None:
    key = mailing(ledger, 3)
    (first,) = ledger.batches.begin(Claim(key, 0, 0), [], room=1, behind=0, now=NOW).commit().claimed
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET fence = fence + 1")
    with pytest.raises(ClaimLost):
        ledger.batches.begin(Claim(key, 0, 0), [Settled(first, SENT)], room=5, behind=0, now=NOW).commit()
    tally = ledger.recipients.tally(key)
    assert (tally.of(S.SENT), tally.of(S.PENDING)) == (1, 2)


def test_a_paused_channel_claims_nobody(ledger: Ledger) -> None:
    key = mailing(ledger, 3)
    ledger.pauses.begin(Pause(channel="", since=NOW, why="the office moves"))
    batch = ledger.batches.begin(Claim(key, 0, 0), [], room=5, behind=0, now=NOW).commit()
    assert (batch.claimed, batch.is_paused) == ([], True)


def mailing(ledger: Ledger, count: int) -> str:
    """A mailing with so many readers."""
    ledger.deliveries.replan(added=[planned("mail")], now=NOW)
    ledger.recipients.enrol("mail", [Candidate(Reader(address=f"r{n}@example.org")) for n in range(count)], now=NOW)
    return "mail"
