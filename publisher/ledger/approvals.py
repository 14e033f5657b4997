"""Approvals: who said yes to which bytes. They may come before the delivery is planned."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, and_, insert, select

from publisher.ledger.database import reading
from publisher.ledger.records import Approval, Seen
from publisher.ledger.tables import approvals, deliveries

SIZE = "size"
"""Stands in the place of a language in an approval of how many readers there are; the number is what it is bound to."""

_FORMAT = "%Y-%m-%dT%H:%M"
_CHUNK = 500
_T = approvals.c
_COLUMNS = (_T.key, _T.language, _T.subject, _T.who, _T.author, _T.given_at, _T.sha256, _T.local)


class Approvals:
    """The table of approvals."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(self, approval: Approval, seen: Seen) -> bool:
        """Note an approval and what was seen; False when this person has approved the very same before."""
        with self._engine.begin() as connection:
            if connection.execute(select(_T.id).where(_same(approval))).first():
                return False
            connection.execute(insert(approvals).values(**_row(approval), seen=_packed(seen)))
        return True

    def of(self, key: str) -> list[Approval]:
        """All approvals of this delivery, in the order in which they were given; those of other bytes, too."""
        return self._find(_T.key == key)

    def of_keys(self, keys: Iterable[str]) -> list[Approval]:
        """The same for many deliveries."""
        wanted, found = sorted(set(keys)), []
        for start in range(0, len(wanted), _CHUNK):
            found += self._find(_T.key.in_(wanted[start : start + _CHUNK]))
        return found

    def of_subject(self, subject: str, *, language: str) -> list[Approval]:
        """Those of an announcement on a channel, whatever time it had when it was approved."""
        return self._find(and_(_T.subject == subject, _T.language == language))

    def seen(self, approval: Approval) -> Seen | None:
        """What was approved; None for approvals from before that was kept."""
        query = select(_T.seen).where(_same(approval))
        with reading(self._engine) as connection:
            packed = connection.execute(query).scalar()
        return _unpacked(packed) if packed is not None else None

    def counts(self) -> dict[str, int]:
        """How many people approved each delivery: in the language that fewest approved, whatever bytes they saw."""
        people: dict[str, dict[str, set[str]]] = {}
        query = select(_T.key, _T.language, _T.who).where(_T.sha256 != "", _T.language != SIZE)
        with reading(self._engine) as connection:
            for key, language, who in connection.execute(query).all():
                people.setdefault(key, {}).setdefault(language, set()).add(who)
        return {key: min(map(len, found.values())) for key, found in people.items()}

    def known_since(self, keys: Collection[str]) -> dict[str, datetime]:
        """Since when the ledger knows these deliveries (aware UTC)."""
        wanted = sorted(set(keys))
        found: dict[str, datetime] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                query = select(deliveries.c.key, deliveries.c.created_at).where(deliveries.c.key.in_(chunk))
                found |= {key: at for key, at in connection.execute(query).all()}  # noqa: C416  dict() takes no rows
        return found

    def _find(self, condition: ColumnElement[bool]) -> list[Approval]:
        query = select(*_COLUMNS).where(condition).order_by(_T.id)
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(query).mappings()]


def _same(approval: Approval) -> ColumnElement[bool]:
    return and_(
        _T.key == approval.key,
        _T.language == approval.language,
        _T.who == approval.who,
        _T.sha256 == approval.sha256,
        _T.local == _written(approval.local),
    )


def _row(approval: Approval) -> dict[str, Any]:
    return asdict(approval) | {"local": _written(approval.local)}


def _written(local: datetime | None) -> str:
    return local.strftime(_FORMAT) if local is not None else ""


def _record(row: RowMapping) -> Approval:
    local = datetime.strptime(row["local"], _FORMAT) if row["local"] else None  # noqa: DTZ007  a wall time
    return Approval(**{**row, "local": local})


def _packed(seen: Seen) -> bytes:
    return zlib.compress(json.dumps(asdict(seen), ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _unpacked(packed: bytes) -> Seen:
    read = json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))
    return Seen(**{**read, "media": tuple(tuple(one) for one in read["media"])})
