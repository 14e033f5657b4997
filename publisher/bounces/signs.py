"""What tells a report from a mail that somebody wrote. Pure; the patterns stand in signs.yaml."""

from __future__ import annotations

from publisher.bounces.addresses import clean, found_in
from publisher.bounces.judgement import Heard
from publisher.bounces.mail import ReturnedMail
from publisher.bounces.rules import sign

_NOBODY = ("<>", "<MAILER-DAEMON>")


def subject_of(mail: ReturnedMail) -> str:
    """The subject."""
    return " ".join(mail.headers.get("subject", [])[:1])


def is_from_daemon(mail: ReturnedMail) -> bool:
    """Whether a mail server says it wrote this."""
    sender = _sender(mail)
    return bool(sign("daemon").search(sender)) or sender.strip().endswith("<>")


def is_returned(mail: ReturnedMail) -> bool:
    """Whether this is a report that some mail was not delivered, and not by a person who writes about one."""
    if "x-failed-recipients" in mail.headers or mail.report_type == "delivery-status":
        return True
    says_so = [bool(sign("subject").search(subject_of(mail))), bool(sign("words").search(mail.words))]
    shows_so = [has_no_sender(mail), bool(mail.original)]
    if _is_daemons_address(mail):
        return any(says_so + shows_so)
    shows_so.append(bool(sign("reply").search(mail.words)))
    if is_from_daemon(mail):
        return any(says_so) and (any(shows_so) or _names_others(mail))
    if sign("robot").search(_sender(mail)):
        return any(says_so) and (any(shows_so) or (all(says_so) and _names_others(mail)))
    is_written = "list-id" in mail.headers or sign("passed-on").search(subject_of(mail))
    return not is_written and all(says_so) and any(shows_so)


def _sender(mail: ReturnedMail) -> str:
    return " ".join(mail.headers.get("from", []) or mail.headers.get("sender", []))


def _is_daemons_address(mail: ReturnedMail) -> bool:
    """By the address, not by the name: parcel services call themselves “delivery service”, too."""
    address = clean(_sender(mail)) or _sender(mail)
    return bool(sign("daemon-address").search(address)) or _sender(mail).strip().endswith("<>")


def _names_others(mail: ReturnedMail) -> bool:
    """Whether an address stands there that belongs neither to who wrote this nor to whom it was written."""
    own = {one.casefold() for value in mail.headers.get("to", []) for one in found_in(value)}
    domain = clean(_sender(mail)).rpartition("@")[2].casefold()
    named = (one.casefold() for one in found_in(mail.words))
    return any(one not in own and not one.endswith(f"@{domain}") for one in named)


def has_no_sender(mail: ReturnedMail) -> bool:
    """Whether nothing is to be answered: machines send so (RFC 3834 section 3.3)."""
    return any(value.strip().upper() in _NOBODY for value in mail.headers.get("return-path", []))


def is_delay(mail: ReturnedMail) -> bool:
    """Whether the server goes on trying."""
    if not sign("still-trying").search(mail.words):
        return False
    return bool(sign("delay").search(f"{subject_of(mail)}\n{mail.words}"))


def mailbox_said(words: str) -> str:
    """Why the program that keeps the reader's mailbox did not take the mail, where it tells: it knows best."""
    found = sign("by-mailbox").search(words)
    return found[1] if found else ""


def heard_at(words: str) -> Heard:
    """To what the server said no, as far as the report tells."""
    if sign("after-content").search(words):
        return Heard.CONTENT
    if sign("data-refused").search(words) and not sign("no-recipient-left").search(words):
        return Heard.CONTENT
    if sign("recipient-refused").search(words):
        return Heard.RECIPIENT
    return Heard.SENDER if sign("sender-refused").search(words) else Heard.UNTOLD
