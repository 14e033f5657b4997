"""One look at the mailbox: everything that is there is treated, and refusals of the last mailings are written down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog

from publisher.bounces.addresses import clean
from publisher.bounces.scoring import Policy
from publisher.incoming.configured import MailboxSettings
from publisher.incoming.leaving import Leaving
from publisher.incoming.ours import Whose
from publisher.incoming.postroom import FrontOffice, Postroom
from publisher.incoming.recording import LOOK_BACK, Recorder
from publisher.interfaces import Clock
from publisher.ledger.ledger import Ledger
from publisher.newsletter.keys import ListKey
from publisher.newsletter.links import lists_meant

_log = structlog.get_logger("publisher.bounces")


def recorder_of(ledger: Ledger, *, key: ListKey, policy: Policy) -> Recorder:
    """Writes reports down in this ledger."""
    whose = Whose(ledger.bounces, ledger.subscribers, key)
    return Recorder(ledger.bounces, whose=whose, key=key, policy=policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """Looks whenever it is told to."""

    ledger: Ledger
    asked: MailboxSettings
    key: Callable[[], ListKey]  #: made with the first look, so asked for only when something is there to be read
    clock: Clock
    audiences: Callable[[], Mapping[str, Sequence[str]]]  #: with their lists; none for readers in a file
    lists_of: Callable[[str], Sequence[str]]  #: the lists that a channel writes to
    contact: Callable[[], str]  #: who reads what people write, unless the settings name somebody
    is_stopping: Callable[[], bool]

    def round(self) -> int:
        """Gives how many mails were moved. Raises a `TransportError` or `LedgerError`."""
        now, inbox = self.clock.now(), self.asked.inbox
        if inbox is None and not self.ledger.bounces.refusals(since=now - LOOK_BACK, limit=1):
            return 0
        key = self.key()
        recorder = recorder_of(self.ledger, key=key, policy=self.asked.policy)
        recorder.record_refusals(now=now)
        if inbox is None:
            return 0
        moved = inbox.round(self._postroom(recorder, key).treat, is_stopping=self.is_stopping)
        if moved:
            _log.info("the mailbox for bounces was read", mails=moved)
        return moved

    def act(self) -> None:
        """The same, for whoever only wants it done."""
        self.round()

    def _meant(self, known: Collection[str]) -> dict[str, Sequence[str]]:
        audiences = self.audiences()
        return {name: lists_meant(name, audiences=audiences, known=known) for name in [*known, *audiences]}

    def _replies_to(self, key: str) -> str:
        """The address for answers of the one list that a mailing went to."""
        delivery = self.ledger.deliveries.get(key)
        names = list(self.lists_of(delivery.channel)) if delivery is not None else []
        found = self.ledger.lists.get(names[0]) if len(names) == 1 else None
        return found.reply_to if found is not None else ""

    def _postroom(self, recorder: Recorder, key: ListKey) -> Postroom:
        lists = {one.name: one for one in self.ledger.lists.all()}
        office = FrontOffice(
            post=self.asked.post,
            contact=self.asked.contact or self.contact(),
            replies_to=lambda key: clean(self._replies_to(key)),
            titles={name: one.title for name, one in lists.items()},
        )
        return Postroom(
            recorder=recorder,
            bounces=self.ledger.bounces,
            leaving=Leaving(self.ledger.memberships, self.ledger.subscribers, key, self._meant(lists)),
            office=office,
            clock=self.clock,
        )
