"""The dry run: the words and the very bytes of what is planned. Sends nothing, needs no credentials and no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from publisher.app import App
from publisher.composing import Composed, Composer, sample_reader
from publisher.errors import (
    AudienceError,
    DraftTooLong,
    MediaError,
    MissingTranslation,
    NoTemplate,
    PublisherError,
    SettingsError,
    TemplateBroken,
)
from publisher.model import Channel, Form, Kind, Place, Planned, PlanState, Problem, Severity
from publisher.newsletter.csvlist import MailingList, read_list
from publisher.schedulefile.schedule import Entry, Schedule

_CODES: dict[type[PublisherError], str] = {
    NoTemplate: "no-template",
    TemplateBroken: "template-broken",
    MissingTranslation: "missing-translation",
    DraftTooLong: "too-long",
    MediaError: "bad-picture",
    AudienceError: "bad-list",
    SettingsError: "bad-setting",
}
_TOP = Place("", 1, 1, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One delivery in one language, as it would go out."""

    planned: Planned
    language: str
    composed: Composed | None
    problems: tuple[Problem, ...] = ()
    error: PublisherError | None = None  #: what the problems say, when it could not be composed


class Previewer:
    """Composes what is planned, without anything that could send it."""

    def __init__(self, app: App, schedule: Schedule) -> None:
        self._schedule = schedule
        self._composer: Composer = app.composer(schedule)
        self._lists: dict[str, MailingList | AudienceError] = {}

    def previews(self, planned: Iterable[Planned]) -> Iterator[Preview]:
        """Each delivery that goes out or is a draft, in each of its languages."""
        for one in planned:
            entry = self._schedule.entry(f"{one.kind}s/{one.source_id}")
            if entry is not None and (one.goes_out or one.state is PlanState.DRAFT):
                for language in one.languages:
                    yield self.preview(one, entry, language=language)

    def preview(self, planned: Planned, entry: Entry, *, language: str) -> Preview:
        """One delivery in one language; what stops it is a problem, not an exception."""
        channel = planned.channel
        try:
            reader = None
            if self._composer.form(channel) is Form.MAIL:
                reader = sample_reader(language, self._columns(channel))
            composed = self._composer.compose(planned, entry, channel=channel, language=language, reader=reader)
        except PublisherError as error:
            problem = problem_of(error, planned)
            return Preview(planned=planned, language=language, composed=None, problems=(problem,), error=error)
        return Preview(planned=planned, language=language, composed=composed)

    def list_problems(self) -> Iterator[Problem]:
        """What is wrong with the mailing lists that the file names."""
        for audience in self._schedule.audiences.values():
            found = self._list(audience.id)
            if isinstance(found, AudienceError):
                place = Place(str(self._schedule.path), 1, 1, 1, 1)
                yield Problem(
                    code="bad-list",
                    severity=Severity.ERROR,
                    message=f"{found.subject}: {found.message}",
                    hint=found.remedy,
                    place=self._schedule.places.get(f"audiences/{audience.id}", place),
                    about=f"audiences/{audience.id}",
                )
            else:
                yield from found.problems

    def _columns(self, channel: Channel) -> tuple[str, ...]:
        found = self._list(channel.audience)
        if isinstance(found, AudienceError):
            raise found
        return tuple(found.readers[0].attributes)

    def _list(self, audience_id: str) -> MailingList | AudienceError:
        if audience_id not in self._lists:
            try:
                self._lists[audience_id] = read_list(self._schedule.audiences[audience_id].path)
            except AudienceError as error:
                self._lists[audience_id] = error
        return self._lists[audience_id]


def problem_of(error: PublisherError, planned: Planned) -> Problem:
    """What stops a delivery, at the place of the step that asks for it."""
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "bad-value")
    about = f"{Kind(planned.kind)}s/{planned.source_id}"
    what = f"“{planned.template}” of {planned.source_id} on {planned.channel.id} in {'/'.join(planned.languages)}: "
    if error.message.startswith(f"“{planned.template}”"):
        what = ""
    is_news = error.subject not in ("", about, planned.key) and error.subject not in error.message
    subject = f"{error.subject}: " if is_news else ""
    return Problem(
        code=code,
        severity=Severity.ERROR,
        message=f"{what}{subject}{error.message}",
        hint=error.remedy or "See publisher preview.",
        place=planned.place or _TOP,
        about=about,
    )
