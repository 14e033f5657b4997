"""Attempts: the intent is committed before the call, the result after it, and only under the same fence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select, update

from publisher.errors import ClaimLost
from publisher.ledger import states
from publisher.ledger.database import reading
from publisher.ledger.records import Attempt, Claim, Result
from publisher.ledger.tables import attempts, deliveries
from publisher.model import DeliveryState, Outcome

_D, _A = deliveries.c, attempts.c
_STOPPED = (
    "publisher stopped in the middle of sending; it may or may not be out "
    "→ look at the account, then: publisher resolve KEY --sent or --not-sent"
)
_CLAIMABLE = [DeliveryState.PENDING, DeliveryState.RETRY_WAIT]


class Attempts:
    """The table of attempts, and the SENDING state that belongs to them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, key: str, *, owner: str, payload_sha256: str, lease: timedelta, now: datetime) -> Claim:
        """Commit the intent to send. From here until `finish` nobody knows whether it went out.

        Raises `ClaimLost` when the delivery is no longer waiting to be sent.
        """
        with self._engine.begin() as connection:
            row = connection.execute(select(_D.state, _D.attempts, _D.fence).where(_D.key == key)).one_or_none()
            if row is None or row.state not in _CLAIMABLE:
                raise ClaimLost("another worker took it, or it was cancelled", subject=key)
            claim = Claim(key, row.attempts + 1, row.fence + 1)
            connection.execute(
                update(deliveries)
                .where(_D.key == key)
                .values(
                    state=DeliveryState.SENDING,
                    reason="",
                    attempts=claim.number,
                    fence=claim.fence,
                    owner=owner,
                    lease_until=now + lease,
                    payload_sha256=payload_sha256,
                    next_at=None,
                    updated_at=now,
                )
            )
            connection.execute(
                insert(attempts).values(
                    key=key,
                    number=claim.number,
                    fence=claim.fence,
                    started_at=now,
                    outcome="",
                    code="",
                    detail="",
                    payload_sha256=payload_sha256,
                )
            )
        return claim

    def finish(self, claim: Claim, result: Result, *, now: datetime) -> None:
        """Write down how it ended. Raises `ClaimLost` when this claim no longer holds."""
        states.check(claim.key, old=DeliveryState.SENDING, new=result.state)
        mine = (_D.key == claim.key, _D.fence == claim.fence, _D.state == DeliveryState.SENDING)
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(deliveries)
                .where(*mine)
                .values(
                    state=result.state,
                    reason=result.reason,
                    next_at=result.next_at,
                    remote_id=result.remote_id,
                    remote_url=result.remote_url,
                    owner="",
                    lease_until=None,
                    updated_at=now,
                )
            )
            if changed.rowcount != 1:
                raise ClaimLost("its result came too late and was not written down", subject=claim.key)
            connection.execute(
                update(attempts)
                .where(_A.key == claim.key, _A.number == claim.number)
                .values(finished_at=now, outcome=result.outcome, code=result.code, detail=result.detail)
            )

    def sweep(self, *, owner: str, now: datetime) -> list[str]:
        """Mark as UNKNOWN what another process left in SENDING; gives the keys.

        Only for the holder of the lock: then every other owner is dead.
        """
        with self._engine.begin() as connection:
            orphans = (_D.state == DeliveryState.SENDING, _D.owner != owner)
            keys = list(connection.execute(select(_D.key).where(*orphans)).scalars())
            for key in keys:
                connection.execute(
                    update(deliveries)
                    .where(_D.key == key)
                    .values(
                        state=DeliveryState.UNKNOWN,
                        reason=_STOPPED,
                        owner="",
                        lease_until=None,
                        updated_at=now,
                    )
                )
                connection.execute(
                    update(attempts)
                    .where(_A.key == key, _A.outcome == "")
                    .values(finished_at=now, outcome=Outcome.UNKNOWN, detail="the program ended before the answer")
                )
        return keys

    def last_refusals(self, outcomes: Collection[Outcome]) -> list[tuple[str, Outcome, str]]:
        """Channel, outcome and reason of each delivery that is tried again, when its last try ended in one of these.

        While the next try is under way, the one before it still counts.
        """
        tried = _D.state.in_([DeliveryState.RETRY_WAIT, DeliveryState.SENDING])
        query = (
            select(_D.key, _D.channel, _D.reason, _A.outcome, _A.detail)
            .join(attempts, _A.key == _D.key)
            .where(tried, _A.outcome != "")
            .order_by(_D.due_at, _D.key, _A.number)
        )
        with reading(self._engine) as connection:
            last = {row.key: row for row in connection.execute(query).all()}
        refused = [row for row in last.values() if row.outcome in outcomes]
        return [(row.channel, Outcome(row.outcome), row.reason or row.detail) for row in refused]

    def of(self, key: str) -> list[Attempt]:
        """The attempts of a delivery, first one first."""
        query = select(attempts).where(_A.key == key).order_by(_A.number)
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Attempt(
                number=row["number"],
                started_at=row["started_at"],
                finished_at=row["finished_at"],
                outcome=Outcome(row["outcome"]) if row["outcome"] else None,
                code=row["code"],
                detail=row["detail"],
            )
            for row in rows
        ]
