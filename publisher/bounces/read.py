"""From the bytes of a mail to what it says about whom. Pure, and without errors: whatever comes is read somehow.

First the report for machines (RFC 3464), then the words of mail servers that write for people, and last the patterns of
flufl.bounce, which finds addresses and no reasons.
"""

from __future__ import annotations

import logging
from email import message_from_bytes

from publisher.bounces.addresses import different, found_in, is_nobodys
from publisher.bounces.arf import complaints
from publisher.bounces.autoreply import automatic
from publisher.bounces.codes import statuses
from publisher.bounces.judgement import Evidence, judge
from publisher.bounces.mail import ReturnedMail, read
from publisher.bounces.report import BounceReport, Reason
from publisher.bounces.rfc3464 import RecipientNotice, notices
from publisher.bounces.services import told_by_service
from publisher.bounces.signs import heard_at, is_delay, is_from_daemon, is_returned, mailbox_said
from publisher.bounces.texts import Named, introduction, named, returned_to, said_about

_ACTIONS = {
    "delivered": Reason.DELIVERED,
    "relayed": Reason.DELIVERED,
    "expanded": Reason.DELIVERED,
    "deliverable": Reason.DELIVERED,
    "delayed": Reason.DELAYED,
}
_WORDS_LENGTH = 500
_PATIENCE = 40_000  # bytes; its patterns are slow
_MOST_NOTICES = 100
_DEEPEST = 3
_UNRECOGNISED = BounceReport(recipient="", reason=Reason.UNRECOGNISED)


def reports(raw: bytes) -> list[BounceReport]:
    """What a mail says, one report for each recipient; always at least one."""
    return of(read(raw), raw)


def of(mail: ReturnedMail, raw: bytes, *, depth: int = 0) -> list[BounceReport]:
    """The same for a mail that is in parts already."""
    found = complaints(mail) or _for_machines(mail) or told_by_service(mail)
    if found:
        return found
    answer = automatic(mail)
    if answer:
        return answer
    if is_returned(mail):
        return (
            (_inside(mail, depth) if _holds_report(mail) else [])
            or _for_people(mail, raw)
            or _inside(mail, depth)
            or [_about_nobody(mail)]
        )
    return (_inside(mail, depth) if _is_only_wrapping(mail) else []) or [_UNRECOGNISED]


def _for_machines(mail: ReturnedMail) -> list[BounceReport]:
    found = [notice for text in mail.statuses for notice in notices(text)][:_MOST_NOTICES]
    among = [notice.final or notice.asked for notice in found]
    made = [_report(notice, mail, among=among) for notice in found]
    return _one_each(made)


def _report(notice: RecipientNotice, mail: ReturnedMail, *, among: list[str]) -> BounceReport:
    is_only = len(among) == 1
    recipient = notice.asked or notice.final or _recipient_of(notice, mail, is_only=is_only)
    final = notice.final if notice.final.casefold() != recipient.casefold() else ""
    if (reason := _ACTIONS.get(notice.action)) is not None:
        return BounceReport(
            recipient=recipient, reason=reason, status=next(iter(statuses(notice.status)), ""), final=final
        )
    about = mail.words if is_only else said_about(final or recipient, mail.words, among=among)
    by_mailbox = mailbox_said(mail.words) if is_only else ""
    verdict = judge(
        Evidence(
            words=by_mailbox or notice.words,
            status="" if by_mailbox else notice.status,
            about=about,
            reader=final or recipient,
            heard_at=heard_at(f"{notice.words}\n{notice.category}\n{about}"),
        )
    )
    words = notice.words or said_about(recipient, mail.words, among=among)
    return BounceReport(
        recipient=recipient, reason=verdict.reason, status=verdict.status, final=final, words=_short(words)
    )


def _recipient_of(notice: RecipientNotice, mail: ReturnedMail, *, is_only: bool) -> str:
    """Who is meant where no address stands: by the part before the @, else the only one to whom the mail went."""
    sent_to = returned_to(mail)
    local = notice.local.strip("<>\"' ").casefold()
    candidates = [*sent_to, *found_in(mail.words)]
    if local and (same := [one for one in candidates if one.casefold().startswith(f"{local}@")]):
        return same[0]
    if not is_only:
        return ""
    return next((one.address for one in named(mail)), sent_to[0] if sent_to else "")


def _for_people(mail: ReturnedMail, raw: bytes) -> list[BounceReport]:
    found = named(mail)
    if not found:
        found = [Named(address, "") for address in _last_resort(raw)]
    is_only = len(found) == 1
    return _one_each([_told(one, mail, is_only=is_only) for one in found])


def _told(one: Named, mail: ReturnedMail, *, is_only: bool) -> BounceReport:
    about = mail.words if is_only else introduction(mail.words)
    verdict = judge(Evidence(words=one.words, about=about, reader=one.address, heard_at=heard_at(mail.words)))
    reason = Reason.DELAYED if is_delay(mail) else verdict.reason
    if mail.is_receipt and reason is Reason.POLICY:
        reason = Reason.FILTERED  # a reader's own rule (RFC 5429)
    return BounceReport(recipient=one.address, reason=reason, status=verdict.status, words=_short(one.words))


def _last_resort(raw: bytes) -> list[str]:
    """What flufl.bounce makes of it."""
    from flufl.bounce import all_failures

    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it tells of its own faults with tracebacks
    try:
        found = all_failures(message_from_bytes(raw[:_PATIENCE]))
    except Exception:  # noqa: BLE001  its patterns were not made for any bytes; nothing found is an answer, too
        return []
    addresses = [one.decode("utf-8", "replace") for group in found for one in group]
    return different(one for one in addresses if "@" in one and not is_nobodys(one))


def _inside(mail: ReturnedMail, depth: int) -> list[BounceReport]:
    """What a report says that somebody's server wrapped into another mail."""
    content = mail.inner() if depth < _DEEPEST else b""
    if not content:
        return []
    found = of(read(content), content, depth=depth + 1)
    return [one for one in found if one.reason not in (Reason.UNRECOGNISED, Reason.VACATION)]


def _is_only_wrapping(mail: ReturnedMail) -> bool:
    return is_from_daemon(mail) or not mail.words.strip()


def _holds_report(mail: ReturnedMail) -> bool:
    return "multipart/report" in " ".join(mail.original.get("content-type", [])).casefold()


def _about_nobody(mail: ReturnedMail) -> BounceReport:
    verdict = judge(Evidence(about=mail.words, heard_at=heard_at(mail.words)))
    reason = Reason.DELAYED if is_delay(mail) else verdict.reason
    return BounceReport(recipient="", reason=reason, status=verdict.status, words=_short(mail.words))


def _one_each(found: list[BounceReport]) -> list[BounceReport]:
    """Of several reports about one address the one that says most: a failure before a success."""
    best: dict[str, BounceReport] = {}
    for one in found:
        known = best.get(one.recipient.casefold())
        if known is None or known.reason in (Reason.DELIVERED, Reason.UNDETERMINED):
            best[one.recipient.casefold()] = one
    return list(best.values())


def _short(words: str) -> str:
    return " ".join(words.split())[:_WORDS_LENGTH]
