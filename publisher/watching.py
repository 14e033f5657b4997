"""Rings when the schedule file or a template is edited, so that the daemon need not wait for its next look.

Events of the file system make it quick; a look each second makes it certain, where there are no events (network file
systems, some containers) or where they are lost. Folders are watched, not files: whatever an editor does, renaming
another file over this one included, happens in a folder.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import structlog
from watchfiles import watch

from publisher.edits import Traces, traces

_LOOK_SECONDS = 1.0
#: Events are asked for anew this often, in case that the file system forgot about us.
_ANEW_SECONDS = 60.0
_STEP_MS = 100
_DEBOUNCE_MS = 200

_log = structlog.get_logger("publisher.plan")


class Watch:
    """A thread that calls ``ring`` after each change. ``ring`` must be quick."""

    def __init__(self, file: Path, *, folders: Sequence[Path], ring: Callable[[], None]) -> None:
        self._file = file
        self._tops = folders
        self._ring = ring
        self._stop = threading.Event()
        self._seen = self._look()
        self._has_events = True
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread. May be called twice."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow_events()
            except Exception as error:  # noqa: BLE001  whatever the file system can't do, looking still works
                self._tell(f"{type(error).__name__}: {error}")
                self._look_for(_ANEW_SECONDS)
            else:
                self._has_events = True

    def _tell(self, reason: str) -> None:
        if self._has_events:
            _log.warning("no events from the file system, files are looked at each second", reason=reason)
        self._has_events = False

    def _follow_events(self) -> None:
        """Look after each event, and each second without one. Returns when other folders are to be watched."""
        folders, until = self._folders(), time.monotonic() + _ANEW_SECONDS
        events = watch(
            *folders,
            watch_filter=None,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            stop_event=self._stop,
            rust_timeout=int(_LOOK_SECONDS * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=False,
            recursive=False,
            ignore_permission_denied=True,
        )
        for _ in events:
            if (self._notice() and self._folders() != folders) or time.monotonic() > until:
                return

    def _look_for(self, seconds: float) -> None:
        """Look each second, without events."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._stop.wait(_LOOK_SECONDS):
            self._notice()

    def _notice(self) -> bool:
        """Ring if anything is different; gives whether it is."""
        found = self._look()
        if found == self._seen:
            return False
        self._seen = found
        self._ring()
        return True

    def _look(self) -> Traces:
        return traces([self._file], folders=self._tops)

    def _folders(self) -> dict[str, int]:
        """The folders to watch, each with what tells it from another one of the same name."""
        homes = {str(self._file.absolute().parent), str(self._file.resolve().parent)}
        wanted = [*homes, *(folder for top in self._tops for folder in _tree(str(top)))]
        return {folder: os.stat(folder).st_ino for folder in wanted if os.path.isdir(folder)}  # noqa: PTH112, PTH116


def _tree(top: str) -> Iterator[str]:
    for folder, names, _ in os.walk(top):
        names[:] = [name for name in names if not name.startswith(".")]
        yield folder
