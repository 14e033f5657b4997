"""``publisher init``: an empty folder becomes one in which everything works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from office import json_of, run

LANGUAGES = ("en", "pl")
MODELINE = "# yaml-language-server: $schema=./.publisher/schedules.schema.json"


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_new_folder_everything_works_at_once(language: str, tmp_path: Path) -> None:
    assert run(tmp_path, "init", "--lang", language).returncode == 0
    checked = run(tmp_path, "check", "--format", "json")
    assert [found for found in json.loads(checked.stdout) if found["severity"] != "info"] == []
    assert checked.returncode == 0
    planned = [one for one in json_of(tmp_path, "plan") if one["kind"] != "digest"]
    assert len(planned) == 9
    assert {one["state"] for one in planned} == {"planned"}
    previews = json_of(tmp_path, "preview")
    assert {one["language"] for one in previews} == {language}
    assert all(one["sha256"] and not one["problems"] for one in previews)


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_new_folder_a_post_goes_out_to_the_sandbox(language: str, tmp_path: Path) -> None:
    run(tmp_path, "init", "--lang", language)
    assert run(tmp_path, "run", "--sandbox", "--once").returncode == 0
    first = next(one for one in json_of(tmp_path, "plan") if one["kind"] == "post")
    assert run(tmp_path, "run", "--sandbox", "--once", "--now", first["utc"]).returncode == 0
    states = {one["key"]: one["state"] for one in json_of(tmp_path, "status")}
    assert states[first["key"]] == "sent"


def test_it_says_what_was_written_and_what_to_do_next(tmp_path: Path) -> None:
    told = run(tmp_path, "init", "my office").stdout
    for name in ("schedules.yaml", "lists/readers.csv", ".publisher/schedules.schema.json"):
        assert f"my office/{name}: written\n" in told
        assert (tmp_path / "my office" / name).exists()
    assert "\n   cd 'my office'\n1. Open schedules.yaml in an editor." in told
    for command in ("check", "plan", "preview", "run --sandbox"):
        assert f"publisher {command} " in told


def test_without_a_language_it_is_that_of_the_computer(tmp_path: Path) -> None:
    told = run(tmp_path, "init", LANG="pl_PL.UTF-8").stdout
    assert "Co dalej?" in told
    assert "# kto mówi" in (tmp_path / "schedules.yaml").read_text(encoding="utf-8")


def test_a_file_that_is_there_is_kept_and_the_line_for_editors_offered(tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    file.write_text("version: 1\n")
    ran = run(tmp_path, "init")
    assert (ran.returncode, file.read_text()) == (1, "version: 1\n")
    assert ran.stdout == (
        ".publisher/schedules.schema.json: written\nschedules.yaml: was there already and is as before\n\n"
        f"For help while you write, paste this as the first line of your file:\n{MODELINE}\n"
    )
    assert {path.name for path in tmp_path.iterdir()} == {"schedules.yaml", ".publisher"}


def test_a_file_with_the_line_is_left_in_peace(tmp_path: Path) -> None:
    run(tmp_path, "init")
    (tmp_path / ".publisher" / "schedules.schema.json").write_text("old")
    again = run(tmp_path, "init")
    assert again.returncode == 1
    assert MODELINE not in again.stdout
    assert json.loads((tmp_path / ".publisher" / "schedules.schema.json").read_text("utf-8"))["properties"]


@pytest.mark.parametrize("name", ["schedules.yaml", ".publisher/schedules.schema.json", "lists"])
def test_a_folder_in_which_it_can_not_write_is_one_clear_line(name: str, tmp_path: Path) -> None:
    in_the_way = tmp_path / name
    in_the_way.parent.mkdir(exist_ok=True)
    (in_the_way.write_text("") if name == "lists" else in_the_way.mkdir())
    ran = run(tmp_path, "init")
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"publisher: {name}: it can't be ")
    assert ran.stderr.count("\n") == 1


def test_it_imports_nothing_heavy(tmp_path: Path) -> None:
    for name in ("pydantic", "yaml", "sqlalchemy", "jinja2"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('{name} is not needed here')\n")
    assert run(tmp_path, "init", PYTHONPATH=f"{tmp_path}:{Path(__file__).parents[2]}").returncode == 0
