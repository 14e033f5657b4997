"""The plan in force: the last good reading of the file, written into the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from publisher.app import App, unusable
from publisher.composing import Composer
from publisher.errors import ScheduleUnreadable
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
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
        """Take over an edit of the file, and make the plan anew when it is a week old."""
        signature = self._sign()
        if signature != self._signature:
            self._signature = signature
            self._reload()
        elif self._app.clock.now() >= self.next_refresh:
            self._take(self._composer.schedule)

    def _reload(self) -> None:
        try:
            loaded = self._app.load()
        except ScheduleUnreadable as error:
            _log.error("the file can't be read, the last good plan stays in force", reason=str(error))
            return
        if loaded.has_errors or loaded.schedule is None:
            _tell(loaded)
            _log.error("the file has errors, the last good plan stays in force", file=str(self._app.options.schedules))
            return
        self._take(loaded.schedule)

    def _take(self, schedule: Schedule) -> None:
        now = self._app.clock.now()
        self._composer = self._app.composer(schedule)
        self._planned_at = now
        window = Window(now - _look_back(schedule), now + HORIZON)
        found = plan_around(schedule, window=window, rules=self._app.rules(self._ledger))
        difference = changes(found, self._known(found), window=window, blocked=schedule.blocked)
        self._write(difference, now)

    def _known(self, found: list[Planned]) -> list[Delivery]:
        """What the ledger has of these sources, and everything that is still open."""
        rows = self._ledger.deliveries.of_sources({one.source_id for one in found})
        return list({row.key: row for row in [*rows, *self._ledger.deliveries.open()]}.values())

    def _write(self, difference: Changes, now: datetime) -> None:
        self._ledger.deliveries.add(difference.added, now=now)
        self._ledger.deliveries.move(difference.moved, now=now)
        for row, reason in difference.cancelled:
            self._ledger.deliveries.transition(row.key, to=DeliveryState.CANCELLED, now=now, reason=reason)
            self._ledger.recipients.stop(row.key, to=DeliveryState.CANCELLED, now=now)
        if difference:
            _log.info("plan in force", changes=str(difference))
        for planned, row in difference.stood_in:
            _log.warning(
                "not sent again",
                key=planned.key,
                reason=f"it went out as {row.key}; to announce it anew, change its id",
            )

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
