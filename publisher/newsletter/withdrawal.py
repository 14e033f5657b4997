"""Who left, or must no longer be written to, since a mailing began: they get none of what is still to go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from publisher.ledger.ledger import Ledger
from publisher.ledger.listrecords import EVERY_LIST, Suppression
from publisher.ledger.states import WAITING
from publisher.model import Audience
from publisher.newsletter.audience import exclusion_of
from publisher.newsletter.keys import ListKey


def withdraw(  # noqa: PLR0913  of what, from where, since when
    mailing: str, audience: Audience, *, ledger: Ledger, key: ListKey, since: datetime, now: datetime
) -> int:
    """Exclude them, whether they stand on lists or in a file; gives how many. ``mailing`` is the delivery's key.

    ``since``: what came before this instant was looked at when the audience was frozen.
    """
    names = {EVERY_LIST, audience.id, *audience.lists}
    fresh = [one for one in ledger.suppressions.since(since) if one.list in names]
    if not fresh:  # at nearly every look
        return 0
    gone = _of_lists(fresh, audience, ledger) if audience.lists else _of_file(mailing, fresh, ledger=ledger, key=key)
    return sum(ledger.recipients.exclude(mailing, address, why=exclusion_of(why), now=now) for address, why in gone)


def _of_lists(fresh: Iterable[Suppression], audience: Audience, ledger: Ledger) -> Iterator[tuple[str, Suppression]]:
    """The addresses of those whom none of the lists may write to any more. Who was erased is out already."""
    for one in fresh:
        subscriber = ledger.subscribers.by_hash(one.hash)
        if subscriber is None:
            continue
        on = [found.list for found in ledger.subscribers.subscriptions(subscriber.id) if found.holds]
        left = [name for name in audience.lists if name in on]
        if one.list == audience.id or not left or ledger.suppressions.among([one.hash], lists=left):
            yield subscriber.address, one


def _of_file(
    mailing: str, fresh: Iterable[Suppression], *, ledger: Ledger, key: ListKey
) -> Iterator[tuple[str, Suppression]]:
    """The same for readers from a file: only their rows know their addresses."""
    people = {one.hash: one for one in fresh}
    waiting = [one.reader.address for one in ledger.mailings.readers(mailing, among=WAITING)]
    for address in waiting:
        if held := people.get(key.hash_of(address)):
            yield address, held
