"""The ledger as one thing: its tables over one database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from publisher.ledger import postgresql
from publisher.ledger.approvals import Approvals
from publisher.ledger.archive import Archive
from publisher.ledger.attempts import Attempts
from publisher.ledger.batches import Batches
from publisher.ledger.bounces import Bounces
from publisher.ledger.breakages import Breakages
from publisher.ledger.canaries import Canaries
from publisher.ledger.charges import Charges
from publisher.ledger.database import open_engine
from publisher.ledger.deliveries import Deliveries
from publisher.ledger.letters import FrozenLetters
from publisher.ledger.mailings import Mailings
from publisher.ledger.maillists import MailLists
from publisher.ledger.members import Members
from publisher.ledger.memberships import Memberships
from publisher.ledger.notes import Notes
from publisher.ledger.parts import Parts
from publisher.ledger.pauses import Pauses
from publisher.ledger.pulse import Pulse
from publisher.ledger.rates import Rates
from publisher.ledger.readbacks import Readbacks
from publisher.ledger.recipients import Recipients
from publisher.ledger.rests import Rests
from publisher.ledger.signups import Signups
from publisher.ledger.snapshots import Snapshots
from publisher.ledger.subscribers import Subscribers
from publisher.ledger.suppressions import Suppressions
from publisher.ledger.troubles import Troubles


@dataclass(frozen=True, slots=True)
class Ledger:
    """All tables. Safe to use from several threads."""

    engine: Engine
    deliveries: Deliveries
    attempts: Attempts
    recipients: Recipients
    batches: Batches
    parts: Parts
    approvals: Approvals
    breakages: Breakages
    readbacks: Readbacks
    pulse: Pulse
    pauses: Pauses
    troubles: Troubles
    notes: Notes
    charges: Charges
    rests: Rests
    rates: Rates
    bounces: Bounces
    snapshots: Snapshots
    archive: Archive
    canaries: Canaries
    letters: FrozenLetters
    mailings: Mailings
    lists: MailLists
    subscribers: Subscribers
    memberships: Memberships
    members: Members
    suppressions: Suppressions
    signups: Signups

    @contextmanager
    def only_one(self) -> Iterator[Callable[[], str]]:
        """Be the one daemon of a ledger on a server; gives what tells, while it lasts, why that may have ended.

        Raises `AlreadyRunning` at once. For a ledger in a file there is `publisher.lock`.
        """
        if self.engine.dialect.name != "postgresql":
            yield lambda: ""
            return
        with postgresql.only_one(self.engine) as leadership:
            yield leadership.complaint

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
        batches=Batches(engine),
        parts=Parts(engine),
        approvals=Approvals(engine),
        breakages=Breakages(engine),
        readbacks=Readbacks(engine),
        pulse=Pulse(engine),
        pauses=Pauses(engine),
        troubles=Troubles(engine),
        notes=Notes(engine),
        charges=Charges(engine),
        rests=Rests(engine),
        rates=Rates(engine),
        bounces=Bounces(engine),
        snapshots=Snapshots(engine),
        archive=Archive(engine),
        canaries=Canaries(engine),
        letters=FrozenLetters(engine),
        mailings=Mailings(engine),
        lists=MailLists(engine),
        subscribers=Subscribers(engine),
        memberships=Memberships(engine),
        members=Members(engine),
        suppressions=Suppressions(engine),
        signups=Signups(engine),
    )
