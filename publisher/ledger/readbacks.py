"""Readbacks: what the account showed of deliveries with an unknown outcome, and what followed from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, insert, select, update

from publisher.errors import ClaimLost
from publisher.ledger import states
from publisher.ledger.database import reading
from publisher.ledger.records import Delivery, Readback, Verdict
from publisher.ledger.tables import deliveries, readbacks
from publisher.model import DeliveryState, Receipt, Saw

_D, _R = deliveries.c, readbacks.c


class Readbacks:
    """The table of readbacks, and the ways out of UNKNOWN that belong to them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, key: str, *, seen: Readback) -> None:
        """Write down what was seen."""
        row = {"key": key, "attempt": seen.attempt, "at": seen.at, "saw": seen.saw, "detail": seen.detail}
        with self._engine.begin() as connection:
            connection.execute(insert(readbacks).values(**row))

    def settle(self, delivery: Delivery, verdict: Verdict, *, now: datetime) -> None:
        """Leave UNKNOWN, or stay in it until the next look.

        Raises `ClaimLost` when somebody settled it meanwhile, `IllegalTransition` for a state that can't follow.
        """
        if verdict.state is not DeliveryState.UNKNOWN:
            states.check(delivery.key, old=DeliveryState.UNKNOWN, new=verdict.state)
        mine = (_D.key == delivery.key, _D.fence == delivery.fence, _D.state == DeliveryState.UNKNOWN)
        receipt = verdict.receipt or Receipt(delivery.remote_id, delivery.remote_url)
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(deliveries)
                .where(*mine)
                .values(
                    state=verdict.state,
                    reason=verdict.reason,
                    next_at=verdict.next_at,
                    remote_id=receipt.remote_id,
                    remote_url=receipt.remote_url,
                    updated_at=now,
                )
            )
        if changed.rowcount != 1:
            raise ClaimLost("it was settled meanwhile", subject=delivery.key)

    def of(self, key: str) -> list[Readback]:
        """All looks at the account for a delivery, first one first."""
        query = select(readbacks).where(_R.key == key).order_by(_R.id)
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Readback(attempt=row["attempt"], at=row["at"], saw=Saw(row["saw"]), detail=row["detail"]) for row in rows
        ]
