"""Edits are noticed however they are written, and judged when nobody writes any more."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.edits import Edits, traces

NOW = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
PATIENCE = timedelta(seconds=1)
BEFORE = {"file": (1,)}


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def edits() -> Edits:
    return Edits(BEFORE, patience=PATIENCE)


def test_what_nobody_edited_is_not_judged() -> None:
    found = edits()
    assert not found.are_ready(BEFORE, now=NOW)
    assert found.rest_at is None


def test_an_edit_is_judged_when_it_has_come_to_rest_and_once() -> None:
    found, edited = edits(), {"file": (2,)}
    assert not found.are_ready(edited, now=NOW)
    assert found.rest_at == after(1)
    assert not found.are_ready(edited, now=after(0.9))
    assert found.are_ready(edited, now=after(1))
    found.judge(edited)
    assert not found.are_ready(edited, now=after(5))
    assert found.rest_at is None


def test_an_edit_that_could_not_be_judged_is_offered_again() -> None:
    found = edits()
    found.are_ready({"file": (2,)}, now=NOW)
    assert found.are_ready({"file": (2,)}, now=after(1))
    assert found.are_ready({"file": (2,)}, now=after(6))


def test_each_further_write_puts_it_off() -> None:
    found = edits()
    found.are_ready({"file": (2,)}, now=NOW)
    assert not found.are_ready({"file": (3,)}, now=after(0.8))
    assert not found.are_ready({"file": (3,)}, now=after(1.5))
    assert found.are_ready({"file": (3,)}, now=after(1.8))


def test_a_file_that_never_comes_to_rest_is_judged_all_the_same() -> None:
    found = edits()
    ready = [found.are_ready({"file": (number,)}, now=after(number / 2)) for number in range(2, 14)]
    assert ready.index(True) == 10  # five seconds after the first write


def test_what_was_changed_back_is_no_edit() -> None:
    found = edits()
    found.are_ready({"file": (2,)}, now=NOW)
    assert not found.are_ready(BEFORE, now=after(2))
    assert found.rest_at is None


def test_a_clock_that_is_set_back_keeps_nobody_waiting() -> None:
    found = edits()
    found.are_ready({"file": (2,)}, now=NOW)
    assert not found.are_ready({"file": (2,)}, now=after(-3600))
    assert found.are_ready({"file": (2,)}, now=after(-3599))


def test_without_patience_an_edit_is_judged_at_once() -> None:
    assert Edits(BEFORE, patience=timedelta(0)).are_ready({"file": (2,)}, now=NOW)


def _in_place(file: Path) -> None:
    file.write_text("other", encoding="utf-8")


def _same_size(file: Path) -> None:
    file.write_text("two", encoding="utf-8")


def _same_size_and_time(file: Path) -> None:
    before = file.stat()
    file.write_text("two", encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _renamed_over(file: Path) -> None:
    fresh = file.with_name("fresh")
    fresh.write_text("two", encoding="utf-8")
    fresh.replace(file)


def _gone(file: Path) -> None:
    file.unlink()


def _turned_link(file: Path) -> None:
    other = file.parent.parent / "other"
    other.write_text("one", encoding="utf-8")
    file.unlink()
    file.symlink_to(other)


@pytest.mark.parametrize(
    "edit",
    [_in_place, _same_size, _same_size_and_time, _renamed_over, _gone, _turned_link],
    ids=lambda edit: edit.__name__,
)
def test_every_way_of_writing_leaves_a_trace(tmp_path: Path, edit: Callable[[Path], None]) -> None:
    file = tmp_path / "folder" / "deep" / "file"
    file.parent.mkdir(parents=True)
    file.write_text("one", encoding="utf-8")
    before = traces([file]), traces([], folders=[tmp_path / "folder"])
    assert before == (traces([file]), traces([], folders=[tmp_path / "folder"]))
    edit(file)
    assert traces([file]) != before[0]
    assert traces([], folders=[tmp_path / "folder"]) != before[1]


def test_a_folder_that_is_gone_leaves_a_trace_and_hidden_files_leave_none(tmp_path: Path) -> None:
    empty = traces([], folders=[tmp_path])
    (tmp_path / ".swap").write_text("", encoding="utf-8")
    assert traces([], folders=[tmp_path]) == empty
    assert traces([], folders=[tmp_path / "gone"]) != empty
