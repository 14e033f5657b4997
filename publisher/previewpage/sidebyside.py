"""Languages side by side: dates, hours, numbers, links and places that are not the same in all of them are marked.

A help for the eye, not a judgement: words for numbers and rare ways to write a date are not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from babel.dates import get_day_names, get_month_names

from publisher.model import Event
from publisher.preview import Preview
from publisher.render.texts import in_language

_LINK = r"(?P<link>https?://[^\s<>\"]+)"
_DATE = r"(?P<date>\b\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{4})?|\b\d{4}-\d\d-\d\d\b)"
_TIME = r"(?P<time>\b\d{1,2}[:.]\d\d\b(?:\s?[ap]\.?m\.?)?|\b\d{1,2}\s?(?:[ap]\.?m\b\.?|h(?:\s?\d\d)?\b|Uhr\b))"
_FACT = re.compile(f"{_LINK}|{_DATE}|{_TIME}|(?P<number>\\b\\d+(?:[.,]\\d+)*\\b)|(?P<word>[^\\W\\d_]+)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text. ``fact`` is what it says in every language, or empty; ``differs``: not all others say it."""

    text: str
    fact: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language: its text in pieces, and what it lacks."""

    language: str
    channel: str
    stretches: tuple[Stretch, ...]
    lacks: tuple[str, ...]


def wordings(previews: Sequence[Preview], texts: Mapping[int, str]) -> tuple[Wording, ...]:
    """The wordings of one announcement, each marked where it differs. ``texts`` are the words by index."""
    read = [tuple(_stretches(texts[at], one)) for at, one in enumerate(previews)]
    facts = [{stretch.fact for stretch in stretches if stretch.fact} for stretches in read]
    everybody = set.intersection(*facts) if facts else set()
    anybody = set().union(*facts)
    return tuple(
        Wording(
            language=preview.language,
            channel=preview.planned.channel.id,
            stretches=tuple(replace(one, differs=bool(one.fact) and one.fact not in everybody) for one in own),
            lacks=tuple(sorted(anybody - said)),
        )
        for preview, own, said in zip(previews, read, facts, strict=True)
    )


def _stretches(text: str, preview: Preview) -> Iterator[Stretch]:
    """The text in pieces, those that say a fact with the fact."""
    begin = 0
    for start, end, fact in _found(text, preview):
        if start < begin:
            continue
        if start > begin:
            yield Stretch(text[begin:start])
        yield Stretch(text[start:end], fact)
        begin = end
    if begin < len(text):
        yield Stretch(text[begin:])


def _found(text: str, preview: Preview) -> list[tuple[int, int, str]]:
    places = list(_places(text, preview))
    taken = [range(start, end) for start, end, _ in places]
    others = [
        (found.start(), found.end(), fact)
        for found in _FACT.finditer(text)
        if (fact := _fact(found, preview.language)) and not any(found.start() in place for place in taken)
    ]
    return sorted([*places, *others])


def _places(text: str, preview: Preview) -> Iterator[tuple[int, int, str]]:
    """The venue and the address, in the words of this language."""
    source = preview.entry.source if preview.entry is not None else None
    if not isinstance(source, Event):
        return
    for name, words in (("venue", source.venue.name), ("address", source.venue.address)):
        place = in_language(words, preview.language)
        at = text.find(place) if place else -1
        if at >= 0:
            yield at, at + len(place), f"place: the {name}"


def _fact(found: re.Match[str], language: str) -> str:
    if found["word"]:
        return _names(language).get(found["word"].casefold(), "")
    kind = found.lastgroup or ""
    return {"link": _link, "date": _date, "time": _time, "number": _number}[kind](found[kind])


def _link(text: str) -> str:
    """Without marks of campaigns, which may name the language."""
    parts = urlsplit(text.rstrip(".,;:!?)"))
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if not name.startswith("utm_")])
    return f"link: {urlunsplit(parts._replace(query=query))}"


def _date(text: str) -> str:
    numbers = [int(digits) for digits in _DIGITS.findall(text)]
    if len(str(numbers[0])) == len("2027"):
        numbers.reverse()
    return f"date: {'.'.join(map(str, numbers))}"


def _time(text: str) -> str:
    hour, minute = (*map(int, _DIGITS.findall(text)), 0)[:2]
    if "p" in text.casefold() and hour < 12:  # noqa: PLR2004  noon
        hour += 12
    return f"time: {hour}:{minute:02}"


def _number(text: str) -> str:
    return f"number: {text.lstrip('0') or '0'}"


@cache
def _names(language: str) -> Mapping[str, str]:
    """Months and days of the week by name, in all their forms."""
    found = {}
    for context in ("format", "stand-alone"):
        for number, name in _of(get_month_names("wide", context, locale=language)):
            found[name] = f"month: {number}"
        for number, name in _of(get_day_names("wide", context, locale=language)):
            found[name] = f"weekday: {number + 1}"
    return found


def _of(names: Mapping[int, str]) -> Iterable[tuple[int, str]]:
    """Babel gives “de maig” where the preposition belongs to it; what counts is the last word."""
    return ((number, re.split("[\\s\u2019']", name)[-1].casefold()) for number, name in names.items())
