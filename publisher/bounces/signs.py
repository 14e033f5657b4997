"""What tells a report from a mail that somebody wrote. Pure; the patterns stand in signs.yaml."""

from __future__ import annotations

from publisher.bounces.mail import ReturnedMail
from publisher.bounces.rules import sign


def subject_of(mail: ReturnedMail) -> str:
    """The subject."""
    return " ".join(mail.headers.get("subject", [])[:1])


def is_from_daemon(mail: ReturnedMail) -> bool:
    """Whether a mail server says it wrote this."""
    sender = " ".join(mail.headers.get("from", []) or mail.headers.get("sender", []))
    return bool(sign("daemon").search(sender)) or sender.strip().endswith("<>")


def is_returned(mail: ReturnedMail) -> bool:
    """Whether this is a report that some mail was not delivered, and not by a person who writes about one."""
    subject = subject_of(mail)
    if "x-failed-recipients" in mail.headers or mail.report_type == "delivery-status":
        return True
    says_so = [bool(sign("subject").search(subject)), bool(sign("words").search(mail.words))]
    shows_so = [has_no_sender(mail), bool(mail.original)]
    if is_from_daemon(mail):
        return any(says_so + shows_so)
    if sign("passed-on").search(subject):
        return False
    return all(says_so) and (any(shows_so) or bool(sign("reply").search(mail.words)) or _is_robot(mail))


def has_no_sender(mail: ReturnedMail) -> bool:
    """Whether nothing is to be answered: machines send so (RFC 3834 section 3.3)."""
    return any(value.strip() == "<>" for value in mail.headers.get("return-path", []))


def is_delay(mail: ReturnedMail) -> bool:
    """Whether the server goes on trying."""
    if not sign("still-trying").search(mail.words):
        return False
    return bool(sign("delay").search(f"{subject_of(mail)}\n{mail.words}"))


def is_after_content(words: str) -> bool:
    """Whether the server had taken the address, and refused once it had seen the mail."""
    if sign("after-content").search(words):
        return True
    return bool(sign("data-refused").search(words)) and not sign("no-recipient-left").search(words)


def _is_robot(mail: ReturnedMail) -> bool:
    return bool(sign("robot").search(" ".join(mail.headers.get("from", []))))
