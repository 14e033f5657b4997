"""One delivery: is it still right → words → claim → intent committed → send → classify → record."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from publisher.composing import Composer
from publisher.delivery.connections import SHORT_REST, Connections, Rest
from publisher.delivery.retry import result_of, stops_channel
from publisher.delivery.unwritten import Unwritten
from publisher.errors import (
    ClaimLost,
    CredentialsBroken,
    IllegalTransition,
    LedgerError,
    OutcomeUnknown,
    PublisherError,
    RateLimited,
    SettingsError,
    TransportError,
)
from publisher.interfaces import Clock
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Claim, Delivery, Result
from publisher.ledger.states import WAITING
from publisher.model import Channel, DeliveryState, Form, Outcome, Payload, Receipt
from publisher.plan import is_approved
from publisher.schedulefile.schedule import Entry

#: Longer than three times the longest HTTP timeout: an older claim tells people that something is stuck.
LEASE = timedelta(minutes=5)

_MINUTES = "%Y-%m-%d %H:%M UTC"

_log = structlog.get_logger("publisher.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every delivery needs. ``chance`` gives random numbers from 0 to 1; ``owner`` names this process."""

    ledger: Ledger
    connections: Connections
    clock: Clock
    owner: str
    chance: Callable[[], float] = random.random
    is_stopping: Callable[[], bool] = lambda: False
    unwritten: Unwritten = field(default_factory=Unwritten)


class Deliverer:
    """Takes due deliveries one at a time through all their steps. One instance serves all lanes."""

    def __init__(self, desk: Desk, *, composer: Callable[[], Composer]) -> None:
        self._desk = desk
        self._composer = composer

    def deliver(self, delivery: Delivery) -> None:
        """Bring a due delivery as far as it gets now. Raises only `LedgerError`: then nothing may be sent."""
        if self._desk.is_stopping():
            return
        try:
            self._deliver(delivery)
        except (ClaimLost, IllegalTransition) as error:
            _log.info("left alone", key=delivery.key, reason=str(error))

    def _deliver(self, delivery: Delivery) -> None:
        now = self._desk.clock.now()
        current = self._desk.ledger.deliveries.get(delivery.key)
        if current is None or not current.is_due(now):
            return  # settled or moved while it stood in the lane
        if current.is_over(now):
            self._expire(current)
        elif rest := self._desk.connections.rest_of(current.channel, now=now):
            self._wait(current, f"waits with its channel: {rest.reason}")
        else:
            self._go(current)

    def _go(self, delivery: Delivery) -> None:
        composer = self._composer()
        entry = composer.schedule.entry(delivery.entry_name)
        channel = composer.schedule.channels.get(delivery.channel)
        if entry is None or channel is None:
            what = "this announcement" if entry is None else f"the channel {delivery.channel}"
            self._wait(
                delivery, f"the file lacks {what}, or has an error there; it goes out when that is mended in time"
            )
            return
        given = len(self._desk.ledger.approvals.of(delivery.key))
        if not is_approved(channel.approval, given):
            self._wait(delivery, f"waits for approval: publisher approve {delivery.key}")
            return
        self._attempt(delivery, entry, channel=channel, composer=composer)

    def _expire(self, delivery: Delivery) -> None:
        """Give up a delivery whose time is over, and say so."""
        now, ledger = self._desk.clock.now(), self._desk.ledger
        tally = ledger.recipients.tally(delivery.key)
        so_far = f"; {tally}" if tally.total else ""
        why = f"; it waited because: {delivery.reason}" if delivery.reason else ""
        reason = (
            f"too late: due {delivery.due_at:{_MINUTES}}, valid until {delivery.expires_at:{_MINUTES}}{so_far}{why}"
        )
        ledger.deliveries.transition(delivery.key, to=DeliveryState.EXPIRED, now=now, reason=reason)
        ledger.recipients.change(delivery.key, among=WAITING, to=DeliveryState.EXPIRED, now=now)
        _log.warning("expired", key=delivery.key, reason=reason)

    def _attempt(self, delivery: Delivery, entry: Entry, *, channel: Channel, composer: Composer) -> None:
        from publisher.delivery.mailing import Mailing

        try:
            if composer.form(channel) is Form.MAIL:
                Mailing(desk=self._desk, composer=composer, delivery=delivery, entry=entry, channel=channel).deliver()
            else:
                self._post(delivery, entry, channel=channel, composer=composer)
        except LedgerError:
            raise
        except SettingsError as error:
            until = self._desk.clock.now() + SHORT_REST
            self._desk.connections.put_to_rest(channel.id, Rest(until, str(error)))
            self._wait(delivery, str(error))
        except PublisherError as error:
            self._wait(delivery, f"can't be made: {error}")
        except Exception as error:  # noqa: BLE001  a fault of ours; told once, not at every look
            if self._wait(delivery, f"publisher itself failed before sending: {type(error).__name__}: {error}"):
                _log.exception("unforeseen error", key=delivery.key)

    def _post(self, delivery: Delivery, entry: Entry, *, channel: Channel, composer: Composer) -> None:
        composed = composer.compose(delivery, entry, channel=channel, language=delivery.languages[0])
        self._desk.connections.of(channel)  # can it be opened at all? nothing is claimed before that
        claim = begin(self._desk, delivery, composed.payload)
        result, error = send(self._desk, channel, composed.payload, attempt=claim.number)
        if error is not None and stops_channel(error):
            rest(self._desk, channel, error=error, result=result)
        finish(self._desk, claim, result)
        report(delivery, result)

    def _wait(self, delivery: Delivery, reason: str) -> bool:
        """Leave it as it is, and say why, once; gives whether that is news."""
        if delivery.reason == reason:
            return False
        self._desk.ledger.deliveries.note(delivery.key, reason=reason, now=self._desk.clock.now())
        _log.warning("not sent yet", key=delivery.key, reason=reason)
        return True


def begin(desk: Desk, delivery: Delivery, payload: Payload) -> Claim:
    """Claim it, and commit the intent to send. Raises `LedgerError`: then nothing may be sent."""
    now = desk.clock.now()
    if delivery.state is DeliveryState.PLANNED:
        desk.ledger.deliveries.transition(delivery.key, to=DeliveryState.PENDING, now=now)
    return desk.ledger.attempts.begin(
        delivery.key, owner=desk.owner, payload_sha256=payload.sha256, lease=LEASE, now=now
    )


def finish(desk: Desk, claim: Claim, result: Result) -> None:
    """Write down what came of it, now or as soon as the ledger can take it. Raises `LedgerError` when it can't now."""
    now = desk.clock.now()
    desk.unwritten.write(lambda: desk.ledger.attempts.finish(claim, result, now=now))


def send(desk: Desk, channel: Channel, payload: Payload, *, attempt: int) -> tuple[Result, TransportError | None]:
    """Send, and say what came of it; whatever happens, there is a result."""
    try:
        receipt = desk.connections.of(channel).send(payload)
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
        unknown = OutcomeUnknown("publisher itself failed while sending", detail=f"{type(error).__name__}: {error}")
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

    As long as the platform asked for; else for a short time, so that a person's mend soon shows.
    """
    soon = desk.clock.now() + SHORT_REST
    again = result.next_at or soon
    until = again if isinstance(error, RateLimited) else min(again, soon)
    desk.connections.put_to_rest(channel.id, Rest(until, result.reason))
    if isinstance(error, CredentialsBroken):
        desk.connections.drop(channel.id)
    _log.error("channel rests", channel=channel.id, until=until.isoformat(), reason=result.reason)


def report(delivery: Delivery, result: Result) -> None:
    """One line in the log for each attempt."""
    level = _log.info if result.state is DeliveryState.SENT else _log.warning
    level(
        result.state.value,
        key=delivery.key,
        code=result.code or None,
        reason=result.reason or None,
        url=result.remote_url or None,
    )
