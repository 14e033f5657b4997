"""Problems as annotations in a pull request: GitHub's workflow commands.

The rules are those of “Workflow commands for GitHub Actions” and of the runner's own source (``ActionCommand.cs``): in
the text ``%``, CR and LF are escaped, in properties also ``:`` and ``,``; columns only count within one line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.model import Problem
    from publisher.sentences import Speaker

_KINDS = {"error": "error", "warning": "warning", "info": "notice"}


def print_annotations(problems: Iterable[Problem], _file: Path, speak: Speaker) -> None:
    """One command for each problem, in the language of the speaker."""
    for problem in problems:
        properties = ",".join(f"{name}={_escaped(text, also=':,')}" for name, text in _properties(problem).items())
        text = _escaped(f"{speak.say(problem.message)} {speak.say(problem.hint)}")
        sys.stdout.write(f"::{_KINDS[problem.severity]} {properties}::{text}\n")


def _properties(problem: Problem) -> dict[str, str]:
    """Where it is; columns only when it ends in the line in which it begins, as GitHub takes no others."""
    place = problem.place
    where = {"file": in_repository(place.file), "line": place.line}
    if place.line == place.end_line:
        where |= {"col": place.column, "endLine": place.end_line, "endColumn": place.end_column}
    else:
        where |= {"endLine": place.end_line}
    return {name: str(value) for name, value in where.items()} | {"title": problem.code}


def in_repository(file: str) -> str:
    """The path as GitHub knows it: from the root of the repository. Outside of one it stays as it is."""
    path = Path(file).resolve()
    root = _root(path.parent)
    return path.relative_to(root).as_posix() if root else file


@cache
def _root(folder: Path) -> Path | None:
    """The folder that has ``.git``: a folder, or a file in submodules and worktrees."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def _escaped(text: str, *, also: str = "") -> str:
    return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{also}" else sign for sign in text)
