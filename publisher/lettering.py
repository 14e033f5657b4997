"""Words of a mail for everybody who is alike to its template, and for one reader where that can't be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Protocol, runtime_checkable

from publisher.channels.formletter import FormLetter
from publisher.errors import NotSpliceable, TemplateBroken
from publisher.model import Draft, Envelope
from publisher.personal import Person, filled
from publisher.render.addressee import Addressee, AnyReader, OneReader


@runtime_checkable
class WritesLetters(Protocol):
    """What a transport offers besides when its mails can be made once for many readers."""

    def letter(self, draft: Draft, envelope: Envelope, *, answers: Mapping[str, bool]) -> FormLetter:
        """The mail for all readers of whom ``answers`` holds. Raises `MediaError` or `RenderError`."""
        ...


@dataclass(frozen=True, slots=True)
class Lettered:
    """A form letter, and whether it is for everybody whom it suits, or for one reader alone."""

    letter: FormLetter
    is_for_all: bool


@dataclass(frozen=True, slots=True)
class Worded:
    """The words for a reader, with marks. ``answers`` is None when they are for this reader alone, without marks."""

    draft: Draft
    answers: Mapping[str, bool] | None


def worded(write: Callable[[Addressee], Draft], person: Person, *, language: str) -> Worded:
    """What ``write`` makes for all readers of whom the same is known, or for this one. Raises what it raises.

    A template that fails with marks may do so because of them: then it is the reader's own words that tell.
    """
    anybody = AnyReader(person.parts, language)
    try:
        return Worded(write(anybody), anybody.answers)
    except (NotSpliceable, TemplateBroken):
        return Worded(write(OneReader(person, language)), None)


def shown(draft: Draft, person: Person) -> Draft:
    """The words as this person reads them."""
    return replace(
        draft,
        subject=filled(draft.subject, person.value),
        preheader=filled(draft.preheader, person.value),
        text=filled(draft.text, person.value),
        html=filled(draft.html, lambda part: escape(person.value(part))),
    )
