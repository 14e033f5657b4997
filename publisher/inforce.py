"""The plan in force: the last good reading of the file and its templates, written into the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from publisher.alerts import Notifier, Silence
from publisher.app import App, unusable
from publisher.bulletin import Bulletin, where
from publisher.checking import check
from publisher.composing import Composer
from publisher.corrections import outdated, wrong_now
from publisher.delivery.overtaken import hold_under_way
from publisher.edits import Edits, Traces, traces
from publisher.errors import LedgerError, PublisherError, ScheduleUnreadable, SettingsError
from publisher.lastgood import LastGood, signature
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
from publisher.ledger.states import UNCERTAIN, WAITING
from publisher.mistakes import of_the_file
from publisher.model import DeliveryState, Event, Planned, Problem, Severity
from publisher.plan import Window, plan_around
from publisher.replan import Changes, changes
from publisher.schedulefile.schedule import Schedule
from publisher.snapshot import Snapshot

#: How far ahead the ledger knows what is planned.
HORIZON = timedelta(days=400)
#: The plan is made anew this often even when nobody edits the file, so that the horizon moves on.
REFRESH = timedelta(days=7)
#: Further back than this nothing is taken up that the ledger doesn't know.
_LONGEST_LOOK_BACK = timedelta(days=2)
AT_ONCE = timedelta(0)

_log = structlog.get_logger("publisher.plan")


class PlanInForce:
    """Follows the schedule file, its templates, lists and pictures. A bad edit leaves the last good plan in force.

    ``patience`` is how long the files must have been left alone before an edit is judged.
    """

    def __init__(
        self, app: App, ledger: Ledger, *, notifier: Notifier | None = None, patience: timedelta = AT_ONCE
    ) -> None:
        self._app = app
        self._ledger = ledger
        self._file = app.options.schedules
        self._bulletin = Bulletin(ledger, notifier=notifier or Silence(), clock=app.clock, file=str(self._file))
        self._named: tuple[Path, ...] = ()
        self._told: frozenset[Problem] = frozenset()
        self._last_good = LastGood(app, ledger)
        found = self._look()
        self._edits = Edits(found, patience=patience)
        self._begin(Snapshot(app), found)

    @property
    def composer(self) -> Composer:
        """Makes payloads for the schedule in force, with the templates in force."""
        return self._composer

    def next_look(self, now: datetime) -> datetime | None:
        """The next instant after ``now`` to call `refresh`: an edit comes to rest, or the plan gets old."""
        instants = (self._edits.rest_at, self._planned_at + REFRESH)
        return min((instant for instant in instants if instant is not None and instant > now), default=None)

    def refresh(self) -> None:
        """Take over an edit, and make the plan anew when it is a week old.

        Raises `LedgerError`; then, and when the edit could not be judged for another reason, the next call tries again.
        """
        with self._going_on():
            self._refresh(self._app.clock.now())

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Whatever an edit leads to, what was planned before goes out, and the team is told."""
        try:
            yield
        except LedgerError:
            raise
        except PublisherError as error:
            self._bulletin.broken([of_the_file(error, str(self._file))])
        except Exception as error:  # noqa: BLE001  a fault of ours must not keep anything from going out
            unforeseen = PublisherError(f"publisher itself failed: {type(error).__name__}")
            if self._bulletin.broken([of_the_file(unforeseen, str(self._file))]):
                _log.exception("unforeseen error while planning")

    def _refresh(self, now: datetime) -> None:
        found = self._look()
        if self._edits.are_ready(found, now=now):
            self._judge(Snapshot(self._app), found)
        elif now >= self._planned_at + REFRESH:
            self._plan_anew(self._snapshot, self._composer.schedule)

    # --- edits ------------------------------------------------------------------------------------------

    def _begin(self, snapshot: Snapshot, found: Traces) -> None:
        """The sound part of the file will do, and what is wrong is told; without any, the last good file does."""
        try:
            loaded = snapshot.load()
        except ScheduleUnreadable as error:
            self._resume(error, [of_the_file(error, str(self._file))], found)
            return
        if loaded.schedule is None:
            self._resume(unusable(self._file, loaded), loaded.problems, found)
            return
        found = self._follow(loaded.schedule, found)
        self._edits.judge(found)
        self._signature = signature(loaded.schedule, found)
        if self._stands(self._app.clock.now()):
            self._compose(snapshot, loaded.schedule)
            self._last_good.keep(snapshot, signature=self._signature)
            return
        before = self._last_good.recall()
        overtaken = outdated(before[1], loaded.schedule) if before is not None else []  # edited while nobody looked
        hold_under_way(self._ledger, loaded.schedule, overtaken)
        self._plan_anew(snapshot, loaded.schedule)
        self._tell_outdated(overtaken)
        with self._going_on():
            self._tell(loaded.problems if loaded.has_errors else check(snapshot))

    def _resume(self, error: ScheduleUnreadable, problems: Iterable[Problem], found: Traces) -> None:
        """Go on with the file and the templates that were in force last. Raises ``error`` when none are kept."""
        kept = self._last_good.recall()
        if kept is None:
            raise error
        snapshot, schedule, self._signature = kept
        self._edits.judge(self._follow(schedule, found))
        self._planned_at = self._ledger.pulse.read().planned_at or self._app.clock.now()
        self._compose(snapshot, schedule)
        with self._going_on():
            self._tell(problems)

    def _stands(self, now: datetime) -> bool:
        """Whether the plan in the ledger was made from the very same files, not long ago, and nothing was wrong."""
        last = self._ledger.pulse.read()
        if last.planned_at is None or last.plan_signature != self._signature or not self._bulletin.is_settled:
            return False
        self._planned_at = last.planned_at
        return last.planned_at <= now < last.planned_at + REFRESH

    def _judge(self, snapshot: Snapshot, found: Traces) -> None:
        self._check_folders(snapshot)
        loaded = snapshot.load()
        problems = loaded.problems
        if loaded.schedule is not None:
            found = self._follow(loaded.schedule, found)
            problems = problems if loaded.has_errors else check(snapshot)
        if loaded.schedule is not None and not _errors(problems):
            before, before_schedule = self._snapshot, self._composer.schedule
            self._signature = signature(loaded.schedule, found)
            overtaken = outdated(before_schedule, loaded.schedule)
            hold_under_way(self._ledger, loaded.schedule, overtaken)
            difference = self._take(snapshot, loaded.schedule)
            hold_under_way(self._ledger, loaded.schedule, overtaken)  # what ended a spell of sending meanwhile
            templates = ", ".join(snapshot.other_templates(before)) or None
            _log.info("edit taken over", changes=str(difference), templates=templates)
            self._tell_outdated(overtaken)
        self._tell(problems)
        self._edits.judge(found)

    def _tell_outdated(self, events: Iterable[Event]) -> None:
        """What is out can't be called back; say what is wrong now, and how to put it right."""
        for event in events:
            rows = self._ledger.deliveries.of_sources([event.id])
            wrong = wrong_now(event, rows, reached=lambda row: self._as_out(row) is not row)
            if wrong:
                _log.warning(
                    "out already and now wrong",
                    about=event.id,
                    status=str(event.status),
                    deliveries=len(wrong),
                    channels=", ".join(sorted({row.channel for row in wrong})),
                    mend=f"see the corrections: publisher corrections {event.id}",
                )

    def _check_folders(self, snapshot: Snapshot) -> None:
        """Without the team's own templates those that come with publisher would take their place, silently."""
        gone = [one for one in self._snapshot.template_folders if one not in snapshot.template_folders]
        if gone:
            raise SettingsError(
                "the folder of templates is gone",
                subject=str(gone[0]),
                remedy="put it back; to do without templates of your own, start publisher again",
            )

    def _tell(self, problems: Iterable[Problem]) -> None:
        """Errors to the team; other problems to the log, each once."""
        found = list(problems)
        for problem in found:
            if problem.severity is not Severity.ERROR and problem not in self._told:
                level = _log.warning if problem.severity is Severity.WARNING else _log.info
                level(problem.message, place=where(problem), code=problem.code, mend=problem.hint)
        self._told = frozenset(found)
        if errors := _errors(found):
            self._bulletin.broken(errors)
        else:
            self._bulletin.good()
            self._ledger.pulse.planned(self._signature, self._planned_at)

    def _follow(self, schedule: Schedule, found: Traces) -> Traces:
        """Look after the lists and pictures that this reading names, from now on; gives what is to be seen now."""
        self._named = schedule.files
        new = traces(path for path in self._named if str(path) not in found)
        wanted = self._look()
        return {path: trace for path, trace in {**new, **found}.items() if path in wanted}

    def _look(self) -> Traces:
        return traces([self._file, *self._named], folders=self._app.find_template_folders())

    # --- the plan ---------------------------------------------------------------------------------------

    def _plan_anew(self, snapshot: Snapshot, schedule: Schedule) -> None:
        """At the start, and when the plan is old: nobody edited anything, so only a difference is worth a line."""
        if difference := self._take(snapshot, schedule):
            _log.info("plan in force", changes=str(difference))
        if self._ledger.pulse.read().plan_signature == self._signature:
            self._ledger.pulse.planned(self._signature, self._planned_at)

    def _take(self, snapshot: Snapshot, schedule: Schedule) -> Changes:
        """Plan, write the difference into the ledger, and compose from now on as of this snapshot."""
        now = self._app.clock.now()
        window = Window(now - _look_back(schedule), now + HORIZON)
        found = plan_around(schedule, window=window, rules=snapshot.rules(self._ledger))
        difference = self._compare(found, window, schedule)
        while not self._write(difference, now):  # a lane was quicker: what it sends stands in for what was to come
            difference = self._compare(found, window, schedule)
        self._tell_stood_in(difference)
        self._compose(snapshot, schedule)
        self._last_good.keep(snapshot, signature=self._signature)
        self._planned_at = now
        return difference

    def _compose(self, snapshot: Snapshot, schedule: Schedule) -> None:
        """Compose from now on as of this snapshot."""
        self._composer = snapshot.composer(schedule)
        self._snapshot = snapshot

    def _known(self, found: list[Planned]) -> list[Delivery]:
        """What the ledger has of these sources, and of those of which something is still open."""
        sources = {one.source_id for one in found} | self._ledger.deliveries.open_sources()
        wanted = {one.key for one in found}
        rows = self._ledger.deliveries.of_sources(sources)
        return [row if row.key in wanted else self._as_out(row) for row in rows]

    def _as_out(self, row: Delivery) -> Delivery:
        """A mailing that some readers have counts as out: when its time is edited, it goes on and is not begun anew.

        So does a thread of which a part is out.
        """
        if row.state not in WAITING or not row.attempts:
            return row
        if row.remote_id:
            return replace(row, state=DeliveryState.SENDING)
        tally = self._ledger.recipients.tally(row.key)
        return replace(row, state=DeliveryState.SENDING) if tally.of(DeliveryState.SENT, *UNCERTAIN) else row

    def _compare(self, found: list[Planned], window: Window, schedule: Schedule) -> Changes:
        return changes(found, self._known(found), window=window, blocked=schedule.blocked)

    def _write(self, difference: Changes, now: datetime) -> bool:
        """Whether it is written; if not, the ledger has changed meanwhile and is as it was."""
        late = self._ledger.deliveries.replan(
            added=difference.added,
            moved=difference.moved,
            cancelled=[(row.key, reason) for row, reason in (*difference.cancelled, *difference.replaced)],
            now=now,
        )
        for key in late:
            _log.warning("not cancelled", key=key, reason="it was being sent or decided about already")
        return not late

    def _tell_stood_in(self, difference: Changes) -> None:
        for planned, row in difference.stood_in:
            reason = f"it went out as {row.key}; to announce it anew, change its id"
            _log.warning("not sent again", key=planned.key, reason=reason)


def _errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def _look_back(schedule: Schedule) -> timedelta:
    """As long as the most patient channel waits, within reason."""
    patience = [channel.if_late for channel in schedule.channels.values()]
    longest = max((late for late in patience if late is not None), default=_LONGEST_LOOK_BACK)
    return min(longest, _LONGEST_LOOK_BACK)
