"""What mailbox providers look at in a mail itself: its sender, its identity, the way out, and its size. Pure.

Sources: RFC 5322 sections 3.6 and 3.6.4 (one From, one Message-ID); RFC 8058 section 3.1 (one click); Google, Email
sender guidelines, 2026-03-21 (one address in From, a valid Message-ID, single headers); Gmail cuts a mail at 102 kB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses

from publisher.model.findings import Finding, broken, doubtful, fine

_CUT = 102_000
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+>")
_SINGLE = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post")


def examine_mail(content: bytes, *, subject: str) -> Iterator[Finding]:
    """What is so with a mail as it would go out."""
    mail = BytesParser(policy=policy.default).parsebytes(content)
    yield _head(mail, subject)
    yield _way_out(mail, subject)
    yield _size(mail, subject)


def _head(mail: EmailMessage, subject: str) -> Finding:
    twice = [name for name in _SINGLE if len(mail.get_all(name, [])) > 1]
    if twice:
        return broken(subject, f"the mail has the header {twice[0]} twice", mend="report it: publisher writes it once")
    senders = [address for _, address in getaddresses([str(mail["From"] or "")])]
    if len(senders) != 1 or "@" not in senders[0]:
        return broken(
            subject, "From of the mail is not one address", mend="set FROM to one: Office <office@example.org>"
        )
    if not _MESSAGE_ID.fullmatch(str(mail["Message-ID"] or "").strip()):
        return broken(
            subject, "the mail has no valid Message-ID", mend="set FROM to an address at a whole domain (RFC 5322)"
        )
    return fine(subject, "the mail has one sender and a Message-ID of its own")


def _way_out(mail: EmailMessage, subject: str) -> Finding:
    link, post = str(mail["List-Unsubscribe"] or ""), str(mail["List-Unsubscribe-Post"] or "")
    if "<https://" in link and post == "List-Unsubscribe=One-Click":
        return fine(subject, "mail programs show a button to unsubscribe by one click")
    if link:
        return fine(subject, "mail programs can unsubscribe readers by a mail")
    mend = "give the channel a sender: its server writes the header"
    return broken(subject, "mail programs see no way to unsubscribe (List-Unsubscribe)", mend=mend)


def _size(mail: EmailMessage, subject: str) -> Finding:
    html = mail.get_body(preferencelist=("html",))
    size = len(str(html.get_content()).encode("utf-8", "replace")) if html is not None else 0
    if size >= _CUT:
        return doubtful(
            subject,
            f"the mail has {size / 1000:.0f} kB of HTML, and Gmail hides what comes after 102",
            mend="shorten it",
        )
    return fine(subject, f"the next mail has {size / 1000:.0f} kB of HTML; Gmail shows 102")
