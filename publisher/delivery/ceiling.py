"""What a post costs, looked at before it is sent: within the ceiling it is charged, beyond it the post waits."""

from __future__ import annotations

from publisher.billing import beyond, month_of
from publisher.composing import Composer
from publisher.delivery.desk import Desk
from publisher.ledger.records import Delivery
from publisher.model import Channel, Payload


def charge(desk: Desk, delivery: Delivery, payload: Payload, *, channel: Channel, composer: Composer) -> str:
    """Write down what it costs; gives why it may not go out now, else an empty text. Raises `LedgerError`."""
    cost = composer.cost(payload, channel=channel)
    if cost is None:
        return ""
    month = month_of(desk.clock.now(), channel)
    spent = desk.ledger.charges.spent(channel.id, month=month, currency=cost.currency)
    if reason := beyond(channel, cost, spent=spent, month=month):
        return reason
    desk.ledger.charges.note(delivery.key, channel=channel.id, month=month, cost=cost)
    return ""
