"""The files of a first folder, on the disk. What is there already is never written over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import PublisherError
from publisher.starting.starter import MODELINE, SCHEMA_NAME, schema

#: Bytes of a file among which its modeline must be: further down no editor looks for it.
_TOP = 4096


class FolderNotWritten(PublisherError):
    """A folder or file that can't be made."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of each file."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]  #: were there already, and are as before


def prepare(schedule: Path, files: Mapping[str, str]) -> Prepared:
    """Write the files beside ``schedule``, which is the first of them, and the schema.

    With a schedule file already there, only the schema is written: it is generated, and always that of this version.
    Raises `FolderNotWritten`.
    """
    folder = schedule.parent
    targets = [schedule, *(folder / name for name in list(files)[1:])]
    if _is_there(schedule):
        targets = targets[:1]
    written: list[Path] = []
    kept: list[Path] = []
    try:
        for target, text in zip(targets, files.values(), strict=False):
            (written if _write_new(target, text) else kept).append(target)
        written.append(_write_schema(folder))
    except OSError as error:
        raise FolderNotWritten(
            f"it can't be written: {error.strerror or error}",
            subject=str(error.filename or folder),
            remedy="choose a folder in which you may write: publisher init FOLDER",
        ) from None
    return Prepared(tuple(written), tuple(kept))


def has_modeline(schedule: Path) -> bool:
    """Whether the file names its schema at its top. Raises `FolderNotWritten` when it can't be read."""
    try:
        beginning = schedule.read_bytes()[:_TOP]
    except OSError as error:
        raise FolderNotWritten(
            f"it can't be read: {error.strerror or error}", subject=str(schedule), remedy="choose another folder"
        ) from None
    return MODELINE.partition("$")[0].strip().encode() in beginning


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _write_new(path: Path, text: str) -> bool:
    """Whether the file was written; False: there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True


def _write_schema(folder: Path) -> Path:
    path = folder / SCHEMA_NAME
    path.parent.mkdir(exist_ok=True)
    path.write_text(schema(), encoding="utf-8", newline="\n")
    return path
