"""Attempts: the intent is committed before the call, the result after it, and only under the same fence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, Connection, Engine, bindparam, insert, select, update

from publisher.errors import ClaimLost
from publisher.ledger import states
from publisher.ledger.database import reading
from publisher.ledger.deliveries import LOCAL_FORMAT
from publisher.ledger.pauses import EVERY_CHANNEL
from publisher.ledger.records import Attempt, Claim, Delivery, Ended, Intent, Result
from publisher.ledger.tables import attempts, deliveries, pauses
from publisher.model import DeliveryState, Outcome, Payload

_D, _A = deliveries.c, attempts.c
_STOPPED = "publisher stopped in the middle of sending"
_LAPSED = "no answer came before the lease was over"
_MAYBE_OUT = "it may or may not be out → look at the account, then: publisher resolve {key} --sent or --not-sent"
_CLAIMABLE = [DeliveryState.PENDING, DeliveryState.RETRY_WAIT]

# What runs for each post is built once: building a statement takes longer than the database needs to run it.
_KEY: BindParameter[str] = bindparam("wanted")
_FENCE: BindParameter[int] = bindparam("under")
_PAUSED = select(pauses.c.channel).where(pauses.c.channel.in_([EVERY_CHANNEL, _D.channel])).limit(1).scalar_subquery()
_CLAIMED = select(_D.state, _D.attempts, _D.fence, _D.due_at, _PAUSED.label("paused")).where(_D.key == _KEY)
_CLAIM = update(deliveries).where(_D.key == _KEY)
#: For a post, whose language is part of its key; whatever else an edit may change is compared.
_CLAIM_AS_SEEN = _CLAIM.where(
    _D.state == bindparam("seen_state"),
    _D.attempts == bindparam("seen_attempts"),
    _D.fence == bindparam("seen_fence"),
    _D.due_at == bindparam("seen_due_at", type_=_D.due_at.type),
    _D.expires_at.is_not_distinct_from(bindparam("seen_expires_at", type_=_D.expires_at.type)),
    _D.next_at.is_not_distinct_from(bindparam("seen_next_at", type_=_D.next_at.type)),
    _D.local == bindparam("seen_local"),
    _D.template == bindparam("seen_template"),
    _D.source_id == bindparam("seen_source_id"),
    _D.channel == bindparam("seen_channel"),
    _PAUSED.is_(None),
)
_MINE = update(deliveries).where(_D.key == _KEY, _D.fence == _FENCE, _D.state == DeliveryState.SENDING)
_STILL_MINE = select(_D.key).where(_D.key == _KEY, _D.fence == _FENCE, _D.state == DeliveryState.SENDING)
_TRY = update(attempts).where(_A.key == _KEY, _A.number == bindparam("which"), _A.fence == _FENCE)
_NEW_TRY = insert(attempts)


class Attempts:
    """The table of attempts, and the SENDING state that belongs to them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, key: str, *, owner: str, intent: Intent, lease: timedelta, now: datetime) -> Claim:
        """Commit the intent to send. From here until `finish` nobody knows whether it went out.

        Raises `ClaimLost` when the delivery is no longer waiting to be sent, or when its channel is paused.
        """
        with self._engine.begin() as connection:
            row = connection.execute(_CLAIMED, {"wanted": key}).one_or_none()
            # What becomes due and is claimed at once passes through PENDING within this transaction: one commit less.
            falls_due = row is not None and row.state == DeliveryState.PLANNED and row.due_at <= now
            if row is None or not (falls_due or row.state in _CLAIMABLE):
                raise ClaimLost("another worker took it, or it was cancelled", subject=key)
            if row.paused is not None:
                raise ClaimLost("its channel was paused just now", subject=key)
            claim = Claim(key, row.attempts + 1, row.fence + 1)
            _begin(connection, claim, intent, owner=owner, lease=lease, now=now)
        return claim

    def hand_over(self, ended: Ended, *, to: Delivery, intent: Intent, owner: str, lease: timedelta) -> Claim:
        """Write down how one delivery ended, and commit the intent to send its neighbour, in one commit.

        Raises `ClaimLost` when the neighbour is no longer as it was seen, when its channel is paused, or when the
        claim that ended no longer held: then nothing is written.
        """
        states.check(ended.claim.key, old=DeliveryState.SENDING, new=ended.result.state)
        with self._engine.begin() as connection:
            if not _end(connection, ended):
                raise _too_late(ended.claim)
            claim = Claim(to.key, to.attempts + 1, to.fence + 1)
            changes = _claimed(claim, intent, owner=owner, lease=lease, now=ended.at) | _seen(to)
            if not to.is_due(ended.at) or connection.execute(_CLAIM_AS_SEEN, changes).rowcount != 1:
                raise ClaimLost("it changed while it stood in the lane", subject=to.key)
            connection.execute(_NEW_TRY, _tried(claim, intent, now=ended.at))
        return claim

    def renew(self, claim: Claim, *, lease: timedelta, now: datetime) -> None:
        """Hold a claim for longer. Raises `ClaimLost` when it no longer holds."""
        mine = (_D.key == claim.key, _D.fence == claim.fence, _D.state == DeliveryState.SENDING)
        with self._engine.begin() as connection:
            changed = connection.execute(update(deliveries).where(*mine).values(lease_until=now + lease))
        if changed.rowcount != 1:
            raise ClaimLost("its lease was over, and somebody else settles it", subject=claim.key)

    def holds(self, claim: Claim) -> bool:
        """Whether nobody else has taken it over, or settled it."""
        with reading(self._engine) as connection:
            return connection.execute(_STILL_MINE, {"wanted": claim.key, "under": claim.fence}).first() is not None

    def finish(self, claim: Claim, result: Result, *, now: datetime) -> None:
        """Write down how it ended. Raises `ClaimLost` when this claim no longer holds."""
        states.check(claim.key, old=DeliveryState.SENDING, new=result.state)
        with self._engine.begin() as connection:
            if not _end(connection, Ended(claim, result, now)):
                raise _too_late(claim)

    def sweep(self, *, owner: str, now: datetime) -> list[str]:
        """Mark as UNKNOWN what another process left in SENDING; gives the keys.

        Only for the holder of the lock: then every other owner is dead.
        """
        return self._give_up(_D.owner != owner, why=_STOPPED, now=now)

    def lapse(self, *, now: datetime) -> list[str]:
        """Mark as UNKNOWN, never as PENDING, whatever is SENDING although its lease is over; gives the keys."""
        return self._give_up(_D.lease_until <= now, why=_LAPSED, now=now)

    def _give_up(self, which: ColumnElement[bool], *, why: str, now: datetime) -> list[str]:
        """The fence goes up, so that whoever was sending can write nothing more."""
        query = select(_D.key).where(_D.state == DeliveryState.SENDING, which)
        with reading(self._engine) as connection:
            if connection.execute(query).first() is None:
                return []
        with self._engine.begin() as connection:
            keys = list(connection.execute(query).scalars())
            for key in keys:
                connection.execute(
                    update(deliveries)
                    .where(_D.key == key)
                    .values(
                        state=DeliveryState.UNKNOWN,
                        reason=f"{why}; {_MAYBE_OUT.format(key=key)}",
                        fence=_D.fence + 1,
                        owner="",
                        lease_until=None,
                        updated_at=now,
                    )
                )
                connection.execute(
                    update(attempts)
                    .where(_A.key == key, _A.outcome == "")
                    .values(finished_at=now, outcome=Outcome.UNKNOWN, detail=why)
                )
        return keys

    def payloads(self, key: str) -> dict[int, Payload]:
        """What was to be published, by the number of the attempt; nothing for mailings."""
        query = select(_A.number, _A.body, _A.content_type).where(_A.key == key, _A.body.is_not(None))
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {row.number: Payload(body=row.body, content_type=row.content_type) for row in rows}

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


def _begin(  # noqa: PLR0913  what an intent is made of
    connection: Connection, claim: Claim, intent: Intent, *, owner: str, lease: timedelta, now: datetime
) -> None:
    """Write the claim and the intent, within a transaction."""
    connection.execute(_CLAIM, _claimed(claim, intent, owner=owner, lease=lease, now=now))
    connection.execute(_NEW_TRY, _tried(claim, intent, now=now))


def _claimed(claim: Claim, intent: Intent, *, owner: str, lease: timedelta, now: datetime) -> dict[str, object]:
    return {
        "wanted": claim.key,
        "state": DeliveryState.SENDING,
        "reason": "",
        "attempts": claim.number,
        "fence": claim.fence,
        "owner": owner,
        "lease_until": now + lease,
        "payload_sha256": intent.sha256,
        "next_at": None,
        "updated_at": now,
    }


def _seen(row: Delivery) -> dict[str, object]:
    return {
        "seen_state": row.state,
        "seen_attempts": row.attempts,
        "seen_fence": row.fence,
        "seen_due_at": row.due_at,
        "seen_expires_at": row.expires_at,
        "seen_next_at": row.next_at,
        "seen_local": row.local.strftime(LOCAL_FORMAT),
        "seen_template": row.template,
        "seen_source_id": row.source_id,
        "seen_channel": row.channel,
    }


def _tried(claim: Claim, intent: Intent, *, now: datetime) -> dict[str, object]:
    return {
        "key": claim.key,
        "number": claim.number,
        "fence": claim.fence,
        "started_at": now,
        "outcome": "",
        "code": "",
        "detail": "",
        "payload_sha256": intent.sha256,
        "body": intent.body,
        "content_type": intent.content_type,
    }


def _end(connection: Connection, ended: Ended) -> bool:
    """Write how a try ended, within a transaction; False when its claim no longer holds."""
    claim, result = ended.claim, ended.result
    changes = {
        "wanted": claim.key,
        "under": claim.fence,
        "state": result.state,
        "reason": result.reason,
        "next_at": result.next_at,
        "remote_id": result.remote_id,
        "remote_url": result.remote_url,
        "owner": "",
        "lease_until": None,
        "updated_at": ended.at,
    }
    if connection.execute(_MINE, changes).rowcount != 1:
        return False
    told = {"finished_at": ended.at, "outcome": result.outcome, "code": result.code, "detail": result.detail}
    connection.execute(_TRY, {"wanted": claim.key, "which": claim.number, "under": claim.fence, **told})
    return True


def _too_late(claim: Claim) -> ClaimLost:
    return ClaimLost("its result came too late and was not written down", subject=claim.key)
