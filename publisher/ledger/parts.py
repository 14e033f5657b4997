"""The parts of a thread, each with a state of its own. Their bytes are frozen as soon as the first of them is out.

A part is written down as under way before its call, and its result after it, both only under the fence of the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, case, delete, func, insert, select, update

from publisher.errors import ClaimLost
from publisher.ledger.database import reading
from publisher.ledger.records import Claim, Delivery, Part, Result
from publisher.ledger.tables import deliveries, parts
from publisher.model import DeliveryState, Receipt

_D, _T = deliveries.c, parts.c
_S = DeliveryState


class Parts:
    """The table of parts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enrol(self, key: str, bodies: Sequence[bytes], *, follow_until: datetime | None) -> None:
        """Write down what a thread is made of, in place of what was composed before. Nothing of it may be out yet.

        ``follow_until`` (aware UTC): when the first part is out, the rest may follow until then.
        """
        fresh = {"state": _S.PENDING, "fence": 0, "first_attempt": 0, "follow_until": follow_until}
        empty = {"remote_id": "", "remote_url": "", "code": "", "detail": ""}
        rows = [
            {"key": key, "number": number, "body": body, **fresh, **empty}
            for number, body in enumerate(bodies, start=1)
        ]
        with self._engine.begin() as connection:
            connection.execute(delete(parts).where(_T.key == key))
            connection.execute(insert(parts), rows)

    def forget(self, key: str) -> None:
        """It is no thread any more, and nothing of it is out."""
        with self._engine.begin() as connection:
            connection.execute(delete(parts).where(_T.key == key))

    def begin(self, claim: Claim, number: int, *, now: datetime) -> None:
        """Commit the intent to send one part. Raises `ClaimLost` when the claim no longer holds."""
        first = case((_T.first_attempt == 0, claim.number), else_=_T.first_attempt)
        changes = {"state": _S.SENDING, "fence": claim.fence, "started_at": now, "finished_at": None}
        with self._engine.begin() as connection:
            _hold(connection, claim.key, fence=claim.fence, state=_S.SENDING)
            connection.execute(
                update(parts)
                .where(_T.key == claim.key, _T.number == number)
                .values(first_attempt=first, code="", detail="", **changes)
            )

    def finish(self, claim: Claim, number: int, result: Result, *, now: datetime) -> None:
        """Write down what came of one part. Raises `ClaimLost` when the claim no longer holds."""
        with self._engine.begin() as connection:
            _hold(connection, claim.key, fence=claim.fence, state=_S.SENDING)
            connection.execute(
                update(parts)
                .where(_T.key == claim.key, _T.number == number, _T.fence == claim.fence)
                .values(
                    state=result.state,
                    finished_at=now,
                    remote_id=result.remote_id,
                    remote_url=result.remote_url,
                    code=result.code,
                    detail=result.detail,
                )
            )
            if result.state is _S.SENT and number == 1:
                _show_first(connection, claim.key, Receipt(result.remote_id, result.remote_url))

    def found(self, delivery: Delivery, number: int, receipt: Receipt, *, now: datetime) -> None:
        """A part of an uncertain delivery is on the account. Raises `ClaimLost` when that was settled meanwhile."""
        known = {"remote_id": receipt.remote_id, "remote_url": receipt.remote_url}
        with self._engine.begin() as connection:
            _hold(connection, delivery.key, fence=delivery.fence, state=_S.UNKNOWN)
            connection.execute(
                update(parts)
                .where(_T.key == delivery.key, _T.number == number)
                .values(state=_S.SENT, finished_at=now, code="", detail="found on the account", **known)
            )
            if number == 1:
                _show_first(connection, delivery.key, receipt)

    def of(self, key: str) -> list[Part]:
        """The parts of a delivery, in their order; none when it is no thread or has not been tried yet."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(parts).where(_T.key == key).order_by(_T.number)).mappings().all()
        return [_record(row) for row in rows]

    def further(self, channel: str) -> int:
        """How many posts the threads of a channel are beyond one for each delivery."""
        query = select(func.count()).select_from(parts).join(deliveries, _D.key == _T.key)
        with reading(self._engine) as connection:
            found = connection.execute(query.where(_D.channel == channel, _T.number > 1)).scalar()
        return found or 0

    def remote_ids(self, channel: str, *, since: datetime) -> frozenset[str]:
        """The ids of all parts that a channel is known to have published since then."""
        query = (
            select(_T.remote_id)
            .join(deliveries, _D.key == _T.key)
            .where(_D.channel == channel, _T.finished_at >= since, _T.remote_id != "")
        )
        with reading(self._engine) as connection:
            return frozenset(connection.execute(query).scalars())


def _hold(connection: Connection, key: str, *, fence: int, state: DeliveryState) -> None:
    """Raise `ClaimLost` unless the delivery is as it was: nobody else settles it."""
    mine = (_D.key == key, _D.fence == fence, _D.state == state)
    if connection.execute(select(_D.key).where(*mine)).first() is None:
        raise ClaimLost("somebody else settles this thread", subject=key)


def _show_first(connection: Connection, key: str, receipt: Receipt) -> None:
    """The address of a thread is that of its first part. From here on another time limit holds."""
    until = select(_T.follow_until).where(_T.key == key, _T.number == 1).scalar_subquery()
    known = {"remote_id": receipt.remote_id, "remote_url": receipt.remote_url}
    connection.execute(update(deliveries).where(_D.key == key).values(expires_at=until, **known))


def _record(row: RowMapping) -> Part:
    return Part(
        number=row["number"],
        body=row["body"],
        state=DeliveryState(row["state"]),
        first_attempt=row["first_attempt"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        remote_id=row["remote_id"],
        remote_url=row["remote_url"],
        code=row["code"],
        detail=row["detail"],
    )
