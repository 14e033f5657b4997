"""Readers of a mailing, claimed and settled without sending anything, for the tests of several folders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from publisher.ledger.batches import Settled
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Claim, Recipient, Result
from publisher.model import DeliveryState, Outcome


def claim_readers(ledger: Ledger, claim: Claim, *, limit: int, now: datetime) -> list[Recipient]:
    """Up to so many readers of a mailing, as they are claimed before they are written to."""
    return ledger.batches.begin(claim, [], room=limit, behind=0, now=now).commit().claimed


def settle_readers(ledger: Ledger, results: Sequence[tuple[Recipient, Result]], *, now: datetime) -> None:
    """Write down what came of some readers."""
    ledger.batches.settle([Settled(recipient, result) for recipient, result in results], now=now)


def give_back_readers(ledger: Ledger, claimed: Sequence[Recipient], *, now: datetime) -> None:
    """Undo a claim of readers to whom certainly nothing was sent."""
    untried = Result(outcome=Outcome.TEMPORARY, state=DeliveryState.PENDING)
    ledger.batches.settle([Settled(recipient, untried, was_tried=False) for recipient in claimed], now=now)
