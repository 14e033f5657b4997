"""From bytes to text, whatever the character set is called and whatever the encoding is. Nothing is raised."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.errors import HeaderParseError
from email.header import decode_header


def decoded(value: str) -> str:
    """A header as people read it (RFC 2047), on one line."""
    raw = value.encode("utf-8", "surrogateescape")
    flat = " ".join(text_of(raw, "").split())
    if "=?" not in flat:
        return flat
    try:
        parts = decode_header(flat)
    except (HeaderParseError, ValueError, binascii.Error):
        return flat
    return "".join(part if isinstance(part, str) else text_of(part, charset or "") for part, charset in parts)


def undone(raw: bytes, encoding: str) -> bytes:
    """The content with its transfer encoding undone (RFC 2045 section 6), also when the end is missing."""
    name = encoding.strip().casefold()
    if name.startswith("quoted"):
        return quopri.decodestring(raw)
    if name.startswith("base64"):
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw.partition(b"=\n")[0])
        whole = letters[: -1 if len(letters) % 4 == 1 else None]
        return base64.b64decode(whole + b"=" * (-len(whole) % 4)) or raw
    return raw


def text_of(raw: bytes, charset: str) -> str:
    """The text. What is valid UTF-8 is hardly anything else; else the character set that is named, if it fits."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    guess = ["iso-2022-jp"] if b"\x1b$" in raw else []
    for name in [*guess, "utf-8", charset.strip("\"' ")]:
        try:
            return raw.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("latin-1")
