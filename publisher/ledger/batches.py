"""Batches: what became of some readers of a mailing, and the claim of others, in one commit.

The claim is committed before anybody is written to. It costs the same for the first reader and for the millionth: rows
are found by where the last claim ended, and the statements are compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Select, Update, and_, bindparam, func, or_, select, update

from publisher.errors import ClaimLost
from publisher.ledger.list_tables import suppressions
from publisher.ledger.pauses import EVERY_CHANNEL
from publisher.ledger.rates import Rate
from publisher.ledger.rates import write as write_rates
from publisher.ledger.records import Claim, Recipient, Result
from publisher.ledger.tables import deliveries, pauses, recipients
from publisher.model import DeliveryState, Reader

_SENDING = DeliveryState.SENDING
_T, _D = recipients.c, deliveries.c
_PAUSED = select(pauses.c.channel).where(pauses.c.channel.in_([EVERY_CHANNEL, _D.channel])).limit(1).scalar_subquery()
_NEWEST = select(func.max(suppressions.c.id)).scalar_subquery()
_STANDING = select(_D.fence, _PAUSED.label("paused"), _NEWEST.label("newest")).where(_D.key == bindparam("wanted"))

_OF_KEY = select(_T.id).where(_T.key == bindparam("wanted")).limit(bindparam("room"))
#: A reader who was not tried yet has no ``next_at``: to say so lets the index give the rows in their order.
_FRESH = _OF_KEY.where(_T.state == DeliveryState.PENDING, _T.next_at.is_(None), _T.id > bindparam("behind")).order_by(
    _T.id
)
#: And whoever waited before they were called off, and is wanted again.
_AGAIN = _OF_KEY.where(
    or_(
        and_(_T.state == DeliveryState.RETRY_WAIT, _T.next_at <= bindparam("now", type_=_T.next_at.type)),
        and_(_T.state == DeliveryState.PENDING, _T.next_at.is_not(None)),
    )
).order_by(_T.next_at, _T.id)
_SETTLE = update(recipients).where(
    _T.id == bindparam("which"), _T.fence == bindparam("under"), _T.state == DeliveryState.SENDING
)


def _claiming(rows: Any) -> Update:  # noqa: ANN401  a select; SQLAlchemy's own type has the columns in it
    return (
        update(recipients)
        .where(_T.id.in_(rows))
        .values(
            state=DeliveryState.SENDING,
            fence=bindparam("under"),
            attempts=_T.attempts + 1,
            next_at=None,
            updated_at=bindparam("at", type_=_T.updated_at.type),
        )
        .returning(_T.id, _T.address, _T.name, _T.language, _T.attributes, _T.attempts, _T.code)
    )


_GONE = (None, None, None)
_CLAIM_FRESH, _CLAIM_AGAIN = _claiming(_FRESH), _claiming(_AGAIN)


class Settled(NamedTuple):
    """What became of one reader. Whoever was certainly not written to has not been tried."""

    recipient: Recipient
    result: Result
    was_tried: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """The readers that were claimed. Nobody is when the channel is paused.

    ``newest`` is the number of the newest suppression at that moment: another one, and somebody may have left.
    """

    claimed: list[Recipient]
    is_paused: bool = False
    newest: int = 0


class Written:
    """A batch that is written and not committed yet: until then nobody of it may be written to.

    While it is open, nobody else can write into SQLite.
    """

    def __init__(self, connection: Connection, batch: Batch, claim: Claim, *, is_ours: bool) -> None:
        self._connection = connection
        self._batch = batch
        self._claim = claim
        self._is_ours = is_ours

    def commit(self) -> Batch:
        """Put it on disk. Raises `ClaimLost` when the claim of the mailing no longer holds."""
        with self._connection as connection:
            connection.commit()
        if not self._is_ours:
            raise ClaimLost("its lease was over, and somebody else settles it", subject=self._claim.key)
        return self._batch


class Batches:
    """Results and claims of many readers at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settle = _Compiled(
            engine,
            _SETTLE.values(
                state=bindparam("state"),
                next_at=bindparam("next_at"),
                remote_id=bindparam("remote_id"),
                code=bindparam("code"),
                detail=bindparam("detail"),
                attempts=_T.attempts - bindparam("untried"),
                updated_at=bindparam("at"),
            ),
        )
        self._standing = _Compiled(engine, _STANDING)
        self._claim_fresh = _Compiled(engine, _CLAIM_FRESH)
        self._claim_again = _Compiled(engine, _CLAIM_AGAIN)
        self._instant, self._read = _stored(engine), _read(engine)

    def begin(  # noqa: PLR0913  what is settled, and what is claimed
        self,
        claim: Claim,
        settled: Sequence[Settled],
        *,
        room: int,
        behind: int,
        now: datetime,
        rates: Iterable[Rate] = (),
    ) -> Written:
        """Write down what came of some readers, and commit that up to ``room`` others are being written to.

        First come those who were not tried yet, and of them those with an id above ``behind``: one reader at whom the
        server stumbles keeps nobody else waiting. When the claim of the mailing no longer holds, what was settled is
        written all the same, and nobody is claimed.
        """
        with ExitStack() as undone:  # what can't be written as a whole is taken back
            connection = undone.enter_context(self._engine.connect())
            connection.begin()
            self._write(connection, settled, now=now)
            write_rates(connection, rates)
            (fence, paused, newest), *_ = [*self._standing.rows(connection, {"wanted": claim.key}), _GONE]
            is_ours, is_paused = fence == claim.fence, paused is not None
            claimed = (
                list(self._claimed(connection, claim, room=room, behind=behind, now=now))
                if room and is_ours and not is_paused
                else []
            )
            undone.pop_all()
        return Written(connection, Batch(claimed, is_paused=is_paused, newest=newest or 0), claim, is_ours=is_ours)

    def settle(self, settled: Sequence[Settled], *, now: datetime) -> None:
        """Write down what came of some readers. Who is no longer under their claim stays as they are."""
        with self._engine.begin() as connection:
            self._write(connection, settled, now=now)

    def _write(self, connection: Connection, settled: Sequence[Settled], *, now: datetime) -> None:
        if not settled:
            return
        at, instant = self._instant(now), self._instant
        rows = [
            {
                "which": one.recipient.id,
                "under": one.recipient.fence,
                "state": one.result.state.value,
                "next_at": instant(one.result.next_at),
                "remote_id": one.result.remote_id,
                "code": one.result.code,
                "detail": one.result.detail,
                "untried": 0 if one.was_tried else 1,
                "at": at,
            }
            for one in settled
        ]
        self._settle.run(connection, rows)

    def _claimed(
        self, connection: Connection, claim: Claim, *, room: int, behind: int, now: datetime
    ) -> Iterator[Recipient]:
        given = {"wanted": claim.key, "under": claim.fence, "at": self._instant(now)}
        rows: list[Sequence[Any]] = []
        for start in dict.fromkeys((behind, 0)):  # then those before it who were given back
            if left := room - len(rows):
                rows += self._claim_fresh.rows(connection, given | {"room": left, "behind": start})
        if not rows:
            rows += self._claim_again.rows(connection, given | {"room": room, "now": self._instant(now)})
        for number, address, name, language, attributes, attempts, code in sorted(rows, key=itemgetter(0)):
            reader = Reader(address=address, name=name, language=language, attributes=self._read(attributes))
            yield Recipient(number, claim.key, reader, _SENDING, attempts=attempts - 1, fence=claim.fence, code=code)


def _stored(engine: Engine) -> Callable[[datetime | None], object]:
    """How the driver takes an instant."""
    stored = _T.next_at.type.dialect_impl(engine.dialect)
    process: Callable[[datetime | None], object] | None = stored.bind_processor(engine.dialect)
    return process or (lambda at: at)


def _read(engine: Engine) -> Callable[[Any], Any]:
    """What the driver's attributes are."""
    kept = _T.attributes.type.dialect_impl(engine.dialect)
    process = kept.result_processor(engine.dialect, None)
    return process or (lambda attributes: attributes)


def _plain(value: object) -> object:
    """What costs the driver no second look."""
    return value.value if isinstance(value, Enum) else value


class _Compiled:
    """A statement that runs for each batch: SQLAlchemy's own way to run it takes longer than the database does.

    Values are given as the driver takes them, and come as it gives them.
    """

    def __init__(self, engine: Engine, statement: Update | Select[Any]) -> None:
        compiled = statement.compile(dialect=engine.dialect, compile_kwargs={"render_postcompile": True})
        self._sql = str(compiled)
        self._fixed = {name: _plain(bind.value) for bind, name in compiled.bind_names.items() if not bind.required}
        self._in_order = itemgetter(*compiled.positiontup) if compiled.positiontup else None

    def run(self, connection: Connection, rows: Iterable[Mapping[str, object]]) -> None:
        """Run it for each row."""
        connection.exec_driver_sql(self._sql, [self._given(row) for row in rows])

    def rows(self, connection: Connection, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """What it gives."""
        return connection.exec_driver_sql(self._sql, self._given(values)).cursor.fetchall()

    def _given(self, values: Mapping[str, object]) -> Any:  # noqa: ANN401  a tuple or a mapping, as the driver wants
        whole = {**self._fixed, **values}
        return whole if self._in_order is None else self._in_order(whole)
