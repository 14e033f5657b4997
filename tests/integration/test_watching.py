"""The watch rings after each edit, however it is written, with events of the file system and without."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from running_parts import wait_for
from structlog.testing import capture_logs

from publisher.watching import Events, Watch, watch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("office/templates/invitation", "versions"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "office" / "schedules.yaml").write_text("one", encoding="utf-8")
    (tmp_path / "office" / "templates" / "invitation" / "social.j2").write_text("one", encoding="utf-8")
    return tmp_path / "office"


def none(*_folders: Path, **_wishes: object) -> Iterator[object]:
    """A file system that can't tell of changes."""
    raise OSError("no space left for watches")


def silent(*_folders: Path, stop_event: threading.Event, **_wishes: object) -> Iterator[object]:
    """A file system that could tell of changes and never does, as on a network."""
    while not stop_event.wait(0.05):
        yield set()


def in_place(folder: Path) -> None:
    (folder / "schedules.yaml").write_text("two", encoding="utf-8")


def renamed_over(folder: Path) -> None:
    (folder / ".new").write_text("two", encoding="utf-8")
    (folder / ".new").replace(folder / "schedules.yaml")


def gone_and_back(folder: Path) -> None:
    content = (folder / "schedules.yaml").read_bytes()
    (folder / "schedules.yaml").unlink()
    (folder / "schedules.yaml").write_bytes(content)


def turned_link(folder: Path) -> None:
    (folder.parent / "versions" / "two.yaml").write_text("two", encoding="utf-8")
    (folder / ".link").symlink_to(folder.parent / "versions" / "two.yaml")
    (folder / ".link").replace(folder / "schedules.yaml")


def template(folder: Path) -> None:
    (folder / "templates" / "invitation" / "social.j2").write_text("two", encoding="utf-8")


def new_template(folder: Path) -> None:
    (folder / "templates" / "reminder").mkdir(exist_ok=True)
    (folder / "templates" / "reminder" / f"social.{len(os.listdir(folder / 'templates' / 'reminder'))}.j2").touch()  # noqa: PTH208


OF_THE_FILE = [in_place, renamed_over, gone_and_back, turned_link]
OF_TEMPLATES = [template, new_template]


def rings(folder: Path, edits: list[Callable[[Path], None]], events: Events = watch) -> None:
    """Each edit rings the bell, within the patience of a test."""
    bell = threading.Event()
    file, folders = folder / "schedules.yaml", [folder / "templates"]
    with closing(Watch(file, folders=folders, ring=bell.set, events=events)):
        for edit in edits:
            bell.clear()
            edit(folder)
            assert bell.wait(20), edit.__name__


def test_it_rings_for_every_way_of_writing(folder: Path) -> None:
    rings(folder, [*OF_THE_FILE, *OF_TEMPLATES, new_template, turned_link, in_place])


def test_it_rings_without_events_of_the_file_system_and_says_once_that_it_looks_itself(folder: Path) -> None:
    with capture_logs() as log:
        rings(folder, [*OF_THE_FILE, *OF_TEMPLATES], none)
    assert [line["reason"] for line in log] == ["OSError: no space left for watches"]


def test_it_rings_for_the_file_where_events_seem_to_work_and_do_not(folder: Path) -> None:
    rings(folder, OF_THE_FILE, silent)


def test_it_goes_on_when_the_folder_itself_is_replaced(folder: Path) -> None:
    def replaced(folder: Path) -> None:
        folder.rename(folder.with_name("old"))
        folder.mkdir()
        (folder / "templates").mkdir()
        in_place(folder)

    rings(folder, [in_place, replaced, renamed_over, in_place])


def test_what_else_happens_in_the_folder_rings_nothing(folder: Path) -> None:
    bell = threading.Event()
    with closing(Watch(folder / "schedules.yaml", folders=[folder / "templates"], ring=bell.set)):
        for number in range(10):
            (folder / "ledger.db").write_text(str(number), encoding="utf-8")
            (folder / "templates" / ".swap").write_text(str(number), encoding="utf-8")
        assert not bell.wait(0.6)


def test_it_ends_at_once_and_may_be_ended_twice(folder: Path) -> None:
    for events in (watch, none):
        watching = Watch(folder / "schedules.yaml", folders=[], ring=lambda: None, events=events)
        watching.close()
        watching.close()
    wait_for(lambda: not [thread for thread in threading.enumerate() if thread.name == "watch"])
