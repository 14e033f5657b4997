"""Who must not be written to, known by the hash of their address alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select

from publisher.ledger.database import reading
from publisher.ledger.list_tables import suppressions
from publisher.ledger.listrecords import EVERY_LIST, Suppression, Why

_T = suppressions.c
_CHUNK = 500


class Suppressions:
    """The table of suppressions; a person has one for a list at most, and the first reason stays."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Suppression) -> bool:
        """Write to this person no more; False when that was so already."""
        with self._engine.begin() as connection:
            return add(connection, new)

    def lift(self, person: str, *, list_name: str = EVERY_LIST) -> bool:
        """Write to this person again; False when nothing stood in the way. ``person`` is a hash."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(suppressions).where(_T.hash == person, _T.list == list_name))
        return bool(gone.rowcount)

    def of(self, person: str) -> list[Suppression]:
        """Everything that stands in the way of writing to this person, the widest first."""
        query = select(suppressions).where(_T.hash == person).order_by(_T.list)
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query).mappings().all()]

    def holding(self, person: str, *, list_name: str) -> Suppression | None:
        """What keeps this list from writing to this person; None: nothing."""
        return self.among([person], lists=[list_name]).get(person)

    def among(self, people: Sequence[str], *, lists: Sequence[str]) -> dict[str, Suppression]:
        """Of these hashes those that none of these lists may write to, each with what stands in the way."""
        with reading(self._engine) as connection:
            return among(connection, people, lists=lists)

    def since(self, moment: datetime) -> list[Suppression]:
        """Those that came at this moment or later, oldest first."""
        query = select(suppressions).where(_T.since >= moment).order_by(_T.since, _T.id)
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query).mappings().all()]


def add(connection: Connection, new: Suppression) -> bool:
    """The same within a transaction."""
    if connection.execute(select(_T.id).where(_T.hash == new.hash, _T.list == new.list)).first():
        return False
    connection.execute(
        insert(suppressions).values(hash=new.hash, list=new.list, reason=new.reason, detail=new.detail, since=new.since)
    )
    return True


def replace(connection: Connection, new: Suppression) -> None:
    """Within a transaction: whatever reasons there were, this is the one that stays."""
    connection.execute(delete(suppressions).where(_T.hash == new.hash))
    add(connection, new)


def among(connection: Connection, people: Sequence[str], *, lists: Sequence[str]) -> dict[str, Suppression]:
    """Within a transaction: one that holds for everything, else the first when there is one for each of the lists."""
    found = of_people(connection, people)
    return {person: one for person, by_list in found.items() if (one := decisive(by_list, lists)) is not None}


def of_people(connection: Connection, people: Sequence[str]) -> dict[str, dict[str, Suppression]]:
    """Within a transaction: what stands in the way of writing to these people, by hash and list."""
    found: dict[str, dict[str, Suppression]] = {}
    for start in range(0, len(people), _CHUNK):
        query = select(suppressions).where(_T.hash.in_(people[start : start + _CHUNK]))
        for row in connection.execute(query).mappings():
            found.setdefault(row["hash"], {})[row["list"]] = _record(row)
    return found


def decisive(by_list: Mapping[str, Suppression], lists: Sequence[str]) -> Suppression | None:
    """What keeps all of these lists from writing: one that holds for everything, else one for each of them."""
    if EVERY_LIST in by_list:
        return by_list[EVERY_LIST]
    return by_list[lists[0]] if lists and all(name in by_list for name in lists) else None


def lift_own(connection: Connection, person: str, *, lists: Iterable[str]) -> None:
    """Whoever confirms by mail that they want a list lifts all that stood in the way of it, but what the office set."""
    connection.execute(
        delete(suppressions).where(_T.hash == person, _T.list.in_([EVERY_LIST, *lists]), _T.reason != Why.STAFF)
    )


def _record(row: RowMapping) -> Suppression:
    return Suppression(
        hash=row["hash"], list=row["list"], reason=Why(row["reason"]), since=row["since"], detail=row["detail"]
    )
