# ruff: noqa: RUF001, RUF002  dashes and apostrophes as these languages write them
"""Small tables that CLDR lacks: tomorrow, in two weeks, Warsaw time, online."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeDays:
    """How a language counts days from today.

    ``words`` by distance in days. The rest are phrases for two and more of a unit, by CLDR plural category.
    """

    words: Mapping[int, str]
    days_ahead: str
    days_ago: str
    weeks_ahead: Mapping[str, str]
    weeks_ago: Mapping[str, str]


RELATIVE_DAYS: Mapping[str, RelativeDays] = {
    "pl": RelativeDays(
        words={
            -7: "tydzień temu",
            -2: "przedwczoraj",
            -1: "wczoraj",
            0: "dzisiaj",
            1: "jutro",
            2: "pojutrze",
            7: "za tydzień",
        },
        days_ahead="za {n} dni",
        days_ago="{n} dni temu",
        weeks_ahead={"few": "za {n} tygodnie", "other": "za {n} tygodni"},
        weeks_ago={"few": "{n} tygodnie temu", "other": "{n} tygodni temu"},
    ),
    "en": RelativeDays(
        words={-7: "a week ago", -1: "yesterday", 0: "today", 1: "tomorrow", 7: "in a week"},
        days_ahead="in {n} days",
        days_ago="{n} days ago",
        weeks_ahead={"other": "in {n} weeks"},
        weeks_ago={"other": "{n} weeks ago"},
    ),
    "fi": RelativeDays(
        words={
            -7: "viikko sitten",
            -2: "toissapäivänä",
            -1: "eilen",
            0: "tänään",
            1: "huomenna",
            2: "ylihuomenna",
            7: "viikon kuluttua",
        },
        days_ahead="{n} päivän kuluttua",
        days_ago="{n} päivää sitten",
        weeks_ahead={"other": "{n} viikon kuluttua"},
        weeks_ago={"other": "{n} viikkoa sitten"},
    ),
    "de": RelativeDays(
        words={
            -7: "vor einer Woche",
            -2: "vorgestern",
            -1: "gestern",
            0: "heute",
            1: "morgen",
            2: "übermorgen",
            7: "in einer Woche",
        },
        days_ahead="in {n} Tagen",
        days_ago="vor {n} Tagen",
        weeks_ahead={"other": "in {n} Wochen"},
        weeks_ago={"other": "vor {n} Wochen"},
    ),
    "es": RelativeDays(
        words={
            -7: "hace una semana",
            -2: "anteayer",
            -1: "ayer",
            0: "hoy",
            1: "mañana",
            2: "pasado mañana",
            7: "dentro de una semana",
        },
        days_ahead="dentro de {n} días",
        days_ago="hace {n} días",
        weeks_ahead={"other": "dentro de {n} semanas"},
        weeks_ago={"other": "hace {n} semanas"},
    ),
    "ca": RelativeDays(
        words={
            -7: "fa una setmana",
            -2: "abans-d’ahir",
            -1: "ahir",
            0: "avui",
            1: "demà",
            2: "demà passat",
            7: "d’aquí a una setmana",
        },
        days_ahead="d’aquí a {n} dies",
        days_ago="fa {n} dies",
        weeks_ahead={"other": "d’aquí a {n} setmanes"},
        weeks_ago={"other": "fa {n} setmanes"},
    ),
    "fr": RelativeDays(
        words={
            -7: "il y a une semaine",
            -2: "avant-hier",
            -1: "hier",
            0: "aujourd’hui",
            1: "demain",
            2: "après-demain",
            7: "dans une semaine",
        },
        days_ahead="dans {n} jours",
        days_ago="il y a {n} jours",
        weeks_ahead={"other": "dans {n} semaines"},
        weeks_ago={"other": "il y a {n} semaines"},
    ),
}

ONLINE: Mapping[str, str] = {
    "pl": "online",
    "en": "online",
    "fi": "verkossa",
    "de": "online",
    "es": "en línea",
    "ca": "en línia",
    "fr": "en ligne",
}
"""Where an event is that has no venue, as it stands in a sentence."""


_POLISH_TIME = {
    "America/New_York": "nowojorskiego",
    "Asia/Nicosia": "nikozyjskiego",
    "Asia/Tokyo": "tokijskiego",
    "Europe/Amsterdam": "amsterdamskiego",
    "Europe/Athens": "ateńskiego",
    "Europe/Berlin": "berlińskiego",
    "Europe/Bratislava": "bratysławskiego",
    "Europe/Brussels": "brukselskiego",
    "Europe/Bucharest": "bukareszteńskiego",
    "Europe/Budapest": "budapeszteńskiego",
    "Europe/Copenhagen": "kopenhaskiego",
    "Europe/Dublin": "dublińskiego",
    "Europe/Helsinki": "helsińskiego",
    "Europe/Istanbul": "stambulskiego",
    "Europe/Kiev": "kijowskiego",
    "Europe/Kyiv": "kijowskiego",
    "Europe/Lisbon": "lizbońskiego",
    "Europe/Ljubljana": "lublańskiego",
    "Europe/London": "londyńskiego",
    "Europe/Luxembourg": "luksemburskiego",
    "Europe/Madrid": "madryckiego",
    "Europe/Malta": "maltańskiego",
    "Europe/Paris": "paryskiego",
    "Europe/Prague": "praskiego",
    "Europe/Riga": "ryskiego",
    "Europe/Rome": "rzymskiego",
    "Europe/Sofia": "sofijskiego",
    "Europe/Stockholm": "sztokholmskiego",
    "Europe/Tallinn": "tallińskiego",
    "Europe/Vienna": "wiedeńskiego",
    "Europe/Vilnius": "wileńskiego",
    "Europe/Warsaw": "warszawskiego",
    "Europe/Zagreb": "zagrzebskiego",
    "Europe/Zurich": "zuryskiego",
}

_FINNISH_TIME = {
    "America/New_York": "New Yorkin",
    "Asia/Nicosia": "Nikosian",
    "Asia/Tokyo": "Tokion",
    "Europe/Amsterdam": "Amsterdamin",
    "Europe/Athens": "Ateenan",
    "Europe/Berlin": "Berliinin",
    "Europe/Bratislava": "Bratislavan",
    "Europe/Brussels": "Brysselin",
    "Europe/Bucharest": "Bukarestin",
    "Europe/Budapest": "Budapestin",
    "Europe/Copenhagen": "Kööpenhaminan",
    "Europe/Dublin": "Dublinin",
    "Europe/Helsinki": "Helsingin",
    "Europe/Istanbul": "Istanbulin",
    "Europe/Kiev": "Kiovan",
    "Europe/Kyiv": "Kiovan",
    "Europe/Lisbon": "Lissabonin",
    "Europe/Ljubljana": "Ljubljanan",
    "Europe/London": "Lontoon",
    "Europe/Luxembourg": "Luxemburgin",
    "Europe/Madrid": "Madridin",
    "Europe/Malta": "Maltan",
    "Europe/Oslo": "Oslon",
    "Europe/Paris": "Pariisin",
    "Europe/Prague": "Prahan",
    "Europe/Riga": "Riian",
    "Europe/Rome": "Rooman",
    "Europe/Sofia": "Sofian",
    "Europe/Stockholm": "Tukholman",
    "Europe/Tallinn": "Tallinnan",
    "Europe/Vienna": "Wienin",
    "Europe/Vilnius": "Vilnan",
    "Europe/Warsaw": "Varsovan",
    "Europe/Zagreb": "Zagrebin",
    "Europe/Zurich": "Zürichin",
}

_VOWEL = re.compile(r"[aeiouhàáèéíòóúâêîôûAEIOUHÀÁÈÉÍÒÓÚÂÊÎÔÛ]")


def _polish_time(timezone: str, city: str) -> str:
    adjective = _POLISH_TIME.get(timezone)
    return f"czasu {adjective}" if adjective else f"czasu lokalnego: {city}"


def _finnish_time(timezone: str, city: str) -> str:
    genitive = _FINNISH_TIME.get(timezone)
    return f"{genitive} aikaa" if genitive else f"paikallista aikaa: {city}"


def _elided(words: str, city: str) -> str:
    """Catalan and French: "heure d’Athènes", "heure de Varsovie"."""
    return f"{words} d’{city}" if _VOWEL.match(city) else f"{words} de {city}"


CITY_TIME: Mapping[str, Callable[[str, str], str]] = {
    "pl": _polish_time,
    "en": lambda _, city: f"{city} time",
    "fi": _finnish_time,
    "de": lambda _, city: f"Ortszeit {city}",
    "es": lambda _, city: f"hora de {city}",
    "ca": lambda _, city: _elided("hora", city),
    "fr": lambda _, city: _elided("heure", city),
}
"""Time zone and city → whose time it is."""
