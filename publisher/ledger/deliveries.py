"""Deliveries: written by the planner, read by everybody, moved from state to state."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, bindparam, exists, func, insert, or_, select, update

from publisher.errors import LedgerError
from publisher.ledger import states
from publisher.ledger.database import reading
from publisher.ledger.listrecords import Excluded
from publisher.ledger.records import Delivery
from publisher.ledger.tables import deliveries, recipients
from publisher.model import DeliveryState, Kind, Planned

LOCAL_FORMAT = "%Y-%m-%dT%H:%M"
_CHUNK = 500
_T = deliveries.c
_BY_KEY = select(deliveries).where(_T.key == bindparam("wanted"))


class Deliveries:
    """The table of deliveries."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- planning ---------------------------------------------------------------------------------------

    def replan(
        self,
        *,
        added: Iterable[Planned] = (),
        moved: Iterable[Planned] = (),
        cancelled: Iterable[tuple[str, str]] = (),
        now: datetime,
    ) -> list[str]:
        """Write what an edit changes, all of it or nothing; ``cancelled`` are keys with the reason.

        Gives the keys that could not be cancelled any more, because their lane or a person was quicker. Then nothing
        was written: what was to take their place would go out beside them.
        """
        with self._engine.connect() as connection, connection.begin() as change:
            late = [key for key, reason in cancelled if not _cancel(connection, key, reason=reason, now=now)]
            if late:
                change.rollback()
                return late
            _add(connection, added, now)
            for one in moved:
                _move(connection, one, now)
        return []

    def get(self, key: str) -> Delivery | None:
        """The delivery with this key."""
        with reading(self._engine) as connection:
            row = connection.execute(_BY_KEY, {"wanted": key}).mappings().one_or_none()
        return delivery_of(row) if row is not None else None

    def matching(self, prefix: str) -> list[Delivery]:
        """Deliveries whose key is ``prefix`` or begins with it at a slash, by time."""
        clean = prefix.rstrip("/")
        # Not LIKE, which takes small letters and capitals for the same. "0" is what follows "/".
        return self._find(or_(_T.key == clean, and_(_T.key > f"{clean}/", _T.key < f"{clean}0")))

    def of_sources(self, source_ids: Collection[str]) -> list[Delivery]:
        """All deliveries of these sources, whatever their state."""
        ids, found = list(source_ids), []
        for start in range(0, len(ids), _CHUNK):
            found += self._find(_T.source_id.in_(ids[start : start + _CHUNK]))
        return found

    def open_sources(self) -> set[str]:
        """The sources of those that are not out yet and still meant to go."""
        query = select(_T.source_id).where(_T.state.in_(states.OPEN)).distinct()
        with reading(self._engine) as connection:
            return set(connection.execute(query).scalars())

    def open(self) -> list[Delivery]:
        """Those that are not out yet and still meant to go."""
        return self._find(_T.state.in_(states.OPEN))

    def open_until(self, instant: datetime) -> list[Delivery]:
        """Those of them that are due by an instant, by time."""
        return self._find(and_(_T.state.in_(states.OPEN), _T.due_at <= instant))

    def needing_somebody(self, *, now: datetime, since: datetime) -> list[Delivery]:
        """What failed, expired, is uncertain, or is due and was looked at in vain; what ended before ``since`` is not.

        A reason that is older than the due time is the planner's, and tells nothing about sending.
        """
        uncertain = _T.state.in_(states.UNCERTAIN)
        ended = and_(_T.state.in_([DeliveryState.FAILED, DeliveryState.EXPIRED]), _T.updated_at >= since)
        waits = and_(_T.state.in_([DeliveryState.PLANNED, DeliveryState.PENDING]), _T.due_at <= now)
        held = and_(_T.state == DeliveryState.RETRY_WAIT, _T.next_at.is_(None))
        return self._find(or_(uncertain, ended, held, and_(waits, _T.reason != "", _T.updated_at >= _T.due_at)))

    def with_refused_readers(self, *, since: datetime) -> list[Delivery]:
        """Mailings that ended since then otherwise than as a whole failure, and some of whose readers were refused."""
        over = (_T.state.in_(states.MIXED), _T.updated_at >= since)
        refused = and_(recipients.c.key == _T.key, recipients.c.state == DeliveryState.FAILED)
        return self._find(and_(*over, exists().where(refused)))

    def next_due(self, *, after: datetime, most: int) -> list[Delivery]:
        """The first few that are still to come, by time."""
        query = select(deliveries).where(_T.state.in_(states.OPEN), _T.due_at > after).order_by(_T.due_at, _T.key)
        with reading(self._engine) as connection:
            return [delivery_of(row) for row in connection.execute(query.limit(most)).mappings().all()]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many there are, by channel and state."""
        query = select(_T.channel, _T.state, func.count()).group_by(_T.channel, _T.state)
        with reading(self._engine) as connection:
            return {(channel, state): number for channel, state, number in connection.execute(query).all()}

    def all(self) -> list[Delivery]:
        """Every delivery, by time."""
        return self._find(_T.key.is_not(None))

    # --- the alarm clock's questions --------------------------------------------------------------------

    def due(self, now: datetime) -> list[Delivery]:
        """Those whose time has come, or is over, oldest first."""
        waiting = and_(_T.state == DeliveryState.RETRY_WAIT, or_(_T.next_at <= now, _T.expires_at <= now))
        fresh = and_(_T.state.in_([DeliveryState.PLANNED, DeliveryState.PENDING]), _T.due_at <= now)
        return self._find(or_(waiting, fresh))

    def approaching(self, *, after: datetime, until: datetime) -> list[Delivery]:
        """Those that become due within a span of time and were never tried, oldest first."""
        return self._find(and_(_T.state == DeliveryState.PLANNED, _T.due_at > after, _T.due_at <= until))

    def unsettled(self, now: datetime) -> list[Delivery]:
        """Those of which nobody knows whether they are out, and that are to be looked at now, oldest first."""
        return self._find(and_(_T.state == DeliveryState.UNKNOWN, or_(_T.next_at.is_(None), _T.next_at <= now)))

    def remote_ids(self, channel: str, *, since: datetime, besides: str) -> frozenset[str]:
        """What other deliveries than ``besides`` are known to have published on a channel since then."""
        known = (_T.channel == channel, _T.updated_at >= since, _T.key != besides, _T.remote_id != "")
        with reading(self._engine) as connection:
            return frozenset(connection.execute(select(_T.remote_id).where(*known)).scalars())

    def next_instant(self, after: datetime) -> datetime | None:
        """The earliest instant after ``after`` at which something becomes due or expires."""
        with reading(self._engine) as connection:
            instants = [
                # One state at a time, so that each answer stands at one place of an index.
                connection.execute(select(func.min(column)).where(_T.state == state, column > after)).scalar()
                for column, among in (
                    (_T.due_at, [DeliveryState.PLANNED]),
                    (_T.next_at, [DeliveryState.RETRY_WAIT, DeliveryState.UNKNOWN]),
                    (_T.expires_at, states.OPEN),
                )
                for state in among
            ]
        return min((instant for instant in instants if instant is not None), default=None)

    def hasten(self, *, now: datetime, beyond: datetime) -> None:
        """Tries and looks that a wrong clock put off beyond an instant are due now."""
        late = (_T.state.in_([DeliveryState.RETRY_WAIT, DeliveryState.UNKNOWN]), _T.next_at > beyond)
        with self._engine.begin() as connection:
            connection.execute(update(deliveries).where(*late).values(next_at=now))

    # --- states -----------------------------------------------------------------------------------------

    def transition(
        self, key: str, *, to: DeliveryState, now: datetime, reason: str = "", settled_by: str = ""
    ) -> Delivery:
        """Change a state. Raises `IllegalTransition`, or `LedgerError` when there is no such delivery."""
        with self._engine.begin() as connection:
            row = connection.execute(select(deliveries).where(_T.key == key)).mappings().one_or_none()
            if row is None:
                raise LedgerError("there is no such delivery", subject=key, remedy="list them with: publisher status")
            states.check(key, old=DeliveryState(row["state"]), new=to)
            changes = {"state": to, "reason": reason, "settled_by": settled_by, "next_at": None, "updated_at": now}
            connection.execute(update(deliveries).where(_T.key == key).values(**changes))
            fresh = connection.execute(select(deliveries).where(_T.key == key)).mappings().one()
        return delivery_of(fresh)

    def note(self, key: str, *, reason: str, now: datetime) -> None:
        """Say why a delivery that is still to go stays where it is."""
        still = _T.state.in_(states.OPEN)
        with self._engine.begin() as connection:
            connection.execute(update(deliveries).where(_T.key == key, still).values(reason=reason, updated_at=now))

    def _find(self, condition: Any) -> list[Delivery]:  # noqa: ANN401  a SQL expression
        query = select(deliveries).where(condition).order_by(_T.due_at, _T.key)
        with reading(self._engine) as connection:
            return [delivery_of(row) for row in connection.execute(query).mappings().all()]


def _add(connection: Connection, planned: Iterable[Planned], now: datetime) -> None:
    """Write new deliveries as PLANNED; those that are there already stay as they are."""
    rows = [_row(one, now) for one in planned]
    known = set(_select_keys(connection, [row["key"] for row in rows]))
    fresh = [row for row in rows if row["key"] not in known]
    if fresh:
        connection.execute(insert(deliveries), fresh)


def _move(connection: Connection, planned: Planned, now: datetime) -> None:
    """Give a delivery that is not due yet another time; one that the file left out comes back.

    A mailing that was cancelled half-way comes back with those of its readers who were not written to.
    """
    changes = _row(planned, now)
    del changes["created_at"], changes["attempts"], changes["fence"]
    movable = _T.state.in_([DeliveryState.PLANNED, DeliveryState.CANCELLED])
    nobodys = _T.settled_by == ""  # what a person skipped stays skipped
    moved = connection.execute(update(deliveries).where(_T.key == planned.key, movable, nobodys).values(**changes))
    if moved.rowcount:
        called_off = recipients.c.state == DeliveryState.CANCELLED
        no_reason = recipients.c.code.not_in(list(Excluded))  # of their own
        left_out = (recipients.c.key == planned.key, called_off, no_reason)
        back = {"state": DeliveryState.PENDING, "updated_at": now}
        connection.execute(update(recipients).where(*left_out).values(**back))


def _cancel(connection: Connection, key: str, *, reason: str, now: datetime) -> bool:
    """Call off a delivery and whoever was not written to yet; False when it may be out, or is over."""
    changes = {"state": DeliveryState.CANCELLED, "reason": reason, "settled_by": "", "next_at": None, "updated_at": now}
    still = (_T.key == key, _T.state.in_(states.RECALLABLE))
    if not connection.execute(update(deliveries).where(*still).values(**changes)).rowcount:
        return False
    waiting = (recipients.c.key == key, recipients.c.state.in_(states.WAITING))
    off = {"state": DeliveryState.CANCELLED, "updated_at": now}
    connection.execute(update(recipients).where(*waiting).values(**off))
    return True


def _select_keys(connection: Connection, keys: list[str]) -> Iterable[str]:
    for start in range(0, len(keys), _CHUNK):
        yield from connection.execute(select(_T.key).where(_T.key.in_(keys[start : start + _CHUNK]))).scalars()


def _row(planned: Planned, now: datetime) -> dict[str, Any]:
    return {
        "key": planned.key,
        "occurrence": planned.occurrence,
        "kind": planned.kind,
        "source_id": planned.source_id,
        "step": planned.step,
        "template": planned.template,
        "channel": planned.channel.id,
        "channel_type": planned.channel.type,
        "languages": list(planned.languages),
        "local": planned.local.strftime(LOCAL_FORMAT),
        "nominal_local": planned.nominal_local.strftime(LOCAL_FORMAT),
        "timezone": planned.channel.calendar.timezone,
        "due_at": planned.due_at,
        "expires_at": planned.expires_at,
        "state": DeliveryState.PLANNED,
        "reason": planned.reason,
        "settled_by": "",
        "attempts": 0,
        "fence": 0,
        "created_at": now,
        "updated_at": now,
    }


def delivery_of(row: RowMapping) -> Delivery:
    """A row as a record."""
    return Delivery(
        key=row["key"],
        occurrence=row["occurrence"],
        kind=Kind(row["kind"]),
        source_id=row["source_id"],
        step=row["step"],
        template=row["template"],
        channel=row["channel"],
        channel_type=row["channel_type"],
        languages=tuple(row["languages"]),
        local=datetime.fromisoformat(row["local"]),
        nominal_local=datetime.fromisoformat(row["nominal_local"]),
        timezone=row["timezone"],
        due_at=row["due_at"],
        state=DeliveryState(row["state"]),
        reason=row["reason"],
        expires_at=row["expires_at"],
        settled_by=row["settled_by"],
        next_at=row["next_at"],
        attempts=row["attempts"],
        fence=row["fence"],
        payload_sha256=row["payload_sha256"],
        remote_id=row["remote_id"],
        remote_url=row["remote_url"],
    )
