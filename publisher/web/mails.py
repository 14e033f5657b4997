"""The mails that the pages send: to confirm a subscription, or to say that there is one already.

Nothing that was typed into the form stands in them but the address itself: whoever signs up somebody else can't make us
deliver words of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from publisher.channels.addresses import Mailbox, ascii_address, unstructured
from publisher.model import Payload
from publisher.web.words import PageWords

_BUTTON = (
    "display:inline-block;background:#0b4fa8;color:#ffffff;padding:12px 22px;border-radius:6px;font-weight:bold;"
    "text-decoration:none"
)
_BODY = (
    "margin:0 auto;max-width:560px;padding:24px 16px;font:17px/1.5 Arial,sans-serif;color:#1a1d21;background:#ffffff"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A short mail with one link. ``kind`` names its words: ``confirm`` or ``known``; ``lists`` are titles."""

    kind: str
    words: PageWords
    organisation: str
    lists: Sequence[str]
    link: str


def write(notice: Notice, *, sender: Mailbox, address: str, now: datetime, chance: str) -> Payload:
    """The mail as it goes out; ``chance`` makes its Message-ID.

    Raises `ValueError` when the address can't be written to.
    """
    say, recipient = notice.words, Mailbox("", ascii_address(address))
    head = [
        sender.header("From"),
        recipient.header("To"),
        unstructured("Subject", say(f"mail.{notice.kind}_subject")),
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{chance}@{sender.domain}>",
        f"Content-Language: {say.language}",
        "Auto-Submitted: auto-generated",  # RFC 3834 section 5
        "X-Auto-Response-Suppress: All",  # what Exchange heeds instead
    ]
    body = "\r\n".join(head).encode("ascii") + b"\r\n" + _content(notice)
    return Payload(
        body=body,
        content_type="message/rfc822",
        recipient=recipient.address,
        sender=sender.address,
        weight=len(body),
    )


def _content(notice: Notice) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail.set_content(_text(notice), cte="quoted-printable")
    mail.add_alternative(_html(notice), subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _sentences(notice: Notice) -> tuple[str, str, str, str]:
    say = notice.words
    return (
        say("mail.greeting"),
        say(f"mail.{notice.kind}_asked", organisation=notice.organisation),
        say(f"mail.{notice.kind}_how"),
        say(f"mail.{notice.kind}_else"),
    )


def _text(notice: Notice) -> str:
    greeting, asked, how, otherwise = _sentences(notice)
    lists = "\n".join(f"* {title}" for title in notice.lists)
    return f"{greeting}\n\n{asked}\n\n{lists}\n\n{how}\n{notice.link}\n\n{otherwise}\n\n-- \n{notice.organisation}\n"


def _html(notice: Notice) -> str:
    greeting, asked, how, otherwise = (escape(one) for one in _sentences(notice))
    lists = "".join(f"<li>{escape(title)}</li>" for title in notice.lists)
    link, button = escape(notice.link), escape(notice.words(f"mail.{notice.kind}_button"))
    title = escape(notice.words(f"mail.{notice.kind}_subject"))
    return (
        f'<!doctype html>\n<html lang="{notice.words.language}"><head><meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width"></head>\n<body style="{_BODY}">\n'
        f"<p>{greeting}</p>\n<p>{asked}</p>\n<ul>{lists}</ul>\n<p>{how}</p>\n"
        f'<p><a href="{link}" style="{_BUTTON}">{button}</a></p>\n'
        f'<p style="word-break:break-all;font-size:14px"><a href="{link}" style="color:#0b4fa8">{link}</a></p>\n'
        f"<p>{otherwise}</p>\n<p>{escape(notice.organisation)}</p>\n</body></html>\n"
    )
