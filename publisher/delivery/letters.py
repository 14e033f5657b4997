"""The form letters of one mailing: made when it begins, kept in the ledger, and used from there ever after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice, product

import structlog

from publisher.channels.formletter import FormLetter
from publisher.composing import SAMPLE_ADDRESS, Composer, reader_language, sample_reader
from publisher.delivery.desk import Desk
from publisher.errors import MediaError, RenderError
from publisher.interfaces import Settings
from publisher.ledger.letters import FrozenLetter
from publisher.ledger.records import Delivery, Recipient
from publisher.lettering import Lettered
from publisher.model import Channel, Reader
from publisher.newsletter.scribe import Imprint, NoLetter, ReadyMail, Scribe
from publisher.schedulefile.schedule import Entry

MOST_LETTERS = 16
"""So many letters of one language are made beforehand. If readers differ in more ways, the others are made when the
first of those readers is written to."""

_MOST_COLUMNS = 8

_log = structlog.get_logger("publisher.delivery")


@dataclass(frozen=True)
class Letters:
    """What the readers of one delivery get."""

    desk: Desk
    composer: Composer
    delivery: Delivery
    entry: Entry
    channel: Channel
    settings: Settings
    _told: set[str] = field(default_factory=set, init=False)
    _checked: set[tuple[str, date]] = field(default_factory=set, init=False)

    def prepare(self, languages: Iterable[str], *, columns: tuple[str, ...] = ()) -> None:
        """Make and keep the letters of these languages, for readers with and without a name, and so on.

        ``columns`` are those of the list. A language that lacks words has no letters yet: its readers wait, and are
        told of. Raises `SettingsError`.
        """
        for language in languages:
            missing = (reader for reader in _unlike(columns, language) if not self.writer.has(reader))
            try:
                for reader in islice(missing, MOST_LETTERS):
                    if not self._lettered(reader, language).is_for_all:
                        break
            except (RenderError, MediaError) as lacking:
                _log.warning("no letters yet", key=self.delivery.key, language=language, reason=str(lacking))

    def mail_for(self, recipient: Recipient) -> ReadyMail:
        """The mail to one reader, signed where there are keys.

        Raises `RenderError` or `MediaError` when there are no words for them, `HeldByRule` when they must not go out.
        """
        reader = recipient.reader
        language = reader_language(reader, self.channel)
        try:
            return self.writer.write(recipient.id, reader, language=language)
        except NoLetter:
            letter = self._lettered(reader, language).letter
            return self.writer.write_alone(letter, recipient.id, reader)

    @cached_property
    def writer(self) -> Scribe:
        """What fills in the letters that there are; it can be handed to other processes. Raises `SettingsError`."""
        facts = self.composer.list_facts(self.delivery, self.channel)
        imprint = Imprint.of(self.channel.id, self.settings, list_name=facts.name, key=self.desk.list_key())
        kept = self.desk.ledger.letters.of(self.delivery.key)
        return Scribe(imprint, [(one.language, FormLetter.unpack(one.content)) for one in kept])

    def _lettered(self, reader: Reader, language: str) -> Lettered:
        """The letter for readers like this one; kept when others may get it, too."""
        made = self._made(reader, language)
        if not made.is_for_all:
            self._tell_once(language)
            return made
        new = FrozenLetter(language, made.letter.variant, made.letter.pack())
        kept = FormLetter.unpack(self.desk.ledger.letters.freeze(self.delivery.key, new))
        self.writer.add(language, kept)
        return Lettered(kept, is_for_all=True)

    def _tell_once(self, language: str) -> None:
        if language not in self._told:
            self._told.add(language)
            why = "rendered for each reader, which takes its time: the template looks closely at what is personal"
            _log.info(why, key=self.delivery.key, language=language)

    def _made(self, reader: Reader, language: str) -> Lettered:
        self._check(language, columns=tuple(reader.attributes))
        person = self.writer.imprint.person(0, reader)
        return self.composer.letter(self.delivery, self.entry, channel=self.channel, language=language, person=person)

    def _check(self, language: str, *, columns: tuple[str, ...]) -> None:
        """Rules of copies are looked at once a day for each language. Raises what `Composer.sound` raises."""
        now = self.desk.clock.now()
        if (language, now.date()) not in self._checked:
            sample, due, channel = sample_reader(language, columns), self.delivery, self.channel
            self.composer.sound(due, self.entry, channel=channel, language=language, now=now, reader=sample)
            self._checked.add((language, now.date()))


def _unlike(columns: tuple[str, ...], language: str) -> Iterator[Reader]:
    """Readers who differ in what is known of them, the best known first."""
    known = columns if len(columns) <= _MOST_COLUMNS else ()
    for name, *further in product(("x", ""), repeat=1 + len(known)):
        yield Reader(
            address=SAMPLE_ADDRESS,
            name=name,
            language=language,
            attributes=dict.fromkeys(columns, "x") | dict(zip(known, further, strict=True)),
        )
