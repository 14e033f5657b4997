"""Where alerts wait for their turn: a thread of its own sends them, so that nothing else ever waits for a webhook."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from queue import Empty, Full, Queue

import structlog

from publisher.alerts.alert import Alert, Counts
from publisher.alerts.ways import NotTaken, Way
from publisher.interfaces import Clock

#: As many alerts wait at most; of a storm of them the later ones are only logged.
_MOST = 100
#: Seconds before the second and the third try.
PAUSES = (2.0, 10.0)
#: Seconds that closing waits for alerts that are under way.
_FAREWELL = 5.0

_log = structlog.get_logger("publisher.alerts")


class Outbox:
    """Sends alerts by all ways, in order, each three times at most; a failure is logged."""

    def __init__(self, ways: Sequence[Way], *, clock: Clock, pauses: Sequence[float] = PAUSES) -> None:
        self._ways = ways
        self._clock = clock
        self._pauses = pauses
        self.counts = Counts()
        self._waiting: Queue[tuple[Alert, datetime]] = Queue(_MOST)
        self._stop = threading.Event()
        self._came = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        self._thread.start()

    def notify(self, alert: Alert) -> None:
        """Queue it. Neither waits nor raises."""
        try:
            self._waiting.put_nowait((alert, self._clock.now()))
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
            self._came.wait()
            self._came.clear()
            self._send_all()
        self._send_all()

    def _send_all(self) -> None:
        while True:
            try:
                alert, at = self._waiting.get_nowait()
            except Empty:
                return
            for way in self._ways:
                self._send(way, alert, at)

    def _send(self, way: Way, alert: Alert, at: datetime) -> None:
        reason = ""
        for pause in (*self._pauses, 0.0):
            try:
                way.send(alert, now=at)
            except NotTaken as error:
                reason = str(error)
            except Exception as error:  # noqa: BLE001  a fault of ours; its words could hold the secret address
                reason = f"publisher itself failed: {type(error).__name__}"
            else:
                self.counts.sent += 1
                return
            if self._stop.wait(pause):
                break
        self.counts.failed += 1
        _log.error("an alert was not sent", alert=alert.title, way=way.name, reason=reason)
