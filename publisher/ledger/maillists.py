"""Mailing lists: what they are called, why they may write, and how many are on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from publisher.ledger.database import reading
from publisher.ledger.list_tables import lists
from publisher.ledger.listrecords import MailList

_T = lists.c
_LASTING = frozenset({"name", "list_id", "created_at", "columns"})


class MailLists:
    """The table of lists."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: MailList) -> bool:
        """Make a list; False when there is one of this name."""
        with self._engine.begin() as connection:
            if connection.execute(select(_T.name).where(_T.name == new.name)).first():
                return False
            connection.execute(insert(lists).values(**_row(new)))
        return True

    def change(self, to: MailList) -> None:
        """The list of this name is like that from now on; its List-Id, its first day and its columns stay."""
        row = {name: value for name, value in _row(to).items() if name not in _LASTING}
        with self._engine.begin() as connection:
            connection.execute(update(lists).where(_T.name == to.name).values(**row))

    def get(self, name: str) -> MailList | None:
        """The list of this name."""
        with reading(self._engine) as connection:
            row = connection.execute(select(lists).where(_T.name == name)).mappings().first()
        return _record(row) if row is not None else None

    def all(self) -> list[MailList]:
        """All of them, by name."""
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(select(lists).order_by(_T.name)).mappings().all()]


def _row(one: MailList) -> dict[str, Any]:
    texts: dict[str, Any] = {"title": dict(one.title), "about": dict(one.about), "footer": dict(one.footer)}
    plain = ("name", "list_id", "basis", "created_at", "sender", "reply_to", "is_public")
    return {**{name: getattr(one, name) for name in plain}, **texts, "columns": list(one.columns)}


def _record(row: RowMapping) -> MailList:
    return MailList(**{**row, "columns": tuple(row["columns"])})


def widen(connection: Connection, names: Iterable[str], *, columns: Iterable[str]) -> None:
    """Within a transaction: somebody on these lists has these attributes."""
    further = list(columns)
    for name, known in connection.execute(select(_T.name, _T.columns).where(_T.name.in_(list(names)))).all():
        wider = list(dict.fromkeys([*known, *further]))
        if wider != known:
            connection.execute(update(lists).where(_T.name == name).values(columns=wider))
