"""How much longer a text may become with another value is never underestimated."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model import When
from publisher.render.dates import DAY_STYLES, WHEN_STYLES, day_in_words, time_in_words, when_in_words
from publisher.render.growth import UNKNOWN, growth
from publisher.render.weight import weighted_length

LANGUAGES = ("pl", "en", "fi", "de", "es", "ca", "fr")
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))
HOURS = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def periods(draw: st.DrawFn) -> When:
    first = draw(DAYS)
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 1, 2, 40, 400])))
    begin, end = draw(
        st.sampled_from([(None, None), (time(9), None), (time(9), time(16, 30)), (time(22), time(23, 59))])
    )
    return When(first=first, last=last, timezone="Europe/Warsaw", begin=begin, end=end)


@settings(max_examples=300)
@given(periods(), periods(), st.sampled_from(LANGUAGES), st.sampled_from(WHEN_STYLES))
def test_of_periods_in_words(new: When, old: When, language: str, style: str) -> None:
    longer, other = (when_in_words(when, language, style=style) for when in (new, old))
    assert growth(new, old) >= max(len(longer) - len(other), weighted_length(longer) - weighted_length(other))


@settings(max_examples=300)
@given(DAYS, DAYS, st.sampled_from(LANGUAGES), st.sampled_from(DAY_STYLES))
def test_of_days_in_words(new: date, old: date, language: str, style: str) -> None:
    longer, other = (day_in_words(day, language, style=style) for day in (new, old))
    assert growth(new, old) >= len(longer) - len(other)


@given(HOURS, HOURS, st.sampled_from(LANGUAGES))
def test_of_hours_in_words(new: time, old: time, language: str) -> None:
    assert growth(new, old) >= len(time_in_words(new, language)) - len(time_in_words(old, language))


@given(st.text(max_size=60), st.text(max_size=60), st.text(alphabet="abc ", max_size=20))
def test_of_words_between_spaces(new: str, old: str, rest: str) -> None:
    longer, other = (weighted_length(f"{rest} {text} {rest}") for text in (new, old))
    assert growth(new, old) >= longer - other


@pytest.mark.parametrize(("new", "old"), [(None, "x"), (3, 4), (date(2027, 5, 11), None), (("a",), "a"), ((1,), (2,))])
def test_of_values_of_other_kinds_nothing_is_known(new: object, old: object) -> None:
    assert growth(new, old) == UNKNOWN


def test_an_address_counts_the_same_however_long() -> None:
    assert growth("https://example.org/1", "https://example.org/2") == 0
    assert growth(("#One",), ("#One",)) == 0
