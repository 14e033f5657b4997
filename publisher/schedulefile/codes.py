"""Codes of languages, countries and time zones, and what people write instead of them."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfoNotFoundError, available_timezones

from publisher import publicholidays
from publisher.render import grammar
from publisher.schedulefile.refusal import text, wrong
from publisher.sentences import Sentence, sentence
from publisher.timing.instants import zone

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_LONGEST_NAME = 80

#: Codes of countries and names → the code of the language.
_LANGUAGES = {
    "ua": "uk", "cz": "cs", "gr": "el", "dk": "da", "gb": "en", "by": "be",
    "polski": "pl", "polish": "pl", "angielski": "en", "english": "en", "eng": "en", "ukraiński": "uk",
    "niemiecki": "de", "deutsch": "de", "ger": "de", "fiński": "fi", "suomi": "fi", "hiszpański": "es",
    "español": "es", "francuski": "fr", "français": "fr", "kataloński": "ca", "català": "ca", "pol": "pl",
}  # fmt: skip
_COUNTRIES = {
    "polska": "PL", "poland": "PL", "finlandia": "FI", "finland": "FI", "suomi": "FI", "niemcy": "DE", "germany": "DE",
    "hiszpania": "ES", "spain": "ES", "katalonia": "ES-CT", "catalonia": "ES-CT", "francja": "FR", "france": "FR",
}  # fmt: skip
_ZONES = {
    "warszawa": "Europe/Warsaw", "białystok": "Europe/Warsaw", "polska": "Europe/Warsaw", "poland": "Europe/Warsaw",
    "berlin": "Europe/Berlin", "madryt": "Europe/Madrid", "paryż": "Europe/Paris",
}  # fmt: skip


def read_language(value: Any) -> str:  # noqa: ANN401  whatever the file holds
    """The code of a language that there is: ``pl``, ``pt-BR``."""
    code = text(value)
    if not _LANGUAGE.fullmatch(code) or not grammar.is_known(code):
        wrong(sentence("“{code}” is no language code.", code=code), hint=_language_hint(code.casefold()))
    return code


def _language_hint(small: str) -> Sentence:
    near = _LANGUAGES.get(small, re.split("[-_]", small)[0])
    if _LANGUAGE.fullmatch(near) and grammar.is_known(near):
        return sentence("Did you mean “{near}”?", near=near)
    return sentence("Use two small letters, like pl or en.")


def read_country(value: Any) -> str:  # noqa: ANN401
    """The code of a country, or of a part of one, whose public holidays are known."""
    code = text(value).upper()
    if not publicholidays.is_known(code):
        hint = sentence("Use a country code like PL, FI or ES-CT.")
        if near := _COUNTRIES.get(code.casefold()):
            hint = sentence("Did you mean {near}?", near=near)
        wrong(sentence("I know no public holidays of “{value}”.", value=value), hint=hint)
    return code


def read_zone(value: Any) -> str:  # noqa: ANN401
    """The name of a time zone."""
    name = text(value)
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = sentence("Use a city, like Europe/Warsaw.")
        if near := _zone_near(name):
            hint = sentence("Did you mean {near}?", near=near)
        wrong(sentence("There is no time zone “{name}”.", name=name), hint=hint)
    return name


def _zone_near(name: str) -> str:
    from difflib import get_close_matches

    if known := _ZONES.get(name.casefold()):
        return known
    return next(iter(get_close_matches(name[:_LONGEST_NAME], sorted(available_timezones()), n=1)), "")
