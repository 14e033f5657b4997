"""Who left, or must no longer be written to, since a mailing began: they get none of what is still to go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.ledger.ledger import Ledger
from publisher.ledger.listrecords import EVERY_LIST, Excluded, Exclusion, Suppression, is_erased
from publisher.ledger.records import Recipient
from publisher.ledger.states import WAITING
from publisher.model import Audience
from publisher.newsletter.audience import exclusion_of
from publisher.newsletter.keys import ListKey

#: The pages may run on another computer, and clocks are put right: what came so long before may have come since.
_CLOCKS_DIFFER = timedelta(days=2)
#: Seconds until suppressions are read again although none has a new number: on a server numbers don't come in order.
_AGAIN = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """The audience of a mailing, for questions about who of it may still be written to."""

    audience: Audience
    ledger: Ledger
    key: ListKey

    @property
    def names(self) -> frozenset[str]:
        """All that a suppression may name to be about this audience."""
        return frozenset({EVERY_LIST, self.audience.id, *self.audience.lists})

    def holding(self, person: str) -> Suppression | None:
        """What keeps this audience from writing to somebody now, on lists or in its file; ``person`` is a hash."""
        by_list = {one.list: one for one in self.ledger.suppressions.of(person) if one.list in self.names}
        widest = by_list.get(EVERY_LIST) or by_list.get(self.audience.id)
        if widest is not None or not by_list:
            return widest
        left = self._still_on(person)
        return next(iter(by_list.values())) if all(name in by_list for name in left) else None

    def _still_on(self, person: str) -> list[str]:
        subscriber = self.ledger.subscribers.by_hash(person)
        found = self.ledger.subscribers.subscriptions(subscriber.id) if subscriber is not None else []
        return [one.list for one in found if one.holds and one.list in self.audience.lists]

    def withdraw(self, mailing: str, *, since: datetime, now: datetime) -> int:
        """Exclude whoever left, of all who wait; gives how many. ``mailing`` is the delivery's key.

        ``since``: what came before this instant was looked at when the audience was frozen.
        """
        fresh = [one.hash for one in self.ledger.suppressions.since(since) if one.list in self.names]
        if not fresh:  # at nearly every look
            return 0
        gone = self._on_lists(fresh) if self.audience.lists else self._in_file(mailing, {*fresh})
        return sum(
            self.ledger.recipients.exclude(mailing, address, why=exclusion_of(why), now=now) for address, why in gone
        )

    def _on_lists(self, people: Iterable[str]) -> Iterator[tuple[str, Suppression]]:
        """Those of them who have left, by their addresses. Who was erased is out already."""
        for person in people:
            subscriber = self.ledger.subscribers.by_hash(person)
            if subscriber is not None and (held := self.holding(person)):
                yield subscriber.address, held

    def _in_file(self, mailing: str, people: set[str]) -> Iterator[tuple[str, Suppression]]:
        """The same for readers from a file: only their rows know their addresses."""
        waiting = [one.reader.address for one in self.ledger.mailings.readers(mailing, among=WAITING)]
        for address in waiting:
            if (person := self.key.hash_of(address)) in people and (held := self.holding(person)):
                yield address, held


class Leavers:
    """Those who left while a mailing is under way, looked for among the readers of each claim.

    ``since``: when the audience was frozen, or earlier. ``steady`` is a clock that nobody sets, in seconds.
    """

    def __init__(self, addressed: Addressed, *, since: datetime, steady: Callable[[], float]) -> None:
        self._addressed = addressed
        self._since = since - _CLOCKS_DIFFER
        self._steady = steady
        self._newest = -1
        self._read_at = 0.0
        self._people: frozenset[str] = frozenset()

    def among(self, claimed: Sequence[Recipient], *, newest: int) -> dict[int, Exclusion]:
        """Who of these left, by the number of their row. ``newest``: see `Batch`. Raises `LedgerError`."""
        if newest != self._newest or self._steady() - self._read_at > _AGAIN:
            self._read(newest)
        found = ((one.id, self._exclusion(one.reader.address)) for one in claimed)
        return {number: why for number, why in found if why is not None}

    def _read(self, newest: int) -> None:
        self._read_at = self._steady()
        names, ledger = self._addressed.names, self._addressed.ledger
        self._people = frozenset(one.hash for one in ledger.suppressions.since(self._since) if one.list in names)
        self._newest = newest

    def _exclusion(self, address: str) -> Exclusion | None:
        if is_erased(address):  # while a server had put them off
            return Exclusion(Excluded.ERASED)
        if not self._people or (person := self._addressed.key.hash_of(address)) not in self._people:
            return None
        held = self._addressed.holding(person)
        return exclusion_of(held) if held is not None else None
