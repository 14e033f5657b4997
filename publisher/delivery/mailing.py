"""One mailing: every reader gets one mail, each with a result of their own.

Readers are claimed one at a time, so that after a crash exactly one of them is uncertain.
"""

from __future__ import annotations

from collections.abc import Iterator

import structlog

from publisher.composing import Composer, reader_language, sample_reader
from publisher.delivery.deliver import LEASE, Desk, make_pending, refused, report, send, stop_channel
from publisher.delivery.retry import result_of, stops_channel
from publisher.errors import PublisherError, TemporaryError, TransportError
from publisher.interfaces import Connection
from publisher.ledger.records import Claim, Delivery, Recipient, Result, Tally
from publisher.model import Channel, DeliveryState, Outcome
from publisher.newsletter.csvlist import read_list
from publisher.schedulefile.schedule import Entry

_log = structlog.get_logger("publisher.delivery")

_S = DeliveryState
_WAITING = (_S.PENDING, _S.RETRY_WAIT)
_UNSURE = (_S.UNKNOWN, _S.NEEDS_HUMAN, _S.SENDING)


class Mailing:
    """Sends one delivery of a mail channel to everybody on its list."""

    def __init__(self, desk: Desk, composer: Composer) -> None:
        self._desk = desk
        self._composer = composer

    def deliver(self, delivery: Delivery, entry: Entry, *, channel: Channel) -> None:
        """Write to everybody who is due. Raises `AudienceError`, `RenderError`, `SettingsError` or `ClaimLost`."""
        columns = self._enrol(delivery, channel)
        sample = self._composer.compose(
            delivery,
            entry,
            channel=channel,
            language=channel.languages[0],
            reader=sample_reader(channel.languages[0], columns),
        )
        connection = self._desk.connections.of(channel)
        make_pending(self._desk, delivery)
        claim = self._desk.ledger.attempts.begin(
            delivery.key,
            owner=self._desk.owner,
            payload_sha256=sample.payload.sha256,
            lease=LEASE,
            now=self._desk.clock.now(),
        )
        stopped = self._everybody(delivery, entry, channel=channel, connection=connection)
        result = self._result(claim, stopped)
        self._desk.ledger.attempts.finish(claim, result, now=self._desk.clock.now())
        if stopped is not None:
            stop_channel(self._desk, channel, result)
        report(delivery, result)

    def _enrol(self, delivery: Delivery, channel: Channel) -> tuple[str, ...]:
        """Freeze the list at the first start; gives the names of its further columns."""
        enrolled = self._desk.ledger.recipients.of(delivery.key)
        if enrolled:
            return tuple(enrolled[0].reader.attributes)
        audience = self._composer.schedule.audiences[channel.audience]
        found = read_list(audience.path)
        for problem in found.problems:
            _log.warning("row left out", file=problem.place.file, line=problem.place.line, reason=problem.message)
        self._desk.ledger.recipients.enrol(delivery.key, found.readers, now=self._desk.clock.now())
        return tuple(found.readers[0].attributes)

    def _everybody(
        self, delivery: Delivery, entry: Entry, *, channel: Channel, connection: Connection
    ) -> TransportError | None:
        """Write to one after the other; gives the error that stops them all, if there was one."""
        for recipient in self._claims(delivery):
            error = self._one(delivery, entry, channel=channel, connection=connection, recipient=recipient)
            if error is not None:
                return error
        return None

    def _claims(self, delivery: Delivery) -> Iterator[Recipient]:
        while not self._desk.is_stopping():
            claimed = self._desk.ledger.recipients.claim(delivery.key, limit=1, now=self._desk.clock.now())
            if not claimed:
                return
            yield from claimed

    def _one(
        self, delivery: Delivery, entry: Entry, *, channel: Channel, connection: Connection, recipient: Recipient
    ) -> TransportError | None:
        """Write to one reader; gives an error only when it would meet all the others too."""
        reader, ledger = recipient.reader, self._desk.ledger
        language = reader_language(reader, channel)
        try:
            composed = self._composer.compose(delivery, entry, channel=channel, language=language, reader=reader)
        except PublisherError as fault:
            ledger.recipients.finish([(recipient, refused(fault))], now=self._desk.clock.now())
            return None
        result, error = send(self._desk, connection, composed.payload, attempt=recipient.attempts + 1)
        if error is not None and _meets_all(error):
            ledger.recipients.give_back([recipient], now=self._desk.clock.now())
            return error
        ledger.recipients.finish([(recipient, result)], now=self._desk.clock.now())
        return None

    def _result(self, claim: Claim, stopped: TransportError | None) -> Result:
        """What the mailing as a whole came to."""
        tally = self._desk.ledger.recipients.tally(claim.key)
        if stopped is not None:
            now = self._desk.clock.now()
            return result_of(stopped, attempt=claim.number, now=now, jitter=self._desk.chance())
        reason = in_words(tally)
        if tally.of(*_WAITING):
            next_at = self._desk.ledger.recipients.next_instant(claim.key) or self._desk.clock.now()
            return Result(outcome=Outcome.TEMPORARY, state=_S.RETRY_WAIT, reason=reason, next_at=next_at)
        if tally.of(*_UNSURE):
            return Result(outcome=Outcome.UNKNOWN, state=_S.UNKNOWN, reason=reason)
        if tally.of(_S.SENT):
            return Result(outcome=Outcome.SENT, state=_S.SENT, reason=reason)
        return Result(outcome=Outcome.REJECTED, state=_S.FAILED, reason=reason)


def _meets_all(error: TransportError) -> bool:
    """Whether the next reader would get the same answer: no server, no login, a full stop."""
    return stops_channel(error) or (isinstance(error, TemporaryError) and error.code[:3] in ("", "421"))


def in_words(tally: Tally) -> str:
    """``118 accepted, 2 refused, 1 uncertain``."""
    counts = {
        "accepted": tally.of(_S.SENT),
        "waiting": tally.of(*_WAITING),
        "refused": tally.of(_S.FAILED),
        "uncertain": tally.of(*_UNSURE),
        "not written to": tally.of(_S.CANCELLED, _S.EXPIRED),
    }
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)
