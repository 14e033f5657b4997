"""People on mailing lists: who they are, what they are subscribed to, and what they consented to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from publisher.ledger import consents
from publisher.ledger.database import reading
from publisher.ledger.list_tables import subscribers, subscriptions
from publisher.ledger.listrecords import Consent, Newcomer, Subscriber, Subscription

_T, _S = subscribers.c, subscriptions.c


class Subscribers:
    """The table of subscribers, and looks at what belongs to them. Who joins and leaves: `Memberships`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by_hash(self, person: str) -> Subscriber | None:
        """The one whose address has this hash."""
        return self._first(_T.hash == person)

    def subscriptions(self, number: int) -> list[Subscription]:
        """The lists that somebody is on, or was, by name."""
        query = select(subscriptions).where(_S.subscriber == number).order_by(_S.list)
        with reading(self._engine) as connection:
            return [_subscription(row) for row in connection.execute(query).mappings().all()]

    def consents(self, number: int) -> list[Consent]:
        """What somebody consented to, and took back, oldest first."""
        with reading(self._engine) as connection:
            return consents.of(connection, number)

    def rename(self, number: int, name: str, *, now: datetime) -> None:
        """Call somebody so."""
        self._change(number, name=name, updated_at=now)

    def speak(self, number: int, language: str, *, now: datetime) -> None:
        """Write to somebody in this language."""
        self._change(number, language=language, updated_at=now)

    def pause(self, number: int, *, until: datetime | None, now: datetime) -> None:
        """Write nothing to somebody before this instant; None: go on."""
        self._change(number, paused_until=until, updated_at=now)

    def _change(self, number: int, **values: Any) -> None:  # noqa: ANN401  columns of any type
        with self._engine.begin() as connection:
            connection.execute(update(subscribers).where(_T.id == number).values(**values))

    def _first(self, condition: Any) -> Subscriber | None:  # noqa: ANN401  a condition of SQLAlchemy
        with reading(self._engine) as connection:
            row = connection.execute(select(subscribers).where(condition)).mappings().first()
        return record(row) if row is not None else None


def find(connection: Connection, person: str) -> Subscriber | None:
    """Within a transaction: the one whose address has this hash."""
    row = connection.execute(select(subscribers).where(_T.hash == person)).mappings().first()
    return record(row) if row is not None else None


def settle(connection: Connection, newcomer: Newcomer, *, now: datetime) -> int:
    """Within a transaction: the number of this person, who is made when unknown, else keeps what the newcomer lacks."""
    known = find(connection, newcomer.hash)
    if known is None:
        new = insert(subscribers).values(**row(newcomer, now=now)).returning(_T.id)
        return int(connection.execute(new).scalar_one())
    changed = differences(known, newcomer)
    if changed:
        connection.execute(update(subscribers).where(_T.id == known.id).values(**changed, updated_at=now))
    return known.id


def row(newcomer: Newcomer, *, now: datetime) -> dict[str, Any]:
    """A person as a new row."""
    return {
        "hash": newcomer.hash,
        "address": newcomer.address,
        "name": newcomer.name,
        "language": newcomer.language,
        "attributes": dict(newcomer.attributes),
        "score": 0.0,
        "created_at": now,
        "updated_at": now,
    }


def differences(known: Subscriber, newcomer: Newcomer) -> dict[str, Any]:
    """The columns that a newcomer's row changes: an empty cell says nothing about what we know already."""
    attributes = {**known.attributes, **{name: value for name, value in newcomer.attributes.items() if value}}
    wanted = {
        "name": newcomer.name or known.name,
        "language": newcomer.language or known.language,
        "attributes": attributes,
    }
    return {name: value for name, value in wanted.items() if value != getattr(known, name)}


def of_hashes(connection: Connection, people: Iterable[str]) -> dict[str, Subscriber]:
    """Within a transaction: those with these hashes."""
    rows = connection.execute(select(subscribers).where(_T.hash.in_(list(people)))).mappings()
    return {one["hash"]: record(one) for one in rows}


def record(one: RowMapping) -> Subscriber:
    """A row as people's record."""
    return Subscriber(
        id=one["id"],
        hash=one["hash"],
        address=one["address"],
        name=one["name"],
        language=one["language"],
        attributes=dict(one["attributes"]),
        paused_until=one["paused_until"],
        score=one["score"],
        scored_at=one["scored_at"],
        created_at=one["created_at"],
        updated_at=one["updated_at"],
    )


def _subscription(one: RowMapping) -> Subscription:
    return Subscription(list=one["list"], since=one["since"], ended_at=one["ended_at"], ended_by=one["ended_by"])
