"""Deliver the one mailing that a ledger has ready, and say how long that took: a process of its own.

    python mail_sender.py FOLDER

The time begins with planned rows in the ledger and ends when the mailing is settled there with the rows of all readers.
Starting Python and reading the schedule file are not in it; making the letters, opening connections and starting
further processes are.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from mail_office import LEDGER

from publisher.app import App, Options
from publisher.clock import SystemClock
from publisher.delivery.deliver import Deliverer
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
from publisher.ledger.states import WAITING
from publisher.logs import configure
from publisher.model import DeliveryState

_OVER = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.NEEDS_HUMAN)


def main() -> int:
    """Send it; gives the exit code."""
    folder = Path(sys.argv[1])
    configure(level=logging.WARNING, redact=lambda text: text)
    options = Options(
        schedules=folder / "schedules.yaml", database=f"sqlite:///{folder / LEDGER}", values=dict(os.environ)
    )
    app = App(options, clock=SystemClock())
    with closing(app.open_ledger()) as ledger:
        took = _deliver(app, ledger)
        row = _mailing(ledger)
        print(json.dumps(took | {"state": row.state, "reason": row.reason}))
    return 0 if row.state is DeliveryState.SENT else 1


def _deliver(app: App, ledger: Ledger) -> dict[str, float]:
    """Seconds until the mailing is settled, by the clock and of processors."""
    schedule, _ = app.schedule()
    composer = app.composer(schedule)
    desk = app.desk(ledger, threading.Event())
    deliverer = Deliverer(desk, composer=lambda: composer)
    began, used = time.perf_counter(), _processor()
    row, left = _mailing(ledger), None
    while row.state not in _OVER and (still := _left(ledger, row)) != left:
        left = still
        deliverer.deliver(row)
        deliverer.write_down(row.channel)
        row = _mailing(ledger)
    took = {"seconds": time.perf_counter() - began, "processor": _processor() - used}
    desk.connections.close()
    return took


def _processor() -> float:
    """Seconds for which this process, and those that it started and that have ended, kept processors busy."""
    used = [resource.getrusage(which) for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _left(ledger: Ledger, row: Delivery) -> int:
    """How many readers wait; a mailing that is at a stand would be tried for ever."""
    return ledger.recipients.tally(row.key).of(*WAITING)


def _mailing(ledger: Ledger) -> Delivery:
    (row,) = ledger.deliveries.all()
    return row


if __name__ == "__main__":
    sys.exit(main())
