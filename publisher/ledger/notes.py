"""Notes that were given, by name: so that a restart gives none of them again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from publisher.ledger.database import reading
from publisher.ledger.tables import notes

_T = notes.c


class Notes:
    """The table of notes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last(self, name: str) -> datetime | None:
        """When this note was last given."""
        with reading(self._engine) as connection:
            return connection.execute(select(_T.given_at).where(_T.name == name)).scalar()

    def give(self, name: str, *, now: datetime) -> None:
        """It is given now."""
        with self._engine.begin() as connection:
            connection.execute(delete(notes).where(_T.name == name))
            connection.execute(insert(notes).values(name=name, given_at=now))

    def take_back(self, name: str) -> None:
        """It holds no more."""
        with self._engine.begin() as connection:
            connection.execute(delete(notes).where(_T.name == name))
