"""Troubles: what the team has to know, since when, and whether it was told. `publisher status` reads it, too."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Engine, RowMapping, and_, delete, insert, select, tuple_, update

from publisher.ledger.database import reading
from publisher.ledger.records import Trouble
from publisher.ledger.tables import troubles

_T = troubles.c


class Troubles:
    """The table of troubles; a trouble is known by its kind and its subject."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def settle(self, kinds: Collection[str], found: Iterable[Trouble]) -> None:
        """Of these kinds there are exactly these troubles now; of those that were there, what was told stays told."""
        now = {(one.kind, one.subject): one for one in found}
        known = {(one.kind, one.subject): one for one in self.of(kinds)}
        gone = [name for name in known if name not in now]
        changed = [one for name, one in now.items() if name in known and _differs(one, known[name])]
        fresh = [one for name, one in now.items() if name not in known]
        if not (gone or changed or fresh):
            return  # at nearly every look: nothing is written
        with self._engine.begin() as connection:
            for name in gone:
                connection.execute(delete(troubles).where(tuple_(_T.kind, _T.subject) == name))
            for one in changed:
                this = and_(_T.kind == one.kind, _T.subject == one.subject)
                connection.execute(update(troubles).where(this).values(words=one.words, mend=one.mend))
            if fresh:
                connection.execute(insert(troubles), [_row(one) for one in fresh])

    def of(self, kinds: Collection[str]) -> list[Trouble]:
        """All of these kinds, oldest first."""
        query = select(troubles).where(_T.kind.in_(list(kinds))).order_by(_T.since, _T.subject)
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query).mappings().all()]

    def all(self) -> list[Trouble]:
        """All of them, oldest first."""
        query = select(troubles).order_by(_T.since, _T.subject)
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query).mappings().all()]

    def untold(self) -> list[Trouble]:
        """Those of which the team does not know, oldest first."""
        query = select(troubles).where(_T.told_at.is_(None)).order_by(_T.since, _T.subject)
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query).mappings().all()]

    def tell(self, told: Iterable[Trouble], *, now: datetime) -> None:
        """The team knows of these; what is over and came again since is another one."""
        with self._engine.begin() as connection:
            for one in told:
                this = and_(_T.kind == one.kind, _T.subject == one.subject, _T.since == one.since)
                connection.execute(update(troubles).where(this).values(told_at=now))


def _differs(one: Trouble, known: Trouble) -> bool:
    return (one.words, one.mend) != (known.words, known.mend)


def _row(one: Trouble) -> dict[str, object]:
    return {
        "kind": one.kind,
        "subject": one.subject,
        "since": one.since,
        "words": one.words,
        "mend": one.mend,
        "told_at": None,
    }


def _record(row: RowMapping) -> Trouble:
    return Trouble(kind=row["kind"], subject=row["subject"], since=row["since"], words=row["words"], mend=row["mend"])
