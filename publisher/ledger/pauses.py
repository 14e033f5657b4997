"""Pauses: channels on which a person wants nothing to go out for now, since when, and why."""

from __future__ import annotations

from sqlalchemy import Engine, RowMapping, bindparam, delete, insert, or_, select

from publisher.ledger.database import reading
from publisher.ledger.records import Pause
from publisher.ledger.tables import pauses

#: Stands where the name of a channel stands, for all of them.
EVERY_CHANNEL = ""

_T = pauses.c
_OF = select(pauses).where(or_(_T.channel == EVERY_CHANNEL, _T.channel == bindparam("wanted"))).order_by(_T.channel)


class Pauses:
    """The table of pauses. It is asked before each delivery, so another process may write it at any time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, pause: Pause) -> None:
        """From now on; one that is paused already gets the new reason and keeps its time."""
        with self._engine.begin() as connection:
            since = connection.execute(select(_T.since).where(_T.channel == pause.channel)).scalar() or pause.since
            connection.execute(delete(pauses).where(_T.channel == pause.channel))
            row = {"channel": pause.channel, "since": since, "why": pause.why, "who": pause.who}
            connection.execute(insert(pauses).values(**row))

    def end(self, channel: str) -> bool:
        """Go on; False when it was not paused."""
        with self._engine.begin() as connection:
            return bool(connection.execute(delete(pauses).where(_T.channel == channel)).rowcount)

    def all(self) -> list[Pause]:
        """Every pause, by channel; that of all channels first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(pauses).order_by(_T.channel)).mappings().all()
        return [_record(row) for row in rows]

    def of(self, channel: str) -> Pause | None:
        """Why nothing goes out on this channel now, if that is so."""
        with reading(self._engine) as connection:
            row = connection.execute(_OF, {"wanted": channel}).mappings().first()
        return _record(row) if row is not None else None


def _record(row: RowMapping) -> Pause:
    return Pause(channel=row["channel"], since=row["since"], why=row["why"], who=row["who"])
