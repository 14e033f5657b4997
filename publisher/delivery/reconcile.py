"""Settling unknown outcomes: read the account back, and let `publisher.delivery.verdict` decide.

What can't be read back goes by the policy ``on_unknown`` of its channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from publisher.composing import Composer
from publisher.delivery import verdict as v
from publisher.delivery.closing import close_account
from publisher.delivery.desk import Desk
from publisher.delivery.sought import Sought, sought
from publisher.delivery.wording import named, refusals, with_key
from publisher.errors import (
    ClaimLost,
    CredentialsBroken,
    IllegalTransition,
    LedgerError,
    PublisherError,
    SettingsError,
    TransportError,
)
from publisher.interfaces import Connection, ReadsBack
from publisher.ledger.records import Delivery, Readback, Tally, Verdict
from publisher.ledger.states import UNCERTAIN, WAITING
from publisher.model import Channel, DeliveryState, OnUnknown, Payload, Receipt, Saw

#: The wait between looks at a channel that can't even be opened.
_NO_CONNECTION = timedelta(minutes=2)

_S = DeliveryState

_log = structlog.get_logger("publisher.delivery")


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Takes deliveries whose outcome is unknown one at a time. One instance serves all lanes."""

    desk: Desk
    composer: Callable[[], Composer]

    def settle(self, delivery: Delivery) -> None:
        """Find out what came of a delivery, as far as that can be done now. Raises `LedgerError`."""
        if self.desk.is_stopping():
            return
        now, current = self.desk.clock.now(), self.desk.ledger.deliveries.get(delivery.key)
        if current is None or current.state is not _S.UNKNOWN or (current.next_at or now) > now:
            return  # settled while it stood in the lane
        try:
            self._settle(current)
        except (ClaimLost, IllegalTransition) as error:
            _log.info("left alone", key=delivery.key, reason=str(error))
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001  what nobody foresaw must neither end in silence nor at every look
            _log.exception("unforeseen error while reading back", key=delivery.key)
            fault = TransportError(f"publisher itself failed: {type(error).__name__}: {error}")
            self._unreadable(current, fault, settle=_NO_CONNECTION)

    def _settle(self, delivery: Delivery) -> None:
        channel = self.composer().schedule.channels.get(delivery.channel)
        if channel is None:
            why = f"the file lacks the channel {delivery.channel}, or has an error there"
            self._unreadable(delivery, SettingsError(why), settle=_NO_CONNECTION)
            return
        tally = self.desk.ledger.recipients.tally(delivery.key)
        if tally.total:
            self._mailing(delivery, channel, tally)
            return
        wanted = sought(self.desk, delivery)
        if (ruling := wanted.certain()) is not None:
            self._conclude(delivery, ruling)
            return
        try:
            connection = self.desk.connections.of(channel)
        except SettingsError as error:
            self._unreadable(delivery, error, settle=_NO_CONNECTION)
            return
        self._post(delivery, channel, connection, wanted=wanted)

    # --- posts ------------------------------------------------------------------------------------------

    def _post(self, delivery: Delivery, channel: Channel, connection: Connection, *, wanted: Sought) -> None:
        if not isinstance(connection, ReadsBack):
            tries = len(self._story(delivery, _NO_CONNECTION).uncertain)
            self._conclude(delivery, v.blind(channel.on_unknown or OnUnknown.ASK, tries=tries, about=_WORDS))
            return
        kept = self._payloads(delivery)
        if not kept:
            self._conclude(delivery, v.not_recognisable("what was sent is not known any more"))
            return
        try:
            receipt = self._look(delivery, connection, wanted.payloads(connection, kept))
        except TransportError as error:
            if isinstance(error, CredentialsBroken):
                self.desk.connections.drop(channel.id)  # the next look is with the credentials of that time
            self._unreadable(delivery, error, settle=connection.settle_time)
            return
        if receipt is not None:
            self._note(delivery, Saw.FOUND, receipt.remote_url or receipt.remote_id)
            self._conclude(delivery, wanted.found(receipt))
        else:
            self._note(delivery, Saw.ABSENT, "")
            story = self._story(delivery, connection.settle_time)
            self._conclude(delivery, wanted.ruled(v.not_found(story, now=self.desk.clock.now())))

    def _payloads(self, delivery: Delivery) -> list[Payload]:
        """What the uncertain tries were about to publish; an edit may have come between them."""
        uncertain = {one.number for one in self._story(delivery, _NO_CONNECTION).uncertain}
        kept = self.desk.ledger.attempts.payloads(delivery.key)
        return [payload for number, payload in kept.items() if number in uncertain]

    def _look(self, delivery: Delivery, connection: ReadsBack, payloads: list[Payload]) -> Receipt | None:
        since = self._story(delivery, connection.settle_time).since
        ledger, channel = self.desk.ledger, delivery.channel
        others = ledger.deliveries.remote_ids(channel, since=since, besides=delivery.key)
        others |= ledger.parts.remote_ids(channel, since=since)
        looks = (connection.find(payload, since=since, besides=others) for payload in payloads)
        return next((receipt for receipt in looks if receipt is not None), None)

    def _unreadable(self, delivery: Delivery, error: PublisherError, *, settle: timedelta) -> None:
        """Nothing is known, and nothing is sent; it is tried again, until a person is asked."""
        why, retry_at = str(error), None
        if isinstance(error, TransportError):  # its remedy is for sending
            why, retry_at = " ".join(filter(None, [error.message, error.code, error.detail])), error.retry_at
        self._note(delivery, Saw.FAILED, why)
        story, now = self._story(delivery, settle), self.desk.clock.now()
        ruling = v.not_readable(story, why, now=now, retry_at=retry_at)
        self._conclude(delivery, sought(self.desk, delivery).ruled(ruling))

    def _note(self, delivery: Delivery, saw: Saw, detail: str) -> None:
        seen = Readback(attempt=delivery.attempts, at=self.desk.clock.now(), saw=saw, detail=detail)
        self.desk.ledger.readbacks.record(delivery.key, seen=seen)

    def _story(self, delivery: Delivery, settle: timedelta) -> v.Story:
        seen = [one for one in self.desk.ledger.readbacks.of(delivery.key) if one.attempt == delivery.attempts]
        begun = sought(self.desk, delivery).first_attempt
        attempts = [one for one in self.desk.ledger.attempts.of(delivery.key) if one.number >= begun]
        return v.Story(attempts=attempts, seen=seen, settle=settle)

    # --- mailings ---------------------------------------------------------------------------------------

    def _mailing(self, delivery: Delivery, channel: Channel, tally: Tally) -> None:
        """A mailing goes on with the readers who wait; those who are uncertain follow the channel's policy."""
        recipients, now = self.desk.ledger.recipients, self.desk.clock.now()
        recipients.change(delivery.key, among={_S.SENDING}, to=_S.UNKNOWN, now=now)
        if tally.of(*WAITING):
            self._conclude(delivery, Verdict(state=_S.PENDING, reason=f"goes on after a stop; {tally}"))
            return
        unsure = recipients.of(delivery.key, among=UNCERTAIN)
        tries, which = max((one.attempts for one in unsure), default=1), f": {named(unsure)}" if unsure else ""
        refused = f"refused: {said}; " if (said := refusals(recipients.of(delivery.key, among=[_S.FAILED]))) else ""
        ruling = v.blind(channel.on_unknown or OnUnknown.ASSUME_SENT, tries=tries, about=f"{refused}{tally}{which}")
        if ruling.state is _S.PENDING:  # nobody writes to them before the mailing itself is let go
            recipients.change(delivery.key, among=UNCERTAIN, to=_S.PENDING, now=now)
        self._conclude(delivery, ruling)
        if ruling.state is not _S.PENDING:
            close_account(self.desk, delivery.key)

    def _conclude(self, delivery: Delivery, ruling: Verdict) -> None:
        ruling = replace(ruling, reason=with_key(ruling.reason, delivery.key))
        self.desk.ledger.readbacks.settle(delivery, ruling, now=self.desk.clock.now())
        if ruling.state is _S.UNKNOWN and ruling.reason == delivery.reason:
            return
        level = _log.error if ruling.state is _S.NEEDS_HUMAN else _log.warning
        level(ruling.state.value, key=delivery.key, reason=ruling.reason)


_WORDS = "nobody can tell whether it is out"
