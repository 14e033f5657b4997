"""Sentences for people: English where they are made, and able to be said in another language.

A `Sentence` is its English text. It also remembers the pattern and the parts that it was made of, so that a
`Speaker` can look the pattern up in a catalogue (`translations/pl.po`, made with gettext's tools) and put the parts
in again. Parts that are sentences themselves are translated too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:  # English, the usual case, needs no catalogue
    from babel.messages.catalog import Catalog

LANGUAGES = ("en", "pl")
"""What publisher itself speaks; announcements know more languages."""

_FOLDER = Path(__file__).parent / "translations"


class Sentence(str):
    """A text in English that knows how it was made. Make one with `sentence`, `counted` or `verbatim`."""

    pattern: str
    plural: str  #: the English pattern for other numbers than one; empty when nothing is counted
    parts: Mapping[str, Any]

    __slots__ = ("parts", "pattern", "plural")

    def __new__(cls, pattern: str, parts: Mapping[str, Any], *, plural: str = "") -> Self:
        """The English text of the pattern that fits."""
        fits = plural if plural and parts["n"] != 1 else pattern
        made = super().__new__(cls, fits.format_map(parts))
        made.pattern, made.plural, made.parts = pattern, plural, parts
        return made


def sentence(pattern: str, /, **parts: Any) -> Sentence:  # noqa: ANN401  whatever can be shown
    """A sentence; ``{name}`` in the pattern stands for a part. Literal braces are doubled, as in `str.format`."""
    return Sentence(pattern, parts)


def counted(one: str, many: str, /, **parts: Any) -> Sentence:  # noqa: ANN401
    """A sentence in which the number ``{n}`` decides about the words."""
    return Sentence(one, parts, plural=many)


def verbatim(text: str) -> Sentence:
    """What is the same in every language: a name, a line of YAML, another program's words."""
    return Sentence("{text}", {"text": text})


NOTHING = verbatim("")
"""No words at all."""


class Speaker:
    """Says sentences in one language. What the catalogue lacks stays English."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._catalogue = _catalogue(language) if language != "en" else None

    def say(self, text: str) -> str:
        """The text in the language of this speaker; what is no `Sentence` stays as it is."""
        if self._catalogue is None or not isinstance(text, Sentence):
            return str(text)
        parts = {name: self.say(part) if isinstance(part, str) else part for name, part in text.parts.items()}
        return self._pattern(self._catalogue, text).format_map(parts)

    def _pattern(self, catalogue: Catalog, text: Sentence) -> str:
        message = catalogue.get(text.pattern)
        if message is None or not message.string:
            return text.plural if text.plural and text.parts["n"] != 1 else text.pattern
        if isinstance(message.string, str):
            return message.string
        which = c2py(catalogue.plural_expr)(abs(int(text.parts["n"])))
        return str(message.string[which])


@lru_cache(maxsize=4)
def _catalogue(language: str) -> Catalog:
    from babel.messages.pofile import read_po

    with (_FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def language_of(environment: Mapping[str, str]) -> str:
    """The language that the locale asks for, when publisher speaks it, else English (POSIX, section 8.2)."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    language = locale.partition("_")[0].partition(".")[0]
    return language if language in LANGUAGES else "en"
