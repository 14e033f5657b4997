"""One delivery: is it still right → words → claim → intent committed → send → classify → record.

Neighbours on a lane share a commit: the result of the one and the intent of the next. The intent is still durable
before its call, and whatever ends the program leaves one delivery of a lane uncertain at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

from publisher.composing import Composer
from publisher.consent import people
from publisher.delivery.ahead import Ahead, Ready
from publisher.delivery.approved import check_approved
from publisher.delivery.ceiling import charge
from publisher.delivery.closing import close_account
from publisher.delivery.connections import SHORT_REST, Rest
from publisher.delivery.desk import Desk, begin, finish, hand_over, report, rest, send
from publisher.delivery.leases import Lease
from publisher.delivery.mailing import Mailing
from publisher.delivery.thread import Thread
from publisher.delivery.wording import about, with_key
from publisher.errors import ClaimLost, IllegalTransition, LedgerError, NotApproved, PublisherError, SettingsError
from publisher.ledger.records import Claim, Delivery, Ended, Intent, Result
from publisher.ledger.states import WAITING
from publisher.model import Channel, DeliveryState, Form, Payload
from publisher.plan import called_off, is_approved, true_until
from publisher.schedulefile.schedule import Entry

_MINUTES = "%Y-%m-%d %H:%M UTC"

_log = structlog.get_logger("publisher.delivery")


class Deliverer:
    """Takes due deliveries one at a time through all their steps. One instance serves all lanes."""

    def __init__(self, desk: Desk, *, composer: Callable[[], Composer]) -> None:
        self._desk = desk
        self._composer = composer
        self._ahead = Ahead(steady=desk.steady)
        self._ended: dict[str, tuple[Claim, Result]] = {}  # by channel; only its lane touches it

    def prepare(self, upcoming: Iterable[Delivery]) -> bool:
        """Make words ahead, for a while; gives whether all of them were looked at."""
        return self._ahead.prepare(upcoming, composer=self._composer())

    def deliver(self, delivery: Delivery) -> None:
        """Bring a due delivery as far as it gets now. Raises only `LedgerError`: then nothing may be sent."""
        if self._desk.is_stopping():
            return
        ready = self._ahead.take(delivery, composer=self._composer())
        if ready is not None and self._follow(ready):
            return
        self.write_down(delivery.channel)
        try:
            self._deliver(delivery)
        except (ClaimLost, IllegalTransition) as error:
            _log.info("left alone", key=delivery.key, reason=str(error))

    def write_down(self, channel: str) -> None:
        """Write what came of the last delivery of a lane, when nothing follows it at once. Raises `LedgerError`."""
        if (ended := self._ended.pop(channel, None)) is None:
            return
        claim, result = ended
        try:
            finish(self._desk, claim, result)
        except (ClaimLost, IllegalTransition) as error:
            _log.info("left alone", key=claim.key, reason=str(error))

    def _follow(self, ready: Ready) -> bool:
        """Send it in the same commit in which the last one of its lane is written down; False when that can't be."""
        now, channel = self._desk.clock.now(), ready.channel
        ended = self._ended.get(channel.id)
        rests = self._desk.connections.rest_of(channel.id, now=now)
        if ended is None or rests is not None or ready.delivery.is_over(now):
            return False
        payload = ready.composed.payload
        try:
            self._desk.connections.of(channel)
            lease = hand_over(self._desk, Ended(*ended, now), to=ready.delivery, intent=intent_of(payload))
        except PublisherError:
            return False  # it goes the long way, which finds out why
        del self._ended[channel.id]
        self._send(ready.delivery, channel, payload, lease=lease)
        return True

    def _deliver(self, delivery: Delivery) -> None:
        now = self._desk.clock.now()
        current = self._desk.ledger.deliveries.get(delivery.key)
        if current is None or not current.is_due(now):
            return  # settled or moved while it stood in the lane
        if current.is_over(now):
            self._expire(current)
        elif pause := self._desk.ledger.pauses.of(current.channel):
            self._wait(current, str(pause))
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
        if off := called_off(entry, delivery.template):  # since it was uncertain, and the plan could not cancel it
            self._end(delivery, to=DeliveryState.CANCELLED, reason=off)
            return
        if not self._is_approved(delivery, channel):
            self._wait(delivery, f"waits for approval: publisher approve {delivery.key}")
            return
        self._attempt(delivery, entry, channel=channel, composer=composer)

    def _is_approved(self, delivery: Delivery, channel: Channel) -> bool:
        """Whether enough people approved it at all; what they saw is compared when the bytes are made."""
        nobody = is_approved(channel.approval, 0)
        return nobody or is_approved(
            channel.approval, len(people(one.who for one in self._desk.ledger.approvals.of(delivery.key)))
        )

    def _expire(self, delivery: Delivery) -> None:
        """Give up a delivery whose time is over, and say so."""
        tally = self._desk.ledger.recipients.tally(delivery.key)
        so_far = f"; {tally}" if tally.total else ""
        why = f"; it waited because: {delivery.reason}" if delivery.reason else ""
        reason = (
            f"too late: due {delivery.due_at:{_MINUTES}}, valid until {delivery.expires_at:{_MINUTES}}{so_far}{why}"
        )
        self._end(delivery, to=DeliveryState.EXPIRED, reason=reason)

    def _end(self, delivery: Delivery, *, to: DeliveryState, reason: str) -> None:
        """Nothing more goes out, to none of its readers; of a mailing that was begun the sum is printed."""
        now, ledger = self._desk.clock.now(), self._desk.ledger
        ledger.deliveries.transition(delivery.key, to=to, now=now, reason=reason)
        ledger.recipients.change(delivery.key, among=WAITING, to=to, now=now)
        _log.warning(to.value, key=delivery.key, reason=reason)
        if ledger.recipients.tally(delivery.key).total:
            close_account(self._desk, delivery.key)

    def _attempt(self, delivery: Delivery, entry: Entry, *, channel: Channel, composer: Composer) -> None:
        try:
            if composer.form(channel) is Form.MAIL:
                Mailing(
                    desk=self._desk,
                    composer=composer,
                    delivery=delivery,
                    entry=entry,
                    channel=channel,
                    in_force=self._composer,
                ).deliver()
            else:
                self._post(delivery, entry, channel=channel, composer=composer)
        except LedgerError:
            raise
        except NotApproved as error:
            self._wait(delivery, error.message)
        except SettingsError as error:
            until = self._desk.clock.now() + SHORT_REST
            self._desk.connections.put_to_rest(channel.id, Rest(until, str(error)))
            self._wait(delivery, str(error))
        except PublisherError as error:
            self._wait(delivery, f"can't be made: {error}")
        except Exception as error:  # noqa: BLE001  a fault of ours; told once, not at every look
            if self._wait(delivery, f"publisher itself failed before sending: {type(error).__name__}"):
                _log.exception("unforeseen error", key=delivery.key)

    def _post(self, delivery: Delivery, entry: Entry, *, channel: Channel, composer: Composer) -> None:
        kept = self._desk.ledger.parts.of(delivery.key) if delivery.attempts else []
        thread = Thread(desk=self._desk, delivery=delivery, channel=channel)
        if any(part.is_out for part in kept):
            thread.go_on(kept)
            return
        now = self._desk.clock.now()
        composed = composer.sound(delivery, entry, channel=channel, language=delivery.languages[0], now=now)
        self._desk.connections.of(channel)  # can it be opened at all? nothing is claimed before that
        payload = composed.payload
        check_approved(self._desk.ledger, delivery, channel=channel, payloads={delivery.languages[0]: payload})
        if reason := charge(self._desk, delivery, payload, channel=channel, composer=composer):
            self._wait(delivery, reason)
            return
        if payload.parts:
            truth = composer.truth_of(delivery.template)
            until = true_until(entry, delivery.template, truth=truth, due_at=delivery.due_at)
            thread.begin(payload, true_until=until)
            return
        if kept:  # it was a thread before an edit
            self._desk.ledger.parts.forget(delivery.key)
        lease = begin(self._desk, delivery, intent_of(payload))
        self._send(delivery, channel, payload, lease=lease)

    def _send(self, delivery: Delivery, channel: Channel, payload: Payload, *, lease: Lease) -> None:
        answer, error = send(self._desk, channel, payload, attempt=lease.claim.number, before=lease.check)
        result = about(answer, delivery.key)
        if error is not None and error.stops_channel:
            rest(self._desk, channel, error=error, result=result)
        self._ended[channel.id] = (lease.claim, result)
        if result.state is not DeliveryState.SENT or self._ahead.is_empty:
            self.write_down(channel.id)
        report(delivery, result)

    def _wait(self, delivery: Delivery, reason: str) -> bool:
        """Leave it as it is, and say why, once; gives whether that is news."""
        told = with_key(reason, delivery.key)
        if delivery.reason == told:
            return False
        self._desk.ledger.deliveries.note(delivery.key, reason=told, now=self._desk.clock.now())
        _log.warning("not sent yet", key=delivery.key, reason=told)
        return True


def intent_of(payload: Payload) -> Intent:
    """What is to be known of a post before its call."""
    return Intent(sha256=payload.sha256, body=payload.body, content_type=payload.content_type)
