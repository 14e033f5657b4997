"""From reports to the ledger: whose it is, what it counts, and what follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.bounces.judgement import Heard, from_reply
from publisher.bounces.mail import ReturnedMail
from publisher.bounces.report import KIND_OF, BounceKind, BounceReport, Reason
from publisher.bounces.scoring import Action, Past, Policy, decide, score
from publisher.bounces.signs import heard_at
from publisher.incoming.ours import Ours, Whose
from publisher.ledger.bounces import Bounce, Bounces, Refusal, Sent, digest_of_refusal
from publisher.ledger.listrecords import EVERY_LIST, Suppression, Why
from publisher.newsletter.keys import ListKey

LOOK_BACK = timedelta(days=30)
_AT_ONCE = 1000
_STATUS_LENGTH = 20


class Source(StrEnum):
    """How a report came to us."""

    SMTP = "smtp"  #: the server said so while the mailing went out
    IMAP = "imap"
    FILE = "file"  #: somebody of the office gave it to us, and vouches for it


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from a report. ``is_new`` is false when nothing was written: nobody of ours, or known already."""

    report: BounceReport
    action: Action
    is_new: bool
    reader: str = ""  #: the address that we had written to


class Recorder:
    """Writes reports down."""

    def __init__(self, bounces: Bounces, *, whose: Whose, key: ListKey, policy: Policy) -> None:
        self._bounces = bounces
        self._whose = whose
        self._key = key
        self._policy = policy

    def record(
        self, mail: ReturnedMail, reports: Sequence[BounceReport], *, source: Source, now: datetime
    ) -> list[Effect]:
        """Write down what one mail says; each mail and reader counts once, however often the mail comes."""
        row = self._whose.row(mail)
        outcomes = []
        for report in reports:
            is_row = row is not None and (len(reports) == 1 or _same(row.address, report))
            ours = self._whose.reader(report, mail, row=row if is_row else None)
            outcomes.append(self._one(mail, report, ours, source=source, now=now))
        return outcomes

    def row(self, mail: ReturnedMail) -> Sent | None:
        """The mail of ours that this one answers or brings back, if that can be told."""
        return self._whose.row(mail)

    def record_refusals(self, *, now: datetime) -> int:
        """Write down whom the server refused while mailings went out lately; gives how many are new."""
        found = self._bounces.refusals(since=now - LOOK_BACK, limit=_AT_ONCE)
        return sum(self._refused(refusal) for refusal in found)

    def _one(
        self, mail: ReturnedMail, report: BounceReport, ours: Ours | None, *, source: Source, now: datetime
    ) -> Effect:
        if ours is None or report.kind in (BounceKind.NONE, BounceKind.AUTO_REPLY):
            return Effect(report, Action.IGNORED, is_new=False, reader=ours.address if ours else "")
        digest = hashlib.sha256(f"{mail.digest}{ours.hash}".encode()).hexdigest()
        if (known := self._bounces.known(digest)) is not None:
            return Effect(report, Action(known.action), is_new=False, reader=ours.address)
        judged = _Judged(digest, report.reason, report.status, now)
        is_proven = ours.is_proven or source is not Source.IMAP
        action, is_new = self._settle(judged, ours, source=source, is_proven=is_proven)
        return Effect(report, action, is_new=is_new, reader=ours.address)

    def _refused(self, refusal: Refusal) -> bool:
        code = int(refusal.code[:3]) if refusal.code[:3].isdigit() else 0
        is_to_content = heard_at(refusal.words) is Heard.CONTENT
        verdict = from_reply(code, _words(refusal), heard_at=Heard.CONTENT if is_to_content else Heard.RECIPIENT)
        judged = _Judged(digest_of_refusal(refusal.sent.id), verdict.reason, verdict.status, refusal.at)
        address = refusal.sent.address
        ours = Ours(address, self._key.hash_of(address), refusal.sent.key, is_proven=True)
        return self._settle(judged, ours, source=Source.SMTP, is_proven=True)[1]

    def _settle(self, judged: _Judged, ours: Ours, *, source: Source, is_proven: bool) -> tuple[Action, bool]:
        past = [*self.past(ours.hash), Past(judged.at, judged.reason, is_proven)]
        total = score(past, now=judged.at, policy=self._policy)
        action = decide(judged.reason, is_proven=is_proven, total=total, policy=self._policy)
        new = Bounce(
            digest=judged.digest,
            at=judged.at,
            hash=ours.hash,
            key=ours.key,
            kind=KIND_OF[judged.reason],
            reason=judged.reason,
            status=judged.status[:_STATUS_LENGTH],
            action=action,
            source=source,
        )
        return action, self._bounces.add(new, suppression=_suppression(new), score=total)

    def past(self, person: str) -> list[Past]:
        """What came back for this hash until now."""
        return [past_of(one) for one in self._bounces.of(person)]


@dataclass(frozen=True, slots=True)
class _Judged:
    """What one report comes to, before it is known what it counts."""

    digest: str
    reason: Reason
    status: str
    at: datetime


def foreseen(report: BounceReport) -> Action:
    """What would follow from a report about a reader of ours of whom nothing came back before.

    A report that names nobody can only be written down.
    """
    action = decide(report.reason, is_proven=True, total=0.0, policy=Policy())
    return Action.NOTED if not report.recipient and action in {Action.SUPPRESSED, Action.SCORED} else action


def past_of(one: Bounce) -> Past:
    """A bounce as it counts: a hard one that was only scored could have been written by anybody."""
    is_proven = not (one.kind == BounceKind.HARD and one.action == Action.SCORED)
    return Past(one.at, Reason(one.reason), is_proven)


def _suppression(new: Bounce) -> Suppression | None:
    if new.action != Action.SUPPRESSED:
        return None
    why = Why.COMPLAINT if new.kind == BounceKind.COMPLAINT else Why.HARD_BOUNCE
    detail = f"{new.reason} {new.status}".strip()
    return Suppression(hash=new.hash, list=EVERY_LIST, reason=why, since=new.at, detail=detail)


def _same(address: str, report: BounceReport) -> bool:
    return address.casefold() in (report.recipient.casefold(), report.final.casefold())


def _words(refusal: Refusal) -> str:
    """The enhanced code stands with the code, and the words may repeat it."""
    return f"{refusal.code[3:].strip()} {refusal.words}".strip()
