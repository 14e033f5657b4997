"""What the pages work with, and what several of them ask."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from publisher.ledger.ledger import Ledger
from publisher.ledger.listrecords import EVERY_LIST, MailList, Subscriber, Suppression, Why
from publisher.newsletter.keys import Grant, ListKey, Purpose
from publisher.newsletter.links import Links, lists_meant
from publisher.web.errands import Errands
from publisher.web.limits import Limit
from publisher.web.office import Office, Offices
from publisher.web.postman import Postman
from publisher.web.words import PageWords

_OWN_WILL = frozenset({Why.UNSUBSCRIBED, Why.ERASED, Why.COMPLAINT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What every page may use."""

    ledger: Ledger
    key: ListKey
    offices: Offices
    links: Links
    errands: Errands
    postman: Postman
    words: Mapping[str, PageWords]
    clients: Limit = field(default_factory=lambda: Limit(30, timedelta(minutes=15)))
    addresses: Limit = field(default_factory=lambda: Limit(4, timedelta(days=1)))
    chance: Callable[[int], bytes] = secrets.token_bytes

    @property
    def office(self) -> Office:
        """Who runs the pages."""
        return self.offices.now()

    def granted(self, token: str, purpose: Purpose) -> Grant | None:
        """What a token out of a mail allows; None when it is none of ours."""
        return self.key.read(token, purpose=purpose, lists=self.names())

    def language_of(self, token: str) -> str:
        """In which language the reader gets mails whom a token out of one names; empty when that isn't known."""
        found = [self.granted(token, purpose) for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES)]
        one = next((self.ledger.subscribers.by_hash(grant.person) for grant in found if grant is not None), None)
        return one.language if one is not None else ""

    def names(self) -> set[str]:
        """All that a link may be about: lists in the ledger, audiences, and everything."""
        return {EVERY_LIST, *self.office.audiences, *(one.name for one in self.ledger.lists.all())}

    def lists_of(self, name: str) -> tuple[str, ...]:
        """The lists that a link is about."""
        known = {one.name for one in self.ledger.lists.all()}
        return lists_meant(name, audiences=self.office.audiences, known=known)

    def public_lists(self) -> list[MailList]:
        """Those to which people can sign up by themselves."""
        return [one for one in self.ledger.lists.all() if one.is_public]

    def current(self, one: Subscriber) -> set[str]:
        """The lists from which somebody gets mails now."""
        stopped = {each.list for each in self.ledger.suppressions.of(one.hash)}
        if EVERY_LIST in stopped:
            return set()
        found = self.ledger.subscribers.subscriptions(one.id)
        return {each.list for each in found if each.holds} - stopped

    def keep_other_no(self, person: str, *, besides: Iterable[str]) -> None:
        """Before somebody joins lists: their no to everything stays a no to all other lists."""
        everything = self.left(person, EVERY_LIST)
        if everything is None or everything.reason not in _OWN_WILL:
            return
        in_files = {name for name, lists in self.office.audiences.items() if not lists}
        for name in {*in_files, *(one.name for one in self.ledger.lists.all())} - {*besides}:
            no = Suppression(hash=person, list=name, reason=everything.reason, since=everything.since)
            self.ledger.suppressions.add(no)

    def held_by_office(self, person: str, lists: Iterable[str]) -> bool:
        """Whether the office wants that one of these lists does not write to somebody, whatever they say."""
        found = self.ledger.suppressions.of(person)
        return any(one.reason is Why.STAFF and one.list in {EVERY_LIST, *lists} for one in found)

    def stops(self, person: str, lists: Sequence[str]) -> bool:
        """Whether none of these lists may write to somebody."""
        return person in self.ledger.suppressions.among([person], lists=lists)

    def left(self, person: str, list_name: str) -> Suppression | None:
        """That somebody is not written to by just this list, or by none."""
        found = self.ledger.suppressions.of(person)
        return next((one for one in found if one.list == list_name), None)
