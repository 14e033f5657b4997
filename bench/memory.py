"""How much memory a process and those that it starts take at most."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Self

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_EVERY = 0.05  #: seconds


class Watch:
    """Looks at a process and all its descendants twenty times a second, until it is left.

    ``tree`` is the largest sum of their resident memory, in bytes; pages that they share count in each.
    ``worker`` is the largest one of those that send: the process itself, if it starts no others.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._own = 0
        self._others = 0
        self.tree = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    @property
    def worker(self) -> int:
        """Bytes."""
        return self._others or self._own

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._over.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        own, others = _resident(self._pid), [_resident(pid) for pid in descendants(self._pid)]
        self._own = max(self._own, own)
        self._others = max([self._others, *others])
        self.tree = max(self.tree, own + sum(others))


def descendants(pid: int) -> list[int]:
    """The processes that it started, and those that they started."""
    found = []
    for task in _PROC.glob(f"{pid}/task/*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except (OSError, ValueError):
            continue  # it has ended
        for child in children:
            found += [child, *descendants(child)]
    return found


def _resident(pid: int) -> int:
    """Bytes in memory now; 0 when it has ended."""
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
