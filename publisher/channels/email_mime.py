"""A mail as bytes: the same bytes for the same words, 7-bit clean, lines of 76 characters and CRLF.

Written out by hand instead of with `email.message`: that one draws its boundaries by lot, folds names in ways that
differ between versions of Python, and takes longer for one mail than sending it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import quote

from publisher.channels.addresses import Mailbox, unstructured
from publisher.channels.pictures import fit_pictures, read_picture
from publisher.errors import MediaError, TransportError
from publisher.model import Draft, Envelope, Media
from publisher.pictures.rules import MEGABYTE, SCREEN_DPI, PictureRules
from publisher.sentences import sentence

LONGEST_LINE = 78
"""Characters, without the line end, that a line should not exceed. RFC 5322 section 2.1.1."""

PICTURES = PictureRules(
    platform="a mail",
    content_types=("image/jpeg", "image/png"),
    max_count=20,
    max_bytes=MEGABYTE // 2,
    max_side=1104,
    dpi=2 * SCREEN_DPI,
)
"""What all mail programs show. Every reader gets the pictures, so they are small: twice the 552 pixels of a column.

Outlook on Windows passes over the width of a picture that travels in the mail, and shows it by its resolution.
"""

_CID = re.compile(r"cid:(picture-[0-9]{1,2}|emblem|logo)\b")
_PUBLISHED = re.compile(rb"^METHOD:PUBLISH\r?$", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one reader. ``stamp`` stands for the delivery and the reader: made from both, the same each time."""

    draft: Draft
    envelope: Envelope
    sender: Mailbox
    recipient: Mailbox

    @property
    def stamp(self) -> str:
        """24 hexadecimal digits."""
        return hashlib.sha256(f"{self.envelope.key}\0{self.recipient.address}".encode()).hexdigest()[:24]

    @property
    def message_id(self) -> str:
        """With angle brackets, as in the header. RFC 5322 section 3.6.4."""
        return f"<{self.stamp}@{self.sender.domain}>"


def write(letter: Letter) -> bytes:
    """The whole mail. Raises `MediaError` when a picture that the HTML shows can't be had."""
    lines = [*_headers(letter), "MIME-Version: 1.0"]
    return "\r\n".join(lines).encode("ascii") + b"\r\n" + _content(letter)


def _headers(letter: Letter) -> list[str]:
    channel, sender = letter.envelope.channel, letter.sender
    unsubscribe = f"mailto:{quote(sender.address, safe='@+')}?subject=unsubscribe%20{quote(channel.id, safe='')}"
    return [
        sender.header("From"),
        letter.recipient.header("To"),
        unstructured("Subject", letter.draft.subject),
        f"Date: {format_datetime(letter.envelope.due_at)}",
        _folded("Message-ID", letter.message_id),
        f"Content-Language: {letter.draft.language}",
        f"List-Id: <{channel.id}.{sender.domain}>",  # RFC 2919
        _folded("List-Unsubscribe", f"<{unsubscribe}>"),  # RFC 2369
        "Precedence: bulk",  # no standard, but what keeps Exchange from answering with "out of office"
    ]


def _folded(label: str, word: str) -> str:
    """A header of one long word: on a line of its own if it must. RFC 5322 section 2.2.3."""
    line = f"{label}: {word}"
    return line if len(line) <= LONGEST_LINE else f"{label}:\r\n {word}"


def _content(letter: Letter) -> bytes:
    """The words, and the event for the reader's calendar as an attachment.

    Not as an alternative to the words: Outlook would show a meeting in their place.
    """
    words = _words(letter)
    if not letter.draft.calendar:
        return words
    return _multipart("mixed", letter.stamp, [words, _calendar(letter.draft.calendar)])


def _words(letter: Letter) -> bytes:
    text = _text_part("plain", letter.draft.text)
    if not letter.draft.html:
        return text
    return _multipart("alternative", letter.stamp, [text, _html(letter)])


def _calendar(content: bytes) -> bytes:
    """RFC 6047 section 2.4: the method stands in the header too, when there is one."""
    method = " method=PUBLISH;" if _PUBLISHED.search(content) else ""
    headers = [
        f'Content-Type: text/calendar; charset="utf-8";{method} name="event.ics"',
        "Content-Transfer-Encoding: base64",
        'Content-Disposition: attachment; filename="event.ics"',
    ]
    return _encoded(headers, content)


def _html(letter: Letter) -> bytes:
    html = letter.draft.html
    pictures = fit_pictures(letter.draft.media, PICTURES) if "cid:picture-" in html else ()
    shown = {f"picture-{number}": media for number, media in enumerate(pictures, start=1)} | dict(letter.draft.logos)
    names = sorted(set(_CID.findall(html)))
    page = _text_part("html", _CID.sub(lambda match: f"cid:{_content_id(letter, match[1])}", html))
    if not names:
        return page
    return _multipart("related", letter.stamp, [page, *(_picture(letter, name, shown) for name in names)])


def _content_id(letter: Letter, name: str) -> str:
    return f"{name}.{letter.stamp}@{letter.sender.domain}"


def _picture(letter: Letter, name: str, shown: Mapping[str, Media]) -> bytes:
    if name not in shown:
        raise MediaError(
            sentence("The mail shows cid:{name}, and there is no such picture.", name=name),
            subject=letter.envelope.key,
            remedy=sentence("Mend the template, or give the event a picture."),
        )
    picture = shown[name]
    try:
        content = read_picture(picture)
    except TransportError as error:
        raise MediaError(error.message, subject=str(picture.path), remedy=error.remedy) from error
    headers = [
        f"Content-Type: {picture.content_type}",
        "Content-Transfer-Encoding: base64",
        _folded("Content-ID", f"<{_content_id(letter, name)}>"),
        f'Content-Disposition: inline; filename="{name}.{picture.content_type.partition("/")[2]}"',
    ]
    return _encoded(headers, content)


def _encoded(headers: Sequence[str], content: bytes) -> bytes:
    """A part as base64. RFC 2045 section 6.8."""
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return "\r\n".join([*headers, "", ""]).encode("ascii") + body


def _text_part(subtype: str, text: str) -> bytes:
    """A text as quoted-printable. RFC 2045 section 6.7."""
    lines = _LINE_END.sub("\r\n", text).removesuffix("\r\n") + "\r\n"
    body = binascii.b2a_qp(lines.encode("utf-8"), istext=True)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode("ascii") + body


def _multipart(subtype: str, stamp: str, parts: Sequence[bytes]) -> bytes:
    """Parts with a boundary that no part can hold: neither quoted-printable nor base64 ever has ``=_``."""
    boundary = f"=_{subtype}_{stamp}"
    kind = '; type="text/html"' if subtype == "related" else ""
    head = f'Content-Type: multipart/{subtype}{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    mark = f"--{boundary}".encode("ascii")
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
