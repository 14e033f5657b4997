"""Mailing lists taken over into another ledger, with those who are on them and those who must not be written to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Engine, insert, select, true

from publisher.ledger.database import reading
from publisher.ledger.list_tables import lists, subscribers, subscriptions, suppressions

_CHUNK = 500


def copy_lists(names: Collection[str], *, of: Engine, to: Engine) -> None:
    """Copy these lists; of the people their consents stay behind."""
    these, mine = lists.c.name.in_(names), subscriptions.c.list.in_(names)
    on_them = subscribers.c.id.in_(select(subscriptions.c.subscriber).where(mine))
    with reading(of) as source, to.begin() as target:
        for table, rows in ((lists, these), (subscribers, on_them), (subscriptions, mine), (suppressions, true())):
            found = source.execute(select(table).where(rows).execution_options(yield_per=_CHUNK)).mappings()
            for chunk in found.partitions(_CHUNK):
                target.execute(insert(table), [dict(row) for row in chunk])
