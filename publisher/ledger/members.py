"""Everybody on a list, or on several: each person once, a chunk at a time, however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice

from sqlalchemy import Connection, Engine, RowMapping, Select, func, select

from publisher.ledger import suppressions
from publisher.ledger.database import reading
from publisher.ledger.list_tables import subscribers, subscriptions
from publisher.ledger.listrecords import Member
from publisher.ledger.segmentclauses import at_least
from publisher.segments.conditions import Condition

_T, _S = subscribers.c, subscriptions.c
_CHUNK = 500
_COLUMNS = (_T.id, _T.hash, _T.address, _T.name, _T.language, _T.attributes, _T.paused_until)


class Members:
    """Who is on lists."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, lists: Sequence[str], *, where: Condition | None = None, audience: str = "") -> Iterator[Member]:
        """Those who are on one of these lists at least, in the order in which they came to us.

        With ``where``, only those of whom the database can't rule out that it holds: look at each of them again.
        ``audience`` is the name by which these lists are left together.
        Two connections, because of the one nothing else may be asked before all of it is read.
        """
        query = _query(lists, where).execution_options(yield_per=_CHUNK)
        with reading(self._engine) as connection, reading(self._engine) as beside, connection.execute(query) as found:
            people = (_member(list(of_one)) for _, of_one in groupby(found.mappings(), key=lambda row: row["id"]))
            while chunk := list(islice(people, _CHUNK)):
                yield from _looked_up(beside, chunk, audience=audience)

    def languages(self, lists: Sequence[str]) -> dict[str, int]:
        """How many people on these lists chose which language, the most first; empty: none."""
        here = select(_S.subscriber).where(_S.list.in_(lists), _S.ended_at.is_(None))
        count = func.count()
        query = (
            select(_T.language, count).where(_T.id.in_(here)).group_by(_T.language).order_by(count.desc(), _T.language)
        )
        with reading(self._engine) as connection:
            return {language: number for language, number in connection.execute(query).all()}  # noqa: C416  rows


def _query(lists: Sequence[str], where: Condition | None) -> Select[tuple[object, ...]]:
    """A row for each subscription that holds; those of a person come one after the other."""
    clause = at_least(where) if where is not None else None
    query = (
        select(*_COLUMNS, _S.list, _S.since)
        .join(subscriptions, _S.subscriber == _T.id)
        .where(_S.list.in_(lists), _S.ended_at.is_(None))
        .order_by(_T.id)
    )
    return query.where(clause) if clause is not None else query


def _member(rows: Sequence[RowMapping]) -> Member:
    first = rows[0]
    return Member(
        hash=first["hash"],
        address=first["address"],
        name=first["name"],
        language=first["language"],
        attributes=first["attributes"],
        paused_until=first["paused_until"],
        lists=tuple(row["list"] for row in rows),
        since=min(row["since"] for row in rows),
    )


def _looked_up(connection: Connection, members: Iterable[Member], *, audience: str) -> Iterator[Member]:
    """The same, each with what keeps their lists from writing to them."""
    people = list(members)
    found = suppressions.of_people(connection, [one.hash for one in people])
    for one in people:
        by_list = found.get(one.hash, {})
        held = by_list.get(audience) or suppressions.decisive(by_list, one.lists)
        yield replace(one, suppression=held) if held is not None else one
