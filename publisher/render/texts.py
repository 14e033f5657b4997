"""Words in the language that is asked for, and their whitespace."""

from __future__ import annotations

import re
import unicodedata

from publisher.errors import MissingTranslation
from publisher.model import EVERY_LANGUAGE, Announcement, Digest, Event, Source, Texts
from publisher.render.grammar import base_language, locale_of

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_ENDING = re.compile(r"\r\n?|[\u2028\u2029]")


def in_language(texts: Texts, language: str) -> str:
    """The words for ``language``, for its base (``de`` for ``de-AT``) or for every language; else empty."""
    for code in (language, base_language(language), EVERY_LANGUAGE):
        if words := texts.get(code, "").strip():
            return words
    return ""


def required(texts: Texts, *, what: str, source: Source, announcement: Announcement) -> str:
    """The words for the announcement's language; raises `MissingTranslation` that names what lacks them."""
    if words := in_language(texts, announcement.language):
        return words
    code = announcement.language
    raise MissingTranslation(
        f"“{announcement.template}” goes to {announcement.channel.id} in {language_name(code)}, "
        f"but the {what} of {source.id} has no “{code}”",
        subject=place_in_file(source),
        remedy=f"add a line “{code}: …” to the {what}, or set in defaults: missing_translation: use "
        f"{next((other for other in texts if other not in (code, EVERY_LANGUAGE)), 'en')}",
    )


def optional(texts: Texts, *, what: str, source: Source, announcement: Announcement) -> str:
    """Like `required`, but empty where no language has any words."""
    if not any(words.strip() for words in texts.values()):
        return ""
    return required(texts, what=what, source=source, announcement=announcement)


def place_in_file(source: Source) -> str:
    """Where a source stands in the file: ``events/open-day``."""
    if isinstance(source, Event):
        return f"events/{source.id}"
    return f"digests/{source.id}" if isinstance(source, Digest) else f"posts/{source.id}"


def language_name(code: str) -> str:
    """The English name of a language: Finnish for ``fi``."""
    return locale_of(code).get_language_name("en") or code


def composed(text: str) -> str:
    """NFC, and nothing that can't be encoded: a template may hold half of a surrogate pair as an escape."""
    return _LONE_SURROGATE.sub("\ufffd", unicodedata.normalize("NFC", text))


def paragraphs(text: str) -> str:
    """NFC, no blanks at line ends, at most one empty line in a row, none at either end."""
    lines = _LINE_ENDING.sub("\n", composed(text)).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def one_line(text: str) -> str:
    """NFC in one line: a header can't be broken out of, nor an alternative text broken up."""
    return " ".join(_CONTROLS.sub(" ", composed(text)).split())
