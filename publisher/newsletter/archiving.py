"""A mail that went out, as the archive keeps it: its words, with the pictures in them, and nothing of one reader.

Whoever archives composes the mail for nobody in particular: without a name, and with `Links.subscribe` instead of the
links of one reader. What is read here are the bytes that the channel made of it, so that the archive shows what was
sent.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html import unescape

from publisher.ledger.archive import ArchivedMail

_CID = re.compile(r"cid:([^\s\"'<>)]+)")
_HIDDEN = re.compile(r"<(\w+)[^>]*\bdisplay:\s*none[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_FILLER = re.compile(r"[\u00ad\u034f\u2007\u200b-\u200f\ufeff]+")  # keeps the text of the mail out of the preview
_PREHEADER_LENGTH = 200


def archived(content: bytes, *, key: str, list_name: str, language: str, sent_at: datetime) -> ArchivedMail:
    """The entry for the mail with these bytes. ``sent_at`` is when its mailing began (aware UTC)."""
    mail = BytesParser(policy=policy.default).parsebytes(content)
    html = _part(mail, "html")
    return ArchivedMail(
        key=key,
        list=list_name,
        language=language,
        sent_at=sent_at,
        sha256=hashlib.sha256(content).hexdigest(),
        subject=str(mail["Subject"] or ""),
        preheader=_preheader(html),
        text=_part(mail, "plain"),
        html=_with_pictures(html, mail),
    )


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body(preferencelist=(subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _preheader(html: str) -> str:
    """The words that mail programs show behind the subject: what stands hidden at the top of the mail."""
    hidden = _HIDDEN.search(html)
    if hidden is None:
        return ""
    words = _FILLER.sub(" ", unescape(_TAG.sub("", hidden[2])))
    return " ".join(words.split())[:_PREHEADER_LENGTH]


def _with_pictures(html: str, mail: EmailMessage) -> str:
    """Pictures that travelled beside the HTML stand in it."""
    pictures = {
        str(part["Content-ID"]).strip("<> "): _data(part)
        for part in mail.walk()
        if part["Content-ID"] and part.get_content_maintype() == "image"
    }
    return _CID.sub(lambda match: pictures.get(match[1], match[0]), html)


def _data(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    encoded = base64.b64encode(content if isinstance(content, bytes) else b"").decode("ascii")
    return f"data:{part.get_content_type()};base64,{encoded}"
