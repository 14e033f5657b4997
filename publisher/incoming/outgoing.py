"""Mails that we write because of mails: passing on what people wrote, and saying that somebody has left."""

from __future__ import annotations

import hashlib
import re
from base64 import encodebytes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from publisher.bounces.rules import load
from publisher.channels.addresses import Mailbox, one_line
from publisher.channels.email_dial import MailRoute
from publisher.channels.email_smtp import SmtpSession

LOOP = "X-Publisher-Passed-On"
"""Stands in what we pass on: a mail that brings it back is not passed on again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWay:
    """How mails leave."""

    route: MailRoute
    sender: Mailbox

    def send(self, content: bytes, *, to: str) -> None:
        """Hand it over. Raises a `TransportError`."""
        session = SmtpSession(self.route)
        try:
            session.deliver(content, sender=self.sender.address, recipient=to)
        finally:
            session.close()


def passed_on(content: bytes, *, subject: str, sender: Mailbox, to: str, now: datetime) -> bytes:
    """A person's mail for the office, whole and untouched as an attachment (RFC 2046 section 5.2.1).

    What no mail server need take as it is (RFC 5321 section 4.5.3.1.6, RFC 5322 section 2.3) travels as a file.
    """
    frame = _begun(f"Fwd: {one_line(subject)[:_SUBJECT_LENGTH]}", sender=sender, to=to, now=now)
    frame["Auto-Submitted"] = "auto-generated"
    frame[LOOP] = "yes"
    boundary = _boundary(content)
    whole = b"\r\n".join(content.replace(b"\r\n", b"\n").split(b"\n"))
    kind, encoding = b"message/rfc822", b"7bit" if whole.isascii() else b"8bit"
    if _UNFIT.search(whole):
        kind, encoding, whole = b"application/octet-stream", b"base64", b"\r\n".join(encodebytes(content).splitlines())
    lines = [
        frame.as_bytes().rstrip(),
        f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"'.encode(),
        b"",
        f"--{boundary}".encode(),
        b"Content-Type: text/plain; charset=us-ascii",
        b"",
        _INTRODUCTION,
        f"--{boundary}".encode(),
        b"Content-Type: " + kind,
        b"Content-Disposition: attachment; filename=mail.eml",
        b"Content-Transfer-Encoding: " + encoding,
        b"",
        whole,
        f"--{boundary}--".encode(),
        b"",
    ]
    return b"\r\n".join(lines)


def farewell(language: str, *, title: str, sender: Mailbox, to: str, now: datetime) -> bytes:
    """Says to somebody who asked by mail that they get no more of them. RFC 3834 section 3.1."""
    words = _words(language)
    mail = _begun(words["subject"], sender=sender, to=to, now=now)
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(words["one" if title else "all"].format(title=title) + "\n")
    return mail.as_bytes()


_UNFIT = re.compile(rb"[^\n]{1000}|\r(?!\n)|\0")  # lines that are too long, with their CR; a CR alone; NUL
_SUBJECT_LENGTH = 150
_INTRODUCTION = (
    b"A person answered a mail that publisher sent; it is attached, as it came.\r\n"
    b"Answer to the address in it: publisher does not.\r\n"
)


def _boundary(content: bytes) -> str:
    """A line that does not stand in the content."""
    return f"passed-on-{hashlib.sha256(content).hexdigest()[:32]}"


def _begun(subject: str, *, sender: Mailbox, to: str, now: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=sender.domain)
    mail["MIME-Version"] = "1.0"
    return mail


def _words(language: str) -> Mapping[str, str]:
    every: Mapping[str, Mapping[str, str]] = load("farewell.yaml", package="publisher.incoming")
    return every.get(language, every["en"])
