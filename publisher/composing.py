"""From a planned delivery to its payload. The preview and the sending go through here, and only here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from publisher.errors import HeldByRule, RenderError
from publisher.interfaces import Bills, Settings, Transport
from publisher.lettering import Lettered, Worded, WritesLetters, shown, worded
from publisher.model import (
    NO_LIST,
    Announcement,
    Channel,
    Digest,
    Draft,
    Envelope,
    Event,
    Form,
    ListFacts,
    Money,
    Payload,
    Problem,
    Reader,
    Severity,
    Source,
)
from publisher.newsletter.languages import choose
from publisher.newsletter.listfacts import ListNamed, list_facts
from publisher.personal import Person
from publisher.render import Renderer
from publisher.render.addressee import Addressee
from publisher.rules import Copy, judge, judge_entry
from publisher.schedulefile.schedule import Entry, Schedule
from publisher.shortening import fitting, shortened
from publisher.timing.instants import to_local
from publisher.timing.truth import Truth

#: Stands in for a reader in previews: nobody's address is shown to anybody else.
SAMPLE_NAME = "Sample Reader"
SAMPLE_ADDRESS = "reader@example.org"


#: Of so many deliveries a composer remembers that they break no rule.
_MOST_REMEMBERED = 100


class Due(Protocol):
    """What composing must know of a delivery, planned or in the ledger."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def template(self) -> str: ...  # noqa: D102
    @property
    def step(self) -> str: ...  # noqa: D102
    @property
    def local(self) -> datetime: ...  # noqa: D102
    @property
    def nominal_local(self) -> datetime: ...  # noqa: D102
    @property
    def due_at(self) -> datetime: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Composed:
    """Words and the bytes made of them."""

    draft: Draft
    payload: Payload


class Composer:
    """Makes payloads for one schedule. ``settings_of`` gives a channel's settings; only open ones are read.

    ``list_named`` gives what the ledger knows of a mailing list.
    """

    def __init__(
        self,
        schedule: Schedule,
        *,
        renderer: Renderer,
        transports: Mapping[str, Transport],
        settings_of: Callable[[str], Settings],
        list_named: ListNamed = lambda _: None,
    ) -> None:
        self.schedule = schedule
        self.renderer = renderer
        self._transports = transports
        self._settings_of = settings_of
        self._list_named = list_named
        self._web_urls: dict[str, str] = {}
        self._of_entry: dict[str, tuple[Problem, ...]] = {}
        self._held: dict[tuple[str, str, date], Problem | None] = {}

    def form(self, channel: Channel) -> Form:
        """Whether this channel takes posts or mail."""
        return self._transports[channel.type].form

    def truth_of(self, template: str) -> Truth:
        """When the words of a template are true. Raises `TemplateBroken`."""
        return self.renderer.about(template).truth

    def compose(
        self, due: Due, entry: Entry, *, channel: Channel, language: str, reader: Reader | None = None
    ) -> Composed:
        """The payload of a delivery in one language, for mail also for one reader.

        Raises `RenderError` or `MediaError` when the words or pictures can't be made.
        """
        transport = self._transports[channel.type]
        envelope = self._envelope(due, channel, reader)
        if transport.form is Form.MAIL and reader is not None:
            person = Person(reader.address, reader.name, reader.attributes)
            words = self._worded(due, entry, channel=channel, language=language, person=person)
            return Composed(shown(words.draft, person), transport.compose(words.draft, envelope))
        announcement = self.announcement(due, entry, channel=channel, language=language)
        return Composed(*fitting(self.renderer.draft(announcement, form=transport.form), transport, envelope))

    def letter(self, due: Due, entry: Entry, *, channel: Channel, language: str, person: Person) -> Lettered:
        """The mail for all readers who are like this one to the template, or for this one alone.

        Filled in it gives the bytes of `compose`, with the reader's own links. Raises `RenderError` or `MediaError`.
        """
        transport = self._transports[channel.type]
        if not isinstance(transport, WritesLetters):
            raise TypeError(f"{channel.type} writes no letters")
        words = self._worded(due, entry, channel=channel, language=language, person=person)
        letter = transport.letter(words.draft, self._envelope(due, channel, None), answers=words.answers or {})
        return Lettered(letter, is_for_all=words.answers is not None)

    def _worded(self, due: Due, entry: Entry, *, channel: Channel, language: str, person: Person) -> Worded:
        announcement = self.announcement(due, entry, channel=channel, language=language)

        def write(addressee: Addressee) -> Draft:
            draft = self.renderer.draft(announcement, form=Form.MAIL, reader=addressee)
            if not (isinstance(entry.source, Event) and self.renderer.about(due.template).has_calendar):
                return draft
            return replace(draft, calendar=self._calendar(entry.source, due, language=draft.language))

        return worded(write, person, language=language)

    def sound(  # noqa: PLR0913  what `compose` takes, and when
        self,
        due: Due,
        entry: Entry,
        *,
        channel: Channel,
        language: str,
        now: datetime,
        reader: Reader | None = None,
    ) -> Composed:
        """The same, to be sent at ``now``. Raises `HeldByRule` too, when it breaks a rule that stops it.

        The readers of a mailing get the same words, so the rules are looked at for the first of them.
        """
        composed = self.compose(due, entry, channel=channel, language=language, reader=reader)
        local = max(due.local, to_local(now, channel.calendar.timezone))
        seen, known = (due.key, language, local.date()), self._held
        if seen not in known:
            problems = self.problems(due, entry, channel=channel, language=language, composed=composed, local=local)
            known[seen] = next((one for one in problems if one.severity is Severity.ERROR), None)
        if held := known[seen]:
            raise HeldByRule(held.message, subject=held.code, remedy=held.hint, rule=held.code)
        if len(known) > _MOST_REMEMBERED:
            self._held = {seen: None}
        return composed

    def problems(  # noqa: PLR0913  what `compose` takes, and what came of it
        self,
        due: Due,
        entry: Entry,
        *,
        channel: Channel,
        language: str,
        composed: Composed,
        local: datetime | None = None,
    ) -> tuple[Problem, ...]:
        """What is wrong with the words, by the rules that stop a delivery and by those that don't.

        ``local`` is when they go out, when that is later than planned.
        """
        transport = self._transports[channel.type]
        announcement = replace(
            self.announcement(due, entry, channel=channel, language=language), language=composed.draft.language
        )
        copy = Copy(
            schedule=self.schedule,
            entry=entry,
            announcement=announcement,
            form=transport.form,
            draft=composed.draft,
            payload=composed.payload,
            sent_local=local or due.local,
            nominal=due.nominal_local,
            template=self.renderer.file(announcement, form=transport.form),
        )
        steps = (one for one in entry.steps if (one.words, one.template) == (due.step, due.template))
        of_entry = (one for one in self.of_entry(entry) if one.severity is Severity.ERROR)
        return (*judge(copy, step=next(steps, None)), *of_entry)

    def of_entry(self, entry: Entry) -> tuple[Problem, ...]:
        """What is wrong with an entry as it stands in the file, found out once."""
        if entry.name not in self._of_entry:
            self._of_entry[entry.name] = tuple(judge_entry(self.schedule, entry))
        return self._of_entry[entry.name]

    def draft(self, due: Due, entry: Entry, *, channel: Channel, language: str) -> Draft:
        """The words of a post alone, as short as its template allows, whether the platform takes them or not.

        Raises `RenderError` or `MediaError`.
        """
        announcement = self.announcement(due, entry, channel=channel, language=language)
        draft = self.renderer.draft(announcement, form=self.form(channel), reader=None)
        return shortened(draft, self._transports[channel.type], self._envelope(due, channel, None))

    def cost(self, payload: Payload, *, channel: Channel) -> Money | None:
        """What the platform will bill for it; None where the file names no price, and for mail."""
        transport, price = self._transports[channel.type], channel.price
        if price is None or transport.form is Form.MAIL:
            return None
        amount = transport.cost(payload, price) if isinstance(transport, Bills) else price.post
        return Money(amount, price.currency)

    def announcement(self, due: Due, entry: Entry, *, channel: Channel, language: str) -> Announcement:
        """What there is to tell."""
        return Announcement(
            template=due.template,
            source=self._source(entry.source, due),
            project=self.schedule.project,
            channel=channel,
            language=language,
            due_local=due.local,
            fallback=self.schedule.fallback,
            list=self._known_facts(due, channel),
        )

    def list_facts(self, due: Due, channel: Channel) -> ListFacts:
        """What the mails of a delivery say of their list; nothing for posts. Raises `RenderError`."""
        if self.form(channel) is not Form.MAIL:
            return NO_LIST
        if channel.id not in self._web_urls:
            self._web_urls[channel.id] = self._settings_of(channel.id).get("WEB_URL") or ""
        audience = self.schedule.audiences.get(channel.audience)
        return list_facts(audience, channel, key=due.key, web_url=self._web_urls[channel.id], named=self._list_named)

    def _known_facts(self, due: Due, channel: Channel) -> ListFacts:
        """Without what can't be used: that is told when the mail is composed."""
        try:
            return self.list_facts(due, channel)
        except RenderError:
            return NO_LIST

    def _calendar(self, event: Event, due: Due, *, language: str) -> bytes:
        """The event for the reader's calendar. A later mail has a higher SEQUENCE, so it replaces what came before."""
        from publisher.feeds.calendar import event_publication
        from publisher.feeds.edition import Edition

        languages = tuple(dict.fromkeys((language, self.schedule.fallback or language)))
        return event_publication(
            event, edition=Edition(project=self.schedule.project, languages=languages, revised_at=due.due_at)
        )

    def _source(self, source: Source, due: Due) -> Source:
        """A digest gets the events that it covers, counted from the day on which it goes out."""
        if not isinstance(source, Digest):
            return source
        first = due.local.date()
        return replace(source, events=self.schedule.events_between(first, first + source.covers))

    def _envelope(self, due: Due, channel: Channel, reader: Reader | None) -> Envelope:
        settings = self._settings_of(channel.id)
        names = self._transports[channel.type].open_settings
        return Envelope(
            key=due.key,
            due_at=due.due_at,
            channel=channel,
            project=self.schedule.project,
            reader=reader,
            list=self.list_facts(due, channel),
            settings={name: value for name in names if (value := settings.get(name))},
        )


def reader_language(reader: Reader, channel: Channel) -> str:
    """The reader's own language when the channel speaks it, else the nearest that it speaks."""
    return choose(reader.language, channel.languages, channel.fallback)


def sample_reader(language: str, columns: tuple[str, ...] = ()) -> Reader:
    """Somebody to show a mail to; further columns of the list hold their own names."""
    return Reader(
        address=SAMPLE_ADDRESS,
        name=SAMPLE_NAME,
        language=language,
        attributes={column: f"({column})" for column in columns},
    )
