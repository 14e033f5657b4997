"""A thread: one part after the other, each committed to the ledger before its call, and its result after it.

What is out stays out. Whatever comes in between, the thread goes on with the part that is not out yet, with the bytes
that were written down when it was begun; an edit meanwhile changes nothing in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from publisher.delivery import thread_words as words
from publisher.delivery.desk import Desk, begin, finish, refused, renewed, report, rest, send
from publisher.delivery.leases import Lease
from publisher.delivery.unwritten import Write
from publisher.errors import ClaimLost, LedgerError, Rejected, SettingsError, TransportError
from publisher.interfaces import Continues
from publisher.ledger.records import Delivery, Intent, Part, Result, Verdict
from publisher.model import LINES, Channel, DeliveryState, Outcome, Payload

#: So long, or as long as ``if_late`` says when that is more, the rest of a thread may follow its first part.
HALF_OUT = timedelta(days=1)

_S = DeliveryState


@dataclass(slots=True)
class _Run:
    """One go at a thread: the claim, what is sent, and the parts as they are by now."""

    lease: Lease
    payloads: Sequence[Payload]
    parts: list[Part]
    owed: list[Write] = field(default_factory=list)  #: the result that the ledger could not take yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The sending of one thread, as far as it gets now."""

    desk: Desk
    delivery: Delivery
    channel: Channel

    def begin(self, payload: Payload, *, true_until: datetime | None) -> None:
        """Send a thread of which nothing is out. Raises `LedgerError`.

        What is half out is finished rather than given up, as long as its words are true, and for a day at least.
        """
        bodies = [part.body for part in payload.parts]
        until = self._follow_until(true_until)
        self.desk.ledger.parts.enrol(self.delivery.key, bodies, follow_until=until)
        self._run(Intent(sha256=payload.sha256, body=payload.body, content_type=LINES), payload.parts)

    def _follow_until(self, true_until: datetime | None) -> datetime | None:
        late = self.channel.if_late
        patience = None if late is None else self.desk.clock.now() + max(late, HALF_OUT)
        return min((instant for instant in (true_until, patience) if instant is not None), default=None)

    def go_on(self, kept: Sequence[Part]) -> None:
        """Send what is not out yet, as it was written down. Raises `LedgerError` or `SettingsError`."""
        self.desk.connections.of(self.channel)  # can it be opened at all? nothing is claimed before that
        payloads = [Payload(body=part.body, content_type="application/json") for part in kept]
        intent = Intent(
            sha256=self.delivery.payload_sha256, body=b"\n".join(part.body for part in kept), content_type=LINES
        )
        self._run(intent, payloads)

    def _run(self, intent: Intent, payloads: Sequence[Payload]) -> None:
        lease = begin(self.desk, self.delivery, intent)
        run = _Run(lease, payloads, self.desk.ledger.parts.of(self.delivery.key))
        try:
            result, error = self._send_all(run)
        except ClaimLost:
            raise
        except (LedgerError, SettingsError) as fault:
            result, error = words.address(self._later(str(fault)), run.parts), None
        if error is not None and error.stops_channel:
            rest(self.desk, self.channel, error=error, result=result)
        self._finish(run, result)
        report(self.delivery, result)
        if result.state is _S.UNKNOWN and result.outcome is Outcome.REJECTED:
            self._ask(result)

    def _finish(self, run: _Run, result: Result) -> None:
        """Write down what it came to, but never before what its parts came to. Raises `LedgerError`."""
        claim, now = run.lease.claim, self.desk.clock.now()
        if not run.owed:
            finish(self.desk, claim, result)
            return

        def act() -> None:
            for write in run.owed:
                write()
            self.desk.ledger.attempts.finish(claim, result, now=now)

        self.desk.unwritten.write(act)

    def _send_all(self, run: _Run) -> tuple[Result, TransportError | None]:
        """One part after the other; gives what the thread came to, and the error that stopped it.

        Raises `LedgerError`.
        """
        is_first = True
        while part := words.next_part(run.parts):
            if not is_first and self._is_to_stop():
                reason = f"{words.how_far(run.parts)}; goes on with part {part.number}"
                return words.address(self._later(reason), run.parts), None
            if run.lease.is_ageing:
                run.lease = renewed(self.desk, run.lease)
            result, error = self._send(part, run)
            if result.state is not _S.SENT:
                because = _because(error, result)
                return words.half_out(run.parts, part, self.delivery.key, result=result, because=because), error
            is_first = False
        return words.address(Result(outcome=Outcome.SENT, state=_S.SENT), run.parts), None

    def _send(self, part: Part, run: _Run) -> tuple[Result, TransportError | None]:
        """Send one part and write down what came of it. Raises `LedgerError`."""
        ledger, claim, number = self.desk.ledger, run.lease.claim, part.number
        try:
            wire = self._wire(run, number)
        except Rejected as fault:
            return refused(fault), fault
        ledger.parts.begin(claim, number, now=self.desk.clock.now())
        tries = claim.number - (part.first_attempt or claim.number) + 1
        result, error = send(self.desk, self.channel, wire, attempt=tries, before=run.lease.check)
        if result.state is _S.SENT:  # whatever the ledger says to it
            run.parts[number - 1] = _out(part, result)
        now = self.desk.clock.now()
        run.owed.append(lambda: ledger.parts.finish(claim, number, result, now=now))
        run.owed[-1]()
        run.owed.clear()
        return result, error

    def _wire(self, run: _Run, number: int) -> Payload:
        """The part as it goes out now. Raises `Rejected`."""
        payload = run.payloads[number - 1]
        return payload if number == 1 else self._answering(payload, run.parts[number - 2].remote_id)

    def _answering(self, payload: Payload, previous: str) -> Payload:
        connection = self.desk.connections.of(self.channel)
        if not isinstance(connection, Continues) or not previous:
            raise Rejected("this part can't be hung on the one before", remedy="look at the account")
        return connection.following(payload, previous=previous)

    def _is_to_stop(self) -> bool:
        return self.desk.is_stopping() or self.desk.ledger.pauses.of(self.channel.id) is not None

    def _later(self, reason: str) -> Result:
        """It goes on as soon as it may."""
        now = self.desk.clock.now()
        return Result(
            outcome=Outcome.TEMPORARY,
            state=_S.RETRY_WAIT,
            detail=reason,
            reason=reason,
            next_at=now,
        )

    def _ask(self, result: Result) -> None:
        """A part was refused for good while another is out: there is nothing to read back, a person decides."""
        fresh = self.desk.ledger.deliveries.get(self.delivery.key)
        if fresh is not None:
            verdict = Verdict(state=_S.NEEDS_HUMAN, reason=result.reason)
            self.desk.ledger.readbacks.settle(fresh, verdict, now=self.desk.clock.now())


def _out(part: Part, result: Result) -> Part:
    return replace(part, state=_S.SENT, remote_id=result.remote_id, remote_url=result.remote_url)


def _because(error: TransportError | None, result: Result) -> str:
    """The reason without its remedy, which would be for sending the whole."""
    if error is None:
        return result.detail
    said = f"{error.code}: {error.detail}" if error.code and error.detail else error.code or error.detail
    return f"{error.message} ({said})" if said else error.message
