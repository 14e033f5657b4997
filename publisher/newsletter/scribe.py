"""Mails for one reader after the other, out of form letters: all that is left to do while a mailing is under way.

Needs no template, no ledger and no file, so that it can be handed to another process (`Scribe.pack`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from publisher.channels.addresses import read_mailbox
from publisher.channels.dkim import Seal, Signer
from publisher.channels.dkim_keys import KEY_SETTINGS, read_signer
from publisher.channels.formletter import STAMP, FormLetter
from publisher.errors import PublisherError, SettingsError
from publisher.interfaces import Settings
from publisher.model import Reader
from publisher.newsletter import returnpath
from publisher.newsletter.keys import EVERYTHING, ListKey, Purpose, key_of
from publisher.personal import Person
from publisher.settings import FixedSettings

_UNSUBSCRIBE, _PREFERENCES = Purpose.UNSUBSCRIBE, Purpose.PREFERENCES  # looked up for each mail


class NoLetter(PublisherError):
    """There is no form letter for readers like this one yet: whoever can make one has to."""


class ReadyMail(NamedTuple):
    """A mail as it is handed over. ``sender`` and ``recipient`` are those of the envelope."""

    sender: str
    recipient: str
    content: bytes
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What all mails of a mailing have in common beside their words.

    ``list_name`` is what a reader leaves by the link in the mail; ``bounces_to`` the mailbox for what can't be
    delivered, empty: it goes to the sender. ``signing`` are the settings of the keys.
    """

    channel_id: str
    list_name: str
    key: ListKey
    bounces_to: str = ""
    signing: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, channel_id: str, settings: Settings, *, list_name: str, key: ListKey) -> Imprint:
        """As the settings of the channel have it. Raises `SettingsError`."""
        signing = {name: value for name in KEY_SETTINGS if (value := settings.get(name))}
        bounces_to = _mailbox(settings.get("BOUNCES_TO") or "", channel_id, key)
        return cls(channel_id=channel_id, list_name=list_name, key=key, bounces_to=bounces_to, signing=signing)

    def person(self, number: int, reader: Reader) -> Person:
        """The reader of the row with this number in the ledger, with links that act for them."""
        unsubscribe, preferences = self.key.tokens(
            reader.address, (_UNSUBSCRIBE, self.list_name), (_PREFERENCES, EVERYTHING)
        )
        return_path = returnpath.address(self.bounces_to, number, key=self.key) if self.bounces_to else ""
        return Person(reader.address, reader.name, reader.attributes, unsubscribe, preferences, return_path)


class Scribe:
    """Fills in letters, and signs them where there are keys. Raises `SettingsError` for keys that can't be used."""

    def __init__(self, imprint: Imprint, letters: Iterable[tuple[str, FormLetter]] = ()) -> None:
        self.imprint = imprint
        self._signer = read_signer(imprint.channel_id, FixedSettings(imprint.channel_id, imprint.signing))
        self._letters: dict[str, list[_Ready]] = {}
        for language, letter in letters:
            self.add(language, letter)

    def add(self, language: str, letter: FormLetter) -> None:
        """From now on, this letter goes to the readers of this language whom it suits."""
        self._letters.setdefault(language, []).append(_Ready(letter, self._signer))

    def has(self, reader: Reader) -> bool:
        """Whether there is a letter for readers like this one in their language."""
        person = Person(reader.address, reader.name, reader.attributes)
        return any(ready.letter.suits(person) for ready in self._letters.get(reader.language, ()))

    def write(self, number: int, reader: Reader, *, language: str = "") -> ReadyMail:
        """The mail to one reader, whose row in the ledger has this number.

        ``language`` is the one in which they get it, their own if empty. Raises `NoLetter`, or `RenderError` for an
        address that can't be used.
        """
        person = self.imprint.person(number, reader)
        for ready in self._letters.get(language or reader.language, ()):
            if ready.letter.suits(person):
                return ready.fill(person)
        raise NoLetter("there is no letter for readers like this one", subject=self.imprint.channel_id)

    def write_alone(self, letter: FormLetter, number: int, reader: Reader) -> ReadyMail:
        """The mail to one reader out of a letter that is for nobody else."""
        return _Ready(letter, self._signer).fill(self.imprint.person(number, reader))

    def pack(self) -> bytes:
        """All of it, for another process of ours. There is a secret in it: it is written into no file."""
        imprint = self.imprint
        letters = [
            (language, base64.b64encode(ready.letter.pack()).decode("ascii"))
            for language, all_ready in self._letters.items()
            for ready in all_ready
        ]
        common = {"channel_id": imprint.channel_id, "list_name": imprint.list_name, "bounces_to": imprint.bounces_to}
        secrets = {"key": imprint.key.written(), "signing": dict(imprint.signing)}
        return json.dumps({"letters": letters, **common, **secrets}).encode("ascii")

    @classmethod
    def unpack(cls, packed: bytes) -> Scribe:
        """What `pack` gave."""
        read = json.loads(packed)
        letters = [(language, FormLetter.unpack(base64.b64decode(letter))) for language, letter in read.pop("letters")]
        return cls(Imprint(key=key_of(read.pop("key"), subject="list key"), **read), letters)


def _mailbox(text: str, channel_id: str, key: ListKey) -> str:
    if not text:
        return ""
    try:
        mailbox = read_mailbox(text).address
        returnpath.address(mailbox, 2**63, key=key)
    except ValueError as error:
        raise SettingsError(
            f"BOUNCES_TO can't be used: {error}",
            subject=channel_id,
            remedy="write the address of a mailbox for mail that comes back, like bounces@example.org",
        ) from None
    return mailbox


@dataclass(frozen=True)
class _Ready:
    """A letter, and what is to be signed of it."""

    letter: FormLetter
    signer: Signer | None

    @cached_property
    def _seal(self) -> Seal | None:
        return None if self.signer is None else Seal(self.signer, self.letter.head)

    @cached_property
    def _domain(self) -> str:
        return self.letter.sender.rpartition("@")[2]

    def fill(self, person: Person) -> ReadyMail:
        letter = self.letter
        address = letter.address(person)
        values = letter.values(person, address)
        return ReadyMail(
            sender=person.return_path or letter.sender,
            recipient=address,
            content=letter.filled(values) if self._seal is None else self._signed(self._seal, values),
            message_id=f"<{values[STAMP].decode('ascii')}@{self._domain}>",
        )

    def _signed(self, seal: Seal, values: Mapping[str, bytes]) -> bytes:
        body = self.letter.body.fill(values)
        return b"".join((seal.signatures(values, body), self.letter.head.fill(values), body))
