"""The file and the templates that are in force, kept so that a start with a broken file can go on with them."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine, delete, insert, select

from publisher.ledger.database import reading
from publisher.ledger.tables import snapshots

_T = snapshots.c


class Snapshots:
    """The one row of the table, or none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, content: bytes, *, signature: str, now: datetime) -> None:
        """This is in force now."""
        row = {"signature": signature, "sha256": sha256(content).hexdigest(), "content": content, "kept_at": now}
        with self._engine.begin() as connection:
            connection.execute(delete(snapshots))
            connection.execute(insert(snapshots).values(id=1, **row))

    def signature(self) -> str:
        """Of the plan that was made from what is kept; empty when nothing is."""
        with reading(self._engine) as connection:
            return connection.execute(select(_T.signature)).scalar() or ""

    def last(self) -> bytes | None:
        """What is kept, if it is whole."""
        with reading(self._engine) as connection:
            row = connection.execute(select(_T.content, _T.sha256)).first()
        return row.content if row is not None and sha256(row.content).hexdigest() == row.sha256 else None
