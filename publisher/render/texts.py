"""Words in the language that is asked for, and their whitespace."""

from __future__ import annotations

import re
import unicodedata

from publisher.errors import MissingTranslation
from publisher.model import EVERY_LANGUAGE, Announcement, Digest, Event, Source, Texts
from publisher.render.grammar import base_language, locale_of
from publisher.sentences import Sentence, sentence, verbatim

_LANGUAGE_NAMES = {
    "ca": sentence("Catalan"),
    "de": sentence("German"),
    "en": sentence("English"),
    "es": sentence("Spanish"),
    "fi": sentence("Finnish"),
    "fr": sentence("French"),
    "pl": sentence("Polish"),
}
_LONGEST_TAIL = 25
_LAST_WORDS = 2
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f", " "))
_LINE_ENDING = re.compile(r"\r\n?|[\u2028\u2029]")


def in_language(texts: Texts, language: str) -> str:
    """The words for ``language``, for its base (``de`` for ``de-AT``) or for every language; else empty."""
    for code in (language, base_language(language), EVERY_LANGUAGE):
        if words := texts.get(code, "").strip():
            return words
    return ""


def required(texts: Texts, *, field: str, source: Source, announcement: Announcement) -> str:
    """The words for the announcement's language; raises `MissingTranslation` that names what lacks them."""
    if words := in_language(texts, announcement.language):
        return words
    raise missing(texts, field=field, source=source, announcement=announcement)


def missing(texts: Texts, *, field: str, source: Source, announcement: Announcement) -> MissingTranslation:
    """The error for a text without words in the announcement's language."""
    code = announcement.language
    return MissingTranslation(
        sentence(
            "“{template}” goes to {channel} in {language}, but “{field}” has no “{code}”.",
            template=announcement.template,
            channel=announcement.channel.id,
            language=language_name(code),
            field=field.rpartition(".")[2],
            code=code,
        ),
        subject=place_in_file(source),
        remedy=sentence(
            "Add  {code}: …  here, or set  missing_translation: use {other}.", code=code, other=_another(texts, code)
        ),
        field=field,
    )


def _another(texts: Texts, code: str) -> str:
    """A language in which there are words, English before others."""
    there = [other for other, words in texts.items() if words.strip() and other not in (code, EVERY_LANGUAGE)]
    return "en" if "en" in there or not there else there[0]


def optional(texts: Texts, *, field: str, source: Source, announcement: Announcement) -> str:
    """Like `required`, but empty where no language has any words."""
    if not any(words.strip() for words in texts.values()):
        return ""
    return required(texts, field=field, source=source, announcement=announcement)


def place_in_file(source: Source) -> str:
    """Where a source stands in the file: ``events/open-day``."""
    if isinstance(source, Event):
        return f"events/{source.id}"
    return f"digests/{source.id}" if isinstance(source, Digest) else f"posts/{source.id}"


def language_name(code: str) -> Sentence:
    """The English name of a language: Finnish for ``fi``; those that come with templates can be said in others."""
    known = _LANGUAGE_NAMES.get(base_language(code))
    return known or verbatim(locale_of(code).get_language_name("en") or code)


def ordinary_spaces(text: str) -> str:
    """Non-breaking, thin and narrow spaces as ordinary ones: a copied or searched text holds what one types."""
    return text.translate(_SPACES)


def composed(text: str) -> str:
    """NFC, and nothing that can't be encoded: a template may hold half of a surrogate pair as an escape."""
    return _LONE_SURROGATE.sub("\ufffd", unicodedata.normalize("NFC", text))


def paragraphs(text: str) -> str:
    """NFC, ordinary spaces, none at line ends, at most one empty line in a row, none at either end."""
    lines = _LINE_ENDING.sub("\n", ordinary_spaces(composed(text))).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def one_line(text: str) -> str:
    """NFC in one line: a header can't be broken out of, nor an alternative text broken up."""
    return " ".join(_CONTROLS.sub(" ", composed(text)).split())


def last_words(text: str) -> str:
    """The end of a text that is cut off, beginning at a word, with a mark at the cut: ``…województwa podla▮``."""
    tail = one_line(text[-_LONGEST_TAIL:])
    if len(text) > _LONGEST_TAIL and not text[-_LONGEST_TAIL - 1].isspace():
        tail = tail.partition(" ")[2] or tail
    shown = " ".join(tail.split(" ")[-_LAST_WORDS:])
    blank = " " if text[-1:].isspace() else ""
    return f"…{shown}{blank}▮"
