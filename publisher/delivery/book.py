"""The account of one mailing: what became of each reader goes into the ledger, and the next ones come out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

from publisher.bulk.errands import Came
from publisher.bulk.judging import Judged
from publisher.bulk.pace import WAITS_FOR_DOMAIN
from publisher.bulk.run import Turn
from publisher.delivery.desk import Desk, renewed
from publisher.delivery.leases import Lease
from publisher.delivery.retry import result_of
from publisher.errors import ClaimLost, LedgerError, PublisherError, TransportError
from publisher.ledger.batches import Batch, Settled
from publisher.ledger.listrecords import Exclusion
from publisher.ledger.rates import Rate
from publisher.ledger.records import Recipient, Result
from publisher.model import Channel, DeliveryState, Outcome, Reader
from publisher.newsletter.withdrawal import Leavers

_A_WHILE = 5.0  #: seconds that a mailing keeps its lane when something else is due there
_OFTEN = 1.0  #: seconds between looks at that
_WAITS = "others of the same mail provider come first; DOMAIN_RATES, or a complaint of the provider, sets the pace"

_S = DeliveryState
_TAKEN, _SENT, _IS_SENT = Came.TAKEN, Outcome.SENT, _S.SENT  # nearly all of them
_UNSENT = Result(outcome=Outcome.TEMPORARY, state=_S.PENDING)


class MailBook:
    """Implements `publisher.bulk.run.Book` for one claim of one mailing. Used from one thread at a time.

    ``without_words`` says what follows for a reader to whom nothing can be written; ``leavers`` who must not be
    written to any more.
    """

    def __init__(
        self,
        desk: Desk,
        lease: Lease,
        *,
        channel: Channel,
        without_words: Callable[[Reader, PublisherError], Result],
        leavers: Leavers,
    ) -> None:
        self._desk = desk
        self._lease = lease
        self._channel = channel
        self._without_words = without_words
        self._leavers = leavers
        self._behind = 0  # the id of the last reader who was claimed of those who were not tried yet
        self._began = self._looked = desk.steady()

    def turn(self, judged: Sequence[Judged], *, room: int, rates: Sequence[Rate]) -> Callable[[], Turn]:
        """Write down what came of some readers, and claim others; what it gives commits that. `LedgerError`."""
        now = self._desk.clock.now()
        settled = [self._settled(one, now) for one in judged]
        with self._nothing_forgotten(settled, now):
            if self._lease.is_ageing:
                self._lease = renewed(self._desk, self._lease)
            written = self._desk.ledger.batches.begin(
                self._lease.claim, settled, room=room, behind=self._behind, now=now, rates=rates
            )

        def commit() -> Turn:
            with self._nothing_forgotten(settled, now):
                batch = written.commit()
            self._behind = max([self._behind, *(one.id for one in batch.claimed if not one.attempts)])
            return Turn(self._still_wanted(batch, now), goes_on=not (batch.is_paused or self._yields(now)))

        return commit

    @contextmanager
    def _nothing_forgotten(self, settled: Sequence[Settled], now: datetime) -> Iterator[None]:
        """What a broken ledger did not take is written as soon as it can take it."""
        try:
            yield
        except ClaimLost:
            raise
        except LedgerError:
            if settled:
                self._desk.unwritten.keep(lambda: self._desk.ledger.batches.settle(settled, now=now))
            raise

    def _still_wanted(self, batch: Batch, now: datetime) -> list[Recipient]:
        """Those of the claim who have not left since the list was frozen; the others are done with. `LedgerError`."""
        try:
            gone = self._leavers.among(batch.claimed, newest=batch.newest)
        except LedgerError:
            self._write([Settled(one, _UNSENT, was_tried=False) for one in batch.claimed], now)
            raise
        if gone:
            left = [one for one in batch.claimed if one.id in gone]
            self._write([Settled(one, _withdrawn(gone[one.id]), was_tried=False) for one in left], now)
        return [one for one in batch.claimed if one.id not in gone]

    def _write(self, settled: Sequence[Settled], now: datetime) -> None:
        """At once, or as soon as the ledger can take it."""
        with suppress(LedgerError):
            self._desk.unwritten.write(lambda: self._desk.ledger.batches.settle(settled, now=now))

    def next_at(self) -> datetime | None:
        """When the next reader is due. Raises `LedgerError`."""
        recipients, key = self._desk.ledger.recipients, self._lease.claim.key
        if recipients.is_anybody_pending(key):
            return self._desk.clock.now()
        waiting = recipients.next_waiting(key)
        return waiting.next_at if waiting is not None else None

    def _yields(self, now: datetime) -> bool:
        """Whether something else is due on this lane, and this mailing had it for a while."""
        steady = self._desk.steady()
        if steady - self._began < _A_WHILE or steady - self._looked < _OFTEN:
            return False
        self._looked = steady
        due = self._desk.ledger.deliveries.due(now)
        return any(one.channel == self._channel.id and one.key != self._lease.claim.key for one in due)

    # --- one reader -----------------------------------------------------------------------------------------

    def _settled(self, judged: Judged, now: datetime) -> Settled:
        fate, error = judged.fate, judged.error
        recipient = fate.recipient
        if fate.came is _TAKEN:
            words = f"{fate.reply.code} {fate.reply.words}" if fate.reply is not None else ""
            return Settled(recipient, Result(outcome=_SENT, state=_IS_SENT, remote_id=fate.message_id, detail=words))
        if fate.came is Came.UNSENT:
            return Settled(recipient, self._unsent(judged), was_tried=False)
        if isinstance(error, TransportError):
            failed = self._failed(recipient, error, judged.not_before, now=now)
            return Settled(recipient, replace(failed, remote_id=fate.message_id))
        return Settled(recipient, self._without_words(recipient.reader, error or PublisherError("nothing was sent")))

    def _unsent(self, judged: Judged) -> Result:
        if judged.not_before is None:
            return _UNSENT
        waits = replace(_UNSENT, state=_S.RETRY_WAIT, next_at=judged.not_before)
        if isinstance(judged.error, TransportError):
            return replace(waits, code=judged.error.code, detail=judged.error.detail or judged.error.message)
        return replace(waits, code=WAITS_FOR_DOMAIN, detail=_WAITS)

    def _failed(
        self, recipient: Recipient, error: TransportError, not_before: datetime | None, *, now: datetime
    ) -> Result:
        result = result_of(error, attempt=recipient.attempts + 1, now=now, jitter=self._desk.chance())
        if result.state is _S.FAILED and error.remedy:  # with what to do about it
            return replace(result, detail=f"{result.detail} → {error.remedy}")
        if result.next_at is not None and not_before is not None:
            return replace(result, next_at=max(result.next_at, not_before))
        return result


def _withdrawn(why: Exclusion) -> Result:
    return Result(outcome=Outcome.REJECTED, state=_S.CANCELLED, code=str(why.reason), detail=why.words)
