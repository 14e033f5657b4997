"""The daemon: looks at the ledger whenever something is due, and feeds the lanes."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog

from publisher.alarm import Alarm
from publisher.app import App
from publisher.delivery.deliver import Deliverer
from publisher.delivery.lanes import Lanes
from publisher.errors import LedgerError
from publisher.inforce import PlanInForce
from publisher.ledger.ledger import Ledger
from publisher.model import DeliveryState

_log = structlog.get_logger("publisher.daemon")


class Daemon:
    """Runs the plan of one schedule file on one ledger. The caller holds the lock."""

    def __init__(self, app: App, ledger: Ledger, *, stop: threading.Event) -> None:
        self._app = app
        self._ledger = ledger
        self._stop = stop
        self._desk = app.desk(ledger, stop)
        self._recover()
        self._plan = PlanInForce(app, ledger)
        deliverer = Deliverer(self._desk, composer=lambda: self._plan.composer)
        self._lanes = Lanes(deliverer.deliver)

    def run(self, alarm: Alarm) -> None:
        """Go on until the stop signal is set; what is being sent then is finished and recorded."""
        try:
            while not self._stop.is_set():
                alarm.wait(self._turn())
        finally:
            alarm.close()

    def run_simulated(self, alarm: Alarm) -> None:
        """The same on a clock that jumps: time stands still until everything that is due is out."""
        while not self._stop.is_set():
            upcoming = self._turn()
            self._lanes.wait_until_idle()
            alarm.wait(self._next() or upcoming)

    def once(self) -> None:
        """Do what is due now, and wait until that is done."""
        self._turn()
        self._lanes.wait_until_idle()

    def close(self) -> None:
        """Finish what is under way, and let go of connections."""
        self._stop.set()
        self._lanes.stop()
        self._desk.connections.close()

    def _turn(self) -> datetime | None:
        """One look at the file and the ledger; gives the instant of the next one."""
        try:
            self._plan.refresh()
            self._lanes.feed(self._ledger.deliveries.due(self._app.clock.now()))
            return self._next()
        except LedgerError as error:
            _log.error("nothing is sent until the ledger works again", reason=str(error))
            return None

    def _next(self) -> datetime | None:
        now = self._app.clock.now()
        instants = (
            self._ledger.deliveries.next_instant(now),
            self._desk.connections.next_start(now=now),
            self._plan.next_refresh,
        )
        return min((instant for instant in instants if instant is not None), default=None)

    def _recover(self) -> None:
        """Whatever a dead process was sending is uncertain now; a mailing goes on with its other readers."""
        now = self._app.clock.now()
        orphans = self._ledger.attempts.sweep(owner=self._desk.owner, now=now)
        self._ledger.recipients.sweep(now=now)
        for key in orphans:
            _log.error("uncertain", key=key, reason="publisher stopped while sending it; look whether it is out")
            if self._ledger.recipients.tally(key).of(DeliveryState.PENDING, DeliveryState.RETRY_WAIT):
                reason = "goes on after a stop; the reader who was being written to is marked as uncertain"
                self._ledger.deliveries.transition(key, to=DeliveryState.PENDING, now=now, reason=reason)
