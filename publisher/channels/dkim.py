"""Signatures that tell where a mail comes from: DKIM (RFC 6376), with RSA and with Ed25519 (RFC 8463).

Headers are signed in the relaxed form, so that a server on the way may fold them anew; the body as it is (simple),
since our lines are short and 7-bit, and nobody has a reason to change them. What is the same in all mails of a mailing
is brought into this form once (`Seal`); what is left for each mail is a hash of its body and one signature for each
key.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from publisher.channels.formletter import SUBJECT, TO, Blank
from publisher.channels.quoted import HOLE

SIGNED = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Archive",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
)
"""What is signed of a mail, as far as it is there.

RFC 8058 section 4 demands both headers about unsubscribing; RFC 6376 section 5.4.1 advises the others.
"""

_OVERSIGNED = ("From",)
"""Named once more than they are there: a second one that somebody adds breaks the signature (section 8.15)."""

_FIELD = re.compile(rb"[^\r\n]+(?:\r\n[ \t][^\r\n]*)*")
_SPACE = re.compile(rb"[ \t\r\n]+")
_DOMAIN = re.compile(rb"@([A-Za-z0-9.-]+)>?\s*\Z")
_RELAXED = "relaxed:"
_PER_LINE = 72
_WHOLE_LINES = (TO, SUBJECT)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and the name under which the public one stands in the name service.

    ``sign`` makes a signature of bytes. It is not shown anywhere.
    """

    selector: str
    algorithm: str
    sign: Callable[[bytes], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with every one of its keys. Without a ``domain`` it is the one of the mail's sender."""

    keys: tuple[SigningKey, ...]
    domain: str = ""

    def sign(self, content: bytes) -> bytes:
        """The mail with its signatures in front of it."""
        head, _, body = content.partition(b"\r\n\r\n")
        seal = Seal(signer=self, head=Blank.of(head + b"\r\n"))
        return seal.signatures({}, body) + content


@dataclass(frozen=True)
class Seal:
    """What is to be signed of the head of a mail, or of a form letter, in its canonical form."""

    signer: Signer
    head: Blank

    def signatures(self, values: Mapping[str, bytes], body: bytes) -> bytes:
        """The header fields with the signatures. ``values`` are those in the holes of the head."""
        known = {**values, **{_RELAXED + hole: _relaxed(values[hole]) for hole in _WHOLE_LINES if hole in values}}
        signed = self._signed.fill(known)
        body_hash = base64.b64encode(hash_of(body))
        return b"".join(stub.signature(signed, body_hash) for stub in self._stubs)

    @cached_property
    def _fields(self) -> dict[str, bytes]:
        """The canonical fields by the small letters of their names; of several the last, as RFC 6376 section 5.4.2."""
        return dict(_canonical(found.group()) for found in _FIELD.finditer(bytes(self.head)))

    @cached_property
    def _names(self) -> list[str]:
        return [name for name in SIGNED if name.lower() in self._fields]

    @cached_property
    def _signed(self) -> Blank:
        return Blank.of(b"".join(self._fields[name.lower()] + b"\r\n" for name in self._names))

    @cached_property
    def _stubs(self) -> tuple[Stub, ...]:
        domain = self.signer.domain or _domain_in(self._fields.get("from", b""))
        return tuple(Stub.made(key, domain=domain, names=[*self._names, *_OVERSIGNED]) for key in self.signer.keys)


@dataclass(frozen=True, slots=True)
class Stub:
    """A signature field without hash and signature: as it stands in the mail, and as it is signed (section 3.7)."""

    key: SigningKey
    written: bytes
    canonical: bytes

    @classmethod
    def made(cls, key: SigningKey, *, domain: str, names: Sequence[str]) -> Stub:
        """For headers with these names."""
        tags = f"v=1; a={key.algorithm}; c=relaxed/simple; d={domain}; s={key.selector};"
        written = f"DKIM-Signature: {tags}\r\n h={_folded(names)};\r\n bh=".encode("ascii")
        return cls(key, written, _relaxed(written))

    def signature(self, signed: bytes, body_hash: bytes) -> bytes:
        """The whole field, with its line end."""
        made = base64.b64encode(self.key.sign(signed + self.canonical + body_hash + b"; b="))
        lines = (made[begin : begin + _PER_LINE] for begin in range(0, len(made), _PER_LINE))
        return self.written + body_hash + b";\r\n b=" + b"\r\n ".join(lines) + b"\r\n"


def hash_of(body: bytes) -> bytes:
    """SHA-256 of a body in its simple form: it ends in one line end (RFC 6376 section 3.4.3)."""
    end = len(body)
    while body.endswith(b"\r\n\r\n", 0, end):
        end -= 2
    whole = hashlib.sha256(body if end == len(body) else memoryview(body)[:end])
    if not body.endswith(b"\r\n", 0, end):
        whole.update(b"\r\n")
    return whole.digest()


def _canonical(line: bytes) -> tuple[str, bytes]:
    """The name of a field, and the field in its relaxed form; a hole that is a whole line gets one of its own."""
    hole = next((hole for hole in _WHOLE_LINES if line == HOLE + hole.encode() + HOLE), "")
    if hole:
        return hole, HOLE + f"{_RELAXED}{hole}".encode() + HOLE
    relaxed = _relaxed(line)
    return relaxed.partition(b":")[0].decode("latin-1"), relaxed


def _relaxed(line: bytes) -> bytes:
    """RFC 6376 section 3.4.2."""
    name, _, value = line.partition(b":")
    is_simple = not (b"\n" in value or b"  " in value or b"\t" in value)
    return name.rstrip().lower() + b":" + (value if is_simple else _SPACE.sub(b" ", value)).strip(b" ")


def _domain_in(sender: bytes) -> str:
    found = _DOMAIN.search(sender)
    return found[1].decode("ascii").lower() if found else ""


def _folded(names: Iterable[str]) -> str:
    """Names with colons between them, on lines that are not too long."""
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) >= _PER_LINE:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n ".join(lines)[:-1]
