"""The last look before sending: whether somebody said yes to just these bytes."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.consent import Cell, standing, why_not
from publisher.errors import NotApproved
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
from publisher.model import Channel, Payload
from publisher.plan import is_approved


def check_approved(ledger: Ledger, delivery: Delivery, *, channel: Channel, payloads: Mapping[str, Payload]) -> None:
    """Raise `NotApproved` unless each payload, by language, has the approvals that its channel asks for."""
    if is_approved(channel.approval, 0):
        return
    approvals = ledger.approvals.of(delivery.key)
    for language, payload in payloads.items():
        cell = Cell(key=delivery.key, language=language, sha256=payload.sha256, local=delivery.local)
        found = standing(channel.approval, cell, approvals)
        if not found.is_settled:
            raise NotApproved(why_not(delivery.key, language, found), subject=delivery.key)
