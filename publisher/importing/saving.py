"""The schedule file saved so that at every moment either the old one or the new one is there."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from publisher.importing.errors import ScheduleNotWritten

_REMEDY = "check that there is room on the disk and that you may write into this folder"


def read(path: Path) -> bytes:
    """The bytes of the file. Raises `ScheduleNotWritten`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ScheduleNotWritten(
            f"the schedule file can't be read: {error.strerror or error}",
            subject=str(path),
            remedy="go to the folder that has your schedules.yaml, or name the file with --schedules FILE",
        ) from None


def save(path: Path, content: bytes, *, before: bytes) -> None:
    """Replace the file, which must still hold what it held ``before``. Raises `ScheduleNotWritten`.

    A new file beside it is written, brought to the disk and renamed; mode and, where allowed, owner stay. Behind a
    symbolic link the file itself is replaced, and the link stays.
    """
    target = Path(os.path.realpath(path))
    try:
        state = target.stat()
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _failed(path, error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(state.st_mode & 0o7777)
        with suppress(OSError, AttributeError):
            os.chown(name, state.st_uid, state.st_gid)
        _check_unchanged(target, before)
        Path(name).replace(target)
    except OSError as error:
        raise _failed(path, error) from None
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _check_unchanged(path: Path, before: bytes) -> None:
    if path.read_bytes() != before:
        raise ScheduleNotWritten(
            "somebody saved the file meanwhile, so nothing was written", subject=str(path), remedy="run it again"
        )


def _failed(path: Path, error: OSError) -> ScheduleNotWritten:
    return ScheduleNotWritten(f"the file can't be saved: {error.strerror or error}", subject=str(path), remedy=_REMEDY)
