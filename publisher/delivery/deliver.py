"""One delivery: is it still right → words → claim → intent committed → send → classify → record."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from publisher.composing import Composer
from publisher.delivery.connections import SHORT_STOP, Connections
from publisher.delivery.retry import result_of, stops_channel
from publisher.errors import (
    ClaimLost,
    IllegalTransition,
    LedgerError,
    OutcomeUnknown,
    PublisherError,
    SettingsError,
    TransportError,
)
from publisher.interfaces import Clock, Connection
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery, Result
from publisher.model import Channel, DeliveryState, Form, Outcome, Payload, Receipt
from publisher.plan import is_approved
from publisher.schedulefile.schedule import Entry

#: Longer than three times the longest HTTP timeout: a claim that is older belongs to a dead program.
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


class Deliverer:
    """Takes due deliveries one at a time through all their steps. One instance serves all lanes."""

    def __init__(self, desk: Desk, *, composer: Callable[[], Composer]) -> None:
        self._desk = desk
        self._composer = composer

    def deliver(self, delivery: Delivery) -> None:
        """Bring a due delivery as far as it gets now. Raises only `LedgerError`: then nothing may be sent."""
        current = self._desk.ledger.deliveries.get(delivery.key)
        if current is None or not self._is_ready(current):
            return
        composer = self._composer()
        entry = composer.schedule.entry(current.entry_name)
        channel = composer.schedule.channels.get(current.channel)
        if entry is None or channel is None:
            self._wait(current, "the file has an error here; it goes out when that is mended in time")
            return
        given = len(self._desk.ledger.approvals.of(current.key))
        if not is_approved(channel.approval, given):
            self._wait(current, f"waits for approval: publisher approve {current.key}")
            return
        self._attempt(current, entry, channel=channel, composer=composer)

    def _is_ready(self, delivery: Delivery) -> bool:
        """Not too late, and its channel not stopped."""
        now = self._desk.clock.now()
        if delivery.expires_at is not None and now >= delivery.expires_at:
            self.expire(delivery)
            return False
        return not self._desk.connections.is_stopped(delivery.channel, now=now)

    def expire(self, delivery: Delivery) -> None:
        """Give up a delivery whose time is over, and say so."""
        now = self._desk.clock.now()
        why = f"; it waited because: {delivery.reason}" if delivery.reason else ""
        reason = f"too late: due {delivery.due_at:{_MINUTES}}, valid until {delivery.expires_at:{_MINUTES}}{why}"
        self._desk.ledger.deliveries.transition(delivery.key, to=DeliveryState.EXPIRED, now=now, reason=reason)
        self._desk.ledger.recipients.stop(delivery.key, to=DeliveryState.EXPIRED, now=now)
        _log.warning("expired", key=delivery.key, reason=reason)

    def _attempt(self, delivery: Delivery, entry: Entry, *, channel: Channel, composer: Composer) -> None:
        from publisher.delivery.mailing import Mailing

        try:
            if composer.form(channel) is Form.MAIL:
                Mailing(self._desk, composer).deliver(delivery, entry, channel=channel)
            else:
                self._post(delivery, entry, channel=channel, composer=composer)
        except (ClaimLost, IllegalTransition) as error:
            _log.info("left alone", key=delivery.key, reason=str(error))
        except LedgerError:
            raise
        except SettingsError as error:
            self._wait(delivery, str(error))
        except PublisherError as error:
            self._wait(delivery, f"can't be made: {error}")

    def _post(self, delivery: Delivery, entry: Entry, *, channel: Channel, composer: Composer) -> None:
        composed = composer.compose(delivery, entry, channel=channel, language=delivery.languages[0])
        connection = self._desk.connections.of(channel)
        make_pending(self._desk, delivery)
        claim = self._desk.ledger.attempts.begin(
            delivery.key,
            owner=self._desk.owner,
            payload_sha256=composed.payload.sha256,
            lease=LEASE,
            now=self._desk.clock.now(),
        )
        result, error = send(self._desk, connection, composed.payload, attempt=claim.number)
        self._desk.ledger.attempts.finish(claim, result, now=self._desk.clock.now())
        if error is not None and stops_channel(error):
            stop_channel(self._desk, channel, result)
        report(delivery, result)

    def _wait(self, delivery: Delivery, reason: str) -> None:
        """Leave it as it is, and say why, once."""
        if delivery.reason != reason:
            self._desk.ledger.deliveries.note(delivery.key, reason=reason, now=self._desk.clock.now())
            _log.warning("not sent yet", key=delivery.key, reason=reason)


def make_pending(desk: Desk, delivery: Delivery) -> None:
    """It is due: PLANNED becomes PENDING."""
    if delivery.state is DeliveryState.PLANNED:
        desk.ledger.deliveries.transition(delivery.key, to=DeliveryState.PENDING, now=desk.clock.now())


def send(desk: Desk, connection: Connection, payload: Payload, *, attempt: int) -> tuple[Result, TransportError | None]:
    """Send, and say what came of it; whatever happens, there is a result."""
    try:
        receipt = connection.send(payload)
    except TransportError as error:
        return result_of(error, attempt=attempt, now=desk.clock.now(), jitter=desk.chance()), error
    except PublisherError as error:
        return Result(
            outcome=Outcome.REJECTED, state=DeliveryState.FAILED, detail=error.message, reason=str(error)
        ), None
    except Exception as error:  # noqa: BLE001  a fault of ours must not leave the delivery in SENDING
        _log.exception("unforeseen error while sending")
        unknown = OutcomeUnknown("publisher itself failed while sending", detail=f"{type(error).__name__}: {error}")
        return result_of(unknown, attempt=attempt, now=desk.clock.now(), jitter=0), unknown
    return sent(receipt), None


def refused(error: PublisherError) -> Result:
    """The result of something that can't be sent as it is; certainly nothing went out."""
    return Result(outcome=Outcome.REJECTED, state=DeliveryState.FAILED, detail=error.message, reason=str(error))


def sent(receipt: Receipt) -> Result:
    """The result of a published payload."""
    return Result(
        outcome=Outcome.SENT,
        state=DeliveryState.SENT,
        remote_id=receipt.remote_id,
        remote_url=receipt.remote_url,
    )


def stop_channel(desk: Desk, channel: Channel, result: Result) -> None:
    """What one delivery was told holds for the whole channel: wait with the others too."""
    now = desk.clock.now()
    until = min(result.next_at, now + SHORT_STOP) if result.next_at is not None else now + SHORT_STOP
    desk.connections.stop(channel.id, until=until)
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
