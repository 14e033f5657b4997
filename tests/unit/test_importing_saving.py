from __future__ import annotations

import resource
from pathlib import Path

import pytest

from publisher.importing.errors import ScheduleNotWritten
from publisher.importing.saving import read, save


def test_the_file_is_replaced_and_its_mode_stays(tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    file.write_bytes(b"old")
    file.chmod(0o640)
    save(file, b"new", before=b"old")
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "real.yaml", tmp_path / "schedules.yaml"
    file.write_bytes(b"old")
    link.symlink_to(file)
    save(link, b"new", before=b"old")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_what_somebody_else_saved_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    file.write_bytes(b"theirs")
    with pytest.raises(ScheduleNotWritten, match="meanwhile"):
        save(file, b"new", before=b"old")
    assert file.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [file]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScheduleNotWritten, match="--schedules"):
        read(tmp_path / "nothing.yaml")
    with pytest.raises(ScheduleNotWritten):
        save(tmp_path / "nothing.yaml", b"new", before=b"")


def test_a_disk_that_is_full_leaves_the_old_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    file.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(ScheduleNotWritten, match="can't be saved"):
            save(file, b"new" * 100_000, before=b"old")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
