"""The file and the templates in force, kept in the ledger: a start with a file that is broken goes on with them."""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib.metadata import version

from publisher import __version__
from publisher.app import App
from publisher.edits import Traces
from publisher.ledger.ledger import Ledger
from publisher.schedulefile.schedule import Schedule
from publisher.snapshot import Recalled, Snapshot


class LastGood:
    """What a ledger keeps of one schedule file."""

    def __init__(self, app: App, ledger: Ledger) -> None:
        self._app = app
        self._ledger = ledger

    def keep(self, snapshot: Snapshot, *, signature: str) -> None:
        """This is in force, and the plan that was made from it has this signature. Raises `LedgerError`."""
        if self._ledger.snapshots.signature() != signature:
            self._ledger.snapshots.keep(snapshot.packed(), signature=signature, now=self._app.clock.now())

    def recall(self) -> tuple[Snapshot, Schedule, str] | None:
        """What was in force last, with the signature of its plan; None when there is nothing that can be used."""
        content = self._ledger.snapshots.last()
        if content is None:
            return None
        try:
            snapshot = Recalled(self._app, content)
        except ValueError:
            return None
        schedule = snapshot.load().schedule
        return None if schedule is None else (snapshot, schedule, self._ledger.snapshots.signature())


def signature(schedule: Schedule, found: Traces) -> str:
    """Differs when a plan could: the file, what it names, the templates, or what works with them."""
    versions = [__version__, sys.version, *(version(name) for name in ("tzdata", "holidays", "babel"))]
    return sha256(repr((versions, schedule.sha256, sorted(found.items()))).encode()).hexdigest()
