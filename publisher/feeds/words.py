"""An event in the words of one edition. Texts that its language lacks stand in another one; nothing is an error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from publisher.feeds.edition import Edition, ascii_address
from publisher.feeds.phrases import Phrases, phrases_in
from publisher.model import EVERY_LANGUAGE, Event, EventStatus, Texts
from publisher.render.dates import day_in_words, time_in_words, when_in_words, zone_in_words
from publisher.render.grammar import base_language, locale_of
from publisher.render.texts import one_line, paragraphs

#: What neither RFC 5545 (TSAFE-CHAR) nor XML 1.0 (section 2.2) has room for; line breaks are kept.
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]+")


class Words(NamedTuple):
    """A text and its language; empty for words that hold in every language."""

    text: str
    language: str = ""


def words_in(texts: Texts, languages: Sequence[str]) -> Words:
    """The text in the first of these languages that has one, a variant of it (``de-AT`` for ``de``) or ``*``.

    Else the first text that there is; all may be empty.
    """
    cleaned = {code: _UNPRINTABLE.sub(" ", paragraphs(text)).strip() for code, text in texts.items()}
    written = {code: text for code, text in cleaned.items() if text}
    for language in languages:
        related = (code for code in written if base_language(code) == base_language(language))
        for code in (language, base_language(language), *related, EVERY_LANGUAGE):
            if code in written:
                return _words(written[code], code)
    return next((_words(text, code) for code, text in written.items()), Words(""))


def _words(text: str, code: str) -> Words:
    return Words(text, "" if code == EVERY_LANGUAGE else code)


def title(event: Event, edition: Edition) -> Words:
    """Its title; that of an event that won't be as planned says so first, as many programs don't show a status."""
    words = words_in(event.title, edition.languages)
    status = phrases_in(words.language or edition.language).before_title(event.status)
    text = printable(words.text) or event.id
    return Words(f"{status}: {text}" if status else text, words.language)


def summary(event: Event, edition: Edition) -> Words:
    """What it is about, in one or more lines; may be empty."""
    return words_in(event.summary, edition.languages)


def place(event: Event, edition: Edition) -> Words:
    """Venue and address; for an event without, the address to join online; may be empty."""
    venue = words_in(event.venue.name, edition.languages)
    address = words_in(event.venue.address, edition.languages)
    there = ", ".join(printable(words.text) for words in (venue, address) if words.text)
    if not there:
        return Words(ascii_address(event.venue.online))
    return Words(there, venue.language or address.language)


def organiser(event: Event, edition: Edition) -> Words:
    """Who runs it; may be empty."""
    words = words_in(event.organiser, edition.languages)
    return Words(printable(words.text), words.language)


def when(event: Event, edition: Edition) -> str:
    """Its days and hours in a sentence, with the city whose clock is meant: “…, 13:00-14:30 (Warsaw time)”."""
    words = when_in_words(event.when, edition.language)
    if event.when.begin is not None:
        words += f" ({zone_in_words(event.when.timezone, edition.language)})"
    status = phrases_in(edition.language).before_date(event.status)
    return f"{status}: {words}" if status else words


class Fact(NamedTuple):
    """A line about an event: a label, and a text or a link."""

    label: str
    text: str
    link: str = ""


def facts(event: Event, edition: Edition) -> list[Fact]:
    """How to take part and who runs it; of an event that won't be as planned only the latter."""
    labels = phrases_in(edition.language)
    found = _taking_part(event, edition, labels) if event.status is EventStatus.CONFIRMED else []
    runs = organiser(event, edition)
    return [*found, Fact(labels.organiser, runs.text)] if runs.text else found


def _taking_part(event: Event, edition: Edition, labels: Phrases) -> list[Fact]:
    registration, venue = event.registration, event.venue
    found = []
    if registration.link:
        found.append(Fact(labels.register, "", ascii_address(registration.link)))
    if registration.until:
        found.append(Fact(labels.deadline, _until(event, edition.language)))
    if venue.online:
        found.append(Fact(labels.online, "", ascii_address(venue.online)))
    if venue.step_free:
        found.append(Fact(labels.step_free, ""))
    if event.spoken:
        found.append(Fact(labels.spoken, _language_names(event.spoken, edition.language)))
    return found


def _until(event: Event, language: str) -> str:
    until = event.registration.until
    if until is None:
        return ""
    day = day_in_words(until.date(), language)
    return f"{day}, {time_in_words(until.time(), language)}" if event.registration.until_has_time else day


def _language_names(codes: Sequence[str], language: str) -> str:
    from babel.lists import format_list

    locale = locale_of(language)
    return format_list([locale.languages.get(code, code) for code in codes], locale=locale)


def printable(text: str) -> str:
    """In one line, without characters that a feed has no room for."""
    return one_line(_UNPRINTABLE.sub(" ", text))
