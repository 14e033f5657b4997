"""E-mail addresses: read, written for a mail header, made ASCII, and shown without giving them away."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from email import base64mime, quoprimime
from email.header import Header
from email.utils import getaddresses
from functools import lru_cache

import idna

_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")  # RFC 5322 section 3.2.3, RFC 5321 section 4.5.3.1.1
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]+")
_EASY = re.compile(r"(?=.{1,59}\Z)[A-Za-z0-9.,'&()-]+(?: [A-Za-z0-9.,'&()-]+)*")  # names that need no second look
_LONGEST_LINE = 78  # RFC 5322 section 2.1.1
_LINE = 76  # characters of a line with an encoded word; RFC 2047 section 2
_SHORT_IN_Q = (
    b" -!*+/" + string.ascii_letters.encode() + string.digits.encode()
)  # one character each; RFC 2047 section 4.2
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>\s]+>)", re.MULTILINE | re.IGNORECASE)
_LONGEST_ASCII_WORD = 60  # longer ones can't be folded and go as encoded words


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address in ASCII (international domains as ``xn--``)."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands behind the ``@``."""
        return self.address.rpartition("@")[2]

    def header(self, label: str) -> str:
        """The header line for this mailbox, folded, without the last line end. RFC 5322 section 3.4, RFC 2047."""
        address = f"<{self.address}>" if self.name else self.address
        phrase = _phrase(self.name, label)
        if not phrase:
            return f"{label}: {address}"
        whole = f"{label}: {phrase} {address}"
        if len(whole) <= _LONGEST_LINE and "\r\n" not in phrase:
            return whole
        last_line = f"{label}: {phrase}".rpartition("\r\n")[2]
        space = " " if len(last_line) + len(address) < _LONGEST_LINE else "\r\n "
        return f"{label}: {phrase}{space}{address}"


def read_mailbox(text: str) -> Mailbox:
    """``Name <address>`` or a bare address. Raises `ValueError` saying what is wrong."""
    found = getaddresses([text])
    if len(found) != 1:
        raise ValueError("exactly one address is needed")
    name, address = found[0]
    return Mailbox(one_line(name), ascii_address(address))


@lru_cache(maxsize=256)  # several ask for it while one mail is filled in
def ascii_address(address: str) -> str:
    """The address as it may stand in any mail. Raises `ValueError` without repeating the address.

    Letters beyond ASCII in front of the ``@`` would need SMTPUTF8 (RFC 6531) on every server on the way: refused.
    """
    local, _, domain = address.rpartition("@")
    if not _LOCAL.fullmatch(local):
        raise ValueError("the part before the @ is not usable")
    ascii_domain = domain.lower() if domain.isascii() else _ascii_domain(domain)
    if not _DOMAIN.fullmatch(ascii_domain):
        raise ValueError("the part after the @ is not usable")
    return f"{local}@{ascii_domain}"


def message_id_of(mail: bytes) -> str:
    """The Message-ID of a whole mail, with its angle brackets; empty when it has none."""
    match = _MESSAGE_ID.search(mail.partition(b"\r\n\r\n")[0])
    return match[1].decode("ascii") if match else ""


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    """Empty for what can't be written in ASCII."""
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def masked(address: str) -> str:
    """The address as it may be shown to others: ``a…@example.org``."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"{address[:1]}…"


def one_line(text: str) -> str:
    """The words on one line: what could end a header line or hide in it becomes a space."""
    return _INVISIBLE.sub(" ", text).strip()


def unstructured(label: str, text: str) -> str:
    """A header line for free words, folded, without the last line end; encoded words when ASCII won't do (RFC 2047)."""
    words = one_line(text)
    return f"{label}: {_encoded(words, label)}"


def _phrase(name: str, label: str) -> str:
    if _EASY.fullmatch(name):
        return f'"{name}"'
    words = one_line(name)
    if words and _is_plain(words):
        return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _encoded(words, label)


def _encoded(words: str, label: str) -> str:
    return _in_one_word(words, label) or _in_several_words(words, label)


def _in_one_word(words: str, label: str) -> str:
    """What `email.header` gives when one encoded word is enough, at a tenth of the cost; else nothing.

    RFC 2047 section 2: such a word may have 75 characters, the line 76.
    """
    if _is_plain(words):
        return ""
    raw = words.encode("utf-8")
    as_base64, as_letters = base64mime.header_length(raw), len(raw) + 2 * len(raw.translate(None, _SHORT_IN_Q))
    if min(as_base64, as_letters) > _LINE - len(f"{label}: =?utf-8?b??="):
        return ""
    return str((base64mime if as_base64 < as_letters else quoprimime).header_encode(raw, "utf-8"))


def _in_several_words(words: str, label: str) -> str:
    charset = "us-ascii" if _is_plain(words) else "utf-8"
    return Header(words, charset, maxlinelen=_LINE, header_name=label).encode(linesep="\r\n")


def _is_plain(words: str) -> bool:
    return words.isascii() and "=?" not in words and all(len(word) < _LONGEST_ASCII_WORD for word in words.split(" "))
