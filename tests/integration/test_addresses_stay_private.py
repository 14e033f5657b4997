"""Nobody's whole address stands in logs, in what commands print, in alerts, or on pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene

from publisher.cli.main import run
from publisher.ledger.listrecords import EVERY_LIST, Suppression, Why
from publisher.sandbox.faults import Fault

PEOPLE = ("anna.nowak", "bela.toth", "carl.olsen", "dora.lind", "emil.roux")
ROWS = tuple(f"{name}@readers.example.com,{name.title()},en" for name in PEOPLE)
WHOLE = re.compile("|".join(rf"{re.escape(name)}(?:@|%40|&#64;|=40)" for name in PEOPLE), re.IGNORECASE)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.enlist(*ROWS, "no address at all,,en", f"{PEOPLE[0]}@readers.example.com,Twice,en")
        set_up.write(post("one", to=["news"]), post("two", to=["news"], at=DUE + timedelta(days=2)))
        set_up.at(START)
        person = set_up.app.list_key.hash_of(f"{PEOPLE[4]}@readers.example.com")
        set_up.ledger.suppressions.add(Suppression(hash=person, list=EVERY_LIST, reason=Why.COMPLAINT, since=START))
        yield set_up


def command(stage: Scene, *words: str) -> None:
    run(["--database", stage.options.database, "--schedules", str(stage.file), *words])


def fared(stage: Scene, fault: Fault) -> None:
    """A mailing in which something goes wrong, to its end."""
    stage.inject("news", fault, after=1)
    stage.at(DUE)
    stage.play(1)


@pytest.mark.parametrize(
    "fault", [Fault.SMTP_REFUSE, Fault.SMTP_GREYLIST, Fault.SMTP_DROP_AFTER_DATA, Fault.SMTP_POLICY, Fault.SMTP_AUTH]
)
def test_logs_and_alerts_of_a_run_hold_no_whole_address(
    stage: Scene, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    fared(stage, fault)
    said = capsys.readouterr()
    assert "one/post/" in said.out
    assert WHOLE.findall(f"{said.out}{said.err}") == []
    assert WHOLE.findall(" ".join(alert.text for alert in stage.alerts)) == []
    rows = stage.ledger.deliveries.all()
    assert WHOLE.findall(" ".join(row.reason for row in rows)) == []


def test_what_commands_print_holds_no_whole_address(stage: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    fared(stage, Fault.SMTP_REFUSE)
    capsys.readouterr()
    key = stage.row("one", "news").key
    told = 0
    for words in (
        ["status"],
        ["status", "--format", "json"],
        ["history"],
        ["history", "--format", "json"],
        ["why", key],
        ["check"],
        ["plan"],
        ["lists", "account", key],
        ["lists", "who-got", key, "--everybody"],
        ["lists", "who-got", key, "--everybody", "--format", "json"],
        ["lists", "why-not", f"{PEOPLE[1]}@readers.example.com", key],
        ["approve", "two", "--size", "5"],
    ):
        command(stage, *words)
        said = capsys.readouterr()
        told += len(said.out)
        assert WHOLE.findall(f"{said.out}{said.err}") == [], words
    assert told > 2000


@pytest.mark.parametrize("format_", ["text", "json", "html"])
def test_previews_hold_no_whole_address(
    stage: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    fared(stage, Fault.SMTP_REFUSE)
    capsys.readouterr()
    command(stage, "preview", "--from", "2027-05-01", "--format", format_, "--out", str(tmp_path / "pages"))
    said = capsys.readouterr().out
    pages = "".join(page.read_text(encoding="utf-8") for page in (tmp_path / "pages").rglob("*.html"))
    assert len(said + pages) > 500
    assert WHOLE.findall(said + pages) == []
