"""The end of a mailing: every candidate is somewhere, and the log says where."""

from __future__ import annotations

import structlog

from publisher.delivery.desk import Desk
from publisher.ledger.records import Delivery, Result
from publisher.model import DeliveryState
from publisher.newsletter.accounting import account_of

_log = structlog.get_logger("publisher.delivery")


def close_account(desk: Desk, delivery: Delivery, result: Result) -> None:
    """Print the sum when a mailing comes to its end; one that does not close is an error. Raises `LedgerError`."""
    if result.state is DeliveryState.RETRY_WAIT:
        return
    found = account_of(desk.ledger, delivery.key)
    level = _log.info if found.is_closed else _log.error
    level("accounted" if found.is_closed else "the accounting does not close", key=delivery.key, sum=str(found))
