"""From an announcement to a draft: find the template, give it the words, take the result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from publisher.errors import MissingTranslation, NoTemplate, NotSpliceable, TemplateBroken
from publisher.model import Announcement, Digest, Draft, Event, Form, Media, Post, Reader
from publisher.personal import is_whole
from publisher.render.about import About, about
from publisher.render.addressee import LINKS, Addressee, OneReader
from publisher.render.analyst import Analyst
from publisher.render.cards import card_media
from publisher.render.engine import Engine
from publisher.render.filters import scene
from publisher.render.logos import logos
from publisher.render.mail import MailWriter
from publisher.render.marks import without_marks
from publisher.render.media import prepare
from publisher.render.placeholders import must_be_filled_in
from publisher.render.safety import Trees
from publisher.render.sources import DISK, Sources
from publisher.render.templates import TemplateFile, TemplateFolders, shown
from publisher.render.texts import in_language, paragraphs
from publisher.render.threads import divided, in_one_piece, is_divided
from publisher.render.uses import Look, Uses
from publisher.render.views import source_view, variables_for, view_name
from publisher.sentences import sentence

_LINK = re.compile(r"https?://[^\s<>\"]+")
_FUNDING = "_parts/card.j2"


class Renderer:
    """Makes drafts out of the templates in ``folders``; a template in an earlier folder hides that of a later one.

    The same announcement and the same files give the same draft. Changed files are noticed by themselves.
    """

    def __init__(
        self, folders: Sequence[Path], *, kind: type[TemplateFolders] = TemplateFolders, sources: Sources = DISK
    ) -> None:
        trees: Trees = {}
        self._folders = kind(folders, sources=sources)
        self._plain = Engine(self._folders, autoescape=False, trees=trees)
        escaping = Engine(self._folders, autoescape=True, trees=trees)
        self._mail = MailWriter(self._folders, plain=self._plain, escaping=escaping)

    def draft(self, announcement: Announcement, *, form: Form, reader: Reader | Addressee | None = None) -> Draft:
        """The words for one channel in one language; for mail also for one reader, or with marks for anybody.

        When a text, a picture's description or a template is missing in the language, the whole draft is made in
        ``announcement.fallback``, if there is one; `Draft.language` says which it is.

        Raises `NoTemplate`, `TemplateBroken`, `MissingTranslation` or `MediaError`; for anybody also `NotSpliceable`.
        """
        addressee = OneReader.of(reader) if reader is None or isinstance(reader, Reader) else reader
        try:
            return self._draft(announcement, form=form, reader=addressee)
        except (MissingTranslation, NoTemplate) as missing:
            if announcement.fallback in ("", announcement.language):
                raise
            try:
                return self._draft(replace(announcement, language=announcement.fallback), form=form, reader=addressee)
            except (MissingTranslation, NoTemplate) as also_missing:
                raise missing from also_missing if str(also_missing) != str(missing) else None

    def analyst(self) -> Analyst:
        """Somebody to read the templates, for `uses`."""
        return Analyst(self._plain.tree)

    def uses(self, announcement: Announcement, *, form: Form, analyst: Analyst) -> Uses | None:
        """What the template of an announcement does with its facts; None when that can't be told.

        Raises `NoTemplate`, and `TemplateBroken` for a file that can't be read or understood.
        """
        file = self._file(announcement, form=form)
        uses = analyst.uses(*(self._mail.files(file) if form is Form.MAIL else (file.name,)))
        if uses is not None:
            uses.note(f"{view_name(announcement)}.link", Look.SHOWN)  # every draft carries it
        return uses

    def media(self, announcement: Announcement, *, form: Form) -> tuple[Media, ...]:
        """The pictures of an announcement: its own, or else for a post about an event a card.

        A mail has no card: what would stand on it stands in the mail, as text. Raises `MediaError`,
        `MissingTranslation` or `TemplateBroken`.
        """
        source = announcement.source
        if isinstance(source, Digest):
            return ()
        if source.picture is not None:
            return (prepare(source.picture, language=announcement.language),)
        if isinstance(source, Event) and form is Form.POST and announcement.channel.card:
            return self._card(announcement, source)
        return ()

    def about(self, template: str) -> About:
        """What a template says about itself. Raises `TemplateBroken`."""
        return about(template, self._folders.folders, sources=self._folders.sources)

    def file(self, announcement: Announcement, *, form: Form) -> Path:
        """The template file that makes the words. Raises `NoTemplate`."""
        return self._file(announcement, form=form).path

    def has_template(self, name: str) -> bool:
        """Whether there is a template of this name."""
        return self._folders.has(name)

    def known_templates(self) -> tuple[str, ...]:
        """The names of all templates, sorted."""
        return self._folders.known()

    def _draft(self, announcement: Announcement, *, form: Form, reader: Addressee) -> Draft:
        file = self._file(announcement, form=form)
        timezone = announcement.channel.calendar.timezone
        with scene(announcement.language, announcement.due_local.date(), timezone=timezone):
            if form is Form.MAIL:
                variables = variables_for(self._in_one_piece(announcement))
                variables["reader"] = reader.view(announcement.language)
                bases = (announcement.list.unsubscribe, announcement.list.preferences)
                variables |= {
                    name: reader.link(base, part) for (name, part), base in zip(LINKS.items(), bases, strict=True)
                }
                draft = self._mail_draft(file, variables)
            else:
                draft = self._post_draft(file, announcement)
        whole = replace(
            draft,
            language=announcement.language,
            link=_shown_link(draft, source_view(announcement).link),
            media=self.media(announcement, form=form),
            logos=logos(announcement) if form is Form.MAIL else {},
        )
        must_be_filled_in(whole, announcement, file=file, besides=reader.words)
        return whole

    def _card(self, announcement: Announcement, event: Event) -> tuple[Media, ...]:
        """None in a language in which the event has no title: words that need it say so."""
        if not in_language(event.title, announcement.language):
            return ()
        label = in_language(self.about(announcement.template).label, announcement.language)
        return (card_media(announcement, event, label=label, statement=self._statement(announcement)),)

    def _statement(self, announcement: Announcement) -> str:
        """Who pays, in the words of the mails; empty when the templates have none."""
        path = self._folders.resolve(_FUNDING)
        if path is None:
            return ""
        with scene(announcement.language, announcement.due_local.date()):
            return self._plain.text(TemplateFile(_FUNDING, path), variables_for(announcement)).strip()

    def _file(self, announcement: Announcement, *, form: Form) -> TemplateFile:
        return self._folders.find(
            announcement.template,
            channel_type=announcement.channel.type,
            language=announcement.language,
            form=form,
        )

    def _mail_draft(self, file: TemplateFile, variables: Mapping[str, object]) -> Draft:
        words = self._mail.words(file, variables)
        if not all(map(is_whole, words)):
            raise NotSpliceable
        return Draft(language="", **words._asdict())

    def _in_one_piece(self, announcement: Announcement) -> Announcement:
        """A mail has no parts: the lines that divide a post's text are none of its words."""
        source = announcement.source
        if not (isinstance(source, Post) and any(map(is_divided, _all_texts(source)))):
            return announcement
        if not self.about(announcement.template).makes_threads:
            return announcement
        return replace(announcement, source=in_one_piece(source))

    def _post_draft(self, file: TemplateFile, announcement: Announcement) -> Draft:
        """A thread is not made to fit: its parts were divided by hand."""
        marked = _with_statement(self._plain.text(file, variables_for(announcement)), announcement)
        whole = without_marks(marked)
        if text := paragraphs(whole):
            draft = Draft(language="", text=text, flexible="" if whole == marked else marked)
            is_thread = is_divided(text) and self.about(announcement.template).makes_threads
            return divided(replace(draft, flexible="")) if is_thread else draft
        raise TemplateBroken(
            sentence("The template gives an empty text."),
            subject=shown(file.path),
            remedy=sentence("Write something into it, or check the conditions in it."),
            path=file.path,
        )


def _shown_link(draft: Draft, link: str) -> str:
    """The link that goes with the words: when a post shows others and not this one, the first of those it shows."""
    shown = [] if draft.subject or link in draft.text else _LINK.findall(draft.text)
    return shown[0].rstrip(".,;:!?") if shown else link


def _with_statement(marked: str, announcement: Announcement) -> str:
    """The text of a post, with the funding named at its end where the profile wants it there."""
    profile = announcement.project.profile
    statement = in_language(profile.statement, announcement.language) if profile.in_posts else ""
    return marked if statement in without_marks(marked) else f"{marked}\n\n{statement}"


def _all_texts(post: Post) -> Iterator[str]:
    for texts in (post.text, *post.text_for.values()):
        yield from texts.values()
