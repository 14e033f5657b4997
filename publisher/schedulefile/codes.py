"""Codes of languages, countries and time zones, and what people write instead of them."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfoNotFoundError, available_timezones

from publisher import publicholidays
from publisher.plainletters import in_ascii
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
#: Cities without a zone of their own, and names of those that have one; small letters of ASCII.
_ZONES = {
    "warszawa": "Europe/Warsaw", "bialystok": "Europe/Warsaw", "krakow": "Europe/Warsaw", "gdansk": "Europe/Warsaw",
    "lodz": "Europe/Warsaw", "wroclaw": "Europe/Warsaw", "poznan": "Europe/Warsaw", "lublin": "Europe/Warsaw",
    "polska": "Europe/Warsaw", "poland": "Europe/Warsaw", "wieden": "Europe/Vienna", "wien": "Europe/Vienna",
    "graz": "Europe/Vienna", "salzburg": "Europe/Vienna", "madryt": "Europe/Madrid", "barcelona": "Europe/Madrid",
    "paryz": "Europe/Paris", "lyon": "Europe/Paris", "munich": "Europe/Berlin", "munchen": "Europe/Berlin",
    "hamburg": "Europe/Berlin", "helsinki": "Europe/Helsinki", "tampere": "Europe/Helsinki", "cork": "Europe/Dublin",
    "praga": "Europe/Prague", "rzym": "Europe/Rome", "bruksela": "Europe/Brussels", "wilno": "Europe/Vilnius",
}  # fmt: skip
_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_ALIKE, _FEWEST = 0.8, 4  #: how much of a city's letters, and how many it has at least


def read_language(value: Any) -> str:  # noqa: ANN401  whatever the file holds
    """The code of a language that there is: ``pl``, ``pt-BR``."""
    code = text(value)
    if not _LANGUAGE.fullmatch(code) or not grammar.is_known(code) or grammar.usual_code(code) != code:
        wrong(sentence("“{code}” is no language code.", code=code), hint=_language_hint(code.casefold()))
    return code


def _language_hint(small: str) -> Sentence:
    near = _LANGUAGES.get(small, re.split("[-_]", small)[0])
    if _LANGUAGE.fullmatch(near) and grammar.is_known(near):
        return sentence("Did you mean “{near}”?", near=grammar.usual_code(near))
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
    """A zone whose city is meant, or nearly called like this one; the part of the world alone makes nothing alike."""
    from difflib import get_close_matches

    city = _city(name[:_LONGEST_NAME])
    zones = (zone for zone in sorted(available_timezones()) if zone.startswith(_AREAS))
    by_city = {_city(zone): zone for zone in zones}
    near = get_close_matches(city, [*_ZONES, *by_city], n=1, cutoff=_ALIKE) if len(city) >= _FEWEST else []
    return (_ZONES | by_city)[near[0]] if near else ""


def _city(zone: str) -> str:
    return in_ascii(zone.rpartition("/")[2].replace("_", " "))
