"""One mailing: every reader gets one mail, each with a result of their own.

Readers are claimed one at a time, so that after a crash exactly one of them is uncertain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import structlog

from publisher.composing import Composer, reader_language, sample_reader
from publisher.delivery.admission import admit
from publisher.delivery.approved import check_approved
from publisher.delivery.canary import after
from publisher.delivery.connections import SHORT_REST
from publisher.delivery.desk import Desk, begin, finish, refused, renewed, report, rest, send
from publisher.delivery.leases import Lease
from publisher.delivery.retry import result_of, stops_channel
from publisher.delivery.sizeguard import check_held
from publisher.delivery.wording import LATER, about, delay, named, refusals
from publisher.errors import (
    ClaimLost,
    LedgerError,
    OutcomeUnknown,
    PublisherError,
    RenderError,
    TemporaryError,
    TransportError,
)
from publisher.ledger.records import Claim, Delivery, Intent, Recipient, Result, Tally
from publisher.ledger.states import UNCERTAIN, WAITING
from publisher.model import Channel, DeliveryState, Outcome, Payload, Reader
from publisher.newsletter.audience import Enrolment, candidates
from publisher.plan import is_approved
from publisher.schedulefile.schedule import Entry

#: After so many readers in a row without a clear answer, the server is the reason and not the readers.
_TOO_MANY = 5

_BY_POLICY = "nothing to do yet: on_unknown of the channel decides in a moment"

_S = DeliveryState

_log = structlog.get_logger("publisher.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """One delivery of a mail channel to everybody on its list."""

    desk: Desk
    composer: Composer
    delivery: Delivery
    entry: Entry
    channel: Channel

    def deliver(self) -> None:
        """Write to everybody who is due.

        Raises `AudienceError`, `RenderError`, `MediaError`, `NotApproved` or `SettingsError` when it can't begin, and
        `LedgerError`.
        """
        ledger, key = self.desk.ledger, self.delivery.key
        check_held(self.desk, self.delivery, channel=self.channel)
        first = ledger.recipients.first(key)
        named = self._candidates() if first is None else Enrolment(columns=tuple(first.reader.attributes))
        samples = self._samples(named.columns)
        check_approved(ledger, self.delivery, channel=self.channel, payloads=samples)
        self.desk.connections.of(self.channel)  # can it be opened at all? nothing is claimed before that
        if first is None:
            ledger.recipients.enrol(key, named.candidates, now=self.desk.clock.now())
        if not admit(self.desk, self.delivery, entry=self.entry, channel=self.channel, composer=self.composer):
            return
        lease = begin(self.desk, self.delivery, Intent(sha256=samples[self.channel.languages[0]].sha256))
        answer, error = self._run(lease)
        answer = after(self.desk, self.delivery, channel=self.channel, result=answer)
        result = about(answer, key)
        if error is not None:
            rest(self.desk, self.channel, error=error, result=result)
        finish(self.desk, lease.claim, result)
        if result.state is _S.UNKNOWN:  # after a fault of ours somebody may have been left in the middle
            among = {_S.SENDING}
            ledger.recipients.change(key, among=among, to=_S.UNKNOWN, now=self.desk.clock.now())
        report(self.delivery, result, refused=ledger.recipients.tally(key).of(_S.FAILED))

    def _candidates(self) -> Enrolment:
        """For whom the mailing is, as the list is now."""
        found = candidates(
            self.composer.schedule.audiences[self.channel.audience],
            ledger=self.desk.ledger,
            key=self.desk.list_key(),
            channel=self.channel,
            now=self.desk.clock.now(),
        )
        for problem in found.problems:
            _log.warning("row left out", file=problem.place.file, line=problem.place.line, reason=problem.message)
        return found

    def _samples(self, columns: tuple[str, ...]) -> dict[str, Payload]:
        """The mail for nobody in particular: in every language where somebody approves it, else in the first."""
        is_free = is_approved(self.channel.approval, 0)
        languages = self.channel.languages[:1] if is_free else self.channel.languages
        return {language: self._words(sample_reader(language, columns)) for language in languages}

    def _words(self, reader: Reader) -> Payload:
        language = reader_language(reader, self.channel)
        now = self.desk.clock.now()
        composed = self.composer.sound(
            self.delivery, self.entry, channel=self.channel, language=language, now=now, reader=reader
        )
        return composed.payload

    def _run(self, lease: Lease) -> tuple[Result, TransportError | None]:
        """A result, and the error that stopped them all, if there was one. Raises `ClaimLost`, nothing else."""
        claim = lease.claim
        try:
            stopped = self._everybody(lease)
            return self._result(claim, stopped), stopped
        except ClaimLost:
            raise
        except LedgerError as error:
            now = self.desk.clock.now()
            return Result(outcome=Outcome.TEMPORARY, state=_S.RETRY_WAIT, reason=str(error), next_at=now), None
        except Exception as error:  # noqa: BLE001  a fault of ours must not leave the mailing in SENDING
            _log.exception("unforeseen error in a mailing", key=claim.key)
            reason = f"publisher itself failed: {type(error).__name__}; look who got it: publisher why {claim.key}"
            return Result(outcome=Outcome.UNKNOWN, state=_S.UNKNOWN, reason=reason), None

    def _everybody(self, lease: Lease) -> TransportError | None:
        """Write to one after the other; gives the error that stops them all, if there was one."""
        unclear = 0
        for recipient, right in self._claims(lease):
            error = self._one(recipient, right)
            if error is not None and _meets_all(error):
                return error
            unclear = unclear + 1 if isinstance(error, TemporaryError | OutcomeUnknown) else 0
            if error is not None and unclear == _TOO_MANY:
                return TemporaryError(
                    f"the mail server failed with {unclear} readers in a row: {error.message}",
                    subject=self.channel.id,
                    code=error.code,
                    detail=error.detail,
                    remedy=LATER,
                )
        return None

    def _claims(self, lease: Lease) -> Iterator[tuple[Recipient, Lease]]:
        """One reader after the other, each with a lease that lasts for a mail."""
        while not (self.desk.is_stopping() or self.desk.ledger.pauses.of(self.channel.id)):
            if lease.is_ageing:
                lease = renewed(self.desk, lease)
            claimed = self.desk.ledger.recipients.claim(lease.claim, limit=1, now=self.desk.clock.now())
            if not claimed:
                return
            yield from ((recipient, lease) for recipient in claimed)

    def _one(self, recipient: Recipient, lease: Lease) -> TransportError | None:
        """Write to one reader; gives the error of the server, if there was one."""
        try:
            payload = self._words(recipient.reader)
        except PublisherError as fault:
            self._write_down(recipient, self._without_words(recipient.reader, fault))
            return None
        except Exception as fault:  # noqa: BLE001  nor must it keep the others waiting
            _log.exception("unforeseen error with the words for a reader", key=self.delivery.key)
            failure = RenderError(f"publisher itself failed: {type(fault).__name__}")
            self._write_down(recipient, self._without_words(recipient.reader, failure))
            return None
        result, error = send(self.desk, self.channel, payload, attempt=recipient.attempts + 1, before=lease.check)
        if error is not None and stops_channel(error):
            now = self.desk.clock.now()
            self.desk.unwritten.write(lambda: self.desk.ledger.recipients.give_back([recipient], now=now))
        else:
            self._write_down(recipient, _with_mend(result, error))
        return error

    def _without_words(self, reader: Reader, fault: PublisherError) -> Result:
        """What is wrong with one reader is final; what nobody can be told in this language waits for a mend."""
        sample = sample_reader(reader_language(reader, self.channel), tuple(reader.attributes))
        try:
            self._words(sample)
        except Exception:  # noqa: BLE001  whatever is the matter, it is not the reader
            next_at = self.desk.clock.now() + SHORT_REST
            return replace(refused(fault), outcome=Outcome.TEMPORARY, state=_S.RETRY_WAIT, next_at=next_at)
        return refused(fault)

    def _write_down(self, recipient: Recipient, result: Result) -> None:
        now = self.desk.clock.now()
        self.desk.unwritten.write(lambda: self.desk.ledger.recipients.finish([(recipient, result)], now=now))

    def _result(self, claim: Claim, stopped: TransportError | None) -> Result:
        """What the mailing as a whole came to."""
        recipients, now = self.desk.ledger.recipients, self.desk.clock.now()
        tally = recipients.tally(claim.key)
        if tally.of(*WAITING) and stopped is not None:
            result = result_of(stopped, attempt=claim.number, now=now, jitter=self.desk.chance())
            return replace(result, reason=f"{tally}; {result.reason}")
        if tally.of(*WAITING):
            again = recipients.next_waiting(claim.key)
            next_at = now if again is None or tally.of(_S.PENDING) else again.next_at
            reason = f"{tally}; {said}" if again is not None and (said := delay(again)) else str(tally)
            return Result(outcome=Outcome.TEMPORARY, state=_S.RETRY_WAIT, reason=reason, next_at=next_at)
        if tally.of(_S.SENDING, *UNCERTAIN):
            return Result(outcome=Outcome.UNKNOWN, state=_S.UNKNOWN, reason=self._unconfirmed(tally))
        refused = f": {said}" if tally.of(_S.FAILED) and (said := refusals(recipients.of(claim.key))) else ""
        if tally.of(_S.SENT):
            return Result(outcome=Outcome.SENT, state=_S.SENT, reason=f"{tally}{refused}")
        return Result(outcome=Outcome.REJECTED, state=_S.FAILED, reason=f"{tally}{refused}")

    def _unconfirmed(self, tally: Tally) -> str:
        readers = self.desk.ledger.recipients.of(self.delivery.key)
        unsure = [one for one in readers if one.state in (_S.SENDING, *UNCERTAIN)]
        return f"{tally}: {named(unsure)}; nobody can tell yet whether it arrived there → {_BY_POLICY}"


def _with_mend(result: Result, error: TransportError | None) -> Result:
    """A reader who was refused for good is written down with what to do about it."""
    if error is None or result.state is not _S.FAILED or not error.remedy:
        return result
    return replace(result, detail=f"{result.detail} → {error.remedy}")


def _meets_all(error: TransportError) -> bool:
    """Whether the next reader would get the same answer: no server, no login, a full stop."""
    return stops_channel(error) or (isinstance(error, TemporaryError) and error.code[:3] in ("", "421"))
