"""Another version of the schedule file: from a file, or from the history that git keeps.

It is read as if it stood in the place of the present one, so that its lists, pictures and templates are those of today
and only what the file itself says makes a difference.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.app import unusable
from publisher.errors import ScheduleUnreadable, SettingsError
from publisher.schedulefile.load import Loaded, load
from publisher.schedulefile.read import MAX_BYTES, Reading, read_bytes, read_file
from publisher.schedulefile.schedule import Schedule
from publisher.schedulefile.targets import ChannelTypes

_TIMEOUT_SECONDS = 30
#: Set inside git's hooks; they would lead to another repository than that of the file.
_NOT_PASSED_ON = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


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
    path = Path(given)
    if path.exists() and not path.is_dir():
        name, reading = given, read_file(path)
    else:
        name, reading = f"{given}:{of.name}", _from_git(given, of)
    loaded = load(replace(reading, file=str(of)), channel_types=channel_types)
    if loaded.schedule is None:
        raise unusable(Path(name), loaded)
    return OtherVersion(name, loaded.schedule, loaded)


def _from_git(ref: str, file: Path) -> Reading:
    file = file.resolve()
    if not ref or ref.startswith("-"):
        raise _unknown(ref, file)
    inside = _git("rev-parse", "--show-toplevel", folder=file.parent)
    if inside.returncode:
        raise SettingsError(
            f"there is no file of this name, and git has no history of {file.parent} ({_first_line(inside)})",
            subject=f"--against {ref}",
            remedy="give the path of the other version of the file",
        )
    commit = _git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", folder=file.parent)
    if commit.returncode:
        raise _unknown(ref, file)
    blob = _git("cat-file", "blob", f"{commit.stdout.decode().strip()}:./{file.name}", folder=file.parent)
    if blob.returncode:
        raise ScheduleUnreadable(
            f"{ref} has no file {file.name} in this folder",
            subject=f"{ref}:{file.name}",
            remedy="take a version in which it is there; a renamed file can be given by its path",
        )
    if len(blob.stdout) > MAX_BYTES:
        raise ScheduleUnreadable(f"at most {MAX_BYTES:,} bytes are read", subject=f"{ref}:{file.name}")
    return read_bytes(blob.stdout, file=str(file))


def _unknown(ref: str, file: Path) -> SettingsError:
    return SettingsError(
        "there is neither a file nor a version in git of this name",
        subject=f"--against {ref}",
        remedy=f"see the versions with: git log --oneline {file.name}  (in a fresh checkout of a build server: "
        "fetch the whole history first)",
    )


def _git(*arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """One command of git that only reads. Raises `SettingsError` when there is no git, or no answer in time."""
    try:
        return subprocess.run(  # noqa: S603  no shell, and what people give is one argument that is no option
            ["git", "-C", str(folder), *arguments],  # noqa: S607  wherever this machine has it
            capture_output=True,
            check=False,
            env=_environment(os.environ),
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_SECONDS,
        )
    except OSError as error:
        raise SettingsError(
            f"there is no file of this name, and git can't be started ({error.strerror or error})",
            subject="--against",
            remedy="install git, or give the path of the other version of the file",
        ) from None
    except subprocess.TimeoutExpired:
        raise SettingsError(
            f"git gave no answer in {_TIMEOUT_SECONDS} seconds",
            subject="--against",
            remedy="try again, or give the path of the other version of the file",
        ) from None


def _environment(process: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in process.items() if name not in _NOT_PASSED_ON}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _first_line(ran: subprocess.CompletedProcess[bytes]) -> str:
    lines = ran.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0] if lines else f"git ended with {ran.returncode}"
