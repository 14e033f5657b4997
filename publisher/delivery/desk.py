"""What every delivery needs, and the steps that a post and a mailing share: begin, send, finish, report."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from publisher.clock import SystemClock, steady_seconds
from publisher.delivery.connections import SHORT_REST, Connections, Rest
from publisher.delivery.heldsizes import HeldSizes
from publisher.delivery.leases import LEASE, Lease
from publisher.delivery.retry import result_of
from publisher.delivery.unwritten import Unwritten
from publisher.errors import CredentialsBroken, LedgerError, OutcomeUnknown, PublisherError, RateLimited, TransportError
from publisher.interfaces import Clock, at_once
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Claim, Delivery, Ended, Intent, Result
from publisher.model import Channel, DeliveryState, Outcome, Payload, Receipt
from publisher.newsletter.keys import ListKey

#: How soon an account is read back after an outcome became unknown: what was published shows at once.
FIRST_LOOK = timedelta(seconds=5)

_log = structlog.get_logger("publisher.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every delivery needs. ``chance`` gives random numbers from 0 to 1; ``owner`` names this process.

    ``steady`` is a clock that nobody sets, in seconds. ``others_clock`` is that of the pages and commands that write to
    the same ledger: ``--now`` does not set it.
    """

    ledger: Ledger
    connections: Connections
    clock: Clock
    owner: str
    chance: Callable[[], float] = random.random
    steady: Callable[[], float] = steady_seconds
    others_clock: Clock = field(default_factory=SystemClock)
    is_stopping: Callable[[], bool] = lambda: False
    unwritten: Unwritten = field(default_factory=Unwritten)
    sizes: HeldSizes = field(default_factory=HeldSizes)
    list_key: Callable[[], ListKey]  #: by which the lists of mailings know people


def begin(desk: Desk, delivery: Delivery, intent: Intent) -> Lease:
    """Claim it, and commit the intent to send. Raises `LedgerError`: then nothing may be sent."""
    now = desk.clock.now()
    begun = desk.steady()  # before the commit: the disk may be slow
    claim = desk.ledger.attempts.begin(delivery.key, owner=desk.owner, intent=intent, lease=LEASE, now=now)
    return _lease(desk, claim, begun=begun)


def hand_over(desk: Desk, ended: Ended, *, to: Delivery, intent: Intent) -> Lease:
    """Write down the end of one try and commit the intent of the next, in one commit. Raises `LedgerError`."""
    begun = desk.steady()
    claim = desk.ledger.attempts.hand_over(ended, to=to, intent=intent, owner=desk.owner, lease=LEASE)
    return _lease(desk, claim, begun=begun)


def _lease(desk: Desk, claim: Claim, *, begun: float) -> Lease:
    return Lease(claim=claim, begun=begun, steady=desk.steady, holds=lambda: desk.ledger.attempts.holds(claim))


def renewed(desk: Desk, lease: Lease) -> Lease:
    """The same claim for longer. Raises `ClaimLost` when it no longer holds."""
    begun = desk.steady()
    desk.ledger.attempts.renew(lease.claim, lease=LEASE, now=desk.clock.now())
    return replace(lease, begun=begun)


def finish(desk: Desk, claim: Claim, result: Result) -> None:
    """Write down what came of it, now or as soon as the ledger can take it. Raises `LedgerError` when it can't now."""
    now = desk.clock.now()
    told = replace(result, next_at=now + FIRST_LOOK) if result.state is DeliveryState.UNKNOWN else result
    desk.unwritten.write(lambda: desk.ledger.attempts.finish(claim, told, now=now))


def send(
    desk: Desk, channel: Channel, payload: Payload, *, attempt: int, before: Callable[[], None] = at_once
) -> tuple[Result, TransportError | None]:
    """Send, and say what came of it; whatever happens, there is a result. ``before``: see `Connection.send`."""
    try:
        receipt = desk.connections.of(channel).send(payload, before=before)
    except OutcomeUnknown as error:
        desk.connections.drop(channel.id)  # the next one begins on a connection of which everything is known
        return result_of(error, attempt=attempt, now=desk.clock.now(), jitter=0), error
    except TransportError as error:
        return result_of(error, attempt=attempt, now=desk.clock.now(), jitter=desk.chance()), error
    except PublisherError as error:
        return refused(error), None
    except Exception as error:  # noqa: BLE001  a fault of ours must not leave the delivery in SENDING
        _log.exception("unforeseen error while sending", channel=channel.id)
        desk.connections.drop(channel.id)
        unknown = OutcomeUnknown("publisher itself failed while sending", detail=type(error).__name__)
        return result_of(unknown, attempt=attempt, now=desk.clock.now(), jitter=0), unknown
    return sent(receipt), None


def refused(error: PublisherError) -> Result:
    """The result of something that can't be sent as it is; certainly nothing went out."""
    return Result(outcome=Outcome.REJECTED, state=DeliveryState.FAILED, detail=str(error), reason=str(error))


def sent(receipt: Receipt) -> Result:
    """The result of a published payload."""
    return Result(
        outcome=Outcome.SENT,
        state=DeliveryState.SENT,
        remote_id=receipt.remote_id,
        remote_url=receipt.remote_url,
    )


def rest(desk: Desk, channel: Channel, *, error: TransportError, result: Result) -> None:
    """What one delivery was told holds for the whole channel: let the others wait too.

    As long as the platform asked for, over a restart, too; else for a short time, so that a person's mend soon shows.
    """
    soon = desk.clock.now() + SHORT_REST
    again = result.next_at or soon
    until = again if isinstance(error, RateLimited) else min(again, soon)
    desk.connections.put_to_rest(channel.id, Rest(until, result.reason))
    if isinstance(error, RateLimited):
        with suppress(LedgerError):  # its result is written next, and tells of a ledger that does not work
            desk.ledger.rests.begin(channel.id, until=until, reason=result.reason)
    if isinstance(error, CredentialsBroken):
        desk.connections.drop(channel.id)
    _log.error("channel rests", channel=channel.id, until=until.isoformat(), reason=result.reason)


def report(delivery: Delivery, result: Result, *, refused: int = 0) -> None:
    """One line in the log for each attempt; a warning also when some readers were ``refused``."""
    level = _log.info if result.state is DeliveryState.SENT and not refused else _log.warning
    level(
        result.state.value,
        key=delivery.key,
        code=result.code or None,
        reason=result.reason or None,
        url=result.remote_url or None,
    )
