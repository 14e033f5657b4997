"""The end of a mailing: every candidate is somewhere, and the log says where."""

from __future__ import annotations

import structlog

from publisher.delivery.desk import Desk
from publisher.newsletter.accounting import account_of

_log = structlog.get_logger("publisher.delivery")


def close_account(desk: Desk, key: str) -> None:
    """Print the sum when a mailing has come to its end; one that does not close is an error. Raises `LedgerError`."""
    found = account_of(desk.ledger, key)
    level = _log.info if found.is_closed else _log.error
    level("accounted" if found.is_closed else "the accounting does not close", key=key, sum=str(found))
