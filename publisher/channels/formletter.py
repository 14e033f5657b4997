"""A mail to everybody of one language: made once, with holes for what differs from reader to reader.

To fill it in is all that is left to do for each reader. A form letter tells which of the personal parts it takes for
granted (`FormLetter.answers`): a reader without a name gets the one that was made without. It can be written down
(`pack`), so that a mailing goes on with the same bytes after a restart; it needs nothing but this module then.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from html import escape
from operator import itemgetter

from publisher.channels.addresses import Mailbox, ascii_address, masked, unstructured
from publisher.channels.quoted import HOLE, quoted_value
from publisher.errors import RenderError
from publisher.personal import PREFERENCES, UNSUBSCRIBE, Person, filled, plain
from publisher.sentences import sentence

TO, SUBJECT, STAMP = "to", "subject", "stamp"
"""Holes of the head: two whole lines, and 24 hexadecimal digits made of delivery and reader."""
WORDS, MARKUP, TOKEN = "words", "markup", "token"
"""Kinds of holes that stand for personal parts: in text, in HTML, in links."""

_STAMP_LENGTH = 24
_FORMAT = 1


def stamp_of(key: str, address: str) -> str:
    """What the Message-ID of a reader's mail begins with, also after a restart: 24 hexadecimal digits.

    ``key`` is the delivery's, ``address`` the reader's in ASCII. A mail server's log is searched for it.
    """
    return _stamp(_hash_of_key(key), address)


def _hash_of_key(key: str) -> hashlib._Hash:
    return hashlib.sha256(f"{key}\0".encode())


def _stamp(of_key: hashlib._Hash, address: str) -> str:
    whole = of_key.copy()
    whole.update(address.encode("ascii"))
    return whole.hexdigest()[:_STAMP_LENGTH]


@dataclass(frozen=True)
class Blank:
    """Bytes with holes between them: one more of the bytes than of the holes."""

    segments: tuple[bytes, ...]
    holes: tuple[str, ...]

    @classmethod
    def of(cls, written: bytes) -> Blank:
        """Read bytes in which `HOLE` stands on both sides of the name of a hole."""
        pieces = written.split(HOLE)
        if not all(segment.isascii() for segment in pieces[::2]):
            raise ValueError("a mail is ASCII but for its holes")
        return cls(tuple(pieces[::2]), tuple(_called(name.decode()) for name in pieces[1::2]))

    def __bytes__(self) -> bytes:
        names = (HOLE + hole.encode() + HOLE for hole in (*self.holes, ""))
        return b"".join(segment + name for segment, name in zip(self.segments, names, strict=True))[: -2 * len(HOLE)]

    def before(self, other: Blank) -> Blank:
        """Both as one: a long mail is best copied once."""
        *segments, last = self.segments
        first, *further = other.segments
        return Blank((*segments, last + first, *further), self.holes + other.holes)

    @cached_property
    def _pieces(self) -> list[bytes]:
        return [piece for segment in self.segments for piece in (segment, b"")][:-1]

    @cached_property
    def _in_order(self) -> Callable[[Mapping[str, bytes]], Sequence[bytes]]:
        """The values for the holes."""
        if len(self.holes) < 2:  # noqa: PLR2004  for one alone it gives no tuple
            return lambda values: [values[hole] for hole in self.holes]
        return itemgetter(*self.holes)

    def fill(self, values: Mapping[str, bytes]) -> bytes:
        """The bytes with these values in the holes."""
        pieces = self._pieces.copy()
        pieces[1::2] = self._in_order(values)
        return b"".join(pieces)


@dataclass(frozen=True)
class FormLetter:
    """One mail of one delivery in one language, for all readers of whom ``answers`` holds.

    ``answers`` says of each personal part that mattered whether there was a value. ``subject`` has marks; it is empty
    when nothing personal stands in it. ``sender`` is an address.
    """

    key: str
    sender: str
    head: Blank
    body: Blank
    subject: str = ""
    answers: Mapping[str, bool] = field(default_factory=dict)

    def fill(self, person: Person) -> bytes:
        """The whole mail. No line of it begins with a dot. Raises `RenderError` for a bad address."""
        return self.filled(self.values(person, self.address(person)))

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """The same with what `values` gave."""
        return self._whole.fill(values)

    def address(self, person: Person) -> str:
        """The reader's address as the mail server gets it. Raises `RenderError`."""
        try:
            return ascii_address(person.address)
        except ValueError as error:
            raise RenderError(
                sentence(
                    "The address {address} can't be used: {reason}.", address=masked(person.address), reason=str(error)
                ),
                subject=self.key,
                remedy=sentence("Mend it in the mailing list."),
            ) from None

    def suits(self, person: Person) -> bool:
        """Whether the letter is for readers like this one."""
        for part, there in self.answers.items():  # noqa: SIM110  asked for each reader: a generator takes twice as long
            if bool(person.value(part)) is not there:
                return False
        return True

    def values(self, person: Person, address: str) -> dict[str, bytes]:
        """What goes into the holes for this reader, whose address `address` gave."""
        values = {
            TO: Mailbox(plain(person.name), address).header("To").encode("ascii"),
            STAMP: _stamp(self._key_hash, address).encode("ascii"),
        }
        for hole, make in self._makers:
            values[hole] = make(person)
        return values

    @property
    def variant(self) -> str:
        """The answers as a short text, the same for the same ones."""
        words = "".join(f"{'+' if there else '-'}{part}" for part, there in sorted(self.answers.items()))
        return words if len(words) <= 64 else hashlib.sha256(words.encode()).hexdigest()  # noqa: PLR2004

    def pack(self) -> bytes:
        """As it is written down."""
        blanks = {"head": bytes(self.head).decode("latin-1"), "body": bytes(self.body).decode("latin-1")}
        plainly = {"key": self.key, "sender": self.sender, "subject": self.subject, "answers": dict(self.answers)}
        return zlib.compress(json.dumps({"format": _FORMAT, **plainly, **blanks}, sort_keys=True).encode("ascii"))

    @classmethod
    def unpack(cls, packed: bytes) -> FormLetter:
        """What `pack` gave. Raises `ValueError` for anything else."""
        try:
            read = json.loads(zlib.decompress(packed))
            if read.pop("format") != _FORMAT:
                raise ValueError("a form letter of another version")
            head, body = (Blank.of(read.pop(part).encode("latin-1")) for part in ("head", "body"))
            return cls(head=head, body=body, **read)
        except (KeyError, TypeError, AttributeError, zlib.error) as error:
            raise ValueError("this is no form letter") from error

    @cached_property
    def _whole(self) -> Blank:
        return self.head.before(self.body)

    @cached_property
    def _key_hash(self) -> hashlib._Hash:
        return _hash_of_key(self.key)  # once, for all readers

    @cached_property
    def _makers(self) -> tuple[tuple[str, Callable[[Person], bytes]], ...]:
        holes = dict.fromkeys((*self.head.holes, *self.body.holes))
        return tuple((hole, self._maker(hole)) for hole in holes if hole not in (TO, STAMP))

    def _maker(self, hole: str) -> Callable[[Person], bytes]:
        kind, _, part = hole.partition(":")
        if kind == SUBJECT:
            return self._subject_line
        if hole in _TOKENS:
            return _TOKENS[hole]
        return partial(_markup if kind == MARKUP else _words, part)

    def _subject_line(self, person: Person) -> bytes:
        return unstructured("Subject", filled(self.subject, person.value)).encode("ascii")


def _unsubscribe(person: Person) -> bytes:
    return person.unsubscribe.encode("ascii")


def _preferences(person: Person) -> bytes:
    return person.preferences.encode("ascii")


_TOKENS: Mapping[str, Callable[[Person], bytes]] = {UNSUBSCRIBE: _unsubscribe, PREFERENCES: _preferences}
"""They are written the same everywhere: no text, no markup and no header has to be careful with their letters."""


def _called(hole: str) -> str:
    """One name for holes of all kinds that get the same."""
    part = hole.partition(":")[2]
    return part if part in _TOKENS else hole


def _words(part: str, person: Person) -> bytes:
    return quoted_value(person.value(part))


def _markup(part: str, person: Person) -> bytes:
    return quoted_value(escape(person.value(part)))
