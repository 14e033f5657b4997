"""“Tomorrow” must be tomorrow: words that are true on one day only, held against the day on which they go out.

They are taken at their word where they speak of this event or post. “Cities of tomorrow”, “today and tomorrow”,
“register today” or “por la mañana” say nothing about a day and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from publisher.model import Digest, Draft, Event, Severity, Source
from publisher.rules.copy import Complaint, Copy, Sheet
from publisher.rules.registry import rule, sheet_rule
from publisher.schedulefile.monthnames import MONTHS
from publisher.schedulefile.weekdaynames import WEEKDAY_NAMES
from publisher.sentences import Sentence, sentence
from publisher.timing.spoken import spoken_day

#: Language → days from the day of reading → the words, as patterns.
_WORDS: Mapping[str, Mapping[int, str]] = {
    "pl": {-1: "wczoraj", 0: "dziś|dzisiaj", 1: "jutro", 2: "pojutrze"},
    "en": {-1: "yesterday", 0: "today|tonight", 1: "tomorrow", 2: "the day after tomorrow"},
    "fi": {-1: "eilen", 0: "tänään", 1: "huomenna", 2: "ylihuomenna"},
    "de": {-1: "gestern", 0: "heute", 1: "morgen", 2: "übermorgen"},
    "es": {-1: "ayer", 0: "hoy", 1: "mañana", 2: "pasado mañana"},
    "ca": {-1: "ahir", 0: "avui", 1: "demà", 2: "demà passat"},
    "fr": {-1: "hier", 0: "aujourd['’]hui", 1: "demain", 2: "après-demain"},  # noqa: RUF001
}

#: What makes of such a word something that is no day: “of tomorrow”, “in the morning”, “tomorrow's”.
_NO_DAY: Mapping[str, str] = {
    "pl": r"(?:lepsze|dobre|zielone|nasze|na|o|i|oraz|czy)\s+{word}|{word}(?=\s+(?:i|oraz|czy|europy|miast)\b)",
    "en": r"(?:of|for|better|brighter|our|and|or)\s+{word}|{word}(?=['\u2019]s|\s+(?:and|or)\b)",
    "fi": r"ja\s+{word}|{word}(?=\s+ja\b)",
    "de": r"(?:von|für|guten|am|heute|jeden|und|oder)\s+{word}|{word}(?=\s+(?:und|oder|früh|abend)\b)",
    "es": r"(?:la|las|esta|cada|una|de|del|el|y|o|mejor|toda)\s+{word}|{word}(?=\s+(?:y|o|en\s+día|día)\b)",
    "ca": r"(?:de|del|el|i|o|millor)\s+{word}|{word}(?=\s+(?:i|o|dia|en\s+dia)\b)",
    "fr": r"(?:de|d['’]|du|le|et|ou|meilleur)\s*{word}|{word}(?=\s+(?:et|ou)\b)",  # noqa: RUF001
}

_SHORT = 5
"""Words of a line that is a cry: “Today we meet!”"""

_WORD = re.compile(r"\w+")
_NAMES = "|".join(sorted(map(re.escape, WEEKDAY_NAMES), key=len, reverse=True))
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_DATE = re.compile(
    rf"[\s,(–-]{{1,3}}(?:(?:{_NAMES})[\s,]{{1,3}})?(?:(?:the|den|le|el|dnia)\s+)?"  # noqa: RUF001
    rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?\s*(?:de\s+|d['’])?(?:(?P<month>{_MONTH})|(?P<number>\d{{1,2}})\.)(?!\d)",  # noqa: RUF001
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"[\s,(]{1,3}(?:at|o|od|um|klo|kello|a\s+las?|a\s+les|à|from|ab|desde|de|dès)?\s*\d{1,2}", re.IGNORECASE
)
_OPENS = re.compile(
    r"(?:^|[.!?:\n])\W*(?:(?:it['\u2019]s|is|to|już|to\s+już|c['\u2019]est|schon|noch|ya|ja|es|és)\s+)*$", re.IGNORECASE
)

_HEADS = frozenset(
    word
    for days in _WORDS.values()
    for words in days.values()
    for word in re.findall(r"\w+", words.partition("[")[0] if "[" in words else words)
) - frozenset({"the", "day", "after", "pasado", "passat", "après"})


def is_suspicious(text: str) -> bool:
    """Whether a text may speak of a day, in any language."""
    return not _HEADS.isdisjoint(_words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


class Said(NamedTuple):
    """A word for a day, at a place in a text; ``offset`` is how many days it lies from the day of reading."""

    word: str
    offset: int
    begin: int
    end: int


def said_in(text: str, language: str) -> Iterator[Said]:
    """The words in a text that speak of a day. Of “the day after tomorrow” only the whole counts."""
    if language not in _WORDS:
        return
    words, no_day = _patterns(language)
    excluded = [found.span() for found in no_day.finditer(text)]
    for found in words.finditer(text):
        if any(begin <= found.start() and found.end() <= end for begin, end in excluded):
            continue
        offset = next(int(name[1:].replace("m", "-")) for name, said in found.groupdict().items() if said)
        if language == "de" and found[0] == "Morgen" and not _OPENS.search(text, 0, found.start()):
            continue  # the morning
        said = Said(found[0], offset, *found.span())
        if offset or _is_meant_as_day(text, said):
            yield said


def _is_meant_as_day(text: str, said: Said) -> bool:
    """“Register today” is always true; “Today at 10” and “It's today” are not."""
    tail = text[said.end : said.end + 40]
    if _HOUR.match(tail) or _DATE.match(tail):
        return True
    line = text[text.rfind("\n", 0, said.begin) + 1 :].partition("\n")[0]
    return len(line.split()) <= _SHORT and _OPENS.search(text[: said.begin]) is not None


@lru_cache(maxsize=16)
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    days = sorted(_WORDS[language].items(), key=lambda pair: -len(pair[1]))
    groups = "|".join(f"(?P<d{str(offset).replace('-', 'm')}>{words})" for offset, words in days)
    every = f"(?:{'|'.join(words for _, words in days)})"
    no_day = _NO_DAY[language].replace("{word}", every)
    return re.compile(rf"(?<!\w)(?:{groups})(?!\w)", re.IGNORECASE), re.compile(rf"(?<!\w)(?:{no_day})", re.IGNORECASE)


# --- the rule -----------------------------------------------------------------------------------------------


@rule("past-or-late", Severity.ERROR)
def words_for_days_are_true(copy: Copy) -> Iterator[Complaint]:
    """“Tomorrow” in an announcement that goes out on another day than the one before."""
    text = _read_in(copy.draft)
    for said in said_in(text, copy.language):
        meant = copy.day + timedelta(days=said.offset)
        named = _date_after(text, said, near=meant)
        if named == meant or (named is None and _may_be(meant, copy)):
            continue
        yield Complaint(
            sentence(
                "“{word}” goes out on {day}, so it means {meant}; {instead}",
                word=said.word,
                day=spoken_day(copy.day),
                meant=spoken_day(meant),
                instead=_instead(copy, named),
            ),
            sentence("Write the date instead, or change the time at which it goes out."),
            words=said.word,
        )


def _read_in(draft: Draft) -> str:
    """All that is read in an inbox, and below it."""
    return "\n".join(filter(None, (draft.subject, draft.preheader, draft.text)))


def _may_be(meant: date, copy: Copy) -> bool:
    """Whether something that is announced is on this day; a post means the day for which it was written."""
    days = list(days_of(copy.announcement.source))
    return meant in days if days else copy.day == copy.nominal.date()


def _instead(copy: Copy, named: date | None) -> Sentence:
    if named is not None:
        return sentence("the text itself says {day}.", day=spoken_day(named))
    days = sorted(days_of(copy.announcement.source))
    if days:
        return sentence("the event is on {day}.", day=spoken_day(days[0]))
    return sentence("it was written for {day}.", day=spoken_day(copy.nominal.date()))


def days_of(source: Source) -> Iterator[date]:
    """The days on which something is, or on which registration closes."""
    match source:
        case Event():
            length = (source.when.last - source.when.first).days
            yield from (source.when.first + timedelta(days=day) for day in range(length + 1))
            if source.registration.until is not None:
                yield source.registration.until.date()
        case Digest():
            for event in source.events:
                yield from days_of(event)


class Spoken(NamedTuple):
    """Which days a text speaks of, counted from the day of reading; ``has_dates`` when it names one beside a word."""

    offsets: frozenset[int]
    has_dates: bool


def days_spoken_of(draft: Draft) -> Spoken | None:
    """The days of which a text speaks; None when it is as true on any other day."""
    text = _read_in(draft)
    found = list(said_in(text, draft.language.partition("-")[0]))
    if not found:
        return None
    return Spoken(frozenset(said.offset for said in found), any(_DATE.match(text, said.end) for said in found))


def are_true(spoken: Spoken, source: Source, *, day: date, nominal: date) -> bool:
    """Whether the same words are certainly true of another source on this day."""
    if spoken.has_dates:
        return False
    days = set(days_of(source))
    return all(day + timedelta(days=offset) in days for offset in spoken.offsets) if days else day == nominal


def _date_after(text: str, said: Said, *, near: date) -> date | None:
    """The date that stands behind the word, in the year that makes it nearest."""
    found = _DATE.match(text, said.end)
    if found is None:
        return None
    month = MONTHS[found["month"].casefold()] if found["month"] else int(found["number"])
    days = (_day(year, month, int(found["day"])) for year in (near.year - 1, near.year, near.year + 1))
    return min((day for day in days if day is not None), key=lambda day: abs(day - near), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --- days of the week ---------------------------------------------------------------------------------------

#: “Every Friday”, “the third Friday of the month”, “by Friday”, “from Monday”: days, and not those of the event.
_OTHER_DAYS = (
    "every|each|co|każdy|każdą|jeden|jede[nrsm]?|joka|cada|tous|toutes|chaque|next\\s+to|"
    "first|second|third|fourth|last|pierwsz\\w+|drug\\w+|trzeci\\w*|czwart(?:y|ą|a|ego|ej)|ostatni\\w*|"
    "ensimmäi\\w+|toinen|toisena|kolmas|kolmantena|neljäs|neljäntenä|viimei\\w+|"
    "(?:erst|zweit|dritt|viert|letzt)e[nrsm]?|primer|segundo|tercer|cuarto|último|segon|quart|últim|darrer|"
    "premier|deuxième|troisième|quatrième|dernier|by|until|till|from|od|do|bis|ab|von|hasta|desde|fins|des\\s+de|"
    "jusqu['’]au|depuis|du"  # noqa: RUF001
)
_TO = r"\s*(?:-|–|to|through|do|bis|al?|au)\s*"  # noqa: RUF001
_WEEKDAY = re.compile(
    rf"(?<!\w)(?P<before>(?:{_OTHER_DAYS})\s+(?:the\s+)?)?"
    rf"(?P<name>{_NAMES})(?!\w)(?P<after>[\s,(]{{0,3}}(?:(?:the|den|le|el|dnia)\s+)?\d{{1,2}}|{_TO}(?:{_NAMES})(?!\w))?",
    re.IGNORECASE,
)


@sheet_rule("past-or-late", Severity.ERROR)
def days_of_the_week_are_those_of_the_event(sheet: Sheet) -> Iterator[Complaint]:
    """“See you on Tuesday” about an event that is on a Wednesday. With a date beside it: ``weekday-mismatch``."""
    event = sheet.entry.source
    if not isinstance(event, Event):
        return
    allowed = {day.weekday() for day in days_of(event)}
    for field, _, words in sheet.texts:
        if not field.startswith("summary"):
            continue
        for found in _WEEKDAY.finditer(words) if not WEEKDAY_NAMES.keys().isdisjoint(_words(words)) else ():
            if found["before"] or found["after"] or WEEKDAY_NAMES[found["name"].casefold()] & allowed:
                continue
            yield Complaint(
                sentence(
                    "“{name}” is no day of this event, which is on {day}.",
                    name=found["name"],
                    day=spoken_day(event.when.first),
                ),
                sentence("Correct the day of the week, or write the date beside it."),
                field=field,
            )
