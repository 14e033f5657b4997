"""The right to make one call: how much of it is left, by a clock that nobody sets.

Platforms don't check fences, so the lease is looked at immediately before the call that publishes. Whoever was
suspended longer than that has lost the right; what they were about to send is settled by reading the account back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from publisher.errors import OutcomeUnknown
from publisher.ledger.records import Claim

#: Three times what the longest delivery may take: ten pictures and a post, 35 seconds each.
LEASE = timedelta(minutes=20)

#: What must be left of it when the call begins, so that its answer comes within it.
ONE_CALL = timedelta(minutes=3)


def steady_seconds() -> float:
    """Seconds of a clock that only goes forward; where there is one, it also counts while the computer sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A claim and the moment in which it was made, in seconds of ``steady``."""

    claim: Claim
    begun: float
    steady: Callable[[], float]

    def check(self) -> None:
        """Raise `OutcomeUnknown` unless enough is left for a call: by now others may settle this delivery."""
        if self._age() > LEASE - ONE_CALL:
            raise OutcomeUnknown(
                "the computer slept or stood still too long before the call; nothing was sent by this attempt",
                code="lease-over",
                remedy="nothing to do: the account is looked at before it is tried again",
            )

    @property
    def is_ageing(self) -> bool:
        """Whether it is time to renew it."""
        return self._age() > LEASE / 2

    def _age(self) -> timedelta:
        return timedelta(seconds=self.steady() - self.begun)
