"""Again, when, or give up: what follows from what a platform answered. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from publisher.errors import (
    Blocked,
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

#: After so many tries something else is wrong than the moment. A person who asks for more gets as many again.
MAX_ATTEMPTS = 12

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
#: A person has to act; the delivery goes out by itself when that happens in time.
_WAIT_FOR_PERSON = timedelta(minutes=30)
_RATE_WAIT = timedelta(minutes=15)
#: A block may last an hour or days, and calls meanwhile are said to lengthen it: few tries, ever further apart. With
#: six hours of patience that makes four of them.
_FIRST_BLOCK, _LONGEST_BLOCK = timedelta(minutes=30), timedelta(hours=12)

_OUTCOMES: dict[type[TransportError], tuple[Outcome, DeliveryState]] = {
    TemporaryError: (Outcome.TEMPORARY, DeliveryState.RETRY_WAIT),
    Blocked: (Outcome.BLOCKED, DeliveryState.RETRY_WAIT),  # before RateLimited, of which it is a kind
    RateLimited: (Outcome.RATE_LIMITED, DeliveryState.RETRY_WAIT),
    CredentialsBroken: (Outcome.CREDENTIALS_BROKEN, DeliveryState.RETRY_WAIT),
    OutOfQuota: (Outcome.OUT_OF_QUOTA, DeliveryState.RETRY_WAIT),
    Rejected: (Outcome.REJECTED, DeliveryState.FAILED),
    # The platform has it already: the first try went out, or somebody posted it by hand. Looking decides, not sending.
    DuplicateRefused: (Outcome.DUPLICATE, DeliveryState.UNKNOWN),
    OutcomeUnknown: (Outcome.UNKNOWN, DeliveryState.UNKNOWN),
}


def result_of(error: TransportError, *, attempt: int, now: datetime, jitter: float) -> Result:
    """What to write down after try number ``attempt`` failed. ``jitter`` is a random number from 0 to 1.

    Only what passes by itself is ever given up: a rate limit, a missing permission or an empty account is waited for
    until the delivery is too late.
    """
    outcome, state = next(
        (known for kind, known in _OUTCOMES.items() if isinstance(error, kind)),
        (Outcome.UNKNOWN, DeliveryState.UNKNOWN),
    )
    result = Result(
        outcome=outcome, state=state, code=error.code, detail=error.detail or error.message, reason=str(error)
    )
    if state is not DeliveryState.RETRY_WAIT:
        return result
    tries = (attempt - 1) % MAX_ATTEMPTS + 1
    if isinstance(error, TemporaryError) and tries == MAX_ATTEMPTS:
        return replace(result, state=DeliveryState.FAILED, reason=_gave_up(error))
    next_at = _next_try(error, tries=tries, now=now, jitter=jitter)
    if isinstance(error, RateLimited):
        result = replace(result, reason=f"{error}; the channel rests until {next_at:%Y-%m-%d %H:%M} UTC")
    return replace(result, next_at=next_at)


def _gave_up(error: TransportError) -> str:
    return f"{error.fact}; given up after {MAX_ATTEMPTS} tries → when the reason is gone: publisher retry KEY"


def _next_try(error: TransportError, *, tries: int, now: datetime, jitter: float) -> datetime:
    """The platform's own time when it named one, else longer and longer waits, spread by up to a fifth."""
    if error.retry_at is not None and error.retry_at > now:
        return error.retry_at
    if isinstance(error, CredentialsBroken | OutOfQuota):
        return now + _WAIT_FOR_PERSON
    if isinstance(error, Blocked):
        block: timedelta = min(_FIRST_BLOCK * 2 ** (tries - 1), _LONGEST_BLOCK)
        return now + block
    if isinstance(error, RateLimited):
        return now + _RATE_WAIT
    wait: timedelta = min(_FIRST_WAIT * 2 ** (tries - 1), _LONGEST_WAIT)
    return now + wait * (1 + jitter / 5)
