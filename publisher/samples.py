"""Which of the planned deliveries have to be composed so that everything that is wrong is found.

Thousands of deliveries come from a handful of templates. What they have in common is composed once: of those that look
alike to their template (`publisher.render.alike`) the first. The others are composed only where their own words or
picture may make a difference that can't be told otherwise:

* the template can't be followed without running it, or looks closely at what it shows;
* the first one failed, or this one would, because of what stands in the entry itself;
* it may be longer than the channel takes;
* its picture is bigger, or described at greater length, than any that the channel type has taken;
* its own words may break a rule (`suspicious_languages`), or those of the first are true on another day only.

Guaranteed is that the mistakes found are those that composing every delivery finds, for templates as `publisher.render`
runs them and for channels whose judgement of a text and of a picture depends on the length of each. A channel that
refuses certain signs needs them in `publisher.render.alike`, as those that X refuses are. Not seen is what depends on
a reader: mails are made for a sample reader whose columns hold their own names. `Samples.everything` composes all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from publisher.errors import (
    DraftTooLong,
    MediaError,
    MissingTranslation,
    NoTemplate,
    PlaceholderLeft,
    PublisherError,
    TemplateBroken,
)
from publisher.mistakes import Stopped
from publisher.model import EVERY_LANGUAGE, Announcement, Media, Planned, Problem
from publisher.preview import Preview, Previewer
from publisher.render.alike import Facts, Odd
from publisher.render.uses import Uses
from publisher.rules import Spoken, are_true, days_spoken_of, suspicious_languages
from publisher.schedulefile.schedule import Entry

_OF_THE_ENTRY = (MissingTranslation, PlaceholderLeft, DraftTooLong, MediaError)
"""What is wrong with one entry, and may not be with another that looks alike."""


class Case(NamedTuple):
    """One delivery in one language."""

    planned: Planned
    entry: Entry
    language: str


@dataclass(frozen=True, slots=True)
class _Like:
    """What decides whether a case has to be composed: the group that it belongs to, and what is its own."""

    group: Hashable
    uses: Uses
    announcement: Announcement
    media: tuple[Media, ...] = ()
    fault: PublisherError | None = None  #: what is wrong with its pictures


class Samples:
    """Composes as few of many cases as it takes. For one reading of the schedule and the templates."""

    def __init__(self, previewer: Previewer) -> None:
        self._previewer = previewer
        self._facts = Facts()
        self._first: dict[Hashable, Preview] = {}
        self._announcements: dict[Hashable, Announcement] = {}
        self._media: dict[Hashable, tuple[Media, ...] | PublisherError] = {}
        self._taken: dict[tuple[str, str], tuple[int, int]] = {}
        self._spoken: dict[Hashable, Spoken] = {}
        self._suspicious: dict[str, frozenset[str]] = {}
        self.remarks: list[tuple[Case, Problem]] = []  #: what the rules say, filled in by the two methods below

    def stopped(self, cases: Iterable[Case]) -> Iterator[Stopped]:
        """The cases that can't be composed, each with the reason, in their order.

        Those with the biggest pictures are judged first: what takes them takes the others.
        """
        known = list(cases)
        found = {id(case): self._judged(case) for case in sorted(known, key=self._bulk, reverse=True)}
        yield from (one for case in known if (one := found[id(case)]) is not None)

    def everything(self, cases: Iterable[Case]) -> Iterator[Stopped]:
        """The same by composing all of them: the measure for `stopped`."""
        for case in cases:
            found = self._composed(case).stopped
            if found is not None:
                yield found

    def _judged(self, case: Case) -> Stopped | None:
        like = self._like(case)
        if like is None:
            return self._composed(case).stopped
        first = self._first.get(like.group)
        if first is None:
            return self._begin(like, case)
        if first.stopped is not None and not isinstance(first.stopped.error, _OF_THE_ENTRY):
            return Stopped(*case, first.stopped.error)
        if like.fault is not None and first.stopped is not None and _is_about_pictures(first.stopped.error):
            return Stopped(*case, like.fault)  # the words of the first could be made, so these can be too
        if first.stopped is None and self._holds_today(like, case) and self._is_covered(like, first):
            self._remark(case, first.remarks)
            return None
        preview = self._composed(case)
        self._note(like, preview)
        return preview.stopped

    def _begin(self, like: _Like, case: Case) -> Stopped | None:
        """The first of a group."""
        self._first[like.group] = preview = self._composed(case)
        self._announcements[like.group] = like.announcement
        if preview.composed is not None and (spoken := days_spoken_of(preview.composed.draft)):
            self._spoken[like.group] = spoken
        self._note(like, preview)
        return preview.stopped

    def _holds_today(self, like: _Like, case: Case) -> bool:
        """Whether the words of the first, if they are true on some days only, are true of this one on its day."""
        spoken, planned = self._spoken.get(like.group), case.planned
        if spoken is None:
            return True
        day, nominal = planned.local.date(), planned.nominal_local.date()
        return are_true(spoken, like.announcement.source, day=day, nominal=nominal)

    def _composed(self, case: Case) -> Preview:
        preview = self._previewer.preview(case.planned, case.entry, language=case.language)
        self._remark(case, preview.remarks)
        return preview

    def _remark(self, case: Case, remarks: Iterable[Problem]) -> None:
        """What the rules say of one that looks alike they say of this one, too."""
        self.remarks.extend((case, one) for one in remarks)

    def _is_suspicious(self, case: Case) -> bool:
        entry = case.entry
        if entry.name not in self._suspicious:
            self._suspicious[entry.name] = suspicious_languages(entry, self._previewer.composer.schedule)
        found = self._suspicious[entry.name]
        return bool(found) and (EVERY_LANGUAGE in found or case.language.partition("-")[0] in found)

    # --- alike ------------------------------------------------------------------------------------------

    def _like(self, case: Case) -> _Like | None:
        """Which others this case is like; None when only composing it tells."""
        channel = case.planned.channel
        if self._is_suspicious(case):
            return None
        announcement = self._announcement(case)
        whole = (channel.id, case.language, announcement.template)
        try:
            uses = self._previewer.uses(announcement)
            likeness = self._facts.likeness(uses, announcement) if uses else None
        except TemplateBroken as error:
            return _Like((whole, str(error)), Uses(), announcement)
        except (NoTemplate, Odd):
            return None
        if uses is None:
            return None
        like = self._with_media(_Like((whole, likeness), uses, announcement), self._media_of(case))
        return None if self._may_fall_back(like) else like

    def _may_fall_back(self, like: _Like) -> bool:
        """Whether the draft may be made in another language, of which its likeness says nothing."""
        fallback, language = like.announcement.fallback, like.announcement.language
        if fallback in ("", language):
            return False
        return isinstance(like.fault, MissingTranslation) or self._facts.is_incomplete(like.uses, like.announcement)

    def _with_media(self, like: _Like, media: tuple[Media, ...] | PublisherError) -> _Like:
        if isinstance(media, PublisherError):
            return replace(like, group=(like.group, "faulty"), fault=media)
        kinds = tuple(one.content_type for one in media)
        return replace(like, group=(like.group, kinds), media=media)

    def _announcement(self, case: Case) -> Announcement:
        composer, planned = self._previewer.composer, case.planned
        return composer.announcement(planned, case.entry, channel=planned.channel, language=case.language)

    def _bulk(self, case: Case) -> tuple[int, int]:
        """Bytes of the pictures, and characters of their descriptions."""
        media = self._media_of(case)
        pictures = () if isinstance(media, PublisherError) else media
        return sum(one.size for one in pictures), sum(len(one.alt) for one in pictures)

    def _media_of(self, case: Case) -> tuple[Media, ...] | PublisherError:
        """The pictures, or what is wrong with them, found out once."""
        channel = case.planned.channel
        form = self._previewer.composer.form(channel)
        key = (id(case.entry.source), case.language, form, channel.card, case.planned.template)
        if key not in self._media:
            try:
                announcement = self._announcement(case)
                self._media[key] = self._previewer.composer.renderer.media(announcement, form=form)
            except (MediaError, MissingTranslation, TemplateBroken) as error:
                self._media[key] = error
        return self._media[key]

    # --- different --------------------------------------------------------------------------------------

    def _is_covered(self, like: _Like, first: Preview) -> bool:
        """Whether what was composed already tells that this one is fine too."""
        if (
            first.composed is None
            or first.composed.draft.trims
            or not all(self._is_taken(like, media) for media in like.media)
        ):
            return False
        payload = first.composed.payload
        if payload.parts:
            return False  # where a text is divided is its own: what is shorter may have a longer part
        if not payload.limit:
            return True
        growth = self._facts.growth(like.uses, like.announcement, over=self._announcements[like.group])
        return like.uses.is_straight and growth <= payload.limit - payload.weight

    def _is_taken(self, like: _Like, media: Media) -> bool:
        size, alt = self._taken.get((like.announcement.channel.type, media.content_type), (-1, -1))
        return media.size <= size and len(media.alt) <= alt

    def _note(self, like: _Like, preview: Preview) -> None:
        """Who takes a picture takes a smaller one; who takes a description takes a shorter one."""
        for media in like.media if preview.composed else ():
            key = (like.announcement.channel.type, media.content_type)
            size, alt = self._taken.get(key, (-1, -1))
            self._taken[key] = max(size, media.size), max(alt, len(media.alt))


def _is_about_pictures(error: PublisherError) -> bool:
    return isinstance(error, MediaError) or (isinstance(error, MissingTranslation) and error.field == "image.alt")
