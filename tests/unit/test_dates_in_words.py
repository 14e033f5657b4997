"""The words of seven languages, against lists that people who speak them can read through: golden/dates/*.txt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from publisher.errors import RenderError
from publisher.model import When
from publisher.render.dates import (
    day_in_words,
    month_in_words,
    relative_day,
    time_in_words,
    when_in_words,
    zone_in_words,
)
from publisher.render.grammar import LANGUAGES

GOLDEN = Path(__file__).parent / "golden" / "dates"
TODAY = date(2027, 4, 12)
MONDAY = date(2027, 3, 15)


def spell(
    first: date, last: date | None = None, *, hours: tuple[int, ...] = (), style: str = "prose"
) -> Callable[[str], str]:
    """An event from ``first`` to ``last``; ``hours`` are begin and end, the end at half past."""
    begin = time(hours[0]) if hours else None
    end = time(hours[1], 30) if len(hours) > 1 else None
    when = When(first=first, last=last or first, timezone="Europe/Warsaw", begin=begin, end=end)
    return lambda language: when_in_words(when, language, style=style)


def day(style: str, value: date = date(2027, 3, 16)) -> Callable[[str], str]:
    return lambda language: day_in_words(value, language, style=style)


def at(hour: int, minute: int = 0) -> Callable[[str], str]:
    return lambda language: time_in_words(time(hour, minute), language)


def away(*distances: int) -> Callable[[str], str]:
    return lambda language: " | ".join(relative_day(TODAY, TODAY + timedelta(days=n), language) for n in distances)


MAY_11, MAY_13 = date(2027, 5, 11), date(2027, 5, 13)
APRIL_30, MAY_2 = date(2027, 4, 30), date(2027, 5, 2)
NEW_YEAR = date(2026, 12, 30), date(2027, 1, 1)
JUNE_2 = date(2027, 6, 2)

CASES: dict[str, Callable[[str], str]] = {
    "one day": spell(JUNE_2),
    "one day, 13:00 to 14:30": spell(JUNE_2, hours=(13, 14)),
    "one day, from 18:00": spell(JUNE_2, hours=(18,)),
    "the first of a month, from 1:00": spell(date(2027, 6, 1), hours=(1,)),
    "three days": spell(MAY_11, MAY_13),
    "three days, 9:00 to 16:30": spell(MAY_11, MAY_13, hours=(9, 16)),
    "from the first of a month, 11:00 to 13:30": spell(date(2027, 5, 1), MAY_2, hours=(11, 13)),
    "across months": spell(APRIL_30, MAY_2),
    "across years": spell(*NEW_YEAR),
    "compact, one day, 13:00 to 14:30": spell(JUNE_2, hours=(13, 14), style="compact"),
    "compact, three days, 9:00 to 16:30": spell(MAY_11, MAY_13, hours=(9, 16), style="compact"),
    "compact, across months": spell(APRIL_30, MAY_2, style="compact"),
    "weekday, one day": spell(JUNE_2, style="weekday"),
    "weekday, three days": spell(MAY_11, MAY_13, style="weekday"),
    "weekday, across months": spell(APRIL_30, MAY_2, style="weekday"),
    "weekday, across years": spell(*NEW_YEAR, style="weekday"),
    "a day": day("prose"),
    "a day without its year": day("short"),
    "a day with its weekday": day("weekday"),
    "when? Monday to Thursday": lambda language: " | ".join(
        day("on", MONDAY + timedelta(days=n))(language) for n in range(4)
    ),
    "when? Friday to Sunday": lambda language: " | ".join(
        day("on", MONDAY + timedelta(days=n))(language) for n in range(4, 7)
    ),
    "hours": lambda language: " | ".join((at(9)(language), at(9, 30)(language), at(0)(language))),
    "months": lambda language: " | ".join(month_in_words(date(2027, n, 1), language) for n in (4, 5, 10)),
    "days ahead": away(0, 1, 2, 3, 5, 22),
    "weeks ahead": away(7, 14, 35, 56, 154),
    "days and weeks ago": away(-1, -2, -3, -7, -14, -35),
    "whose clock": lambda language: " | ".join(
        zone_in_words(f"Europe/{city}", language) for city in ("Warsaw", "Helsinki", "Dublin", "Athens", "Oslo")
    ),
}


def written(language: str) -> str:
    return "".join(f"{case} → {words(language)}\n" for case, words in CASES.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_those_that_were_agreed(language: str) -> None:
    agreed = (GOLDEN / f"{language}.txt").read_text(encoding="utf-8")

    assert written(language).splitlines() == agreed.splitlines()


def test_there_is_an_agreed_list_for_each_language_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(LANGUAGES)


@pytest.mark.parametrize("language", [*LANGUAGES, "sv", "uk", "hu", "ga", "el"])
def test_no_words_hold_spaces_that_count_double_or_can_not_be_searched(language: str) -> None:
    assert not set(written(language)) & {"\u2009", "\u202f", "\u200a"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_month_is_shortened_across_months(language: str) -> None:
    words = spell(APRIL_30, MAY_2)(language)

    assert day("short", APRIL_30)(language).split()[-1] in words


def test_a_regional_code_speaks_its_language() -> None:
    assert spell(MAY_11, MAY_13)("de-AT") == "11.–13. Mai 2027"
    assert away(14)("pl_PL") == "za 2 tygodnie"


def test_a_language_without_a_table_gets_whole_days_from_babel() -> None:
    assert spell(MAY_11, MAY_13, hours=(9, 16))("sv") == "11 maj 2027 – 13 maj 2027, 09:00–16:30"
    assert away(1)("sv") == "13 april 2027"
    assert zone_in_words("Europe/Warsaw", "sv") == "Warszawa"


def test_a_code_that_is_no_language_is_refused_with_a_remedy() -> None:
    with pytest.raises(RenderError, match=r"“qx” is no language code .* → Write a two-letter code: pl, en"):
        spell(MAY_11)("qx")


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="prose, compact, weekday; “long” is none"):
        spell(MAY_11, style="long")("pl")
    with pytest.raises(ValueError, match="“long” is none"):
        day("long")("pl")


def test_the_same_begin_and_end_is_one_hour() -> None:
    when = When(first=JUNE_2, last=JUNE_2, timezone="Europe/Warsaw", begin=time(9), end=time(9))

    assert when_in_words(when, "en") == "Wednesday, 2 June 2027, 09:00"


def test_universal_time_has_no_city() -> None:
    assert zone_in_words("UTC", "pl") == "UTC"
    assert zone_in_words("Etc/UTC", "en") == "UTC"
