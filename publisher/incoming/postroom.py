"""What is done with each mail that arrives: requests to leave, bounces, answers of machines, and what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from publisher.bounces.mail import ReturnedMail, read
from publisher.bounces.read import of
from publisher.bounces.report import BounceKind, Reason
from publisher.bounces.scoring import Action
from publisher.bounces.signs import subject_of
from publisher.errors import OutcomeUnknown, Rejected, TransportError
from publisher.incoming.leaving import Leaving, Left
from publisher.incoming.mailbox import Folder
from publisher.incoming.outgoing import LOOP, MailWay, farewell, passed_on
from publisher.incoming.recording import Effect, Recorder, Source
from publisher.interfaces import Clock
from publisher.ledger.bounces import Bounce, Bounces
from publisher.model.sources import Texts

_UNDER_WAY = "passing-on"
_log = structlog.get_logger("publisher.bounces")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontOffice:
    """Who reads what people write, and how it gets there; without both it stays in the folder for people."""

    post: MailWay | None
    contact: str
    replies_to: Callable[[str], str] = field(default=lambda _key: "")
    """Who reads answers to the mailing with this key: its list may have an address for them; else empty."""
    titles: Mapping[str, Texts] = field(default_factory=dict)
    """What the lists are called, by name and language."""

    def title(self, name: str, language: str) -> str:
        """What a list is called in a language; empty when it has no name for people."""
        texts = self.titles.get(name, {})
        return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Postroom:
    """Treats mails, one after the other."""

    recorder: Recorder
    bounces: Bounces
    leaving: Leaving
    office: FrontOffice
    clock: Clock

    def treat(self, content: bytes) -> Folder | None:
        """Do what a mail asks for. Raises `LedgerError`; None when it could not be done now."""
        mail, now = read(content), self.clock.now()
        if (left := self.leaving.leave(mail, now=now)) is not None:
            self._acknowledge(left, now)
            return Folder.PROCESSED
        reports = of(mail, content)
        if all(one.reason is Reason.UNRECOGNISED for one in reports):
            return self._pass_on(mail, content, now) if _is_by_a_person(mail) else Folder.UNRECOGNISED
        outcomes = self.recorder.record(mail, reports, source=Source.IMAP, now=now)
        for one in outcomes:
            _log.info("a mail came back", kind=one.report.kind, reason=one.report.reason, action=one.action)
        return Folder.PROCESSED if any(_is_settled(one) for one in outcomes) else Folder.UNRECOGNISED

    def _acknowledge(self, left: Left, now: datetime) -> None:
        """Tell them; that it is done does not depend on it."""
        post = self.office.post
        if post is None or not left.answer_to:
            return
        title = self.office.title(left.list, left.language)
        words = farewell(left.language, title=title, sender=post.sender, to=left.answer_to, now=now)
        try:
            post.send(words, to=left.answer_to)
        except TransportError as error:
            _log.warning("somebody left, and could not be told", reason=error.fact)

    def _reader_of(self, mail: ReturnedMail) -> str:
        """Who of the office reads this mail."""
        row = self.recorder.row(mail)
        return (self.office.replies_to(row.key) if row is not None else "") or self.office.contact

    def _pass_on(self, mail: ReturnedMail, content: bytes, now: datetime) -> Folder | None:
        """Hand it to the office, once: what was under way when the program ended is not sent again."""
        post, contact = self.office.post, self._reader_of(mail)
        if post is None or not contact or not self.bounces.add(_entry(mail, now)):
            return Folder.PEOPLE
        words = passed_on(content, subject=subject_of(mail), sender=post.sender, to=contact, now=now)
        try:
            post.send(words, to=contact)
        except (OutcomeUnknown, Rejected):
            _log.warning("a person's mail was not passed on for sure; it is in the folder for people")
            return Folder.PEOPLE
        except TransportError as error:
            self.bounces.forget(mail.digest)
            _log.warning("a person's mail could not be passed on", reason=error.fact)
            return None
        self.bounces.change(mail.digest, action=Action.PASSED_ON)
        return Folder.PEOPLE


def _is_settled(outcome: Effect) -> bool:
    """Whether nobody has to look at it."""
    needs_nothing = outcome.report.reason in {Reason.VACATION, Reason.RECEIPT, Reason.DELIVERED}
    return needs_nothing or outcome.action is not Action.IGNORED


def _is_by_a_person(mail: ReturnedMail) -> bool:
    """Not by a list, by a machine, or by ourselves."""
    headers = mail.headers
    said = " ".join(headers.get("auto-submitted", ["no"])).casefold().strip()
    is_bulk = any(value.casefold().strip() in ("bulk", "list", "junk") for value in headers.get("precedence", []))
    return said == "no" and not is_bulk and "list-id" not in headers and LOOP.casefold() not in headers


def _entry(mail: ReturnedMail, now: datetime) -> Bounce:
    return Bounce(
        digest=mail.digest,
        at=now,
        hash="",
        key="",
        kind=BounceKind.NONE,
        reason=Reason.UNRECOGNISED,
        status="",
        action=_UNDER_WAY,
        source=Source.IMAP,
    )
