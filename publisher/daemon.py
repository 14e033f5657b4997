"""The daemon: looks at the ledger whenever something is due, and feeds the lanes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from publisher.alarm import Alarm
from publisher.alerts import Alert, AlertKind, Notifier, Silence
from publisher.app import App
from publisher.composing import Composer
from publisher.delivery.ahead import AHEAD
from publisher.delivery.connections import Rest
from publisher.delivery.deliver import Deliverer
from publisher.delivery.lanes import Lanes
from publisher.delivery.reconcile import Reconciler
from publisher.errors import LedgerError
from publisher.heart import LONGEST_WAIT, Heart
from publisher.inforce import AT_ONCE, PlanInForce
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
from publisher.ledger.states import UNCERTAIN, WAITING
from publisher.model import DeliveryState
from publisher.schedulefile.schedule import Schedule

_log = structlog.get_logger("publisher.daemon")

AfterTurn: TypeAlias = Callable[[str, str], None]
"""Is told what keeps the ledger from working, and why nothing is sent although it works."""


class Daemon:
    """Runs the plan of one schedule file on one ledger. The caller holds the lock.

    ``patience`` is how long files must have been left alone before an edit of them is judged; a daemon without a
    ``heart`` believes every clock and every ledger.
    """

    def __init__(  # noqa: PLR0913  what a daemon is made of has that many parts
        self,
        app: App,
        ledger: Ledger,
        *,
        stop: threading.Event,
        notifier: Notifier | None = None,
        patience: timedelta = AT_ONCE,
        heart: Heart | None = None,
    ) -> None:
        self._app = app
        self._ledger = ledger
        self._stop = stop
        self._trouble = ""
        self._heart = heart
        self._desk = replace(app.desk(ledger, stop), is_stopping=self._holds)
        self._notifier = notifier or Silence()
        self._recover()
        self._go_on_resting()
        self._plan = PlanInForce(app, ledger, notifier=notifier, patience=patience)
        self._deliverer = Deliverer(self._desk, composer=lambda: self._plan.composer)
        self._reconciler = Reconciler(self._desk, composer=lambda: self._plan.composer)
        self._lanes = Lanes(self._work, at_end=self._deliverer.write_down)

    @property
    def schedule(self) -> Schedule:
        """The schedule in force."""
        return self._plan.composer.schedule

    @property
    def composer(self) -> Composer:
        """Makes payloads for the schedule in force."""
        return self._plan.composer

    def rest_of(self, channel: str) -> Rest | None:
        """Why a channel rests, if it does."""
        return self._desk.connections.rest_of(channel, now=self._app.clock.now())

    def run(self, alarm: Alarm, *, after_turn: AfterTurn = lambda _trouble, _held: None) -> None:
        """Go on until the stop signal is set; what is being sent then is finished and recorded.

        ``after_turn`` is told after each turn what keeps the ledger from working, and why nothing is sent although
        it works; both are empty when all is well.
        """
        try:
            while not self._stop.is_set():
                upcoming = self._turn()
                after_turn(self._trouble, self._heart.held if self._heart is not None else "")
                alarm.wait(self._prepare(upcoming))
        finally:
            alarm.close()

    def run_simulated(self, alarm: Alarm) -> None:
        """The same on a clock that jumps: time stands still until everything that is due is out."""
        while not self._stop.is_set():
            upcoming = self._turn()
            self._lanes.wait_until_idle()
            alarm.wait(self._next() or upcoming)

    def once(self) -> None:
        """Do what is due now, and wait until that is done; a mailing goes on as long as something comes of it."""
        before: dict[str, str] = {}
        while True:
            self._turn()
            self._lanes.wait_until_idle()
            under_way = self._mailings_under_way()
            if self._stop.is_set() or all(before.get(key) == tally for key, tally in under_way.items()):
                return
            before = under_way

    def _mailings_under_way(self) -> dict[str, str]:
        """How far mailings have come that go on at once: after a first share, or to make room for another one."""
        try:
            due = self._ledger.deliveries.due(self._app.clock.now())
            return {one.key: str(tally) for one in due if (tally := self._ledger.recipients.tally(one.key)).total}
        except LedgerError:
            return {}  # the turn has told, or the next one will

    def close(self) -> None:
        """Finish what is under way, and let go of connections."""
        if not self._stop.is_set():
            self._stop.set()
        self._lanes.stop()
        self._desk.connections.close()
        try:
            self._desk.unwritten.flush()
        except LedgerError as error:
            _log.error(
                "some results could not be written down; they are uncertain at the next start", reason=str(error)
            )

    def _turn(self) -> datetime | None:
        """One look at the file and the ledger; gives the instant of the next one."""
        try:
            if self._heart is not None and not self._heart.beat():
                return None
            self._desk.unwritten.flush()
            self._plan.refresh()
            self._lapse()
            for channel in self._ledger.rests.lifted():
                self._desk.connections.wake(channel)
            now = self._app.clock.now()
            self._lanes.feed(self._ledger.deliveries.due(now))
            self._lanes.feed(self._ledger.deliveries.unsettled(now))
            upcoming = self._next()
        except LedgerError as error:
            self._tell(str(error))
            return None
        self._tell("")
        return upcoming

    def _prepare(self, upcoming: datetime | None) -> datetime | None:
        """Make words ahead while there is nothing else to do; gives the instant of the next look."""
        now = self._app.clock.now()
        if upcoming is None or upcoming > now + AHEAD or not self._lanes.are_idle:
            return upcoming
        try:
            rows = self._ledger.deliveries.approaching(after=now, until=now + AHEAD)
        except LedgerError:
            return upcoming  # the next look says so
        return upcoming if self._deliverer.prepare(rows) else now

    def _work(self, delivery: Delivery) -> None:
        """What a lane does: find out what came of a delivery, and send it if it is due, as when it is not out."""
        if delivery.state is DeliveryState.UNKNOWN:
            self._deliverer.write_down(delivery.channel)
            self._reconciler.settle(delivery)
        self._deliverer.deliver(delivery)

    def _lapse(self) -> None:
        """A call that hangs longer than its lease holds nothing up for ever: its outcome is unknown."""
        now = self._app.clock.now()
        for key in self._ledger.attempts.lapse(now=now):
            self._ledger.recipients.sweep(now=now)
            _log.error("uncertain", key=key, reason="no answer came before the lease was over")

    def _holds(self) -> bool:
        """Whether nothing more is begun or looked up: it is to stop, or the clock can't be right."""
        return self._stop.is_set() or (self._heart is not None and not self._heart.is_sure())

    def _tell(self, trouble: str) -> None:
        """Say once, not at every look, that the ledger does not work, and once that it works again."""
        if trouble and trouble != self._trouble:
            _log.error("nothing is sent until the ledger works again", reason=trouble)
            words = f"Nothing is sent until the ledger works again: {trouble}"
            self._notifier.notify(Alert(kind=AlertKind.LEDGER, subject="does not work", words=words))
        elif self._trouble and not trouble:
            _log.warning("the ledger works again")
            words = "What was due meanwhile goes out now, as far as it is not too late."
            self._notifier.notify(Alert(kind=AlertKind.LEDGER, subject="works again", words=words))
        self._trouble = trouble

    def _next(self) -> datetime | None:
        now = self._app.clock.now()
        instants = (
            self._ledger.deliveries.next_instant(now),
            self._desk.connections.next_start(now=now),
            self._plan.next_look(now),
        )
        return min((instant for instant in instants if instant is not None), default=None)

    def _recover(self) -> None:
        """Whatever a dead process was sending is uncertain now; a mailing goes on with its other readers."""
        now = self._app.clock.now()
        orphans = self._ledger.attempts.sweep(owner=self._desk.owner, now=now)
        self._ledger.recipients.sweep(now=now)
        for key in orphans:
            tally = self._ledger.recipients.tally(key)
            if not tally.total or tally.of(*UNCERTAIN):
                _log.error("uncertain", key=key, reason=f"publisher stopped while sending it; {tally}".rstrip("; "))
            if tally.of(*WAITING):
                self._go_on(key, to=DeliveryState.PENDING, reason=f"goes on after a stop; {tally}")
            elif tally.total and not tally.of(*UNCERTAIN):
                state = DeliveryState.SENT if tally.of(DeliveryState.SENT) else DeliveryState.PENDING
                self._go_on(key, to=state, reason=str(tally))

    def _go_on_resting(self) -> None:
        """What a platform asked for holds after a restart, too; what a wrong clock put off too far does not."""
        now = self._app.clock.now()
        for channel, until, reason in self._ledger.rests.lasting(after=now, until=now + LONGEST_WAIT):
            self._desk.connections.put_to_rest(channel, Rest(until, reason))

    def _go_on(self, key: str, *, to: DeliveryState, reason: str) -> None:
        self._ledger.deliveries.transition(key, to=to, now=self._app.clock.now(), reason=reason)
        _log.warning(to.value, key=key, reason=reason)
