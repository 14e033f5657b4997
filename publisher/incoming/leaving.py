"""Asking by mail to get no more: ``unsubscribe <token>`` in the subject, as List-Unsubscribe offers it (RFC 2369)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.bounces.addresses import clean
from publisher.bounces.mail import ReturnedMail
from publisher.bounces.signs import subject_of
from publisher.ledger.listrecords import EVERY_LIST, Agreement, How
from publisher.ledger.memberships import Memberships
from publisher.ledger.subscribers import Subscribers
from publisher.newsletter.keys import EVERYTHING, Grant, ListKey, Purpose

_ASKED = re.compile(r"\bunsubscribe\s+([A-Za-z0-9_-]{40})(?![A-Za-z0-9_-])", re.IGNORECASE)
_FIRST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody left. ``answer_to`` is empty when the mail came from an address that is not theirs: nobody is told."""

    list: str
    answer_to: str
    language: str  #: of the reader; empty when we know none


@dataclass(frozen=True, slots=True)
class Leaving:
    """Does what such a mail asks for."""

    memberships: Memberships
    subscribers: Subscribers
    key: ListKey
    lists: Mapping[str, Sequence[str]]  #: all names that a token may be about, each with the lists that are meant

    def leave(self, mail: ReturnedMail, *, now: datetime) -> Left | None:
        """Take the reader off the list; None when the mail does not ask for it with a token of ours."""
        grant = self._grant(mail)
        if grant is None:
            return None
        name = EVERY_LIST if grant.list == EVERYTHING else grant.list
        lists = self.lists.get(grant.list, (name,))
        reader = self.subscribers.by_hash(grant.person)
        agreement = Agreement(how=How.MAIL, at=now)
        self.memberships.leave(grant.person, lists, agreement=agreement, now=now)
        sender = clean(" ".join(mail.headers.get("from", [])))
        is_theirs = bool(sender) and self.key.hash_of(sender) == grant.person
        return Left(name, sender if is_theirs else "", reader.language if reader is not None else "")

    def _grant(self, mail: ReturnedMail) -> Grant | None:
        known = [EVERYTHING, *self.lists]
        for text in (subject_of(mail), mail.words[:_FIRST_WORDS]):
            for match in _ASKED.finditer(text):
                grant = self.key.read(match[1], purpose=Purpose.UNSUBSCRIBE, lists=known)
                if grant is not None:
                    return grant
        return None
