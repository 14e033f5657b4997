"""A rehearsal: the same daemon on a simulated clock, against the sandbox, from one day to another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from publisher.alarm import SimulatedAlarm
from publisher.app import App, Options
from publisher.clock import SimulatedClock
from publisher.daemon import Daemon
from publisher.errors import AudienceError
from publisher.interfaces import Settings
from publisher.ledger.ledger import Ledger
from publisher.ledger.listcopies import copy_lists
from publisher.model import Audience, Channel, DeliveryState, Form, Planned
from publisher.newsletter.audience import candidates
from publisher.plan import Window
from publisher.sandbox import Sandbox
from publisher.schedulefile.schedule import Schedule
from publisher.settings import FixedSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCount:
    """One line of the closing table. ``expected`` counts mails for a mail channel, posts for another."""

    channel: str
    type: str
    planned: int  #: deliveries in the plan
    sent: int  #: deliveries that the ledger has as sent
    expected: int  #: what must have arrived, from the plan and the mailing list
    arrived: int  #: what the sandbox received

    @property
    def agrees(self) -> bool:
        """Whether plan, ledger and sandbox say the same."""
        return self.planned == self.sent and self.expected == self.arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a rehearsal came to."""

    counts: tuple[ChannelCount, ...]
    unsettled: tuple[str, ...]  #: keys of deliveries that are neither sent nor cancelled, with their state
    seconds: float

    @property
    def agrees(self) -> bool:
        """Whether everything that was planned arrived, once."""
        return all(count.agrees for count in self.counts)


class Rehearsal:
    """Plays a schedule file in a window of time. Never touches a real account: only sandbox credentials exist."""

    def __init__(
        self, *, schedules: Path, templates: Path | None, folder: Path, window: Window, http_port: int = 0
    ) -> None:
        self.clock = SimulatedClock(window.begin)
        self.sandbox = Sandbox(clock=self.clock, http_port=http_port)
        self._window = window
        options = Options(
            schedules=schedules, templates=templates, database=f"sqlite:///{folder / 'rehearsal.db'}", values={}
        )
        self.app = App(options, clock=self.clock, accounts=self._accounts)

    def run(
        self,
        prepare: Callable[[Sandbox, Schedule], None] = lambda _sandbox, _schedule: None,
        *,
        known: Ledger | None = None,
    ) -> Report:
        """Run from the first to the last instant. ``prepare`` may inject faults. The sandbox must be started.

        The mailing lists that the file names are taken from the ledger that is ``known``.
        Raises `ScheduleUnreadable` or `LedgerError`.
        """
        began = time.perf_counter()
        schedule, _ = self.app.schedule()
        prepare(self.sandbox, schedule)
        ledger = self.app.open_ledger()
        try:
            if known is not None:
                names = {name for audience in schedule.audiences.values() for name in audience.lists}
                copy_lists(names, of=known.engine, to=ledger.engine)
            self._play(ledger)
            planned = self.app.plan(schedule, self._window, ledger=ledger)
            counts = tuple(
                self._count(channel, schedule, planned, ledger=ledger) for channel in schedule.channels.values()
            )
            unsettled = _unsettled(ledger)
        finally:
            ledger.close()
        return Report(counts=counts, unsettled=unsettled, seconds=time.perf_counter() - began)

    def _play(self, ledger: Ledger) -> None:
        stop = threading.Event()
        daemon = Daemon(self.app, ledger, stop=stop)
        try:
            daemon.run_simulated(SimulatedAlarm(self.clock, end=self._window.end, stop=stop))
        finally:
            daemon.close()

    def _readers(self, audience: Audience, channel: Channel, *, ledger: Ledger) -> int:
        """How many get a mail; nobody when the list can't be read, and then its mails are among what did not go out."""
        now = self.clock.now()
        try:
            found = candidates(audience, ledger=ledger, key=self.app.list_key, channel=channel, now=now)
            return sum(one.exclusion is None for one in found.candidates)
        except AudienceError:
            return 0

    def _accounts(self, channel: Channel) -> list[Settings]:
        return [FixedSettings(channel.id, self.sandbox.settings_for(channel))]

    def _count(self, channel: Channel, schedule: Schedule, planned: list[Planned], *, ledger: Ledger) -> ChannelCount:
        mine = [one for one in planned if one.channel.id == channel.id and one.goes_out]
        rows = [row for row in ledger.deliveries.all() if row.channel == channel.id]
        is_mail = self.app.forms[channel.type] is Form.MAIL
        readers = self._readers(schedule.audiences[channel.audience], channel, ledger=ledger) if is_mail else 1
        return ChannelCount(
            channel=channel.id,
            type=channel.type,
            planned=len(mine),
            sent=sum(row.state is DeliveryState.SENT for row in rows),
            expected=len(mine) * readers + ledger.parts.further(channel.id),
            arrived=len(self.sandbox.mails(channel.id)) if is_mail else len(self.sandbox.posted(channel.id)),
        )


def _unsettled(ledger: Ledger) -> tuple[str, ...]:
    """What was due and did not go out, or is uncertain."""
    fine = (DeliveryState.SENT, DeliveryState.CANCELLED, DeliveryState.PLANNED)
    return tuple(f"{row.key}: {row.state}: {row.reason}" for row in ledger.deliveries.all() if row.state not in fine)
