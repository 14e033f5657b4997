# ruff: noqa: RUF001, RUF002  dashes and apostrophes as these languages write them
"""How each language writes days and hours: a table that people who speak it can read and correct.

Babel (CLDR) knows the names of days and months and their cases. Its ranges are not used: they put thin spaces around
the dash, shorten months to the nominative in Polish and to abbreviations across months. Nor are its weekdays in answer
to "when?": Polish lacks them, and Finnish has six of the seven.

``day``, ``short`` and ``number`` are CLDR date patterns. In the others ``{weekday}`` and ``{day}`` stand for the words
of one day, ``{first}`` and ``{last}`` for those of two, ``{begin}``, ``{end}`` and ``{time}`` for hours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from publisher.errors import RenderError
from publisher.sentences import sentence

if TYPE_CHECKING:
    from babel import Locale


def _as_is(words: str) -> str:
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The forms of one language."""

    locale: str
    day: str = "d MMMM y"
    short: str = "d MMMM"  #: a day without its year
    number: str = "d"  #: a day without its month; empty: ranges always repeat the month
    month: str = "LLLL y"
    name_of_day: str = "cccc"

    with_weekday: str = "{weekday}, {day}"
    on_weekday: str = "{weekday}, {day}"  #: as an answer to "when?"
    on: tuple[str, ...] = ()  #: the seven answers from Monday on, where they are not the plain names

    near: str = "{first}–{last}"  #: two days of one month
    far: str = "{first} – {last}"
    prose_near: str = ""  #: where a sentence says "from … to"; empty: as ``near``
    prose_far: str = ""
    on_near: str = ""  #: as an answer to "when?", where that says more; empty: as ``prose_near``
    on_far: str = ""
    end_with_weekday: str = ""  #: each end of ``prose_near`` with its weekday; empty: weekdays go with ``near``

    clock: str = "HH:mm"
    full_hour: str = ""  #: where a full hour is written without minutes
    time: str = "{time}"  #: an hour that stands alone
    at: str = ", {time}"  #: after a day
    at_one: str = ""  #: where one o'clock is singular
    hours: str = ", {begin}–{end}"
    prose_hours: str = ""
    clock_of: str = " {zone}"  #: whose clock it is, after hours
    finish_days: Callable[[str], str] = _as_is
    finish_hours: Callable[[str], str] = _as_is


def _french_first(days: str) -> str:
    """The first of a month is an ordinal: "1er mai"."""
    return re.sub(r"\b1\b", "1er", days)


def _catalan_days(days: str) -> str:
    """Articles are elided before 1 (u) and 11 (onze): "de l’11 al 13 de maig"."""
    return re.sub(r"\b(de|a)l (?=11?\b)", r"\1 l’", days)


def _catalan_hours(hours: str) -> str:
    """The preposition is elided before 1 (una) and 11 (onze): "d’11.00 a 13.00 h"."""
    return re.sub(r"\bde (?=11?\.)", "d’", hours)


_GRAMMARS = {
    "pl": Grammar(
        locale="pl",
        at=", godz. {time}",
        on_weekday="{weekday} {day}",
        on_near="od {first} do {last}",
        on_far="od {first} do {last}",
        on=("w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę"),
    ),
    "en": Grammar(
        locale="en_GB",
        on_weekday="on {weekday}, {day}",
        on_near="from {first} to {last}",
        on_far="from {first} to {last}",
    ),
    "fi": Grammar(
        locale="fi",
        day="d. MMMM y",
        short="d. MMMM",
        number="d.",
        with_weekday="{weekday} {day}",
        on_weekday="{weekday} {day}",
        on=(
            "maanantaina",
            "tiistaina",
            "keskiviikkona",
            "torstaina",
            "perjantaina",
            "lauantaina",
            "sunnuntaina",
        ),
        clock="H.mm",
        at=" klo {time}",
        hours=" klo {begin}–{end}",
    ),
    "de": Grammar(
        locale="de",
        day="d. MMMM y",
        short="d. MMMM",
        number="d.",
        on_weekday="am {weekday}, {day}",
        prose_near="vom {first} bis {last}",
        prose_far="vom {first} bis {last}",
        clock="H:mm",
        time="{time} Uhr",
        at=", {time} Uhr",
        hours=", {begin}–{end} Uhr",
    ),
    "es": Grammar(
        locale="es",
        day="d 'de' MMMM 'de' y",
        short="d 'de' MMMM",
        month="LLLL 'de' y",
        on_weekday="el {weekday} {day}",
        prose_near="del {first} al {last}",
        prose_far="del {first} al {last}",
        end_with_weekday="{weekday} {day}",
        clock="H:mm",
        at=", a las {time}",
        at_one=", a la {time}",
        prose_hours=", de {begin} a {end}",
        clock_of=", {zone}",
    ),
    "ca": Grammar(
        locale="ca",
        day="d MMMM 'del' y",
        on_weekday="el {weekday} {day}",
        prose_near="del {first} al {last}",
        prose_far="del {first} al {last}",
        end_with_weekday="{weekday} {day}",
        clock="H.mm",
        time="{time} h",
        at=", a les {time} h",
        at_one=", a la {time} h",
        hours=", {begin}–{end} h",
        prose_hours=", de {begin} a {end} h",
        clock_of=", {zone}",
        finish_days=_catalan_days,
        finish_hours=_catalan_hours,
    ),
    "fr": Grammar(
        locale="fr",
        with_weekday="{weekday} {day}",
        on_weekday="le {weekday} {day}",
        prose_near="du {first} au {last}",
        prose_far="du {first} au {last}",
        end_with_weekday="{weekday} {day}",
        clock="H 'h' mm",
        full_hour="H 'h'",
        at=", à {time}",
        hours=", {begin} – {end}",
        prose_hours=", de {begin} à {end}",
        clock_of=", {zone}",
        finish_days=_french_first,
    ),
}

LANGUAGES = tuple(_GRAMMARS)
"""The languages whose words were written by hand; others get what Babel has."""

_REGIONS = {"de-at": replace(_GRAMMARS["de"], locale="de_AT")}
"""Where a region says a month otherwise: January is Jänner in Austria."""


@lru_cache(maxsize=1024)
def base_language(language: str) -> str:
    """``de-AT`` → ``de``."""
    return re.split(r"[-_]", language, maxsplit=1)[0].lower()


@cache
def grammar_of(language: str) -> Grammar:
    """The forms of a language; raises `RenderError` for a code that is no language."""
    base = base_language(language)
    known = _REGIONS.get(language.replace("_", "-").lower()) or _GRAMMARS.get(base)
    return known or _grammar_from_babel(base)


@cache
def locale_of(language: str) -> Locale:
    """Babel's locale; British English for ``en``. Raises `RenderError` for a code that is no language."""
    from babel import Locale, UnknownLocaleError

    base = base_language(language)
    try:
        return Locale.parse(grammar_of(language).locale if base in _GRAMMARS else base)
    except (UnknownLocaleError, ValueError) as error:
        raise RenderError(
            sentence("“{code}” is no language code that is known.", code=language),
            remedy=sentence("Write a two-letter code: {names} …", names=", ".join(LANGUAGES)),
        ) from error


def is_known(code: str) -> bool:
    """Whether this is the code of a language."""
    try:
        locale_of(code)
    except RenderError:
        return False
    return True


def usual_code(code: str) -> str:
    """The code that a language goes by: ``en`` for ``eng``. Raises `RenderError` for a code that is no language."""
    base = base_language(code)
    return locale_of(code).language + code[len(base) :]


def _grammar_from_babel(language: str) -> Grammar:
    """Patterns of CLDR for a language without a table of its own; ranges repeat the whole day."""
    locale = locale_of(language)
    return Grammar(
        locale=str(locale),
        day=locale.date_formats["long"].pattern,
        short=_skeleton(locale, "MMMMd", instead="d MMMM"),
        number="",
        clock=_skeleton(locale, "Hm", instead="HH:mm"),
    )


def _skeleton(locale: Locale, skeleton: str, *, instead: str) -> str:
    found = locale.datetime_skeletons.get(skeleton)
    return str(found.pattern) if found is not None else instead
