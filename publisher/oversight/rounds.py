"""Something that is done again and again, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from publisher.errors import PublisherError

AFTER_START = timedelta(seconds=2)
"""How long what is in no hurry waits: a daemon that was killed in a mailing goes on with that first."""

#: Seconds that closing waits; what takes longer then ends with the program.
_FAREWELL = 1.0

_log = structlog.get_logger("publisher.oversight")


class Rounds:
    """Calls ``act`` every so often, until it is closed: at once, or `AFTER_START` for what can wait until mails go out.

    Whatever fails is logged once, and goes on.
    """

    def __init__(
        self, name: str, act: Callable[[], None], *, every: timedelta, first: timedelta = timedelta(0)
    ) -> None:
        self._name = name
        self._act = act
        self._every = every.total_seconds()
        self._first = first.total_seconds()
        self._stop = threading.Event()
        self._told = ""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it. May be called twice."""
        self._stop.set()
        self._thread.join(_FAREWELL)

    def _run(self) -> None:
        self._stop.wait(self._first)
        while not self._stop.is_set():
            self._once()
            self._stop.wait(self._every)

    def _once(self) -> None:
        try:
            self._act()
        except PublisherError as error:
            self._tell(str(error))
        except Exception as error:  # noqa: BLE001  a fault of ours; its words could hold what is secret
            self._tell(f"publisher itself failed: {type(error).__name__}")
        else:
            self._told = ""

    def _tell(self, reason: str) -> None:
        if reason != self._told:
            _log.error(f"{self._name} failed", reason=reason)
        self._told = reason
