"""Where alerts wait for their turn: a thread of its own sends them, so that nothing else ever waits for a webhook."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, Full, Queue

import structlog

from publisher.alerts.alert import Alert, AlertKind, Counts, Taken, nothing
from publisher.alerts.ways import NotTaken, Way
from publisher.errors import PublisherError
from publisher.interfaces import Clock

#: As many alerts wait at most; of a storm of them the later ones are only logged.
_MOST = 100
#: Seconds before the second and the third try.
PAUSES = (2.0, 10.0)
#: Seconds after which an alert that no try brought through is tried again, as long as publisher runs.
REST = 300.0
#: Seconds that closing waits for alerts that are under way.
_FAREWELL = 5.0

_log = structlog.get_logger("publisher.alerts")


@dataclass(slots=True)
class _Letter:
    """An alert under way, since when (aware UTC), and who wants to know that it was taken."""

    alert: Alert
    at: datetime
    taken: Taken

    def acknowledge(self) -> None:
        """A way took it: say so, once."""
        taken, self.taken = self.taken, nothing
        try:
            taken()
        except PublisherError as error:
            _log.warning("an alert was sent, and may be sent again", alert=self.alert.title, reason=str(error))


class Outbox:
    """Sends alerts by all ways, in order; what is not taken at the third try is logged, kept, and tried again later."""

    def __init__(
        self, ways: Sequence[Way], *, clock: Clock, pauses: Sequence[float] = PAUSES, rest: float = REST
    ) -> None:
        self._ways = ways
        self._clock = clock
        self._pauses = pauses
        self._rest = rest
        self._again_at = 0.0  # on the monotonic clock
        self._kept: deque[tuple[Way, _Letter]] = deque(maxlen=_MOST)
        self.counts = Counts()
        self._waiting: Queue[_Letter] = Queue(_MOST)
        self._stop = threading.Event()
        self._came = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        self._thread.start()

    def notify(self, alert: Alert, *, taken: Taken = nothing) -> None:
        """Queue it. Neither waits nor raises."""
        try:
            self._waiting.put_nowait(_Letter(alert, self._clock.now(), taken))
        except Full:
            self.counts.failed += 1
            _log.error("an alert was not sent, too many wait", alert=alert.title)
        self._came.set()

    def close(self) -> None:
        """Send what is left, once, unless that takes longer than five seconds. May be called twice."""
        self._stop.set()
        self._came.set()
        self._thread.join(_FAREWELL)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._came.wait(max(0.0, self._again_at - time.monotonic()) if self._kept else None)
            self._came.clear()
            self._send_all()
            if self._kept and time.monotonic() >= self._again_at:
                self._send_kept()
        self._send_all()

    def _send_all(self) -> None:
        while True:
            try:
                letter = self._waiting.get_nowait()
            except Empty:
                return
            for way in self._ways:
                self._send(way, letter)

    def _send_kept(self) -> None:
        """Once more what a way did not take, in order; a way that still takes nothing is asked once."""
        down: set[str] = set()
        for _ in range(len(self._kept)):
            way, letter = kept = self._kept.popleft()
            if self._stop.is_set() or way.name in down or self._try(way, letter):
                down.add(way.name)
                self._kept.append(kept)
            else:
                _log.warning("an alert was sent late", alert=letter.alert.title, way=way.name)
        self._again_at = time.monotonic() + self._rest

    def _send(self, way: Way, letter: _Letter) -> None:
        reason = ""
        for pause in (*self._pauses, 0.0):
            if not (reason := self._try(way, letter)):
                return
            if self._stop.wait(pause):
                break
        self.counts.failed += 1
        _log.error("an alert was not sent", alert=letter.alert.title, way=way.name, reason=reason)
        if letter.alert.kind is not AlertKind.ALIVE:  # which would no longer be so
            if not self._kept:
                self._again_at = time.monotonic() + self._rest
            self._kept.append((way, letter))

    def _try(self, way: Way, letter: _Letter) -> str:
        """Why it was not taken; empty when it was."""
        try:
            way.send(letter.alert, now=letter.at)
        except NotTaken as error:
            return str(error)
        except Exception as error:  # noqa: BLE001  a fault of ours; its words could hold the secret address
            return f"publisher itself failed: {type(error).__name__}"
        self.counts.sent += 1
        letter.acknowledge()
        return ""
