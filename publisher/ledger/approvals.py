"""Approvals: who said yes to which delivery. They may come before the delivery is planned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func, insert, select

from publisher.ledger.database import reading
from publisher.ledger.tables import approvals

_T = approvals.c


class Approvals:
    """The table of approvals."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(self, key: str, *, who: str, now: datetime) -> bool:
        """Note an approval; False when this person has given it before."""
        with self._engine.begin() as connection:
            if connection.execute(select(_T.id).where(_T.key == key, _T.who == who)).first():
                return False
            connection.execute(insert(approvals).values(key=key, who=who, given_at=now))
        return True

    def of(self, key: str) -> list[tuple[str, datetime]]:
        """Who approved this delivery, and when."""
        query = select(_T.who, _T.given_at).where(_T.key == key).order_by(_T.id)
        with reading(self._engine) as connection:
            return [(who, given_at) for who, given_at in connection.execute(query).all()]

    def counts(self) -> dict[str, int]:
        """How many people approved each delivery that has an approval."""
        query = select(_T.key, func.count()).group_by(_T.key)
        with reading(self._engine) as connection:
            return {key: number for key, number in connection.execute(query).all()}  # noqa: C416  dict() takes no rows
