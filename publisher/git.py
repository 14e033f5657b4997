"""Git, asked for what it knows; nothing here writes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

TIMEOUT_SECONDS = 30
#: Set inside git's hooks; they would lead to another repository than that of the file.
_NOT_PASSED_ON = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_QUARANTINE_PATH",
)  # fmt: skip


def git(*arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """One command of git that only reads. Raises `OSError` without git, `subprocess.TimeoutExpired` without answer."""
    return subprocess.run(  # noqa: S603  no shell, and what people give is one argument that is no option
        ["git", "-C", str(folder), *arguments],  # noqa: S607  wherever this machine has it
        capture_output=True,
        check=False,
        env=_environment(os.environ),
        stdin=subprocess.DEVNULL,
        timeout=TIMEOUT_SECONDS,
    )


def _environment(process: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in process.items() if name not in _NOT_PASSED_ON}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
