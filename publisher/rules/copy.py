"""What a rule looks at: one announcement as it goes out, or an entry as it stands in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from publisher.model import Announcement, Digest, Draft, Event, Form, Payload, Post, Profile, Texts
from publisher.render.texts import in_language
from publisher.rules.page import Page, in_the_dark
from publisher.schedulefile.schedule import Entry, Schedule
from publisher.sentences import Sentence


class Complaint(NamedTuple):
    """What a rule has to say: what is wrong, and the mend.

    ``field`` is where it stands in the entry (``summary.pl``); ``words`` are looked for where there is no field.
    """

    message: Sentence
    hint: Sentence
    field: str = ""
    words: str = ""


class Written(NamedTuple):
    """A text of an entry: the field it stands in (``title.pl``), its language (``*`` for all), and its words."""

    field: str
    language: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Copy:
    """The words of one delivery in one language, with everything they were made from.

    ``sent_local`` is the wall time, in the channel's zone, at which they go out; ``nominal`` the one that the rule of
    the file gives before anything moves it.
    """

    schedule: Schedule
    entry: Entry
    announcement: Announcement
    form: Form
    draft: Draft
    payload: Payload
    sent_local: datetime
    nominal: datetime
    template: Path | None = None  #: the file that made the words

    @property
    def language(self) -> str:
        """The language of the words, without a region."""
        return self.draft.language.partition("-")[0]

    @property
    def profile(self) -> Profile:
        """What the funding asks for."""
        return self.announcement.project.profile

    @property
    def day(self) -> date:
        """The day on which people read it."""
        return self.sent_local.date()

    @cached_property
    def page(self) -> Page:
        """The HTML of a mail, taken apart."""
        return Page.of(self.draft.html)

    @cached_property
    def dark_page(self) -> Page:
        """The same on a dark screen, as far as the mail has colours of its own for it."""
        return Page.of(in_the_dark(self.draft.html))

    @cached_property
    def statement(self) -> str:
        """What has to be said about funding in this language."""
        return in_language(self.profile.statement, self.draft.language)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An entry as it stands in the file."""

    schedule: Schedule
    entry: Entry

    @cached_property
    def texts(self) -> tuple[Written, ...]:
        """Everything in words that readers get to see."""
        return tuple(_texts(self.entry))

    @cached_property
    def by_field(self) -> dict[str, dict[str, str]]:
        """Field → language → words, for fields in which the languages are told apart."""
        found: dict[str, dict[str, str]] = {}
        for field, language, words in self.texts:
            if language != "*":
                found.setdefault(field.rpartition(".")[0], {})[language] = words
        return found


def _texts(entry: Entry) -> Iterator[Written]:
    match entry.source:
        case Event() as event:
            yield from _of("title", event.title)
            yield from _of("summary", event.summary)
            yield from _of("where.venue", event.venue.name)
            yield from _of("where.address", event.venue.address)
            yield from _of("organiser", event.organiser)
            yield from _of("image.alt", event.picture.alt if event.picture else {})
        case Post() as post:
            yield from _of("text", post.text)
            for kind, words in post.text_for.items():
                yield from _of(f"text_{kind}", words)
            yield from _of("subject", post.subject)
            yield from _of("image.alt", post.picture.alt if post.picture else {})
        case Digest():
            return


def _of(field: str, texts: Texts) -> Iterator[Written]:
    for language, words in texts.items():
        if words.strip():
            yield Written(f"{field}.{language}", language.partition("-")[0], words)
