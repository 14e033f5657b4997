"""Sign-ups are answered behind the page, one after the other: so nobody can tell from an answer who is known here.

What can't be handed to the mail server now is tried again for a while. All of it is in memory: when the program ends,
whoever waits for a mail asks once more.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from time import monotonic

import structlog

from publisher.errors import PublisherError, TemporaryError

Errand = Callable[[], None]
"""Something to be done; raises a `PublisherError` when that is not possible, `TemporaryError` when it may be later."""

_MOST_WAITING = 1000
_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 3600))
_LAST_SECONDS = 20.0

_log = structlog.get_logger("publisher.web")


class Errands:
    """Runs errands in a thread of its own, from `start` to `close`."""

    def __init__(self, *, delays: tuple[timedelta, ...] = _DELAYS, most: int = _MOST_WAITING) -> None:
        self._delays = delays
        self._most = most
        self._waiting: list[tuple[float, int, int, Errand]] = []
        self._numbers = count()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="publisher-web-errands", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, errand: Errand) -> bool:
        """Have something done; False when too much is waiting already."""
        with self._changed:
            if len(self._waiting) >= self._most or self._closing:
                return False
            self._add(errand, tries=0, delay=0.0)
        return True

    def repeat(self, chore: Errand, *, every: timedelta) -> None:
        """Have something done now, and again and again."""

        def again() -> None:
            try:
                chore()
            finally:
                with self._changed:
                    if not self._closing:
                        self._add(again, tries=0, delay=every.total_seconds())

        with self._changed:
            self._add(again, tries=0, delay=0.0)

    def close(self) -> None:
        """Do what is due, each thing once, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.ident:
            self._thread.join(_LAST_SECONDS)

    def _add(self, errand: Errand, *, tries: int, delay: float) -> None:
        heapq.heappush(self._waiting, (monotonic() + delay, next(self._numbers), tries, errand))
        self._changed.notify_all()

    def _run(self) -> None:
        while (due := self._next()) is not None:
            errand, tries = due
            self._do(errand, tries)

    def _next(self) -> tuple[Errand, int] | None:
        """The next errand that is due, as soon as it is; None at the end."""
        with self._changed:
            while True:
                wait = self._waiting[0][0] - monotonic() if self._waiting else None
                if wait is not None and wait <= 0:
                    _, _, tries, errand = heapq.heappop(self._waiting)
                    return errand, tries
                if self._closing:
                    return None
                self._changed.wait(wait)

    def _do(self, errand: Errand, tries: int) -> None:
        try:
            errand()
        except TemporaryError as error:
            if tries < len(self._delays):
                _log.warning("a mail of the subscriber pages waits", reason=str(error))
                with self._changed:
                    self._add(errand, tries=tries + 1, delay=self._delays[tries].total_seconds())
            else:
                _log.error("a mail of the subscriber pages is given up", reason=str(error))
        except PublisherError as error:
            _log.error("what the subscriber pages want to send or tidy up can't be done", reason=str(error))
        except Exception:  # noqa: BLE001  whoever else waits for a mail must get it
            _log.exception("unforeseen error behind the subscriber pages")
