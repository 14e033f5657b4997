"""Rules of the large mailbox providers, by what breaking them costs: some hold a mailing, the others are told.

From 5,000 mails a day to their readers on Google and Microsoft refuse mails without DMARC or whose sender is not
aligned, so such a mailing would come to nothing: it waits. What only costs their good will is told, and goes out.
The preflight (`publisher.oversight.preflight`) looks, before a mailing and while it is held; here its word is read.

Sources: Google, Email sender guidelines, 2026-03-21, and FAQ, 2026-03-11 (refusals since November 2025); Yahoo, Sender
best practices, 2025-04-10; Microsoft, requirements for high-volume senders, 2025-08-02 (550 5.7.515 since 2025-05-05).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from publisher.alerts import AlertKind
from publisher.delivery.desk import Desk
from publisher.errors import NotApproved
from publisher.ledger.records import Delivery

BULK = 5_000
"""Mails within a day. All readers count here: whose mailbox is at which provider nobody knows for own domains."""

MATTERS: Mapping[str, int] = MappingProxyType(
    {"dkim-key": 0, "spf": BULK, "dmarc": BULK, "alignment": BULK, "no-pages": BULK, "one-click": 0, "complaints": 0}
)
"""From how many mails a day a rule matters; a link that leads nowhere does from the first."""

HOLDS = frozenset({"dkim-key", "spf", "dmarc", "alignment"})
"""The rules for which mails are refused."""

COMPLAINTS_PER_THOUSAND = 3.0
"""Above it Google and Yahoo put mails into the folder for spam; below 1 is well."""


def check_rules(desk: Desk, delivery: Delivery) -> None:
    """Raise `NotApproved` when the preflight saw a rule broken for which providers refuse the mails."""
    for trouble in desk.ledger.troubles.of([AlertKind.PREFLIGHT]):
        key, _, rule = trouble.subject.removesuffix(")").rpartition(" (")
        if key == delivery.key and rule in HOLDS:
            raise NotApproved(f"held, because mails would be refused: {trouble.words} → {trouble.mend}", subject=key)
