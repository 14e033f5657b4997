"""The ledger as one thing: its tables over one database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from publisher.ledger.approvals import Approvals
from publisher.ledger.attempts import Attempts
from publisher.ledger.breakages import Breakages
from publisher.ledger.database import open_engine
from publisher.ledger.deliveries import Deliveries
from publisher.ledger.pulse import Pulse
from publisher.ledger.readbacks import Readbacks
from publisher.ledger.recipients import Recipients


@dataclass(frozen=True, slots=True)
class Ledger:
    """Deliveries, attempts, recipients, approvals, breakages and readbacks. Safe to use from several threads."""

    engine: Engine
    deliveries: Deliveries
    attempts: Attempts
    recipients: Recipients
    approvals: Approvals
    breakages: Breakages
    readbacks: Readbacks
    pulse: Pulse

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()


def open_ledger(url: str) -> Ledger:
    """The ledger in this database, its schema brought up to date. Raises `LedgerError`."""
    engine = open_engine(url)
    return Ledger(
        engine=engine,
        deliveries=Deliveries(engine),
        attempts=Attempts(engine),
        recipients=Recipients(engine),
        approvals=Approvals(engine),
        breakages=Breakages(engine),
        readbacks=Readbacks(engine),
        pulse=Pulse(engine),
    )
