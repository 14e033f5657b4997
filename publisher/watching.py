"""Rings when the schedule file or a template is edited, so that the daemon need not wait for its next look.

Events of the file system make it quick. A look each second makes it certain: at the schedule file always, since on
network file systems and in some containers events don't come though they seem to work; at the templates too when there
are no events at all. The daemon's own look finds the rest. Folders are watched, not files: whatever an editor does,
renaming another file over this one included, happens in a folder.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import structlog
from watchfiles import watch

from publisher.edits import Traces, traces

_LOOK_SECONDS = 1.0
#: Events are asked for anew this often, in case that the file system forgot about us.
_ANEW_SECONDS = 60.0
_STEP_MS = 100
_DEBOUNCE_MS = 100

Events: TypeAlias = Callable[..., Iterator[object]]

_log = structlog.get_logger("publisher.plan")


class Watch:
    """A thread that calls ``ring`` after each change. ``ring`` must be quick; ``events`` is that of watchfiles."""

    def __init__(
        self, file: Path, *, folders: Sequence[Path], ring: Callable[[], None], events: Events = watch
    ) -> None:
        self._file = file
        self._tops = folders
        self._ring = ring
        self._events = events
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
        """Look after each event, and at the file each second. Returns when other folders are to be watched."""
        folders, until = self._folders(), time.monotonic() + _ANEW_SECONDS
        events = self._events(
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
        is_certain = False  # an edit before the first event or second may have been missed
        for happened in events:
            is_edited = (happened or not is_certain or self._file_differs()) and self._notice()
            is_certain = True
            if (is_edited and self._folders() != folders) or time.monotonic() > until:
                return

    def _look_for(self, seconds: float) -> None:
        """Look each second, without events."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._stop.wait(_LOOK_SECONDS):
            self._notice()

    def _file_differs(self) -> bool:
        """A look at the schedule file alone, which costs next to nothing."""
        return any(self._seen.get(path) != trace for path, trace in traces([self._file]).items())

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
