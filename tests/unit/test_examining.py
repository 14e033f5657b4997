"""The doctor's own checks: none stops another, and each says what is so on this machine."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.app import App, Options
from publisher.clock import SystemClock
from publisher.errors import MissingCredential, Rejected, TemporaryError
from publisher.examining import files, storage, times
from publisher.examining.doctor import Reach, examine
from publisher.examining.rounds import Check, at_once
from publisher.ledger.database import HEAD
from publisher.ledger.ledger import open_ledger
from publisher.model.findings import Finding, broken, doubtful, fine


def grades(found: Iterator[Finding]) -> list[str]:
    return [finding.grade.value for finding in found]


def raising(error: Exception) -> Iterator[Finding]:
    yield fine("a", "before")
    raise error


def test_a_check_that_fails_keeps_what_it_found_and_stops_no_other() -> None:
    checks = [
        Check("broken", lambda: raising(KeyError("secret"))),
        Check("refused", lambda: raising(Rejected("No", code="403", detail="not allowed", remedy="ask"))),
        Check("away", lambda: raising(TemporaryError("away", remedy="nothing to do: it is tried again"))),
        Check("missing", lambda: raising(MissingCredential("PUBLISHER_X_KEY", channel_id="x"))),
        Check("fine", lambda: iter([fine("fine", "here")])),
    ]
    found = list(at_once(checks))
    assert [finding.words for finding in found if finding.grade.value == "ok"] == ["before"] * 4 + ["here"]
    errors = {finding.subject: finding for finding in found if finding.grade.value == "error"}
    assert "secret" not in errors["broken"].words
    assert errors["refused"].words == "No; 403; not allowed"
    assert "tried again" not in errors["away"].mend
    assert errors["missing"].mend.startswith("run: publisher login missing")


def test_a_check_that_hangs_is_left_behind() -> None:
    never = threading.Event()

    def hangs() -> Iterator[Finding]:
        yield fine("slow", "before")
        never.wait(20)

    found = list(at_once([Check("slow", hangs), Check("fine", lambda: [fine("fine", "here")])], patience=0.2))
    never.set()
    assert [finding.subject for finding in found] == ["slow", "slow", "fine"]
    assert "no end of this check came in time" in found[1].words


def test_checks_run_at_once() -> None:
    meeting = threading.Barrier(2, timeout=10)
    checks = [Check(name, lambda: [fine("a", str(meeting.wait()))]) for name in "ab"]
    assert grades(at_once(checks)) == ["ok", "ok"]


@pytest.mark.parametrize(("step", "grade"), [(0.0, "ok"), (2.0, "warning"), (-1.0, "warning")])
def test_a_clock_that_jumps_is_noticed(step: float, grade: str) -> None:
    wall = iter([100.0, 101.0 + step])
    steady = iter([5.0, 6.0])
    found = times.examine_steadiness(wall=lambda: next(wall), steady=lambda: next(steady), seconds=0)
    assert grades(found) == [grade]


def test_old_rules_of_time_zones_are_doubtful() -> None:
    assert grades(times.examine_zones(None, now=datetime(2060, 1, 1, tzinfo=UTC))) == ["warning"]
    assert grades(times.examine_zones(None, now=datetime(2025, 1, 1, tzinfo=UTC))) == ["ok"]


def ledger(folder: Path) -> Path:
    file = folder / "ledger.db"
    open_ledger(f"sqlite:///{file}").close()
    return file


def words(file: Path) -> str:
    return "\n".join(f"{finding.grade}: {finding.words}" for finding in storage.examine(f"sqlite:///{file}"))


def test_a_sound_ledger_is_fine_and_stays_as_it_is(tmp_path: Path) -> None:
    file = ledger(tmp_path)
    before = file.read_bytes()
    found = list(storage.examine(f"sqlite:///{file}"))
    assert set(grades(iter(found))) == {"ok"}
    assert f"schema {HEAD}" in words(file)
    assert file.read_bytes() == before


def test_a_ledger_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert "not there yet" in words(tmp_path / "var" / "ledger.db")
    assert not (tmp_path / "var").exists()


def test_what_is_no_ledger_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is not a database, but it is long enough to look like a file" * 50)
    assert "error" in words(tmp_path / "text.db")
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()
    assert "error: " in words(tmp_path / "other.db")
    assert "belongs to another program" in words(tmp_path / "other.db")
    (tmp_path / "empty.db").touch()
    assert "is empty" in words(tmp_path / "empty.db")


@pytest.mark.parametrize(("version", "said"), [("9999", "error"), ("0000", "brings it to")])
def test_another_schema_is_told(tmp_path: Path, version: str, said: str) -> None:
    file = ledger(tmp_path)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()
    assert said in words(file)


def test_a_ledger_that_another_program_holds_is_doubtful(tmp_path: Path) -> None:
    file = ledger(tmp_path)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert "warning: " in words(file)
    holder.close()


def test_a_damaged_ledger_is_an_error(tmp_path: Path) -> None:
    file = ledger(tmp_path)
    content = bytearray(file.read_bytes())
    content[4096 : 4096 * 6] = b"\xff" * (4096 * 5)
    file.write_bytes(bytes(content))
    assert "error" in words(file)


def test_a_database_without_a_driver_or_an_address_is_an_error_without_its_password() -> None:
    for url in ("postgresql://me:db-password@127.0.0.1:1/name", "no address with db-password"):
        found = list(storage.examine(url))
        assert grades(iter(found)) == ["error"]
        assert "db-password" not in str(found)


def app(folder: Path, **values: str) -> App:
    options = Options(schedules=folder / "schedules.yaml", database=f"sqlite:///{folder / 'ledger.db'}", values=values)
    return App(options, clock=SystemClock())


def test_files_that_others_may_read_are_told_with_the_mend(tmp_path: Path) -> None:
    names = ("open", "group", "own")
    for name, mode in zip(names, (0o644, 0o640, 0o600), strict=True):
        (tmp_path / name).write_text("token")
        (tmp_path / name).chmod(mode)
    found = list(
        files.examine(app(tmp_path, **{f"PUBLISHER_{name.upper()}_FILE": str(tmp_path / name) for name in names}))
    )
    assert [(finding.grade.value, finding.mend) for finding in found] == [
        ("warning", f"run: chmod 600 {tmp_path / 'group'}"),
        ("error", f"run: chmod 600 {tmp_path / 'open'}"),
    ]


def test_a_ledger_that_others_may_read_is_doubtful(tmp_path: Path) -> None:
    ledger(tmp_path).chmod(0o644)
    assert grades(files.examine(app(tmp_path))) == ["warning"]
    (tmp_path / "ledger.db").chmod(0o600)
    assert grades(files.examine(app(tmp_path))) == ["ok"]


def test_a_file_that_can_not_be_read_is_a_finding_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    found = list(examine(app(tmp_path), Reach(offline=True)))
    assert broken("x", "", mend="").grade in {finding.grade for finding in found if finding.subject == "configuration"}
    assert {"database", "time zones", "files", "alerts", "clock"} <= {finding.subject for finding in found}
    assert doubtful("x", "", mend="").grade in {finding.grade for finding in found if finding.subject == "clock"}
