"""The first folder: sound whenever it is made, and nothing is ever written over."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import fastjsonschema
import pytest
from editor_yaml import Core, Old, typed
from hypothesis import given
from hypothesis import strategies as st
from schedule_samples import loaded, planned, problems

from publisher.channels import known_types
from publisher.model import PlanState
from publisher.schedulefile.load import SECTIONS
from publisher.schedulefile.schema import json_schema
from publisher.starting.folder import FolderNotWritten, has_modeline, prepare
from publisher.starting.starter import MODELINE, SCHEMA_NAME, next_steps, schema, starter

LANGUAGES = ("en", "pl")
TODAY = date(2026, 11, 25)

any_day = st.dates(min_value=date(2026, 1, 1), max_value=date(2060, 12, 31))


def _schedule_of(language: str, today: date) -> str:
    return starter(language, today=today)["schedules.yaml"]


@given(language=st.sampled_from(LANGUAGES), today=any_day)
def test_on_any_day_the_file_is_sound(language: str, today: date) -> None:
    assert problems(_schedule_of(language, today)) == ()


@given(language=st.sampled_from(LANGUAGES), today=any_day)
def test_every_step_lies_ahead_and_none_is_moved(language: str, today: date) -> None:
    found = loaded(_schedule_of(language, today)).schedule
    assert found is not None
    steps = [
        one
        for one in planned(found, f"{today - timedelta(days=30)}", f"{today + timedelta(weeks=20)}")
        if one.kind != "digest"
    ]
    assert len(steps) == 9
    assert {one.state for one in steps} == {PlanState.PLANNED}
    assert all(today < one.due_at.date() < today + timedelta(weeks=14) for one in steps)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_has_an_example(language: str) -> None:
    assert tuple(typed(_schedule_of(language, TODAY), Core)) == SECTIONS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", [Core, Old])
def test_the_file_is_valid_by_the_schema(language: str, reader: type[Core]) -> None:
    fastjsonschema.compile(json_schema(channel_types=known_types()))(typed(_schedule_of(language, TODAY), reader))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_line_names_the_schema_and_no_line_is_too_wide(language: str) -> None:
    lines = _schedule_of(language, TODAY).splitlines()
    assert lines[0] == MODELINE
    assert MODELINE.endswith(f"./{SCHEMA_NAME}")
    assert max(map(len, lines)) <= 120


def test_the_next_steps_begin_in_the_folder() -> None:
    assert "cd" not in next_steps("en", folder=Path()).split()
    assert "\n   cd 'my office'\n1. " in next_steps("en", folder=Path("my office"))


def test_everything_is_written_and_the_schema_beside_it(tmp_path: Path) -> None:
    files = starter("en", today=TODAY)
    prepared = prepare(tmp_path / "office" / "schedules.yaml", files)
    assert prepared.kept == ()
    found = {path.relative_to(tmp_path / "office"): path.read_text("utf-8") for path in prepared.written}
    assert found == {Path(name): text for name, text in (*files.items(), (SCHEMA_NAME, schema()))}


def test_what_is_there_is_kept_and_the_schema_is_refreshed(tmp_path: Path) -> None:
    own = tmp_path / "schedules.yaml"
    own.write_text("mine\n")
    (tmp_path / ".publisher").mkdir()
    (tmp_path / SCHEMA_NAME).write_text("old\n")
    prepared = prepare(own, starter("en", today=TODAY))
    assert (prepared.kept, prepared.written) == ((own,), (tmp_path / SCHEMA_NAME,))
    assert own.read_text() == "mine\n"
    assert (tmp_path / SCHEMA_NAME).read_text("utf-8") == schema()
    assert not (tmp_path / "lists").exists()


def test_a_list_that_is_there_is_kept(tmp_path: Path) -> None:
    own = tmp_path / "lists" / "readers.csv"
    own.parent.mkdir()
    own.write_text("email\n")
    prepared = prepare(tmp_path / "schedules.yaml", starter("en", today=TODAY))
    assert prepared.kept == (own,)
    assert own.read_text() == "email\n"
    assert (tmp_path / "schedules.yaml").exists()


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "schedules.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert prepare(tmp_path / "schedules.yaml", starter("en", today=TODAY)).kept == (tmp_path / "schedules.yaml",)
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_a_folder_that_can_not_be_made_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "office").write_text("a file\n")
    with pytest.raises(FolderNotWritten, match=r"office.*can't be written"):
        prepare(tmp_path / "office" / "schedules.yaml", starter("en", today=TODAY))


def test_a_file_with_a_modeline_is_known(tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    for text, has in (("version: 1\n", False), ("\n# yaml-language-server: $schema=x.json\n", True)):
        file.write_text(text)
        assert has_modeline(file) is has


def test_a_folder_in_the_place_of_the_file_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(FolderNotWritten, match="can't be read"):
        has_modeline(tmp_path)
