"""Again, when, or give up: what follows from what a platform answered. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from publisher.errors import (
    CredentialsBroken,
    DuplicateRefused,
    OutcomeUnknown,
    OutOfQuota,
    RateLimited,
    Rejected,
    TemporaryError,
    TransportError,
)
from publisher.ledger.records import Result
from publisher.model import DeliveryState, Outcome

#: After so many tries something else is wrong than the moment.
MAX_ATTEMPTS = 12

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
#: A person has to act; the delivery goes out by itself when that happens in time.
_WAIT_FOR_PERSON = timedelta(minutes=30)
_RATE_WAIT = timedelta(minutes=15)

_OUTCOMES: dict[type[TransportError], tuple[Outcome, DeliveryState]] = {
    TemporaryError: (Outcome.TEMPORARY, DeliveryState.RETRY_WAIT),
    RateLimited: (Outcome.RATE_LIMITED, DeliveryState.RETRY_WAIT),
    CredentialsBroken: (Outcome.CREDENTIALS_BROKEN, DeliveryState.RETRY_WAIT),
    OutOfQuota: (Outcome.OUT_OF_QUOTA, DeliveryState.RETRY_WAIT),
    Rejected: (Outcome.REJECTED, DeliveryState.FAILED),
    # The platform has it already: the first try went out, or somebody posted it by hand. Looking decides, not sending.
    DuplicateRefused: (Outcome.DUPLICATE, DeliveryState.UNKNOWN),
    OutcomeUnknown: (Outcome.UNKNOWN, DeliveryState.UNKNOWN),
}


def result_of(error: TransportError, *, attempt: int, now: datetime, jitter: float) -> Result:
    """What to write down after try number ``attempt`` failed. ``jitter`` is a random number from 0 to 1."""
    outcome, state = next(
        (known for kind, known in _OUTCOMES.items() if isinstance(error, kind)),
        (Outcome.UNKNOWN, DeliveryState.UNKNOWN),
    )
    if state is DeliveryState.RETRY_WAIT and attempt >= MAX_ATTEMPTS:
        state = DeliveryState.FAILED
    return Result(
        outcome=outcome,
        state=state,
        code=error.code,
        detail=error.detail or error.message,
        reason=str(error),
        next_at=_next_try(error, attempt=attempt, now=now, jitter=jitter)
        if state is DeliveryState.RETRY_WAIT
        else None,
    )


def stops_channel(error: TransportError) -> bool:
    """Whether everything else on the channel would meet the same answer."""
    return isinstance(error, CredentialsBroken | OutOfQuota | RateLimited)


def _next_try(error: TransportError, *, attempt: int, now: datetime, jitter: float) -> datetime:
    """The platform's own time when it named one, else longer and longer waits, spread by up to a fifth."""
    if error.retry_at is not None and error.retry_at > now:
        return error.retry_at
    if isinstance(error, CredentialsBroken | OutOfQuota):
        return now + _WAIT_FOR_PERSON
    if isinstance(error, RateLimited):
        return now + _RATE_WAIT
    wait: timedelta = min(_FIRST_WAIT * 2 ** (attempt - 1), _LONGEST_WAIT)
    return now + wait * (1 + jitter / 5)
