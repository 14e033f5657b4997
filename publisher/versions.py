"""Another version of the schedule file: from a file, or from the history that git keeps.

It is read as if it stood in the place of the present one, so that its lists, pictures and templates are those of today
and only what the file itself says makes a difference.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten

from publisher.app import unusable
from publisher.errors import ScheduleUnreadable, SettingsError
from publisher.git import TIMEOUT_SECONDS, git
from publisher.schedulefile.load import Loaded, load
from publisher.schedulefile.reading.read import MAX_BYTES, Reading, read_bytes, read_file
from publisher.schedulefile.schedule import Schedule
from publisher.schedulefile.targets import ChannelTypes


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """What was asked for, under the name that people see (``main:schedules.yaml``)."""

    name: str
    schedule: Schedule
    loaded: Loaded


def other_version(given: str, *, of: Path, channel_types: ChannelTypes) -> OtherVersion:
    """The version of the file ``of`` that ``given`` names: a path, or else anything that git calls a commit.

    Raises `ScheduleUnreadable` when it can't be used, `SettingsError` when there is nothing of this name.
    """
    if _is_file(given):
        name, reading = given, read_file(Path(given))
    else:
        name, reading = _from_git(given, of)
    loaded = load(replace(reading, file=str(of)), channel_types=channel_types)
    if loaded.schedule is None:
        raise unusable(Path(name), loaded)
    return OtherVersion(name, loaded.schedule, loaded)


def _is_file(given: str) -> bool:
    try:
        path = Path(given)
        return path.exists() and not path.is_dir()
    except OSError:  # too long for a name
        return False


def _from_git(ref: str, file: Path) -> tuple[str, Reading]:
    """What git has at a commit, or at ``commit:path`` where the file had another name."""
    file = file.resolve()
    if not ref or ref.startswith("-") or not ref.isprintable():
        raise _unknown(ref, file)
    inside = _git("rev-parse", "--show-toplevel", folder=file.parent)
    if inside.returncode:
        raise SettingsError(
            f"there is no file of this name, and git has no history of {file.parent} ({_first_line(inside)})",
            subject=f"--against {_shown(ref)}",
            remedy="give the path of the other version of the file",
        )
    if ":" in ref and (blob := _found(ref, folder=file.parent)):
        return ref, _read(blob, file, name=ref)
    commit = _found(f"{ref}^{{commit}}", folder=file.parent)
    if not commit:
        raise _unknown(ref, file)
    name = f"{ref}:{file.name}"
    blob = _found(f"{commit}:./{file.name}", folder=file.parent)
    if not blob:
        raise ScheduleUnreadable(
            f"{ref} has no file {file.name} in this folder",
            subject=name,
            remedy=f"take a version in which it is there; where it had another name, write {ref}:folder/old-name.yaml",
        )
    return name, _read(blob, file, name=name)


def _found(expression: str, *, folder: Path) -> str:
    """The hash of what an expression names, or nothing."""
    ran = _git("rev-parse", "--verify", "--quiet", expression, folder=folder)
    return "" if ran.returncode else ran.stdout.decode("ascii", "replace").strip()


def _read(blob: str, file: Path, *, name: str) -> Reading:
    """The content of a file in the history, unless it is too large to be asked for."""
    size = _git("cat-file", "-s", blob, folder=file.parent).stdout.strip()
    if not size.isdigit() or int(size) > MAX_BYTES:
        raise ScheduleUnreadable(f"at most {MAX_BYTES:,} bytes are read", subject=name)
    content = _git("cat-file", "blob", blob, folder=file.parent)
    if content.returncode:
        raise ScheduleUnreadable("this is no file", subject=name, remedy="name a commit, or commit:path")
    return read_bytes(content.stdout, file=str(file))


def _shown(ref: str) -> str:
    """What was typed, fit for a terminal, and short."""
    return shorten("".join(sign if sign.isprintable() else "?" for sign in ref), 100, placeholder=" …")


def _unknown(ref: str, file: Path) -> SettingsError:
    return SettingsError(
        "there is neither a file nor a version in git of this name",
        subject=f"--against {_shown(ref)}",
        remedy=f"see the versions with: git log --oneline {file.name}  (in a fresh checkout of a build server: "
        "fetch the whole history first)",
    )


def _git(*arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """One command of git that only reads. Raises `SettingsError` when there is no git, or no answer in time."""
    try:
        return git(*arguments, folder=folder)
    except OSError as error:
        raise SettingsError(
            f"there is no file of this name, and git can't be started ({error.strerror or error})",
            subject="--against",
            remedy="install git, or give the path of the other version of the file",
        ) from None
    except subprocess.TimeoutExpired:
        raise SettingsError(
            f"git gave no answer in {TIMEOUT_SECONDS} seconds",
            subject="--against",
            remedy="try again, or give the path of the other version of the file",
        ) from None


def _first_line(ran: subprocess.CompletedProcess[bytes]) -> str:
    lines = ran.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0] if lines else f"git ended with {ran.returncode}"
