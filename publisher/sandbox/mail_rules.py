"""What a careful mail server takes: RFC 5321 section 4.5.3.1.6 and RFC 5322 sections 2.1.1, 2.3 and 3.6."""

from __future__ import annotations

import email
import email.policy
import re
from email.errors import MessageError
from email.message import EmailMessage

LONGEST_LINE = 998
_EXACTLY_ONCE = ("From", "Date", "Message-ID", "To", "MIME-Version")
_AT_MOST_ONCE = ("Subject", "Sender", "Reply-To", "Cc", "Content-Type", "Content-Transfer-Encoding")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


def parsed_mail(content: bytes) -> EmailMessage:
    """The mail, leniently parsed, for showing."""
    return email.message_from_bytes(content, policy=email.policy.default)


def fault_in_mail(content: bytes) -> str:
    """What is wrong with a mail, in words, or an empty string."""
    return _fault_in_lines(content) or _fault_in_header(content)


def _fault_in_lines(content: bytes) -> str:
    if _BARE.search(content):
        return "a bare CR or LF"
    lines = content.split(b"\r\n")
    longest = max(map(len, lines))
    if longest > LONGEST_LINE:
        return f"a line of {longest} octets, {LONGEST_LINE} are allowed"
    head, separator, _ = content.partition(b"\r\n\r\n")
    if not separator:
        return "no empty line after the header"
    return "" if head.isascii() else "a header line that is not ASCII"


def _fault_in_header(content: bytes) -> str:
    try:
        mail = parsed_mail(content)
        faults = [*_wrong_counts(mail), *_wrong_values(mail)]
    except (MessageError, ValueError, IndexError) as error:
        return f"a header that can't be parsed ({type(error).__name__})"
    return faults[0] if faults else ""


def _wrong_counts(mail: EmailMessage) -> list[str]:
    counts = {name: len(mail.get_all(name, [])) for name in _EXACTLY_ONCE + _AT_MOST_ONCE}
    missing = [f"no {name} header" for name in _EXACTLY_ONCE if not counts[name]]
    return missing + [f"{count} {name} headers" for name, count in counts.items() if count > 1]


def _wrong_values(mail: EmailMessage) -> list[str]:
    faults: list[str] = []
    for name in ("From", "To"):
        header = mail[name]
        if header is not None and (
            header.defects or not header.addresses or not all(a.domain for a in header.addresses)
        ):
            faults.append(f"a {name} header without a proper address")
    if mail["Date"] is not None and mail["Date"].datetime is None:
        faults.append("a Date header that is no date")
    if not _MESSAGE_ID.fullmatch(str(mail["Message-ID"] or "").strip()):
        faults.append("a Message-ID that is not <left@right>")
    faults.extend(f"a broken part: {type(defect).__name__}" for part in mail.walk() for defect in part.defects)
    return faults
