"""Backups, old ledgers put in place, wrong clocks and full disks: real files, real commands, real processes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from alembic import command
from alembic.config import Config
from running_parts import post, schedule
from sqlalchemy import create_engine

from publisher.cli.main import run
from publisher.clock import SystemClock
from publisher.clockwatch import boot, uptime
from publisher.errors import LedgerError
from publisher.ledger import migrations
from publisher.ledger.backup import back_up
from publisher.ledger.ledger import open_ledger
from publisher.model import Calendar, Channel
from publisher.sandbox import Sandbox
from publisher.settings import variable

CHANNEL = Channel(id="twitter", type="twitter", languages=("en",), calendar=Calendar(timezone="UTC"))

ON_A_FULL_DISK = """
import resource, sys
from publisher.cli.main import run
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
sys.exit(run(["run", "--once"]))
"""


class Office:
    """A folder with a file and a ledger, and a stand-in for the platform."""

    def __init__(self, folder: Path, sandbox: Sandbox, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.capture = capture
        self.ledger = folder / "var" / "publisher.db"
        self.beside = folder / "var" / "publisher.db.pulse"

    def write(self, *names: str) -> None:
        """A file with posts that are due just now."""
        due = datetime.now(UTC) - timedelta(minutes=2)
        posts = [post(name, at=due, to=["twitter"]) for name in names]
        text = schedule(*posts, channels='channels:\n  twitter: { account: "@office", languages: [en] }\n')
        (self.folder / "schedules.yaml").write_text(text, encoding="utf-8")

    def call(self, *arguments: str) -> tuple[int, str]:
        """Run a command in this process: exit code, and all that it says."""
        self.capture.readouterr()
        code = run(arguments)
        found = self.capture.readouterr()
        return code, found.out + found.err

    def states(self) -> dict[str, str]:
        """The state of each post."""
        _, said = self.call("status", "--format", "json")
        return {row["key"].partition("/")[0]: row["state"] for row in json.loads(said[said.index("[\n") :])}

    @property
    def out(self) -> int:
        """How many posts the platform has."""
        return self.sandbox.counts()["twitter"]

    def sql(self, statement: str, *values: object) -> None:
        """Change the ledger by hand."""
        with closing(sqlite3.connect(self.ledger)) as connection, connection:
            connection.execute(statement, values)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    with Sandbox(clock=SystemClock()) as sandbox:
        for name in [name for name in os.environ if name.startswith("PUBLISHER_")]:
            monkeypatch.delenv(name)
        for setting, value in sandbox.settings_for(CHANNEL).items():
            monkeypatch.setenv(variable("twitter", setting), value)
        monkeypatch.chdir(tmp_path)
        yield Office(tmp_path, sandbox, capsys)
    structlog.reset_defaults()


# --- backups --------------------------------------------------------------------------------------------------


def test_only_its_owner_may_read_a_ledger(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with closing(open_ledger(f"sqlite:///{file}")) as ledger:
        ledger.pulse.beat()
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.glob("ledger.db*")}
    assert set(modes.values()) == {0o600}, modes


def test_a_backup_is_whole_while_others_write_and_belongs_to_its_owner(office: Office) -> None:
    office.write("one")
    assert office.call("run", "--once")[0] == 0
    ledger, stop = open_ledger(f"sqlite:///{office.ledger}"), threading.Event()

    def write() -> None:
        while not stop.is_set():
            ledger.pulse.beat()

    writer = threading.Thread(target=write)
    writer.start()
    code, said = office.call("backup", "copy.db")
    stop.set()
    writer.join()
    ledger.close()
    copy = office.folder / "copy.db"
    assert (code, "written and looked through" in said, copy.stat().st_mode & 0o777) == (0, True, 0o600)
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert opened.execute("SELECT state FROM deliveries").fetchall() == [("sent",)]
    assert sorted(path.name for path in office.folder.iterdir() if "copy" in path.name) == ["copy.db"]


def test_without_a_name_a_backup_lies_beside_the_ledger(office: Office) -> None:
    office.write("one")
    assert office.call("run", "--once")[0] == 0
    assert office.call("backup")[0] == 0
    assert len(list(office.ledger.parent.glob("publisher.db.2*Z"))) == 1


@pytest.mark.parametrize("target", ["nowhere/copy.db", "var", "var/publisher.db"])
def test_a_backup_that_cant_be_written_is_told_in_words_and_changes_nothing(office: Office, target: str) -> None:
    office.write("one")
    assert office.call("run", "--once")[0] == 0
    before = sorted(path.name for path in office.ledger.parent.iterdir())
    code, said = office.call("backup", target)
    assert (code in (1, 2), "Traceback" in said, target in said) == (True, False, True)
    assert sorted(path.name for path in office.ledger.parent.iterdir()) == before
    assert office.states() == {"one": "sent"}


def test_nothing_is_there_to_be_backed_up_before_the_first_run(office: Office) -> None:
    assert office.call("backup") == (
        1,
        "publisher: var/publisher.db: there is no ledger yet → it is made by: publisher run\n",
    )


def test_a_damaged_ledger_gives_no_backup(office: Office, tmp_path: Path) -> None:
    office.write("one")
    assert office.call("run", "--once")[0] == 0
    with office.ledger.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xff" * 4096)
    with pytest.raises(LedgerError, match="the copy of the ledger could not be written"):
        back_up(office.ledger, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_single_round_with_a_broken_file_sends_what_was_planned_and_is_no_success(office: Office) -> None:
    office.write("one")
    file = office.folder / "schedules.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "  - { id: two, sned: 2027-05-03 09:00 }\n", encoding="utf-8")
    code, said = office.call("run", "--once")
    assert (code, office.out, "the file has errors" in said) == (1, 1, True)


# --- an old ledger is put in place ----------------------------------------------------------------------------


def put_back(office: Office, copy: Path) -> None:
    for name in ("publisher.db-wal", "publisher.db-shm"):
        (office.ledger.parent / name).unlink(missing_ok=True)
    shutil.copy(copy, office.ledger)


def old_ledger(office: Office, way: str) -> None:
    """A ledger of the time before “one” went out comes back, or none at all."""
    office.write()
    (office.folder / "schedules.yaml").write_text(schedule(post("later", at=datetime(2030, 1, 1, tzinfo=UTC))))
    (office.folder / "readers.csv").write_text("email\nanna@example.org\n")
    assert office.call("run", "--once")[0] in (0, 1)
    if way == "backup":
        assert office.call("backup", "old.db")[0] == 0
    shutil.copy(office.ledger, office.folder / "plain.db")
    office.write("one")
    assert (office.call("run", "--once")[0], office.out) == (0, 1)
    if way == "gone":
        office.ledger.unlink()
    else:
        put_back(office, office.folder / ("old.db" if way == "backup" else "plain.db"))


@pytest.mark.parametrize("way", ["backup", "plain copy", "gone"])
def test_an_old_ledger_sends_nothing_until_a_person_has_looked(office: Office, way: str) -> None:
    old_ledger(office, way)
    for _ in range(2):
        code, said = office.call("run", "--once")
        assert (code, "publisher reconcile" in said, office.out) == (1, True, 1)
    code, said = office.call("reconcile")
    assert (code, "one/post/" in said, "publisher reconcile --sent" in said) == (1, True, True)
    assert office.call("run", "--once")[0] == 1
    assert office.call("reconcile", "--sent", "--as", "tester")[0] == 0
    assert (office.call("run", "--once")[0], office.out, office.states()["one"]) == (0, 1, "cancelled")
    assert "taken for out, when an older ledger was put in place (tester)" in office.call("why", "one")[1]
    assert "nothing to settle" in office.call("reconcile")[1]


@pytest.mark.parametrize("way", ["backup", "plain copy"])
def test_status_says_that_an_old_ledger_sends_nothing_as_long_as_it_is_so(office: Office, way: str) -> None:
    old_ledger(office, way)
    assert "publisher run would send nothing: this" in office.call("status")[1]
    office.call("reconcile", "--sent")
    assert "send nothing" not in office.call("status")[1]


def test_what_a_person_did_not_find_on_the_platform_goes_out_and_the_rest_was_skipped(office: Office) -> None:
    old_ledger(office, "plain copy")
    office.write("one", "two")
    code, said = office.call("reconcile")
    assert (code, "one/post/" in said, "two/post/" in said) == (1, True, True)
    assert office.call("skip", "one")[0] == 0
    assert office.call("reconcile", "--not-sent")[0] == 0
    assert (office.call("run", "--once")[0], office.out) == (0, 2)
    assert office.states() == {"one": "cancelled", "two": "sent"}


def test_a_ledger_that_was_killed_before_it_wrote_the_file_beside_it_is_believed(office: Office) -> None:
    office.write("one")
    assert office.call("run", "--once")[0] == 0
    office.sql("UPDATE pulse SET beats = beats + 1")
    assert office.call("run", "--once")[0] == 0


# --- the clock ------------------------------------------------------------------------------------------------


def seen(office: Office, at: datetime, *, ran: float, start: str) -> None:
    """Let the ledger have seen this instant last."""
    office.sql("UPDATE pulse SET seen_at = ?, uptime = ?, boot = ?", f"{at:%Y-%m-%d %H:%M:%S.%f}", ran, start)


@pytest.mark.parametrize(("back", "start"), [(timedelta(hours=2), boot()), (timedelta(days=3650), "another")])
def test_a_clock_that_is_far_ahead_sends_nothing_until_a_person_says_that_it_is_right(
    office: Office, back: timedelta, start: str
) -> None:
    office.write()
    (office.folder / "schedules.yaml").write_text(schedule(channels='channels:\n  twitter: { account: "@office" }\n'))
    assert office.call("run", "--once")[0] in (0, 1)
    office.write("one")
    seen(office, datetime.now(UTC) - back, ran=uptime(), start=start)
    code, said = office.call("run", "--once")
    assert (code, office.out) == (1, 0)
    assert "nothing is sent: the clock can't be right" in said
    assert "publisher run --clock-is-right" in office.call("status")[1]
    assert (office.call("run", "--once", "--clock-is-right")[0], office.out) == (0, 1)
    assert "Nothing is sent" not in office.call("status")[1]
    assert office.call("run", "--once")[0] == 0


def test_the_daemon_waits_while_the_clock_is_wrong_and_can_be_stopped(office: Office) -> None:
    office.write("one")
    open_ledger(f"sqlite:///{office.ledger}").close()
    seen(office, datetime.now(UTC) - timedelta(hours=3), ran=uptime(), start=boot())
    daemon = subprocess.Popen(
        [sys.executable, "-m", "publisher", "run"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert daemon.stdout is not None
    line = daemon.stdout.readline()
    time.sleep(0.3)
    daemon.terminate()
    rest, _ = daemon.communicate(timeout=20)
    assert ("nothing is sent: the clock can't be right" in line, daemon.returncode) == (True, 0)
    assert ("Traceback" in rest, office.out) == (False, 0)


def test_a_clock_that_was_put_back_sends_nothing_twice(office: Office) -> None:
    office.write("one")
    assert office.call("run", "--once")[0] == 0
    seen(office, datetime.now(UTC) + timedelta(hours=2), ran=uptime(), start=boot())
    assert (office.call("run", "--once")[0], office.out) == (0, 1)


# --- older tables, full disks ---------------------------------------------------------------------------------


def test_a_ledger_of_an_older_publisher_is_kept_before_its_tables_change(office: Office) -> None:
    office.write("one")
    office.ledger.parent.mkdir()
    engine = create_engine(f"sqlite:///{office.ledger}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    assert (office.call("run", "--once")[0], office.out, office.states()) == (0, 1, {"one": "sent"})
    kept = office.ledger.with_name("publisher.db.schema-0001")
    with closing(sqlite3.connect(kept)) as opened:
        assert opened.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_a_disk_that_is_full_sends_nothing_twice_and_loses_nothing(office: Office) -> None:
    office.write(*(f"post-{number}" for number in range(40)))
    open_ledger(f"sqlite:///{office.ledger}").close()
    full = subprocess.run([sys.executable, "-c", ON_A_FULL_DISK], capture_output=True, text=True, check=False)
    assert (full.returncode, "Traceback" in full.stderr) == (1, False)
    assert "free space" in full.stdout + full.stderr
    assert office.out < 40
    assert office.call("run", "--once")[0] in (0, 1)
    states = list(office.states().values())
    assert (len(states), office.out, states.count("unknown") <= 1) == (40, 40, True)
