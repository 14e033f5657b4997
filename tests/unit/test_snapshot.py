"""A snapshot shows the file and the templates as they were; edits don't reach it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from publisher.app import App, Options
from publisher.clock import SystemClock
from publisher.errors import ScheduleUnreadable, TemplateBroken
from publisher.model import Form
from publisher.render.about import truth_of
from publisher.render.sources import DISK, Kept, Sources
from publisher.render.templates import TemplateFolders
from publisher.snapshot import Snapshot
from publisher.timing.truth import Truth


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    templates = tmp_path / "templates"
    for name in ("invitation", "_parts", ".git"):
        (templates / name).mkdir(parents=True)
    (templates / "invitation" / "social.j2").write_text("Come!", encoding="utf-8")
    (templates / "invitation" / "about.yaml").write_text("true: before the start\n", encoding="utf-8")
    (templates / "_parts" / "tags.j2").write_text("#come", encoding="utf-8")
    (templates / ".git" / "config").write_text("", encoding="utf-8")
    (tmp_path / "schedules.yaml").write_text("version: 1\nproject: { name: Office }\n", encoding="utf-8")
    return templates


def snapshot(folder: Path) -> Snapshot:
    options = Options(schedules=folder.parent / "schedules.yaml", database="sqlite:///none", templates=folder)
    return Snapshot(App(options, clock=SystemClock()))


def looks(folder: Path, sources: Sources) -> list[object]:
    """Everything that can be asked of templates."""
    folders = TemplateFolders([folder], sources=sources)
    file = folders.find("invitation", channel_type="twitter", language="en", form=Form.POST)
    return [
        folders.known(),
        folders.names(),
        folders.has("invitation"),
        folders.has("nothing"),
        file,
        folders.read(file.path),
        folders.resolve("_parts/tags"),
        folders.resolve("_parts/nothing"),
        truth_of("invitation", [folder], sources=sources),
        truth_of("nothing", [folder], sources=sources),
    ]


def test_it_shows_what_the_disk_shows_and_goes_on_to_when_that_is_gone(folder: Path) -> None:
    kept = Kept([folder])
    on_disk = looks(folder, DISK)
    assert looks(folder, kept) == on_disk
    shutil.rmtree(folder)
    assert looks(folder, kept) == on_disk
    assert truth_of("invitation", [folder]) is Truth.ALWAYS


def test_what_lies_outside_of_the_folder_is_included_from_neither(folder: Path) -> None:
    (folder.parent / "secret.j2").write_text("secret", encoding="utf-8")
    (folder / "_parts" / "link.j2").symlink_to(folder.parent / "secret.j2")
    for sources in (DISK, Kept([folder])):
        assert TemplateFolders([folder], sources=sources).resolve("_parts/link") is None


def test_a_file_that_is_no_template_is_not_kept_and_told_of_when_it_is_used(folder: Path) -> None:
    (folder / "_parts" / "film.j2").write_bytes(b"x" * (1024 * 1024 + 1))
    folders = TemplateFolders([folder], sources=Kept([folder]))
    with pytest.raises(TemplateBroken, match="can't be read"):
        folders.read(folder / "_parts" / "film.j2")


def test_the_file_is_read_once(folder: Path) -> None:
    taken = snapshot(folder)
    first = taken.load()
    (folder.parent / "schedules.yaml").write_text("posts: [", encoding="utf-8")
    assert taken.load() is first
    assert snapshot(folder).load().has_errors


def test_a_file_that_is_gone_is_told_of(folder: Path) -> None:
    (folder.parent / "schedules.yaml").unlink()
    with pytest.raises(ScheduleUnreadable, match="no such file"):
        snapshot(folder).load()


def test_it_names_the_templates_that_differ_from_an_earlier_one(folder: Path) -> None:
    before = snapshot(folder)
    assert snapshot(folder).other_templates(before) == []
    (folder / "invitation" / "social.j2").write_text("Come all!", encoding="utf-8")
    (folder / "_parts" / "tags.j2").unlink()
    assert snapshot(folder).other_templates(before) == [
        str(folder / "_parts" / "tags.j2"),
        str(folder / "invitation" / "social.j2"),
    ]
