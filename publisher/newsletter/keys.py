"""The secret of an installation, what is made with it, and where it is kept.

Two things must be known to nobody else: whose address a hash belongs to, and how to make a link that acts for a reader.
Both come from one random key of 32 bytes. It stands beside the ledger and not in it, so that a copy of the ledger alone
gives away neither. Who loses it breaks the links of all mails that went out: it belongs into the backup.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from publisher.errors import SettingsError

_KEY_BYTES = 32
_BLOCK = 64  # bytes of a block of SHA-256
_LIST_BYTES = 6
_HASH_BYTES = 12  # 96 bits: nobody finds a second address with the same ones
_MAC_BYTES = 11  # with the rest 30 bytes, which base64 writes in one way only
_URL_SAFE = bytes.maketrans(b"+/", b"-_")  # RFC 4648 section 5
_TOKEN = re.compile(r"[A-Za-z0-9_-]{40}")

EVERYTHING = ""
"""The name that stands for all lists."""


class Purpose(IntEnum):
    """What a link may be used for; a token is good for one purpose only."""

    UNSUBSCRIBE = 1
    PREFERENCES = 2


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows: something about one person and one list. ``person`` is the hash of their address."""

    person: str
    list: str


class ListKey:
    """Makes hashes of addresses, and tokens for links. Equal for equal secrets."""

    __slots__ = ("_beginnings", "_inner", "_lists", "_outer", "_secret")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        whole = secret.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in whole))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in whole))
        self._lists: dict[str, bytes] = {}
        self._beginnings: dict[tuple[int, str], bytes] = {}

    def __repr__(self) -> str:
        return "ListKey(…)"

    def written(self) -> str:
        """As `key_of` reads it: for a program of ours that is to make links, and for nobody else."""
        return self._secret.hex()

    def hash_of(self, address: str) -> str:
        """The keyed hash of an address in its normal form: 24 hexadecimal digits. Case makes no difference.

        A token holds all of it: who is in no table, as a reader from a file, can leave by their link all the same.
        """
        return self._hash(address).hex()

    def token(self, purpose: Purpose, *, list_name: str, person: str) -> str:
        """What stands in a link: 40 letters, digits, ``-`` and ``_``. ``person`` is a hash of `hash_of`.

        The same for the same input, and good for ever: RFC 8058 section 3.1 wants links that need no login, and a mail
        may be read years later.
        """
        return self._token((purpose, list_name), bytes.fromhex(person))

    def tokens(self, address: str, *for_what: tuple[Purpose, str]) -> list[str]:
        """Of one person, for purposes and lists: what `token` gives with the hash of the address."""
        person = self._hash(address)
        return [self._token(each, person) for each in for_what]

    def read(self, token: str, *, purpose: Purpose, lists: Iterable[str]) -> Grant | None:
        """What a token allows; None when it is not ours, or for another purpose.

        One about none of these lists is about everything: we made it, so its list or audience is gone or has another
        name now, and whoever wants no more of its mails must not get them under the new one.
        """
        raw = token_bytes(token)
        if raw is None:
            return None
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)) or body[0] != purpose:
            return None
        known = {self._list(name): name for name in lists}
        name = known.get(body[1 : 1 + _LIST_BYTES], EVERYTHING)
        return Grant(person=body[1 + _LIST_BYTES :].hex(), list=name)

    def tag(self, use: str, value: str, *, size: int) -> bytes:
        """``size`` bytes that only this installation can make of a value, for one use."""
        return self._hmac(f"{use}\0{value}".encode())[:size]

    def _hash(self, address: str) -> bytes:
        return self._hmac(b"address\0" + address.casefold().encode())[:_HASH_BYTES]

    def _token(self, for_what: tuple[Purpose, str], person: bytes) -> str:
        body = (self._beginnings.get(for_what) or self._beginning(*for_what)) + person
        whole = body + self._mac(body)
        return binascii.b2a_base64(whole, newline=False).translate(_URL_SAFE).decode("ascii")

    def _beginning(self, purpose: Purpose, list_name: str) -> bytes:
        """Of all tokens for one purpose and list."""
        self._beginnings[purpose, list_name] = beginning = bytes([purpose]) + self._list(list_name)
        return beginning

    def _list(self, name: str) -> bytes:
        if name not in self._lists:
            self._lists[name] = self.tag("list", name, size=_LIST_BYTES)
        return self._lists[name]

    def _mac(self, body: bytes) -> bytes:
        return self._hmac(b"token\0" + body)[:_MAC_BYTES]

    def _hmac(self, value: bytes) -> bytes:
        """RFC 2104 with SHA-256, with the key worked in once: `hmac.digest` takes twice as long, four times a mail."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(value)
        outer.update(inner.digest())
        return outer.digest()


def token_bytes(token: str) -> bytes | None:
    """The 30 bytes of a token; None when it is not written just as we write it, with a letter or a ``=`` too many."""
    return base64.urlsafe_b64decode(token) if _TOKEN.fullmatch(token) else None


def kept_key(file: Path) -> ListKey:
    """The key in this file, made with the first look. Raises `SettingsError`."""
    try:
        with suppress(FileExistsError):
            _make(file)
        return key_of(file.read_text(encoding="ascii"), subject=str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "the key of the mailing lists can't be read or made",
            subject=str(file),
            remedy="the user that runs publisher needs the right to read and write it; if it is lost, take it from "
            "the backup: without it the links of all mails that went out are dead",
        ) from error


def key_of(text: str, *, subject: str) -> ListKey:
    """A key as it is written down: 64 hexadecimal digits. Raises `SettingsError`."""
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != _KEY_BYTES:
        raise SettingsError(
            "this is no key: it has 64 hexadecimal digits",
            subject=subject,
            remedy="take it from the backup; a new one is made when the file is not there",
        )
    return ListKey(secret)


def _make(file: Path) -> None:
    """Whole or not at all: somebody else may be making it, too."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists():
        return
    new = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{secrets.token_hex(_KEY_BYTES)}\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(new, file)  # fails when somebody was quicker
    finally:
        new.unlink()
