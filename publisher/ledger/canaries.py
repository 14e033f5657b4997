"""Canaries: mailings of which a share of the readers comes first, and the others wait in the state PLANNED."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select, update

from publisher.ledger.database import reading
from publisher.ledger.list_tables import bounces, canaries
from publisher.ledger.tables import recipients
from publisher.model import DeliveryState

_CHUNK = 500
_ROWS = 10_000
_T, _R, _B = canaries.c, recipients.c, bounces.c

#: What comes back and says that something is wrong; an automatic answer says nothing.
_WRONG = ("hard", "soft", "sender_fault", "block")
_COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flock:
    """The first readers of a mailing. ``until``: the others wait until then; None: not all of these were tried yet.

    ``held`` is what was wrong when they were looked at; empty: nothing, or nobody has looked.
    """

    key: str
    readers: int
    begun_at: datetime
    until: datetime | None = None
    held: str = ""


class Canaries:
    """The table of canaries."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, key: str) -> Flock | None:
        """Those of a mailing."""
        with reading(self._engine) as connection:
            row = connection.execute(select(canaries).where(_T.key == key)).mappings().first()
        return None if row is None else Flock(**row)

    def strata(self, key: str) -> Iterator[tuple[int, str, str]]:
        """Of everybody who may be written to: the number of the row, the language, and the address."""
        query = select(_R.id, _R.language, _R.address).where(_open(key)).order_by(_R.id)
        with reading(self._engine) as connection:
            yield from map(tuple, connection.execute(query.execution_options(yield_per=_ROWS)))

    def choose(self, key: str, first: Collection[int], *, now: datetime) -> None:
        """These rows come first; everybody else waits. All of it or nothing; does nothing when that has been done."""
        with self._engine.begin() as connection:
            if connection.execute(select(_T.key).where(_T.key == key)).first():
                return
            connection.execute(insert(canaries).values(key=key, readers=len(first), begun_at=now, held=""))
            connection.execute(update(recipients).where(_open(key)).values(state=DeliveryState.PLANNED))
            ids = sorted(first)
            for start in range(0, len(ids), _CHUNK):
                those = _R.id.in_(ids[start : start + _CHUNK])
                connection.execute(update(recipients).where(those).values(state=DeliveryState.PENDING))

    def wait(self, key: str, *, until: datetime) -> None:
        """All of them were tried; the others wait until then."""
        with self._engine.begin() as connection:
            connection.execute(update(canaries).where(_T.key == key).values(until=until))

    def hold(self, key: str, *, why: str) -> None:
        """The others wait until a person lets them go."""
        with self._engine.begin() as connection:
            connection.execute(update(canaries).where(_T.key == key).values(held=why))

    def release(self, key: str, *, now: datetime) -> None:
        """The others may be written to."""
        with self._engine.begin() as connection:
            waiting = (_R.key == key, _R.state == DeliveryState.PLANNED)
            connection.execute(update(recipients).where(*waiting).values(state=DeliveryState.PENDING, updated_at=now))

    def is_somebody_untried(self, key: str) -> bool:
        """Whether one of the first waits without having been tried, as for the rate of a domain."""
        waits = (_R.key == key, _R.state == DeliveryState.RETRY_WAIT, _R.attempts == 0)
        with reading(self._engine) as connection:
            return connection.execute(select(_R.id).where(*waits).limit(1)).first() is not None

    def came_back(self, key: str) -> tuple[int, int]:
        """How many readers' mails came back, and how many complained; what was refused at once is not among them."""
        with reading(self._engine) as connection:
            return _people(connection, key, _B.kind.in_(_WRONG)), _people(connection, key, _B.kind == _COMPLAINT)


def _people(connection: Connection, key: str, kind: ColumnElement[bool]) -> int:
    query = select(func.count(func.distinct(_B.hash))).where(_B.key == key, _B.source != "smtp", kind)
    return int(connection.execute(query).scalar() or 0)


def _open(key: str) -> ColumnElement[bool]:
    return (_R.key == key) & (_R.state == DeliveryState.PENDING)
