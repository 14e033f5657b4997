"""One mailing: every reader gets one mail, each with a result of their own.

Readers are claimed a hundred at most at a time (`publisher.bulk.run`), so that after a crash no more are uncertain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from publisher.bulk.pace import Pace
from publisher.bulk.run import Dispatch, Ending
from publisher.bulk.servers import Servers, servers_of
from publisher.composing import Composer, reader_language, sample_reader
from publisher.delivery.admission import admit, check_held
from publisher.delivery.approved import check_approved
from publisher.delivery.book import MailBook
from publisher.delivery.canary import after
from publisher.delivery.closing import close_account
from publisher.delivery.connections import SHORT_REST
from publisher.delivery.crews import crews
from publisher.delivery.desk import Desk, begin, finish, refused, report, rest
from publisher.delivery.leases import Lease
from publisher.delivery.letters import Letters
from publisher.delivery.overtaken import has_other_facts, held_words, is_overtaken
from publisher.delivery.retry import result_of
from publisher.delivery.spoken import spoken
from publisher.delivery.wording import about, delay, named, refusals
from publisher.errors import ClaimLost, LedgerError, PublisherError, SettingsError, TransportError
from publisher.interfaces import MailAccount
from publisher.ledger.records import Claim, Delivery, Intent, Result, Tally
from publisher.ledger.states import UNCERTAIN, WAITING
from publisher.model import Channel, DeliveryState, Outcome, Payload, Reader
from publisher.newsletter.audience import Enrolment, candidates, readership
from publisher.newsletter.withdrawal import Addressed, Leavers
from publisher.plan import called_off, is_approved
from publisher.schedulefile.schedule import Entry

_BY_POLICY = "nothing to do yet: on_unknown of the channel decides in a moment"

_S = DeliveryState

_log = structlog.get_logger("publisher.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """One delivery of a mail channel to everybody on its list. ``in_force``: the composer after the latest edit."""

    desk: Desk
    composer: Composer
    delivery: Delivery
    entry: Entry
    channel: Channel
    in_force: Callable[[], Composer]

    def deliver(self) -> None:
        """Write to everybody who is due.

        Raises `AudienceError`, `RenderError`, `MediaError`, `NotApproved` or `SettingsError` when it can't begin, and
        `LedgerError`.
        """
        ledger, key = self.desk.ledger, self.delivery.key
        check_held(self.desk, self.delivery, channel=self.channel)
        first = ledger.recipients.first(key)
        named = self._candidates() if first is None else Enrolment(columns=tuple(first.reader.attributes))
        intent = self._intent(named.columns, is_new=first is None)
        self._servers()  # can it be opened at all? nothing is claimed before that
        if first is None:
            self._enrol(named)
        else:
            self._withdraw()
        if not admit(self.desk, self.delivery, entry=self.entry, channel=self.channel, composer=self.composer):
            return
        letters = self._letters(named.columns)
        lease = begin(self.desk, self.delivery, intent)
        answer, error = self._run(lease, letters)
        answer = after(self.desk, self.delivery, channel=self.channel, result=answer)
        result = self._unless_overtaken(about(answer, key))
        if error is not None:
            rest(self.desk, self.channel, error=error, result=result)
        finish(self.desk, lease.claim, result)
        if result.state is _S.UNKNOWN:  # after a fault of ours somebody may have been left in the middle
            among = {_S.SENDING}
            ledger.recipients.change(key, among=among, to=_S.UNKNOWN, now=self.desk.clock.now())
        report(self.delivery, result, refused=ledger.recipients.tally(key).of(_S.FAILED))
        if result.state is not _S.RETRY_WAIT:
            close_account(self.desk, key)

    def _candidates(self) -> Enrolment:
        """For whom the mailing is, as the list is now."""
        audience, ledger = self.composer.schedule.audiences[self.channel.audience], self.desk.ledger
        return candidates(
            audience,
            ledger=ledger,
            key=self.desk.list_key(),
            channel=self.channel,
            now=self.desk.clock.now(),
            spoken=spoken(
                self.composer,
                self.delivery,
                self.entry,
                channel=self.channel,
                columns=lambda: readership(audience, ledger=ledger).columns,
            ),
        )

    def _enrol(self, named: Enrolment) -> None:
        """Freeze the list. Raises `AudienceError` when there is nobody on it."""
        self.desk.ledger.recipients.enrol(self.delivery.key, named.candidates, now=self.desk.clock.now())
        for problem in named.problems:
            _log.warning("row left out", file=problem.place.file, line=problem.place.line, reason=problem.message)

    def _withdraw(self) -> None:
        """Who left since the list was frozen gets nothing of what is still to go."""
        gone = self._addressed().withdraw(self.delivery.key, since=self.delivery.due_at, now=self.desk.clock.now())
        if gone:
            _log.info("readers have left meanwhile", key=self.delivery.key, readers=gone)

    def _addressed(self) -> Addressed:
        audience = self.composer.schedule.audiences[self.channel.audience]
        return Addressed(audience=audience, ledger=self.desk.ledger, key=self.desk.list_key())

    def _intent(self, columns: tuple[str, ...], *, is_new: bool) -> Intent:
        """What is to go out. Of a mailing under way the ledger knows it, and has its letters.

        Else it is the mail for nobody in particular: in every language where somebody approves it, else in the first.
        """
        is_free, known = is_approved(self.channel.approval, 0), self.delivery.payload_sha256
        if known and is_free and not is_new:
            return Intent(sha256=known)
        first, *others = self.channel.languages
        languages = [first] if is_free else [first, *others]
        samples = {language: self._words(sample_reader(language, columns)) for language in languages}
        check_approved(self.desk.ledger, self.delivery, channel=self.channel, payloads=samples)
        return Intent(sha256=samples[first].sha256)

    def _words(self, reader: Reader) -> Payload:
        language = reader_language(reader, self.channel)
        now = self.desk.clock.now()
        composed = self.composer.sound(
            self.delivery, self.entry, channel=self.channel, language=language, now=now, reader=reader
        )
        return composed.payload

    def _letters(self, columns: tuple[str, ...]) -> Letters:
        """What the readers get, made before the first of them is claimed, and the same after every edit.

        What can't be made in one language concerns its readers alone.
        """
        letters = Letters(
            desk=self.desk,
            composer=self.composer,
            delivery=self.delivery,
            entry=self.entry,
            channel=self.channel,
            settings=self._servers()[0].settings,
        )
        for language in self.channel.languages:
            try:
                letters.prepare([language], columns=columns)
            except (LedgerError, SettingsError):
                raise
            except Exception as error:  # noqa: BLE001  it is met again with the first of these readers, and told then
                _log.warning("no letter in this language yet", language=language, reason=str(error))
        return letters

    def _run(self, lease: Lease, letters: Letters) -> tuple[Result, TransportError | None]:
        """A result, and the error that stopped them all, if there was one. Raises `ClaimLost`, nothing else."""
        claim = lease.claim
        try:
            ending = self._everybody(lease, letters)
            return self._result(claim, ending), ending.error
        except ClaimLost:
            raise
        except LedgerError as error:
            now = self.desk.clock.now()
            return Result(outcome=Outcome.TEMPORARY, state=_S.RETRY_WAIT, reason=str(error), next_at=now), None
        except Exception as error:  # noqa: BLE001  a fault of ours must not leave the mailing in SENDING
            _log.exception("unforeseen error in a mailing", key=claim.key)
            reason = f"publisher itself failed: {type(error).__name__}; look who got it: publisher why {claim.key}"
            return Result(outcome=Outcome.UNKNOWN, state=_S.UNKNOWN, reason=reason), None

    def _everybody(self, lease: Lease, letters: Letters) -> Ending:
        """Write to everybody who is due."""
        servers, ledger = self._servers()[1], self.desk.ledger
        waiting = ledger.recipients.tally(self.delivery.key).of(*WAITING)
        since = min(self.delivery.due_at, self.desk.others_clock.now())
        leavers = Leavers(self._addressed(), since=since, steady=self.desk.steady)
        dispatch = Dispatch(
            book=MailBook(self.desk, lease, channel=self.channel, without_words=self._without_words, leavers=leavers),
            servers=servers,
            crews=crews(letters, servers, mails=waiting),
            pace=Pace(ledger.rates.all(), channel=self.channel.id, servers=servers),
            clock=self.desk.clock,
            is_stopping=lambda: self.desk.is_stopping() or self._is_overtaken(),
        )
        ending = dispatch.run()
        if ending.error is not None:
            ending.error.subject = self.channel.id
        return ending

    def _is_overtaken(self) -> bool:
        in_force = self.in_force()
        return in_force is not self.composer and is_overtaken(self.delivery, self.entry, in_force=in_force)

    def _unless_overtaken(self, result: Result) -> Result:
        """An edit changed the event meanwhile: nobody else gets these words. The next look knows what is called off."""
        if result.state is not _S.RETRY_WAIT or not self._is_overtaken():
            return result
        tally = self.desk.ledger.recipients.tally(self.delivery.key)
        schedule = self.in_force().schedule
        entry = schedule.entry(self.delivery.entry_name)
        if has_other_facts(self.entry, entry) and not (entry and called_off(entry, self.delivery.template)):
            return replace(result, code="overtaken", reason=f"{tally}; {held_words(self.delivery)}", next_at=None)
        return replace(result, code="overtaken", reason=str(tally), next_at=self.desk.clock.now())

    def _servers(self) -> tuple[MailAccount, Servers]:
        """The account, and the servers that take its mails. Raises `SettingsError`."""
        account = self.desk.connections.of(self.channel)
        if not isinstance(account, MailAccount):
            raise TypeError(f"a channel of type {self.channel.type} sends no mailings")
        return account, servers_of(self.channel, account.settings)

    def _without_words(self, reader: Reader, fault: PublisherError) -> Result:
        """What is wrong with one reader is final; what nobody can be told in this language waits for a mend."""
        sample = sample_reader(reader_language(reader, self.channel), tuple(reader.attributes))
        try:
            self._words(sample)
        except Exception:  # noqa: BLE001  whatever is the matter, it is not the reader
            next_at = self.desk.clock.now() + SHORT_REST
            return replace(refused(fault), outcome=Outcome.TEMPORARY, state=_S.RETRY_WAIT, next_at=next_at)
        return refused(fault)

    def _result(self, claim: Claim, ending: Ending) -> Result:
        """What the mailing as a whole came to."""
        recipients, now = self.desk.ledger.recipients, self.desk.clock.now()
        tally = recipients.tally(claim.key)
        if tally.of(*WAITING) and ending.error is not None:
            result = result_of(ending.error, attempt=claim.number, now=now, jitter=self.desk.chance())
            return replace(result, reason=f"{tally}; {result.reason}")
        if tally.of(*WAITING):
            again = recipients.next_waiting(claim.key)
            next_at = ending.again_at or (now if again is None or tally.of(_S.PENDING) else again.next_at)
            reason = f"{tally}; {said}" if again is not None and (said := delay(again)) else str(tally)
            return Result(outcome=Outcome.TEMPORARY, state=_S.RETRY_WAIT, reason=reason, next_at=next_at)
        if tally.of(_S.SENDING, *UNCERTAIN):
            return Result(outcome=Outcome.UNKNOWN, state=_S.UNKNOWN, reason=self._unconfirmed(tally))
        said = refusals(recipients.of(claim.key, among=[_S.FAILED])) if tally.of(_S.FAILED) else ""
        refused = f": {said}" if said else ""
        if not tally.of(_S.SENT, _S.FAILED):  # everybody left meanwhile; the next look settles that
            return Result(outcome=Outcome.TEMPORARY, state=_S.RETRY_WAIT, reason=str(tally), next_at=now)
        if tally.of(_S.SENT):
            return Result(outcome=Outcome.SENT, state=_S.SENT, reason=f"{tally}{refused}")
        return Result(outcome=Outcome.REJECTED, state=_S.FAILED, reason=f"{tally}{refused}")

    def _unconfirmed(self, tally: Tally) -> str:
        unsure = self.desk.ledger.recipients.of(self.delivery.key, among=[_S.SENDING, *UNCERTAIN])
        return f"{tally}: {named(unsure)}; nobody can tell yet whether it arrived there → {_BY_POLICY}"
