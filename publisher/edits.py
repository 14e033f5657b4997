"""Edits of files: noticed by their traces on the disk, and judged only when nobody is writing any more.

A file system tells for each file when it was changed, how large it is, and which one it is. That holds for every way
of writing (in place, rename-over, a link that is turned round) and on every file system, with or without events.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeAlias

#: So long files must have been left alone before anybody judges them: a half-written file is no mistake.
PATIENCE = timedelta(milliseconds=400)
#: Files that never come to rest are judged all the same, this long after their first change.
_LONGEST = timedelta(seconds=5)
_DEEPEST = 4

Traces: TypeAlias = Mapping[str, tuple[int, ...] | None]
"""By path; None for what is not there."""


def traces(files: Iterable[Path], *, folders: Iterable[Path] = ()) -> Traces:
    """The traces of files, and of every file in some folders."""
    named = {str(path): _trace(str(path)) for path in files}
    return named | dict(entry for folder in folders for entry in _below(str(folder), _DEEPEST))


def _below(folder: str, depth: int) -> Iterator[tuple[str, tuple[int, ...] | None]]:
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError:
        yield folder, None
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and depth:
            yield from _below(entry.path, depth - 1)
        else:
            yield entry.path, _trace(entry.path)


def _trace(path: str) -> tuple[int, ...] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  a path object for each file, each second, costs more than the call
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_dev, found.st_ino


class Edits:
    """Says when traces differ from those that were judged last, and have come to rest."""

    def __init__(self, judged: Traces, *, patience: timedelta) -> None:
        self._judged = judged
        self._patience = patience
        self._seen = judged
        self._edit: _Edit | None = None

    @property
    def rest_at(self) -> datetime | None:
        """When the present edit will have come to rest if nobody writes any more (aware UTC)."""
        if self._edit is None:
            return None
        return min(self._edit.last + self._patience, self._edit.first + _LONGEST)

    def are_ready(self, found: Traces, *, now: datetime) -> bool:
        """Whether there is an edit to judge. To be asked again at `rest_at`."""
        if found == self._judged:
            self.judge(found)
        elif self._edit is None or now < self._edit.last:  # the latter: the clock was set back
            self._edit = _Edit(now, now)
        elif found != self._seen:
            self._edit = _Edit(self._edit.first, now)
        self._seen = found
        return self.rest_at is not None and self.rest_at <= now

    def judge(self, found: Traces) -> None:
        """These have been judged."""
        self._judged = self._seen = found
        self._edit = None


class _Edit(NamedTuple):
    """The instants of the first and of the last change that was seen of it."""

    first: datetime
    last: datetime
