"""Who changed an entry of the schedule file last, and who sits here: as far as git knows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from publisher.git import git
from publisher.schedulefile.schedule import Entry

_HEAD = re.compile(r"^([0-9a-f]{40,64}) \d+ \d+")


def identity(folder: Path) -> str:
    """``Anna Nowak <anna@example.org>`` as git is configured in a folder; empty without git or a name."""
    name, address = (_said("config", "--get", name, folder=folder).strip() for name in ("user.name", "user.email"))
    return f"{name} <{address}>" if name and address else name or address


def author_of(entry: Entry, file: Path) -> str:
    """Who changed the lines of an entry last; empty when git does not know the file.

    Lines that are not committed yet are those of who works here.
    """
    try:
        first, last = lines_of(entry, file.read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return ""
    place = file.resolve()
    said = _said("blame", "--porcelain", f"-L{first},{last}", "--", place.name, folder=place.parent)
    commits = {found[1] for line in said.splitlines() if (found := _HEAD.match(line))}
    if any(set(commit) == {"0"} for commit in commits):
        return identity(place.parent)
    return max(_authors(said), default=(0, ""))[1]


def lines_of(entry: Entry, lines: list[str]) -> tuple[int, int]:
    """The first and the last line of an entry: it goes on as long as lines are indented like its keys, or empty."""
    first = min(place.line for place in (entry.place, *entry.places.values()))
    depth = len(lines[first - 1]) - len(lines[first - 1].lstrip())
    last = first
    for number in range(first + 1, len(lines) + 1):
        words = lines[number - 1].strip()
        if words and len(lines[number - 1]) - len(lines[number - 1].lstrip()) <= depth:
            break
        last = number if words else last
    return first, last


def _authors(blame: str) -> list[tuple[int, str]]:
    """Time and author of each commit in what ``git blame --porcelain`` says (git-blame(1), "The porcelain format")."""
    found, name, address = [], "", ""
    for line in blame.splitlines():
        word, _, rest = line.partition(" ")
        if word == "author":
            name = rest
        elif word == "author-mail":
            address = rest
        elif word == "author-time":
            found.append((int(rest), f"{name} {address}"))
    return found


def _said(*arguments: str, folder: Path) -> str:
    """What git says; nothing when it can't, or is not there."""
    try:
        ran = git(*arguments, folder=folder)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.decode("utf-8", "replace") if ran.returncode == 0 else ""
