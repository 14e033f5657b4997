"""Whose bounce it is: a reader of ours, and how sure that is.

Anybody can write a report about anybody. Only what proves that a mail of ours came back may take a reader off the lists
at once: the return path that we made for this one mail, or its Message-ID.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.bounces.addresses import different, found_in
from publisher.bounces.mail import ReturnedMail
from publisher.bounces.report import BounceReport
from publisher.bounces.texts import returned_to
from publisher.ledger.bounces import Bounces, Sent
from publisher.ledger.subscribers import Subscribers
from publisher.newsletter import returnpath
from publisher.newsletter.keys import ListKey

_RETURNED_TO_US = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "to", "cc", "received")


@dataclass(frozen=True, slots=True)
class Ours:
    """A reader whom we wrote to. ``key`` is that of the mailing, where that is known."""

    address: str
    hash: str
    key: str
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Whose:
    """Finds the reader of a report."""

    bounces: Bounces
    subscribers: Subscribers
    key: ListKey

    def row(self, mail: ReturnedMail) -> Sent | None:
        """The row of the mailing that this mail says came back: by our return path, else by its Message-ID.

        For an answer: the mail that it answers.
        """
        for address in _return_paths(mail):
            number = returnpath.read(address.rpartition("@")[0], key=self.key)
            if number is not None and (sent := self.bounces.sent(number)) is not None:
                return sent
        named = [*mail.original.get("message-id", []), *mail.headers.get("in-reply-to", [])]
        return self.bounces.of_message(value.strip() for value in named)

    def reader(self, report: BounceReport, mail: ReturnedMail, *, row: Sent | None) -> Ours | None:
        """The reader; None when it is nobody whom we wrote to. ``row`` is the mail that came back, if that is known."""
        if row is not None:
            return Ours(row.address, self.key.hash_of(row.address), row.key, is_proven=True)
        candidates = different([report.recipient, report.final, *returned_to(mail)])
        sent = self.bounces.sent_to(candidates)
        for address in candidates:
            person = self.key.hash_of(address)
            if (known := sent.get(address.lower())) is not None:
                return Ours(known.address, self.key.hash_of(known.address), known.key, is_proven=False)
            if self.subscribers.by_hash(person) is not None:
                return Ours(address, person, "", is_proven=False)
        return None


def _return_paths(mail: ReturnedMail) -> Iterator[str]:
    """Where the report went to, and where the mail said that reports should go."""
    for name in _RETURNED_TO_US:
        for value in mail.headers.get(name, []):
            yield from found_in(value)
    for value in mail.original.get("return-path", []):
        yield from found_in(value)
