"""From a planned delivery to its payload. The preview and the sending go through here, and only here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from publisher.errors import DraftTooLong, HeldByRule
from publisher.interfaces import Bills, Settings, Transport
from publisher.model import (
    Announcement,
    Channel,
    Digest,
    Draft,
    Envelope,
    Event,
    Form,
    Money,
    Payload,
    Problem,
    Reader,
    Severity,
    Source,
)
from publisher.newsletter.languages import choose
from publisher.render import Renderer
from publisher.rules import Copy, judge, judge_entry
from publisher.schedulefile.schedule import Entry, Schedule
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
    """Makes payloads for one schedule. ``settings_of`` gives a channel's settings; only open ones are read."""

    def __init__(
        self,
        schedule: Schedule,
        *,
        renderer: Renderer,
        transports: Mapping[str, Transport],
        settings_of: Callable[[str], Settings],
    ) -> None:
        self.schedule = schedule
        self.renderer = renderer
        self._transports = transports
        self._settings_of = settings_of
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
        announcement = self.announcement(due, entry, channel=channel, language=language)
        draft = self.renderer.draft(announcement, form=transport.form, reader=reader)
        if (
            transport.form is Form.MAIL
            and isinstance(entry.source, Event)
            and self.renderer.about(due.template).has_calendar
        ):
            draft = replace(draft, calendar=self._calendar(entry.source, due, language=draft.language))
        return _fitting(draft, transport, self._envelope(due, channel, reader))

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
        return _shortened(draft, self._transports[channel.type], self._envelope(due, channel, None))

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
        )

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
            settings={name: value for name in names if (value := settings.get(name))},
        )


def _fitting(draft: Draft, transport: Transport, envelope: Envelope) -> Composed:
    """The draft as it is, or made to fit as its template allows. Raises `DraftTooLong` if that is not enough."""
    try:
        return Composed(draft, transport.compose(draft, envelope))
    except DraftTooLong:
        if not draft.flexible:
            raise
    shorter = _shortened(draft, transport, envelope)
    return Composed(shorter, transport.compose(shorter, envelope))


def _shortened(draft: Draft, transport: Transport, envelope: Envelope) -> Draft:
    """With as much taken away as its template allows and the platform asks for."""
    if not draft.flexible:
        return draft
    from publisher.render.fitting import fitted

    def fits(text: str) -> bool:
        try:
            transport.compose(replace(draft, text=text), envelope)
        except DraftTooLong:
            return False
        return True

    words = fitted(draft.flexible, fits, language=draft.language)
    return replace(draft, text=words.text, trims=words.trims)


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
