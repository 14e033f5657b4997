"""The right to make one call: how much of it is left, by a clock that nobody sets.

Platforms don't check fences, so the lease is looked at immediately before the call that publishes. Whoever was
suspended longer than that has lost the right; what they were about to send is settled by reading the account back.
After uploads, or a short sleep, the ledger is asked whether the claim still holds: with a ledger on a server another
computer may have taken over meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from publisher.errors import LedgerError, OutcomeUnknown, TemporaryError
from publisher.ledger.records import Claim

#: Three times what the longest delivery may take: ten pictures and a post, 35 seconds each.
LEASE = timedelta(minutes=20)

#: What must be left of it when the call begins, so that its answer comes within it.
ONE_CALL = timedelta(minutes=3)

#: Whoever takes over needs longer than this to look at the account twice and to send again.
FRESH = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A claim and the moment in which it was made, in seconds of ``steady``."""

    claim: Claim
    begun: float
    steady: Callable[[], float]
    holds: Callable[[], bool]  #: asks the ledger; may raise `LedgerError`

    def check(self) -> None:
        """Raise `OutcomeUnknown` unless enough is left for a call: by now others may settle this delivery.

        Raises `TemporaryError` when the claim is no longer fresh, and the ledger does not say that it holds.
        """
        if self._age() > LEASE - ONE_CALL:
            raise OutcomeUnknown(
                "the computer slept or stood still too long before the call; nothing was sent by this attempt",
                code="lease-over",
                remedy="nothing to do: the account is looked at before it is tried again",
            )

        if self._age() > FRESH:
            self._ask()

    def _ask(self) -> None:
        try:
            holds, why = self.holds(), "another publisher has taken it over"
        except LedgerError as error:
            holds, why = False, f"the ledger does not answer: {error.message}"
        if not holds:
            raise TemporaryError(
                f"it was not sent, because before the call {why}",
                code="claim-unsure",
                remedy="nothing to do: it is settled by whoever holds the ledger",
            )

    @property
    def is_ageing(self) -> bool:
        """Whether it is time to renew it."""
        return self._age() > LEASE / 2

    def _age(self) -> timedelta:
        return timedelta(seconds=self.steady() - self.begun)
