"""The readers of a mailing, each with a state of their own. The list is frozen when the mailing starts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Engine, RowMapping, func, insert, select, update

from publisher.ledger.database import reading
from publisher.ledger.listrecords import Candidate, Exclusion
from publisher.ledger.records import OTHERWISE, Recipient, Tally
from publisher.ledger.states import EXCLUDED, WAITING
from publisher.ledger.tables import deliveries, recipients
from publisher.model import DeliveryState, Reader

_T = recipients.c
_CHUNK = 1000


class Recipients:
    """The table of recipients."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enrol(self, key: str, candidates: Iterable[Candidate], *, now: datetime) -> None:
        """Freeze for whom a mailing is; does nothing when that has been done.

        All of them or none: also a million are written in one transaction, and never held in memory together. Whoever
        is excluded has a row that says why.
        """
        with self._engine.begin() as connection:
            if connection.execute(select(_T.id).where(_T.key == key).limit(1)).first():
                return
            left, count = iter(candidates), 0
            while rows := [_row(key, one, now=now) for one in islice(left, _CHUNK)]:
                connection.execute(insert(recipients), rows)
                count += len(rows)
            connection.execute(update(deliveries).where(deliveries.c.key == key).values(candidates=count))

    def sweep(self, *, now: datetime) -> int:
        """Mark as UNKNOWN whoever was being written to when the program died; gives how many.

        A reader counts as orphaned when the mailing itself is no longer SENDING.
        """
        sending = select(deliveries.c.key).where(deliveries.c.state == DeliveryState.SENDING)
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(recipients)
                .where(_T.state == DeliveryState.SENDING, _T.key.not_in(sending))
                .values(state=DeliveryState.UNKNOWN, detail="the program ended before the answer", updated_at=now)
            )
        return int(changed.rowcount)

    def change(self, key: str, *, among: Collection[DeliveryState], to: DeliveryState, now: datetime) -> None:
        """Everybody on this mailing who is in one of these states gets another one."""
        with self._engine.begin() as connection:
            connection.execute(
                update(recipients).where(_T.key == key, _T.state.in_(among)).values(state=to, updated_at=now)
            )

    def exclude(self, key: str, address: str, *, why: Exclusion, now: datetime) -> int:
        """Whoever has this address gets no mail of those still to go; gives how many that are, one or none."""
        out = {"state": DeliveryState.CANCELLED, "code": why.reason, "detail": why.words, "updated_at": now}
        this = (_T.key == key, _T.address == address, _T.state.in_(WAITING))
        with self._engine.begin() as connection:
            return int(connection.execute(update(recipients).where(*this).values(**out)).rowcount)

    def tally(self, key: str) -> Tally:
        """How many readers are in which state, and how many are excluded for which reason."""
        states = select(_T.state, func.count()).where(_T.key == key).group_by(_T.state)
        reasons = select(_T.code, func.count()).where(_T.key == key, _T.state.in_(EXCLUDED)).group_by(_T.code)
        named = select(deliveries.c.candidates).where(deliveries.c.key == key)
        with reading(self._engine) as connection:
            return Tally(
                {DeliveryState(state): count for state, count in connection.execute(states).all()},
                excluded={code or OTHERWISE: count for code, count in connection.execute(reasons).all()},
                candidates=connection.execute(named).scalar(),
            )

    def is_anybody_pending(self, key: str) -> bool:
        """Whether somebody was not tried yet; as quick with a million readers as with ten."""
        query = select(_T.id).where(_T.key == key, _T.state == DeliveryState.PENDING).limit(1)
        with reading(self._engine) as connection:
            return connection.execute(query).first() is not None

    def next_waiting(self, key: str) -> Recipient | None:
        """Whoever has to be written to again, and is due first."""
        waits = (_T.key == key, _T.state == DeliveryState.RETRY_WAIT)
        query = select(recipients).where(*waits).order_by(_T.next_at, _T.id).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return recipient_of(row) if row is not None else None

    def first(self, key: str) -> Recipient | None:
        """Whoever is first on the list of this mailing; None when it has not been frozen yet."""
        query = select(recipients).where(_T.key == key).order_by(_T.id).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return recipient_of(row) if row is not None else None

    def of(self, key: str, *, among: Collection[DeliveryState] = ()) -> list[Recipient]:
        """Everybody on this mailing who is in one of these states, in any if none are named; in the order of the list.

        A list may be long: who asks for some of them gets no others into memory.
        """
        query = select(recipients).where(_T.key == key).order_by(_T.id)
        if among:
            query = query.where(_T.state.in_(among))
        with reading(self._engine) as connection:
            return [recipient_of(row) for row in connection.execute(query).mappings().all()]


def _row(key: str, one: Candidate, *, now: datetime) -> dict[str, Any]:
    reader, out = one.reader, one.exclusion
    return {
        "key": key,
        "address": reader.address,
        "name": reader.name,
        "language": reader.language,
        "attributes": dict(reader.attributes),
        "state": DeliveryState.PENDING if out is None else DeliveryState.CANCELLED,
        "attempts": 0,
        "fence": 0,
        "remote_id": "",
        "code": "" if out is None else out.reason,
        "detail": "" if out is None else out.words,
        "updated_at": now,
    }


def recipient_of(row: RowMapping) -> Recipient:
    """A row as a record."""
    reader = Reader(
        address=row["address"], name=row["name"], language=row["language"], attributes=dict(row["attributes"])
    )
    return Recipient(
        id=row["id"],
        key=row["key"],
        reader=reader,
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        fence=row["fence"],
        next_at=row["next_at"],
        remote_id=row["remote_id"],
        code=row["code"],
        detail=row["detail"],
    )
