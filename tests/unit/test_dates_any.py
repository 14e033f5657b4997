"""Whatever the event: the right day, month, year and hours, in every language, and nothing else."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model import When
from publisher.render.clocks import seen_from
from publisher.render.dates import WHEN_STYLES, day_in_words, when_in_words
from publisher.render.grammar import LANGUAGES, locale_of
from publisher.render.typography import bind

ZONES = (
    "Europe/Warsaw",
    "Europe/Helsinki",
    "Europe/Dublin",
    "Europe/Lisbon",
    "America/New_York",
    "America/St_Johns",
    "Asia/Tokyo",
    "UTC",
)
CODES = (*LANGUAGES, "de-AT", "en-IE")
ABBREVIATION = re.compile(r"\b(?:CES?T|EES?T|WES?T|MES?Z|GMT|BST|IST|E[SD]T|JST)\b")
NOT_ORDINARY = re.compile("[\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]")
HOURS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
MONTHS_IN_PROSE = {code: locale_of(code).months["format"]["wide"] for code in CODES}


@st.composite
def events(draw: st.DrawFn) -> When:
    first = draw(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 2, 20, 40, 400])))
    begin = draw(st.none() | HOURS)
    end = draw(st.none() | HOURS) if begin else None
    return When(first=first, last=last, timezone=draw(st.sampled_from(ZONES)), begin=begin, end=end)


def numbers(words: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", words)]


def month(day: date, language: str) -> str:
    """Its name without a preposition: "maig" of "de maig"."""
    return re.sub(r"^(?:de |d’)", "", MONTHS_IN_PROSE[language][day.month])


def has_hour(at: time, words: str) -> bool:
    """The hour, with its minutes unless the language leaves out those of a full hour."""
    written = re.search(rf"(?<!\d)0?{at.hour}(?:[.:]| h ?){at.minute:02}(?!\d)", words)
    return bool(written) or (at.minute == 0 and re.search(rf"(?<!\d){at.hour} h(?! \d)", words) is not None)


@settings(max_examples=400, deadline=None)
@given(events(), st.sampled_from(CODES), st.sampled_from(WHEN_STYLES), st.sampled_from(("", *ZONES)))
def test_days_and_hours_are_told_as_they_are(when: When, language: str, style: str, audience: str) -> None:
    words = when_in_words(when, language, style=style, audience=audience)

    for day in (when.first, when.last):
        assert {day.day, day.year} <= set(numbers(words)), words
        assert month(day, language) in words
    for hour in filter(None, (when.begin, when.end)):
        assert has_hour(hour, words), words
    if when.begin is None:
        assert set(numbers(words)) <= {when.first.day, when.first.year, when.last.day, when.last.year, 1}


@settings(max_examples=400, deadline=None)
@given(events(), st.sampled_from(CODES), st.sampled_from(WHEN_STYLES), st.sampled_from(ZONES))
def test_readers_elsewhere_get_their_own_hours(when: When, language: str, style: str, audience: str) -> None:
    words = when_in_words(when, language, style=style, audience=audience)
    seen = seen_from(when, audience)

    assert ("(" in words) == (seen.when is not None)
    if seen.when is None or when.begin is None:
        return
    instant = datetime.combine(when.first, when.begin, ZoneInfo(when.timezone)).astimezone(ZoneInfo(audience))
    inside = words[words.index("(") :]
    assert has_hour(instant.time(), inside)
    assert seen.when.first == instant.date()
    if instant.date() != when.first:
        assert {instant.day, instant.year} <= set(numbers(inside))


@settings(max_examples=400, deadline=None)
@given(events(), st.sampled_from(CODES), st.sampled_from(WHEN_STYLES), st.sampled_from(ZONES))
def test_nothing_is_left_open_abbreviated_or_spaced_oddly(when: When, language: str, style: str, audience: str) -> None:
    words = when_in_words(when, language, style=style, audience=audience)

    assert not re.search(r"[{}%]|None|  |^\W|\s$| ,", words), words
    assert not ABBREVIATION.search(words)
    assert not NOT_ORDINARY.search(words)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.sampled_from(CODES))
def test_a_day_and_its_month_stay_together_in_html_and_the_words_stay_the_same(day: date, language: str) -> None:
    words = day_in_words(day, language)
    bound = bind(words, language)

    assert bound.replace("\u00a0", " ") == words
    assert re.match(r"\d+(?:er|\.)?\u00a0\D", bound), bound
