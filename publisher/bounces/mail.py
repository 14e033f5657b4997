"""The parts of a mail that came back, read tolerantly: whatever the bytes are, something comes out, and no error.

RFC 6522 wants three parts: words for people, a report for machines, the mail that it is about. Many servers leave out
the types, the boundary, or the parts.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from functools import partial

from publisher.bounces.decoding import decoded, text_of, undone
from publisher.bounces.returned import Headers, divide, read_headers

_LONGEST = 2_000_000
_UNFOLDED = compat32.clone(max_line_length=None)
_TEXT = 60_000
_MOST_WORDS = 12_000  # several patterns take the square of it
_DEEPEST = 12
_TAGS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|p)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(?!!?--)(?![^<>\s]*@)[!/a-z][^<>]{0,2000}>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(style|script|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_REPORT_FIELD = re.compile(
    r"^[ \t]*(?:Final-Recipient|Original-Recipient|Action|Reporting-MTA|Diagnostic-Code)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_NEEDED_FIELD = re.compile(r"^[ \t]*(?:Final|Original)-Recipient[ \t]*:", re.IGNORECASE | re.MULTILINE)
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status", "text/delivery-status")
_HEADER_TYPES = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "text/rfc822")
_MAIL_TYPES = ("message/rfc822", "message/global", "message/partial")


@dataclass(slots=True)
class ReturnedMail:
    """A mail in parts."""

    headers: Headers
    type: str  #: ``multipart/report``
    report_type: str  #: its parameter, in small letters
    digest: str = ""  #: SHA-256 of the mail, whatever its line ends are
    text: str = ""  #: what people see
    words: str = ""  #: the same, as far as it is about the mail and not the mail itself
    statuses: list[str] = field(default_factory=list)  #: reports for machines, as text
    feedback: str = ""  #: a report of a provider's abuse desk
    is_receipt: bool = False
    original: Headers = field(default_factory=dict)  #: of the mail that came back
    inner: Callable[[], bytes] = bytes  #: gives that mail, when it came whole


def read(raw: bytes) -> ReturnedMail:
    """The parts."""
    content = _clean(raw[:_LONGEST])
    message = message_from_bytes(content)
    mail = ReturnedMail(
        headers=_headers(message),
        type=_type_of(message),
        report_type=str(_parameter(message, "report-type")).casefold(),
        digest=hashlib.sha256(content.rstrip()).hexdigest(),
    )
    words: list[str] = []
    for part in _leaves(message):
        _take(part, mail, words)
    mail.text = "\n".join(words)
    _divide(mail)
    return mail


def _clean(raw: bytes) -> bytes:
    """Without a line of an mbox, a byte order mark, and empty lines in front; line ends as they should be."""
    text = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t \0")
    while text.startswith((b"From ", b">From ")):
        text = text.partition(b"\n")[2].lstrip(b"\r\n")
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b"")


def _headers(message: Message) -> Headers:
    found: Headers = {}
    for name, value in message.raw_items():
        found.setdefault(name.casefold(), []).append(decoded(str(value)))
    return found


def _type_of(message: Message) -> str:
    try:
        return message.get_content_type()
    except (ValueError, AttributeError, IndexError):  # the library stumbles over some headers
        return "text/plain"


def _parameter(message: Message, name: str) -> str:
    try:
        found = message.get_param(name, "")
    except (ValueError, AttributeError, IndexError):
        return ""
    return found[2] if isinstance(found, tuple) else str(found or "")


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts that are no containers; a report or a returned mail stays whole."""
    if not (_type_of(message).startswith("multipart/") and message.is_multipart() and depth < _DEEPEST):
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1)


def _take(part: Message, mail: ReturnedMail, words: list[str]) -> None:
    kind = _type_of(part)
    if kind in _STATUS_TYPES:
        mail.statuses.append(body(part)[:_TEXT])
    elif kind == "message/feedback-report":
        mail.feedback = mail.feedback or body(part)
    elif kind == "message/disposition-notification":
        mail.is_receipt = True
    elif kind in _MAIL_TYPES or kind in _HEADER_TYPES:
        _take_original(part, mail)
    elif kind.startswith(("text/", "multipart/", "message/")) or "name" not in str(part.get("Content-Type") or ""):
        _take_words(part, mail, words)


def _take_original(part: Message, mail: ReturnedMail) -> None:
    if mail.original:
        return
    whole = next(iter(part.get_payload()), None) if part.is_multipart() else None
    if isinstance(whole, Message) and "Content-Transfer-Encoding" not in part and whole.keys():
        mail.original = _headers(whole)
        mail.inner = partial(_flat, whole)
        return
    content = body(part)
    mail.original = read_headers(content.strip("\n"))
    mail.inner = partial(content.encode, "utf-8", "surrogateescape")
    if not mail.original and _NEEDED_FIELD.search(content):
        mail.statuses.append(content)


def _take_words(part: Message, mail: ReturnedMail, words: list[str]) -> None:
    text = body(part)[:_TEXT]
    if _type_of(part) == "text/html" or "<html" in text[:500].casefold():
        if words and words[0].strip():
            return
        text = plain(text)
    if _NEEDED_FIELD.search(text) and len(_REPORT_FIELD.findall(text)) > 1:
        mail.statuses.append(text)
    words.append(text)


def _divide(mail: ReturnedMail) -> None:
    """Where the returned mail stands among the words, it is none of them."""
    words, original = divide(mail.text)
    mail.words = words[:_MOST_WORDS]
    if original and not mail.original:
        mail.original = read_headers(original)
        mail.inner = partial(original.encode, "utf-8", "surrogateescape")


def plain(text: str) -> str:
    """What people see of a page."""
    return html.unescape(_TAG.sub(" ", _TAGS.sub("\n", _HIDDEN.sub(" ", text))))


def body(part: Message) -> str:
    """The content of a part as text, its encoding undone, also where the standard allows none."""
    charset = str(_parameter(part, "charset"))
    raw = part.get_payload(decode=True)
    if isinstance(raw, bytes):
        return text_of(raw, charset)
    parts = [_flat(one) for one in part.get_payload()] if part.is_multipart() else []
    return text_of(undone(b"\n".join(parts), str(part.get("Content-Transfer-Encoding") or "")), charset)


def _flat(part: object) -> bytes:
    """A part as it stood there."""
    if not isinstance(part, Message):
        return b""
    try:
        return part.as_bytes(policy=_UNFOLDED)
    except (LookupError, TypeError, ValueError, AttributeError):  # the library stumbles over some character sets
        lines = [f"{name}: {value}".encode("utf-8", "surrogateescape") for name, value in part.raw_items()]
        raw = part.get_payload(decode=True)
        return b"\n".join([*lines, b"", raw if isinstance(raw, bytes) else b""])
