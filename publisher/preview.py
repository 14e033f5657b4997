"""The dry run: the words and the very bytes of what is planned. Sends nothing, needs no credentials and no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property

from publisher.app import App
from publisher.composing import Composed, Composer, sample_reader
from publisher.consent import NOT_NEEDED, Cell, Standing
from publisher.errors import AudienceError, DraftTooLong, LedgerError, PublisherError, TemplateBroken
from publisher.hints import hints
from publisher.mistakes import Stopped, problem_of
from publisher.model import (
    Announcement,
    Audience,
    Channel,
    Draft,
    Form,
    Media,
    Place,
    Planned,
    PlanState,
    Problem,
    Severity,
)
from publisher.newsletter.audience import Readership, readership
from publisher.render.columns import columns_asked_for
from publisher.render.uses import Uses
from publisher.schedulefile.problems import in_order
from publisher.schedulefile.schedule import Entry, Schedule
from publisher.sentences import Sentence, sentence, verbatim


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One delivery in one language, as it would go out."""

    planned: Planned
    language: str
    composed: Composed | None
    stopped: Stopped | None = None  #: why it could not be composed
    unsent: Draft | None = None  #: the words of what is too long
    entry: Entry | None = None
    standing: Standing = NOT_NEEDED
    noted: tuple[Problem, ...] = ()  #: what else is to be known of it: warnings and remarks
    remarks: tuple[Problem, ...] = ()  #: what the rules say about what was composed, and about its entry

    @property
    def draft(self) -> Draft | None:
        """The words, as far as they could be made."""
        return self.composed.draft if self.composed else self.unsent

    @property
    def media(self) -> tuple[Media, ...]:
        """The pictures as they go out; of what can't be composed, those of the draft."""
        if self.composed is not None and self.composed.payload.media:
            return self.composed.payload.media
        return self.draft.media if self.draft else ()

    @property
    def cell(self) -> Cell | None:
        """What an approval of it is bound to; None for what can't be composed."""
        if self.composed is None:
            return None
        sha256, planned = self.composed.payload.sha256, self.planned
        return Cell(key=planned.key, language=self.language, sha256=sha256, local=planned.local)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stops it, what should be looked at, and what is good to know of it, told for people."""
        stopping = (problem_of(self.stopped),) if self.stopped else ()
        return (*stopping, *self.remarks, *self.noted, *self._hints())

    @property
    def is_stopped(self) -> bool:
        """Whether it can't go out as it is."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def _hints(self) -> tuple[Problem, ...]:
        planned = self.planned
        if self.composed is None or planned.place is None:
            return ()
        return hints(self.composed, place=planned.place, about=f"{planned.kind}s/{planned.source_id}")


class Previewer:
    """Composes what is planned, without anything that could send it."""

    def __init__(self, app: App, schedule: Schedule) -> None:
        self.composer: Composer = app.composer_of_the_moment(schedule)
        self._schedule = schedule
        self._analyst = self.composer.renderer.analyst()
        self._uses: dict[tuple[str, str, str], Uses | TemplateBroken | None] = {}
        self._app = app
        self._lists: dict[str, Readership | AudienceError] = {}

    def previews(self, planned: Iterable[Planned]) -> Iterator[Preview]:
        """Each delivery that goes out or is a draft, in each of its languages."""
        entries = {entry.name: entry for entry in self._schedule.entries}
        for one in planned:
            entry = entries.get(f"{one.kind}s/{one.source_id}")
            if entry is not None and (one.goes_out or one.state is PlanState.DRAFT):
                of_entry = self.composer.of_entry(entry)
                for language in one.languages:
                    found = self.preview(one, entry, language=language)
                    yield replace(found, remarks=in_order([*found.remarks, *of_entry]))

    def preview(self, planned: Planned, entry: Entry, *, language: str) -> Preview:
        """One delivery in one language; what stops it is a problem, not an exception."""
        channel = planned.channel
        try:
            reader = None
            if self.composer.form(channel) is Form.MAIL:
                reader = sample_reader(language, self.columns(channel))
            composed = self.composer.compose(planned, entry, channel=channel, language=language, reader=reader)
        except PublisherError as error:
            stopped = self._stopped(planned, entry, language=language, error=error)
            unsent = None
            if isinstance(error, DraftTooLong):
                unsent = self.composer.draft(planned, entry, channel=channel, language=language)
            return Preview(
                planned=planned, language=language, composed=None, stopped=stopped, unsent=unsent, entry=entry
            )
        remarks = self.composer.problems(planned, entry, channel=channel, language=language, composed=composed)
        return Preview(planned=planned, language=language, composed=composed, entry=entry, remarks=remarks)

    def _stopped(self, planned: Planned, entry: Entry, *, language: str, error: PublisherError) -> Stopped:
        if not isinstance(error, DraftTooLong):
            return Stopped(planned, entry, language, error)
        uses = self.uses(self.composer.announcement(planned, entry, channel=planned.channel, language=language))
        return Stopped(planned, entry, language, error, tuple(uses.looks) if uses else ())

    def uses(self, announcement: Announcement) -> Uses | None:
        """What the template of this announcement does with its facts (`publisher.render.analyst`), found out once.

        Raises `NoTemplate` or `TemplateBroken`.
        """
        key = (announcement.template, announcement.channel.type, announcement.language)
        if key not in self._uses:
            form = self.composer.form(announcement.channel)
            try:
                self._uses[key] = self.composer.renderer.uses(announcement, form=form, analyst=self._analyst)
            except TemplateBroken as error:
                self._uses[key] = error
        found = self._uses[key]
        if isinstance(found, TemplateBroken):
            raise found
        return found

    def list_problems(self) -> Iterator[Problem]:
        """What is wrong with the mailing lists that the file names."""
        for audience in self._schedule.audiences.values():
            found = self._list(audience.id)
            if isinstance(found, AudienceError):
                place = Place.top(str(self._schedule.path))
                yield Problem(
                    code="bad-list",
                    severity=Severity.ERROR,
                    message=sentence("{file}: {message}", file=found.subject, message=found.message),
                    hint=found.remedy if isinstance(found.remedy, Sentence) else verbatim(found.remedy),
                    place=self._schedule.places.get(f"audiences/{audience.id}", place),
                    about=f"audiences/{audience.id}",
                )
            else:
                yield from found.problems

    def readers(self, channel: Channel) -> int:
        """How many are on the list of a channel; 0 where there is none, or none that can be read."""
        if channel.audience not in self._schedule.audiences:
            return 0
        with self._readership(self._schedule.audiences[channel.audience]) as found:
            return len(found) if isinstance(found, Readership) else 0

    def columns(self, channel: Channel) -> tuple[str, ...]:
        """The further columns of the list of a channel. Raises `AudienceError`."""
        found = self._list(channel.audience)
        if isinstance(found, AudienceError):
            raise found
        return found.columns

    def _list(self, audience_id: str) -> Readership | AudienceError:
        """What a list is like; its readers are to be asked for with `readers`."""
        if audience_id not in self._lists:
            with self._readership(self._schedule.audiences[audience_id]) as found:
                self._lists[audience_id] = found
        return self._lists[audience_id]

    @contextmanager
    def _readership(self, audience: Audience) -> Iterator[Readership | AudienceError]:
        """A look into the file, or into the ledger, if there is one."""
        with ExitStack() as stack:
            ledger = None
            with suppress(LedgerError):  # words can be looked at without it
                ledger = self._app.existing_ledger() if audience.lists else None
            if ledger is not None:
                stack.enter_context(closing(ledger))
            try:
                found: Readership | AudienceError = readership(audience, ledger=ledger)
            except AudienceError as error:
                found = error
            if isinstance(found, Readership) and audience.lists and ledger is None:
                found = replace(found, columns=self._columns_asked_for)
            yield found

    @cached_property
    def _columns_asked_for(self) -> tuple[str, ...]:
        """Of a list that can't be looked at nobody can say that it lacks a column."""
        return columns_asked_for(self._app.template_folders, sources=self._app.sources)
