"""A mail as bytes: the same bytes for the same words, 7-bit clean, lines of 76 characters and CRLF.

Written out by hand instead of with `email.message`: that one draws its boundaries by lot, folds names in ways that
differ between versions of Python, and takes longer for one mail than sending it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from publisher.channels.email_head import Senders, folded, head_lines
from publisher.channels.formletter import MARKUP, WORDS, Blank, FormLetter
from publisher.channels.pictures import fit_pictures, read_picture
from publisher.channels.quoted import quoted
from publisher.errors import MediaError, TransportError
from publisher.model import Draft, Envelope, Media
from publisher.personal import is_marked
from publisher.pictures.rules import MEGABYTE, SCREEN_DPI, PictureRules
from publisher.sentences import sentence

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


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail in one language: words with marks (`publisher.personal`), and everything around them."""

    draft: Draft
    envelope: Envelope
    senders: Senders

    @property
    def stamp(self) -> str:
        """24 hexadecimal digits, made of the delivery: the same each time."""
        return hashlib.sha256(self.envelope.key.encode()).hexdigest()[:24]


def write(letter: Letter, *, answers: Mapping[str, bool]) -> FormLetter:
    """The whole mail. Raises `MediaError` when a picture that the HTML shows can't be had."""
    lines = [*head_lines(letter.draft, letter.envelope, letter.senders), "MIME-Version: 1.0"]
    content = _content(letter)
    head, blank, body = content.partition(b"\r\n\r\n")
    return FormLetter(
        key=letter.envelope.key,
        sender=letter.senders.sender.address,
        head=Blank.of("\r\n".join(lines).encode("latin-1") + b"\r\n" + head + blank),
        body=Blank.of(body),
        subject=letter.draft.subject if is_marked(letter.draft.subject) else "",
        answers=answers,
    )


def _content(letter: Letter) -> bytes:
    """The words, and the event for the reader's calendar as an attachment.

    Not as an alternative to the words: Outlook would show a meeting in their place.
    """
    words = _words(letter)
    if not letter.draft.calendar:
        return words
    return _multipart("mixed", letter.stamp, [words, _calendar(letter.draft.calendar)])


def _words(letter: Letter) -> bytes:
    text = _text_part("plain", quoted(letter.draft.text, kind=WORDS))
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
    named = _CID.sub(lambda match: f"cid:{_content_id(letter, match[1])}", html)
    page = _text_part("html", quoted(named, kind=MARKUP))
    if not names:
        return page
    return _multipart("related", letter.stamp, [page, *(_picture(letter, name, shown) for name in names)])


def _content_id(letter: Letter, name: str) -> str:
    return f"{name}.{letter.stamp}@{letter.senders.sender.domain}"


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
        folded("Content-ID", f"<{_content_id(letter, name)}>"),
        f'Content-Disposition: inline; filename="{name}.{picture.content_type.partition("/")[2]}"',
    ]
    return _encoded(headers, content)


def _encoded(headers: Sequence[str], content: bytes) -> bytes:
    """A part as base64. RFC 2045 section 6.8."""
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return "\r\n".join([*headers, "", ""]).encode("ascii") + body


def _text_part(subtype: str, body: bytes) -> bytes:
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode("ascii") + body


def _multipart(subtype: str, stamp: str, parts: Sequence[bytes]) -> bytes:
    """Parts with a boundary that no part can hold: neither quoted-printable nor base64 ever has ``=_``."""
    boundary = f"=_{subtype}_{stamp}"
    kind = '; type="text/html"' if subtype == "related" else ""
    head = f'Content-Type: multipart/{subtype}{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    mark = f"--{boundary}".encode("ascii")
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
