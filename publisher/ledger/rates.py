"""Rates: how fast a mail server, or a domain of readers behind it, may be written to, kept over a restart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select

from publisher.ledger.database import reading
from publisher.ledger.list_tables import rates

_T = rates.c
_FORGET = delete(rates).where(_T.name == bindparam("wanted"))
_KEEP = insert(rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A bucket of tokens, one for each mail. ``level`` is what was in it ``at`` an instant; below 0: promised already.

    Instants are aware UTC.
    """

    name: str  #: a server, or a server and the domain of readers
    per_second: float  #: tokens that come in; 0: as many as anybody wants
    level: float
    at: datetime
    not_before: datetime | None = None  #: the server asked to wait


class Rates:
    """The table of rates."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Rate]:
        """Every rate that is kept, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(rates).order_by(_T.name)).mappings().all()
        return [Rate(**row) for row in rows]

    def keep(self, changed: Iterable[Rate]) -> None:
        """Write these down instead of what was kept under their names."""
        with self._engine.begin() as connection:
            write(connection, changed)


def write(connection: Connection, changed: Iterable[Rate]) -> None:
    """The same within a transaction."""
    rows = [
        {"name": one.name, "per_second": one.per_second, "level": one.level, "at": one.at, "not_before": one.not_before}
        for one in changed
    ]
    if rows:
        connection.execute(_FORGET, [{"wanted": row["name"]} for row in rows])
        connection.execute(_KEEP, rows)
