"""Joining lists and leaving them: subscription, record of consent and suppression change together or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from publisher.ledger import consents, maillists, signups, subscribers, suppressions
from publisher.ledger.database import forget_journal
from publisher.ledger.intake import Intake
from publisher.ledger.list_tables import bounces, subscriptions
from publisher.ledger.list_tables import subscribers as people
from publisher.ledger.listrecords import (
    EVERY_LIST,
    Act,
    Agreement,
    Excluded,
    How,
    Newcomer,
    Subscriber,
    Suppression,
    Why,
    erased_address,
)
from publisher.ledger.states import WAITING
from publisher.ledger.tables import recipients
from publisher.model import DeliveryState

_S, _R = subscriptions.c, recipients.c

_OWN_WORD = frozenset({How.FORM, How.PAGE})
"""Ways on which nobody but the person can come: they answered a mail, or opened a link that only they have."""


class Memberships:
    """Who is on which list."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def join(
        self, newcomer: Newcomer, lists: Sequence[str], *, agreement: Agreement, now: datetime, signup: str = ""
    ) -> Subscriber | None:
        """Put somebody on lists, with a record of consent for each.

        With ``signup``, the token of a sign-up, that one is used up; None when it is gone: it was confirmed before, or
        it has expired. A person's own word lifts what stood in the way, but what the office set; anybody else's does
        not, so look at `Suppressions.among` first.
        """
        with self._engine.begin() as connection:
            if signup and not signups.use(connection, signup, now=now):
                return None
            number = subscribers.settle(connection, newcomer, now=now)
            if agreement.how in _OWN_WORD:
                suppressions.lift_own(connection, newcomer.hash, lists=lists)
            for name in lists:
                _subscribe(connection, number, name, now=now)
            maillists.widen(connection, lists, columns=newcomer.attributes)
            consents.note(connection, number, lists, act=Act.GIVEN, agreement=agreement)
            return subscribers.find(connection, newcomer.hash)

    def leave(self, person: str, lists: Sequence[str], *, agreement: Agreement, now: datetime) -> tuple[str, ...]:
        """Take somebody off lists, all of them with `EVERY_LIST`; ``person`` is a hash. Gives what that ended.

        They are suppressed for these lists, also when they are in no table: readers from a file leave in the same way.
        Doing it again changes nothing.
        """
        with self._engine.begin() as connection:
            ended = _end(connection, person, lists, word=agreement.how, now=now)
            if ended:
                number = connection.execute(select(people.c.id).where(people.c.hash == person)).scalar_one()
                consents.note(connection, number, ended, act=Act.WITHDRAWN, agreement=agreement)
            for name in lists:
                suppressions.add(connection, Suppression(hash=person, list=name, reason=Why.UNSUBSCRIBED, since=now))
        return ended

    @contextmanager
    def intake(self, name: str, *, agreement: Agreement, now: datetime) -> Iterator[Intake]:
        """Put many people on a list in one transaction, which is kept when this ends well and nobody undid it."""
        with self._engine.connect() as connection:
            intake = Intake(connection, name, agreement=agreement, now=now)
            yield intake
            if intake.is_kept:
                connection.commit()

    def erase(self, person: str, *, address: str, now: datetime) -> None:
        """Forget somebody. What stays is the hash among the suppressions, so that no later list brings them back.

        In rows of old mailings, which keep their count, the hash stands instead of the address, and nothing else.
        """
        with self._engine.begin() as connection:
            connection.execute(delete(people).where(people.c.hash == person))
            connection.execute(delete(bounces).where(bounces.c.hash == person))
            signups.forget(connection, address)
            suppressions.replace(connection, Suppression(hash=person, list=EVERY_LIST, reason=Why.ERASED, since=now))
            _forget_mailings(connection, person, address, now=now)
        forget_journal(self._engine)


def _forget_mailings(connection: Connection, person: str, address: str, *, now: datetime) -> None:
    """The rows of mailings stay, with the names of their columns, which say nothing about anybody."""
    mine = func.lower(_R.address) == address.lower()
    gone = {"state": DeliveryState.CANCELLED, "code": Excluded.ERASED, "updated_at": now}
    connection.execute(update(recipients).where(mine, _R.state.in_(WAITING)).values(**gone))
    nobody = {"address": erased_address(person), "name": "", "detail": ""}
    for row in connection.execute(select(_R.id, _R.attributes).where(mine)).all():
        blank = dict.fromkeys(row.attributes, "")
        connection.execute(update(recipients).where(_R.id == row.id).values(attributes=blank, **nobody))


def _subscribe(connection: Connection, number: int, name: str, *, now: datetime) -> None:
    known = connection.execute(select(_S.id, _S.ended_at).where(_S.subscriber == number, _S.list == name)).first()
    if known is None:
        connection.execute(insert(subscriptions).values(subscriber=number, list=name, since=now))
    elif known.ended_at is not None:
        anew = {"since": now, "ended_at": None, "ended_by": ""}
        connection.execute(update(subscriptions).where(_S.id == known.id).values(**anew))


def _end(connection: Connection, person: str, lists: Sequence[str], *, word: str, now: datetime) -> tuple[str, ...]:
    """End those of these subscriptions that hold; gives the lists."""
    query = (
        select(_S.id, _S.list)
        .join(people, _S.subscriber == people.c.id)
        .where(people.c.hash == person, _S.ended_at.is_(None))
        .order_by(_S.list)
    )
    holding = [row for row in connection.execute(query).all() if EVERY_LIST in lists or row.list in lists]
    numbers = [row.id for row in holding]
    connection.execute(update(subscriptions).where(_S.id.in_(numbers)).values(ended_at=now, ended_by=word))
    return tuple(row.list for row in holding)
