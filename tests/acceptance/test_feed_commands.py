"""Feeds and ``plan --against`` as a user types them, and what their page says about them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar
from markdown_it import MarkdownIt
from office import SCHEDULE, json_of, open_office, run

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "feeds.md"
MAY = ("--from", "2027-05-01", "--to", "2027-05-31")
#: The edit that the page shows.
EDIT = (("send: 2027-05-06 10:00", "send: 2027-05-07 12:00"), ("Cześć & dzień dobry!", "Cześć!"))
LATER = (("2027-05-13", "2099-05-13"), ("2027-05-10", "2099-05-10"))


def _git(folder: Path, *arguments: str) -> None:
    local = ["-c", "protocol.file.allow=always"]
    identity = ["-c", "user.name=Office", "-c", "user.email=office@example.org", "-c", "commit.gpgsign=false"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", *local, *identity, *arguments]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=30)


def _commit(folder: Path) -> Path:
    _git(folder, "init", "--quiet")
    _git(folder, "add", "schedules.yaml")
    _git(folder, "commit", "--quiet", "--message", "First version")
    return folder


def _edit(folder: Path, *edits: tuple[str, str]) -> None:
    file = folder / "schedules.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def _sessions(page: Path) -> list[tuple[str, str]]:
    """Command and output of each console block; the fence of a block may hold shorter ones."""
    blocks = re.findall(r"^(`{3,})console\n(.*?)^\1$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    pieces = [piece for _, block in blocks for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [(command, output) for command, _, output in (piece.partition("\n") for piece in pieces)]


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    _edit(_commit(open_office(tmp_path)), *EDIT)
    scripts = Path(sys.executable).parent
    environment = {"PATH": f"{scripts}:{os.environ['PATH']}", "LANG": "C.UTF-8", "HOME": str(tmp_path)}
    environment["PYTHONPATH"] = str(ROOT)
    sessions = _sessions(PAGE)
    assert len(sessions) == 4
    for command, output in sessions:
        typed = command.replace("publisher", f"{sys.executable} -m publisher", 1)
        ran = subprocess.run(  # noqa: S602  the page is ours
            typed, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert (ran.returncode, ran.stdout) == (0, output), f"$ {command}\n{ran.stdout}{ran.stderr}"


# --- feeds ---------------------------------------------------------------------------------------------------------


def test_the_calendar_is_printed_as_it_is(tmp_path: Path) -> None:
    open_office(tmp_path)
    command = [sys.executable, "-m", "publisher", "feed", "--lang", "en", "--revised", "2027-01-15T10:30:00Z"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=60)
    assert ran.stdout.count(b"\n") == ran.stdout.count(b"\r\n")
    [event] = Calendar.from_ical(ran.stdout).walk("VEVENT")
    assert event["SUMMARY"] == "Open day"
    assert event["UID"] == "open-day@example.org"
    assert event["DTSTAMP"].to_ical() == b"20270115T103000Z"


def test_the_file_of_the_schedule_says_when_it_was_revised(tmp_path: Path) -> None:
    file = open_office(tmp_path) / "schedules.yaml"
    sequences = []
    for seconds in (1_800_000_000, 1_800_000_001):
        os.utime(file, (seconds, seconds))
        [event] = Calendar.from_ical(run(tmp_path, "feed").stdout).walk("VEVENT")
        sequences.append(event["SEQUENCE"])
    assert sequences[1] == sequences[0] + 1


def test_news_are_written_to_a_file(tmp_path: Path) -> None:
    _edit(open_office(tmp_path), *LATER)
    ran = run(tmp_path, "feed", "--format", "rss", "--out", "public/news.rss")
    assert ran.returncode == 0, ran.stderr
    root = ET.parse(tmp_path / "public" / "news.rss").getroot()  # noqa: S314  ours
    assert root.findtext("channel/item/title") == "Dzień otwarty – zażółć gęślą jaźń"
    assert root.findtext("channel/item/pubDate") is None
    assert [file.name for file in (tmp_path / "public").iterdir()] == ["news.rss"]


def test_news_leave_out_what_is_over_and_the_calendar_does_not(tmp_path: Path) -> None:
    _edit(open_office(tmp_path), ("2027-05-13", "2020-05-13"), ("2027-05-10", "2020-05-10"))
    assert "<item>" not in run(tmp_path, "feed", "--format", "rss").stdout
    assert "BEGIN:VEVENT" in run(tmp_path, "feed").stdout


def test_an_event_with_an_error_leaves_the_old_feed_in_place(tmp_path: Path) -> None:
    open_office(tmp_path)
    assert run(tmp_path, "feed", "--out", "events.ics").returncode == 0
    before = (tmp_path / "events.ics").read_bytes()
    _edit(tmp_path, ("when: 2027-05-13", "when: 2027-02-30"))
    ran = run(tmp_path, "feed", "--out", "events.ics")
    assert ran.returncode == 1
    assert "events/open-day" in ran.stderr
    assert (tmp_path / "events.ics").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--lang", "de"), "take one of: en, pl"),
        (("--url", "example.org"), "begins with https://"),
        (("--revised", "yesterday"), "point in time"),
        (("--out", "schedules.yaml/x.ics"), "can't be written"),
    ],
)
def test_a_mistake_in_the_command_is_one_line_with_a_mend(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = run(open_office(tmp_path), "feed", *arguments)
    assert ran.returncode == 2
    assert words in ran.stderr
    assert ran.stderr.count("\n") == 1


# --- plan --against ------------------------------------------------------------------------------------------------


def test_the_difference_from_a_commit_is_one_object(tmp_path: Path) -> None:
    _edit(_commit(open_office(tmp_path)), *EDIT)
    found = json_of(tmp_path, "plan", "--against", "HEAD", *MAY)
    assert found["counts"] == {"new": 0, "moved": 3, "cancelled": 0, "other_words": 3}
    moved = {one["channel"]: one for one in found["moved"]}
    assert moved["twitter"]["from"]["local"] == "2027-05-06T10:00"
    assert moved["twitter"]["local"] == "2027-05-07T12:00"
    [words] = [one for one in found["other_words"] if one["channel"] == "twitter"]
    assert words["lines"][0].startswith("-Cześć & dzień")


def test_another_file_is_read_as_if_it_stood_in_place_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    open_office(tmp_path / "office")
    other = tmp_path / "old.yaml"
    other.write_text(SCHEDULE, encoding="utf-8")
    ran = run(tmp_path / "office", "plan", "--against", str(other), *MAY)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"Nothing changes against {other}.\n"


def test_the_ledger_is_asked_what_went_out(tmp_path: Path) -> None:
    _commit(open_office(tmp_path))
    ran = run(tmp_path, "run", "--sandbox", "--once", "--now", "2027-05-06T08:30:00Z")
    assert ran.returncode == 0, ran.stderr
    _edit(
        tmp_path,
        *EDIT,
        ("    changes:\n", "    changes:\n      - { add: 1 day before at 12:00, template: tomorrow, to: [twitter] }\n"),
    )
    found = json_of(tmp_path, "plan", "--against", "HEAD", *MAY)
    assert found["counts"] == {"new": 1, "moved": 0, "cancelled": 0, "other_words": 0}
    assert {one["source_id"] for one in found["settled"]} == {"hello"}


@pytest.mark.parametrize(
    "name", ["no-such-branch", "--output=x", "-x", "lists", "", "a" * 5000, "a\nb\x1b[31m", "HEAD^{tree}", "HEAD:lists"]
)
def test_a_version_that_does_not_exist_is_a_mistake_in_the_command(tmp_path: Path, name: str) -> None:
    ran = run(_commit(open_office(tmp_path)), "plan", f"--against={name}")
    assert ran.returncode == 2
    assert "neither a file nor a version" in ran.stderr
    assert ran.stderr.rstrip("\n").isprintable()
    assert not (tmp_path / "x").exists()


def test_a_folder_without_history_says_so(tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), "plan", "--against", "main", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert ran.returncode == 2
    assert "not a git repository" in ran.stderr


def test_a_machine_without_git_says_so(tmp_path: Path) -> None:
    ran = run(_commit(open_office(tmp_path)), "plan", "--against", "HEAD", PATH=str(tmp_path))
    assert ran.returncode == 2
    assert "git can't be started" in ran.stderr


def test_a_file_that_was_renamed_is_found_by_its_old_name(tmp_path: Path) -> None:
    _commit(open_office(tmp_path))
    (tmp_path / "schedules.yaml").rename(tmp_path / "mine.yaml")
    ran = run(tmp_path, "plan", "--against", "HEAD:schedules.yaml", "--schedules", "mine.yaml", *MAY)
    assert (ran.returncode, ran.stdout) == (0, "Nothing changes against HEAD:schedules.yaml.\n")


def test_a_file_in_a_subfolder_is_compared_from_anywhere(tmp_path: Path) -> None:
    office = tmp_path / "office – żółć"
    office.mkdir()
    open_office(office)
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", "--all")
    _git(tmp_path, "commit", "--quiet", "--message", "First version")
    ran = run(tmp_path, "plan", "--against", "HEAD", "--schedules", f"{office.name}/schedules.yaml", *MAY)
    assert (ran.returncode, ran.stdout) == (0, "Nothing changes against HEAD:schedules.yaml.\n")


def test_a_submodule_has_a_history_of_its_own(tmp_path: Path) -> None:
    for name in ("module", "outer"):
        (tmp_path / name).mkdir()
        _commit(open_office(tmp_path / name))
    _git(tmp_path / "outer", "submodule", "--quiet", "add", str(tmp_path / "module"), "inner")
    _edit(tmp_path / "outer" / "inner", *EDIT)
    found = json_of(tmp_path / "outer", "plan", "--against", "HEAD", "--schedules", "inner/schedules.yaml", *MAY)
    assert found["counts"]["moved"] == 3


def test_a_shallow_clone_says_that_history_is_missing(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    _edit(_commit(open_office(tmp_path / "whole")), *EDIT)
    _git(tmp_path / "whole", "commit", "--quiet", "--all", "--message", "Second version")
    _git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{tmp_path}/whole", "part")
    ran = run(tmp_path / "part", "plan", "--against", "HEAD~1", *MAY)
    assert ran.returncode == 2
    assert "fetch the whole history" in ran.stderr


def test_too_large_a_version_is_not_even_read(tmp_path: Path) -> None:
    _edit(open_office(tmp_path), ("version: 1\n", "version: 1\n" + "# " * 600_000 + "\n"))
    _commit(tmp_path)
    (tmp_path / "schedules.yaml").write_text(SCHEDULE, encoding="utf-8")
    ran = run(tmp_path, "plan", "--against", "HEAD")
    assert ran.returncode == 1
    assert "at most 1,048,576 bytes" in ran.stderr


def test_nobody_is_called_and_no_address_shown_in_a_pull_request(tmp_path: Path) -> None:
    _commit(open_office(tmp_path))
    _edit(
        tmp_path,
        ('account: "@citylibrary"', 'account: "@city`@org/team"'),
        ("Cześć & dzień dobry!", "@everyone #12 \\r```\\n```\\n@org/team"),
        ("posts:\n", 'blackouts:\n  - { from: 2027-05-06, to: 2027-05-07, why: "@here #13" }\nposts:\n'),
    )
    ran = run(tmp_path, "plan", "--against", "HEAD", *MAY)
    assert ran.returncode == 0, ran.stderr
    words = [
        part.content
        for token in MarkdownIt("commonmark").parse(ran.stdout)
        for part in token.children or ()
        if part.type != "code_inline"
    ]
    assert "@here #13" in ran.stdout
    assert not [part for part in words if "@" in part or "#" in part]
    readers = (tmp_path / "lists" / "readers.csv").read_text(encoding="utf-8").split("\n")[1:]
    addresses = [line.partition(",")[0] for line in readers if line]
    for kind in ("text", "json"):
        shown = run(tmp_path, "plan", "--against", "HEAD", *MAY, "--format", kind).stdout
        assert not [address for address in addresses if address in shown]


def test_a_commit_without_the_file_can_not_be_compared_with(tmp_path: Path) -> None:
    _commit(open_office(tmp_path))
    (tmp_path / "schedules.yaml").rename(tmp_path / "mine.yaml")
    ran = run(tmp_path, "plan", "--against", "HEAD", "--schedules", "mine.yaml")
    assert ran.returncode == 1
    assert "HEAD has no file mine.yaml" in ran.stderr


def test_a_version_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    _edit(open_office(tmp_path), ("channels:\n", "chanels: [\n"))
    _commit(tmp_path)
    (tmp_path / "schedules.yaml").write_text(SCHEDULE, encoding="utf-8")
    ran = run(tmp_path, "plan", "--against", "HEAD")
    assert ran.returncode == 1
    assert "HEAD:schedules.yaml: line " in ran.stderr


def test_an_error_in_the_other_version_is_not_taken_for_a_change(tmp_path: Path) -> None:
    _edit(open_office(tmp_path), ("when: 2027-05-13", "when: 2027-02-30"))
    _commit(tmp_path)
    (tmp_path / "schedules.yaml").write_text(SCHEDULE, encoding="utf-8")
    found = run(tmp_path, "plan", "--against", "HEAD", *MAY, "--format", "json")
    assert found.returncode == 0
    assert "HEAD:schedules.yaml has errors" in found.stderr
    assert json.loads(found.stdout)["not_compared"] == ["events/open-day"]
    assert json.loads(found.stdout)["new"] == []


def test_a_difference_is_no_calendar(tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), "plan", "--against", "schedules.yaml", "--format", "ics")
    assert ran.returncode == 2
    assert "text or json" in ran.stderr
