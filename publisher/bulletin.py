"""Tells the team that the file is broken, and that it is mended: log, ledger (for `publisher status`) and alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from publisher.alerts import Alert, AlertKind, Notifier
from publisher.interfaces import Clock
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Breakage, Delivery
from publisher.model import Problem

#: What is due within this time after a breakage is named with it.
MEANWHILE = timedelta(hours=48)
_KEPT = 10
_LOGGED = 20
_NAMED = 5
#: The note of which breakage the team knows. Its instant is since when the file is broken.
_NOTE = "file broken"

_log = structlog.get_logger("publisher.plan")


class Bulletin:
    """Says what is new, once; what a way took before a restart is remembered in the ledger, the rest is said again."""

    def __init__(self, ledger: Ledger, *, notifier: Notifier, clock: Clock, file: str) -> None:
        self._ledger = ledger
        self._notifier = notifier
        self._clock = clock
        self._file = file
        self._current = ledger.breakages.current()
        self._known_since = ledger.notes.last(_NOTE)
        self._is_said = self._known_since is not None
        self._logged: tuple[Problem, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether the file was good when it was looked at last, and the team has heard so."""
        return self._current is None and not self._is_said

    def broken(self, errors: Sequence[Problem]) -> bool:
        """The file, a template, a list or a picture has errors; gives whether this process has not said so yet.

        Raises `LedgerError`.
        """
        now, current = self._clock.now(), self._current
        breakage = Breakage(
            file=self._file,
            since=current.since if current else now,
            errors=len(errors),
            problems=tuple(replace(error, mend=()) for error in errors[:_KEPT]),  # its edits are for `publisher fix`
        )
        due = self._ledger.deliveries.open_until(now + MEANWHILE)
        if breakage != current:
            self._ledger.breakages.note(breakage)
            self._ledger.notes.take_back(_NOTE)
            self._current, self._is_said = breakage, False
        if not self._is_said:
            self._is_said = True
            self._notifier.notify(
                _alert(breakage, due), taken=lambda: self._ledger.notes.give(_NOTE, now=breakage.since)
            )
        if tuple(errors) == self._logged:
            return False
        self._logged = tuple(errors)
        _log_errors(errors)
        _log.error(
            "the last good plan stays in force",
            file=self._file,
            errors=len(errors),
            due_meanwhile=", ".join(row.key for row in due[:_NAMED]) + _more(due) or "nothing",
        )
        return True

    def good(self) -> None:
        """Nothing is wrong, now or again. Raises `LedgerError`."""
        current, self._logged = self._current, ()
        since = current.since if current else self._known_since
        if self.is_settled or since is None:
            return
        self._ledger.breakages.clear()
        self._current, self._known_since, self._is_said = None, None, False
        _log.info("mended", file=self._file, broken_since=f"{since:%Y-%m-%d %H:%M:%S UTC}")
        words = f"The file is good again and is in force. It was broken since {since:%Y-%m-%d %H:%M} UTC."
        mended = Alert(kind=AlertKind.FILE_MENDED, subject=self._file, words=words)
        self._notifier.notify(mended, taken=lambda: self._ledger.notes.take_back(_NOTE))


def where(problem: Problem) -> str:
    """``schedules.yaml:8:11``."""
    return f"{problem.place.file}:{problem.place.line}:{problem.place.column}"


def short(row: Delivery) -> str:
    """``2027-05-06 09:00 Europe/Warsaw, invitation of open-day-2027 on facebook``."""
    return f"{row.local:%Y-%m-%d %H:%M} {row.timezone}, {row.template or row.kind} of {row.source_id} on {row.channel}"


def _log_errors(errors: Sequence[Problem]) -> None:
    for problem in errors[:_LOGGED]:
        _log.error(problem.message, place=where(problem), code=problem.code or None, mend=problem.hint)
    if len(errors) > _LOGGED:
        _log.error("there are more errors", number=len(errors) - _LOGGED, see="publisher check")


def _alert(breakage: Breakage, due: Sequence[Delivery]) -> Alert:
    first = breakage.problems[0]
    others = breakage.errors - 1
    more = f" ({others} more: publisher check)" if others else ""
    meanwhile = "".join(f"\n  {short(row)}" for row in due[:_NAMED]) + _more(due) or " nothing."
    return Alert(
        kind=AlertKind.FILE_BROKEN,
        subject=breakage.file,
        words=(
            f"{where(first)}: {first.message}{more}\n"
            "What was planned before stays in force until this is mended. Due within 48 hours:"
            f"{meanwhile}"
        ),
        mend=first.hint,
    )


def _more(due: Sequence[Delivery]) -> str:
    return f" and {len(due) - _NAMED} more" if len(due) > _NAMED else ""
