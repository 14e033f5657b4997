"""``publisher import`` as people use it: drafts come into the file, and nothing else of it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from office import SCHEDULE, json_of, open_office, run

CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:4711@example.org
SUMMARY:Noc muzeów: wstęp wolny
DTSTART;VALUE=DATE:20990511
DTEND;VALUE=DATE:20990514
LOCATION:Opera\\, Białystok
URL:https://example.org/night
END:VEVENT
END:VCALENDAR
"""
TABLE = "Tytuł;Data;Opis\nWarsztat;11.05.2099;Opis\nZa wcześnie;11.05.2019;x\n"


def office(folder: Path) -> Path:
    open_office(folder)
    (folder / "night.ics").write_text(CALENDAR, encoding="utf-8")
    return folder


def text(folder: Path) -> str:
    return (folder / "schedules.yaml").read_bytes().decode()


def test_an_event_becomes_a_draft_that_check_accepts(tmp_path: Path) -> None:
    office(tmp_path)
    ran = run(tmp_path, "import", "night.ics")
    assert ran.returncode == 0, ran.stderr
    assert "1 added as drafts" in ran.stdout
    assert "+  - id: noc-muzeow-wstep-wolny-2099" in ran.stdout
    assert "    when: 2099-05-11 to 2099-05-13\n" in text(tmp_path)
    removed = [line for line in SCHEDULE.splitlines() if line not in text(tmp_path).splitlines()]
    assert removed == []
    checked = json_of(tmp_path, "check")
    assert [problem for problem in checked if "noc-muzeow" in str(problem)] == []


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    office(tmp_path)
    run(tmp_path, "import", "night.ics")
    once = text(tmp_path)
    ran = run(tmp_path, "import", "night.ics")
    assert (ran.returncode, ran.stdout) == (0, "schedules.yaml: 1 as before\n")
    assert text(tmp_path) == once


@pytest.mark.parametrize("flag", ["--dry-run", "--diff"])
def test_a_dry_run_shows_the_difference_and_writes_nothing(flag: str, tmp_path: Path) -> None:
    office(tmp_path)
    ran = run(tmp_path, "import", "night.ics", flag)
    assert "+    status: draft" in ran.stdout
    assert "1 would be added as drafts" in ran.stdout
    assert text(tmp_path) == SCHEDULE


def test_what_a_person_wrote_is_kept_and_the_rest_follows_the_source(tmp_path: Path) -> None:
    office(tmp_path)
    run(tmp_path, "import", "night.ics")
    own = text(tmp_path).replace("status: draft", "status: confirmed").replace("wstęp wolny", "mój tytuł")
    (tmp_path / "schedules.yaml").write_text(own, encoding="utf-8")
    moved = CALENDAR.replace("20990514", "20990515").replace("wstęp wolny", "bilety")
    (tmp_path / "night.ics").write_text(moved, encoding="utf-8")
    ran = run(tmp_path, "import", "night.ics")
    assert ran.returncode == 0
    assert "1 updated" in ran.stdout
    assert "title: “Noc muzeów: mój tytuł” here, “Noc muzeów: bilety” there" in ran.stdout
    changed = [line for line in text(tmp_path).splitlines() if line not in own.splitlines() and "import:" not in line]
    assert changed == ["    when: 2099-05-11 to 2099-05-14"]


def test_the_past_comes_only_when_it_is_asked_for(tmp_path: Path) -> None:
    office(tmp_path)
    (tmp_path / "events.csv").write_text(TABLE, encoding="windows-1250")
    ran = run(tmp_path, "import", "events.csv", "--diff")
    assert "1 would be added as drafts, 1 over already" in ran.stdout
    assert "windows-1250" in ran.stdout
    assert "2 would be added" in run(tmp_path, "import", "events.csv", "--diff", "--all").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nothing.ics"], 1, "can't be read"),
        (["schedules.yaml"], 1, "nothing that can be imported"),
        (["http://127.0.0.1:9/feed"], 1, "private network"),
        (["http://localhost/feed"], 1, "private network"),
        (["ftp://example.org/feed"], 1, "http"),
        (["night.ics", "--cadence", "nobody"], 2, "no cadence"),
        ([], 2, "URL|FILE"),
        (["night.ics", "--nonsense"], 2, "nonsense"),
    ],
)
def test_what_can_not_be_imported_is_one_clear_message(
    arguments: list[str], code: int, words: str, tmp_path: Path
) -> None:
    office(tmp_path)
    ran = run(tmp_path, "import", *arguments)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
    assert text(tmp_path) == SCHEDULE


def test_a_broken_schedule_file_is_not_touched(tmp_path: Path) -> None:
    office(tmp_path)
    (tmp_path / "schedules.yaml").write_text("events: [\n", encoding="utf-8")
    ran = run(tmp_path, "import", "night.ics")
    assert ran.returncode == 1
    assert "publisher check" in ran.stderr
    assert text(tmp_path) == "events: [\n"
