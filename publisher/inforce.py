"""The plan in force: the last good reading of the file, written into the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from publisher.app import App, unusable
from publisher.composing import Composer
from publisher.errors import IllegalTransition, LedgerError, PublisherError
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
from publisher.ledger.states import UNCERTAIN, WAITING
from publisher.model import DeliveryState, Planned, Problem, Severity
from publisher.plan import Window, plan_around
from publisher.replan import Changes, changes
from publisher.schedulefile.load import Loaded
from publisher.schedulefile.schedule import Schedule

#: How far ahead the ledger knows what is planned.
HORIZON = timedelta(days=400)
#: The plan is made anew this often even when nobody edits the file, so that the horizon moves on.
REFRESH = timedelta(days=7)
#: Further back than this nothing is taken up that the ledger doesn't know.
_LONGEST_LOOK_BACK = timedelta(days=2)

_Signature: TypeAlias = tuple[int, int, int]

_log = structlog.get_logger("publisher.plan")


class PlanInForce:
    """Follows the schedule file. A bad edit leaves the last good plan in force."""

    def __init__(self, app: App, ledger: Ledger) -> None:
        self._app = app
        self._ledger = ledger
        self._trouble = ""
        self._signature = self._sign()
        loaded = app.load()
        if loaded.schedule is None:
            raise unusable(app.options.schedules, loaded)
        _tell(loaded)
        self._take(loaded.schedule)

    @property
    def composer(self) -> Composer:
        """Makes payloads for the schedule in force."""
        return self._composer

    @property
    def next_refresh(self) -> datetime:
        """When the plan is made anew at the latest (aware UTC)."""
        return self._planned_at + REFRESH

    def refresh(self) -> None:
        """Take over an edit of the file, and make the plan anew when it is a week old.

        Raises `LedgerError`; then, and when the plan could not be made for another reason, the next call tries again.
        """
        signature = self._sign()
        try:
            if signature != self._signature:
                self._reload()
                self._signature = signature
            elif self._app.clock.now() >= self.next_refresh:
                self._take(self._composer.schedule)
        except LedgerError:
            raise
        except PublisherError as error:
            self._keep(str(error))
        except Exception as error:  # noqa: BLE001  whatever an edit leads to, what was planned before goes out
            if self._keep(f"publisher itself failed: {type(error).__name__}: {error}"):
                _log.exception("unforeseen error while planning")
        else:
            self._trouble = ""

    def _keep(self, trouble: str) -> bool:
        """Say once that the plan stays as it was; gives whether that is news."""
        is_news = trouble != self._trouble
        if is_news:
            _log.error("no new plan can be made, the last good one stays in force", reason=trouble)
        self._trouble = trouble
        return is_news

    def _reload(self) -> None:
        loaded = self._app.load()
        if loaded.has_errors or loaded.schedule is None:
            _tell(loaded)
            _log.error("the file has errors, the last good plan stays in force", file=str(self._app.options.schedules))
            return
        self._take(loaded.schedule)

    def _take(self, schedule: Schedule) -> None:
        now = self._app.clock.now()
        window = Window(now - _look_back(schedule), now + HORIZON)
        found = plan_around(schedule, window=window, rules=self._app.rules(self._ledger))
        difference = changes(found, self._known(found), window=window, blocked=schedule.blocked)
        self._write(difference, now)
        self._composer = self._app.composer(schedule)
        self._planned_at = now

    def _known(self, found: list[Planned]) -> list[Delivery]:
        """What the ledger has of these sources, and everything that is still open."""
        rows = self._ledger.deliveries.of_sources({one.source_id for one in found})
        known = {row.key: row for row in [*rows, *self._ledger.deliveries.open()]}
        gone = known.keys() - {one.key for one in found}
        return [self._as_out(row) if key in gone else row for key, row in known.items()]

    def _as_out(self, row: Delivery) -> Delivery:
        """A mailing that some readers have counts as out: when its time is edited, it goes on and is not begun anew."""
        if row.state not in WAITING or not row.attempts:
            return row
        tally = self._ledger.recipients.tally(row.key)
        return replace(row, state=DeliveryState.SENDING) if tally.of(DeliveryState.SENT, *UNCERTAIN) else row

    def _write(self, difference: Changes, now: datetime) -> None:
        self._ledger.deliveries.add(difference.added, now=now)
        self._ledger.deliveries.move(difference.moved, now=now)
        for row, reason in difference.cancelled:
            self._cancel(row, reason, now)
        if difference:
            _log.info("plan in force", changes=str(difference))
        for planned, row in difference.stood_in:
            _log.warning(
                "not sent again",
                key=planned.key,
                reason=f"it went out as {row.key}; to announce it anew, change its id",
            )

    def _cancel(self, row: Delivery, reason: str, now: datetime) -> None:
        try:
            self._ledger.deliveries.transition(row.key, to=DeliveryState.CANCELLED, now=now, reason=reason)
        except IllegalTransition as error:  # its lane was quicker
            _log.warning("not cancelled", key=row.key, reason=str(error))
            return
        self._ledger.recipients.change(row.key, among=WAITING, to=DeliveryState.CANCELLED, now=now)

    def _sign(self) -> _Signature | None:
        try:
            found = self._app.options.schedules.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _look_back(schedule: Schedule) -> timedelta:
    """As long as the most patient channel waits, within reason."""
    patience = [channel.if_late for channel in schedule.channels.values()]
    longest = max((late for late in patience if late is not None), default=_LONGEST_LOOK_BACK)
    return min(longest, _LONGEST_LOOK_BACK)


def _tell(loaded: Loaded) -> None:
    for problem in loaded.problems:
        _line(problem)


def _line(problem: Problem) -> None:
    level = _log.error if problem.severity is Severity.ERROR else _log.warning
    place = f"{problem.place.file}:{problem.place.line}:{problem.place.column}"
    level(problem.message, place=place, code=problem.code, mend=problem.hint)
