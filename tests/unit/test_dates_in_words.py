"""The words of seven languages, against lists that people who speak them can read through: golden/dates/*.txt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Case:
    """Something to say, and the data that it is said of."""

    data: str
    words: Callable[[str], str]


def spell(
    first: date,
    last: date | None = None,
    *,
    hours: tuple[time, ...] = (),
    style: str = "prose",
    zones: tuple[str, str] = ("Europe/Warsaw", "Europe/Warsaw"),
) -> Case:
    """An event from ``first`` to ``last``; ``hours`` are begin and end, ``zones`` its own and that of the readers."""
    begin, end = (*hours, None, None)[:2]
    when = When(first=first, last=last or first, timezone=zones[0], begin=begin, end=end)
    data = f"{first}" if last is None else f"{first} to {last}"
    data += "".join(f" {at:%H:%M}" for at in hours)
    data += f" in {zones[0]}, read in {zones[1]}" if zones[0] != zones[1] else ""
    return Case(data, lambda language: when_in_words(when, language, style=style, audience=zones[1]))


def day(style: str, *days: date) -> Case:
    data = " ".join(f"{one:%a}" if len(days) > 1 else str(one) for one in days)
    return Case(data, lambda language: " | ".join(day_in_words(one, language, style=style) for one in days))


def at(*hours: time) -> Case:
    data = " ".join(f"{hour:%H:%M}" for hour in hours)
    return Case(data, lambda language: " | ".join(time_in_words(hour, language) for hour in hours))


def away(*distances: int) -> Case:
    return Case(
        f"{TODAY}, days {distances}",
        lambda language: " | ".join(relative_day(TODAY, TODAY + timedelta(days=n), language) for n in distances),
    )


def months(*numbers: int) -> Case:
    return Case(
        "2027, months " + " ".join(map(str, numbers)),
        lambda language: " | ".join(month_in_words(date(2027, n, 1), language) for n in numbers),
    )


def zones(*names: str) -> Case:
    return Case(" ".join(names), lambda language: " | ".join(zone_in_words(name, language) for name in names))


MAY_11, MAY_13 = date(2027, 5, 11), date(2027, 5, 13)
APRIL_30, MAY_2 = date(2027, 4, 30), date(2027, 5, 2)
NEW_YEAR = date(2026, 12, 30), date(2027, 1, 1)
JUNE_1, JUNE_2, MARCH_16 = date(2027, 6, 1), date(2027, 6, 2), date(2027, 3, 16)
WEEK = tuple(MONDAY + timedelta(days=n) for n in range(7))
MORNING, NOON, LUNCH, AFTERNOON = time(9), time(13), time(14, 30), time(16, 30)
HELSINKI, WARSAW, BERLIN, NEW_YORK = "Europe/Helsinki", "Europe/Warsaw", "Europe/Berlin", "America/New_York"
DUBLIN = "Europe/Dublin"

CASES: dict[str, Case] = {
    "one day": spell(JUNE_2),
    "one day, from an hour to another": spell(JUNE_2, hours=(NOON, LUNCH)),
    "one day, from an hour on": spell(JUNE_2, hours=(time(18),)),
    "one day, before eight": spell(JUNE_2, hours=(time(7, 5),)),
    "the first of a month at one": spell(JUNE_1, hours=(time(1),)),
    "the eleventh at eleven": spell(MAY_11, hours=(time(11), NOON)),
    "in April": spell(date(2027, 4, 8)),
    "in August": spell(date(2027, 8, 31)),
    "in January": spell(date(2027, 1, 15)),
    "days of one month": spell(MAY_11, MAY_13),
    "two days that follow each other": spell(date(2027, 5, 12), MAY_13),
    "days of one month with daily hours": spell(MAY_11, MAY_13, hours=(MORNING, AFTERNOON)),
    "days of one month, each from an hour on": spell(MAY_11, MAY_13, hours=(time(18),)),
    "from the first of a month, from eleven": spell(date(2027, 5, 1), MAY_2, hours=(time(11), time(13, 30))),
    "across months": spell(APRIL_30, MAY_2),
    "across months with daily hours": spell(APRIL_30, MAY_2, hours=(MORNING, AFTERNOON)),
    "across months to an eleventh": spell(APRIL_30, MAY_11),
    "across years": spell(*NEW_YEAR),
    "compact, one day with hours": spell(JUNE_2, hours=(NOON, LUNCH), style="compact"),
    "compact, one day from an hour on": spell(JUNE_2, hours=(time(18),), style="compact"),
    "compact, days with hours": spell(MAY_11, MAY_13, hours=(MORNING, AFTERNOON), style="compact"),
    "compact, across months": spell(APRIL_30, MAY_2, style="compact"),
    "compact, across years": spell(*NEW_YEAR, style="compact"),
    "weekday, one day": spell(JUNE_2, style="weekday"),
    "weekday, days of one month": spell(MAY_11, MAY_13, style="weekday"),
    "weekday, across months": spell(APRIL_30, MAY_2, style="weekday"),
    "weekday, across years": spell(*NEW_YEAR, style="weekday"),
    "when? one day with hours": spell(MARCH_16, hours=(MORNING, AFTERNOON), style="on"),
    "when? days of one month": spell(MAY_11, MAY_13, style="on"),
    "when? across months": spell(APRIL_30, MAY_2, style="on"),
    "when? across years": spell(*NEW_YEAR, style="on"),
    "on another clock": spell(JUNE_2, hours=(NOON, LUNCH), zones=(HELSINKI, WARSAW)),
    "on another clock, from an hour on": spell(JUNE_2, hours=(NOON,), zones=(WARSAW, HELSINKI)),
    "on another clock, compact": spell(JUNE_2, hours=(NOON, LUNCH), style="compact", zones=(HELSINKI, WARSAW)),
    "on another clock, several days": spell(MAY_11, MAY_13, hours=(MORNING, AFTERNOON), zones=(DUBLIN, WARSAW)),
    "on another clock, the next day": spell(JUNE_2, hours=(time(20), time(21)), zones=(NEW_YORK, WARSAW)),
    "on another clock, clocks change": spell(
        date(2027, 3, 27), date(2027, 3, 28), hours=(MORNING, NOON), zones=(NEW_YORK, WARSAW)
    ),
    "in another zone with the same hours": spell(JUNE_2, hours=(NOON, LUNCH), zones=(BERLIN, WARSAW)),
    "in another zone without hours": spell(JUNE_2, zones=(HELSINKI, WARSAW)),
    "a day": day("prose", MARCH_16),
    "a day without its year": day("short", MARCH_16),
    "the first without its year": day("short", JUNE_1),
    "a day with its weekday": day("weekday", MARCH_16),
    "when? Monday to Thursday": day("on", *WEEK[:4]),
    "when? Friday to Sunday": day("on", *WEEK[4:]),
    "hours": at(MORNING, time(9, 30), time(0), AFTERNOON),
    "months": months(1, 4, 5, 10),
    "days ahead": away(0, 1, 2, 3, 5, 22),
    "weeks ahead": away(7, 14, 35, 56, 154),
    "days and weeks ago": away(-1, -2, -3, -7, -14, -35),
    "whose clock": zones(WARSAW, HELSINKI, DUBLIN, "Europe/Athens", "Europe/Oslo", NEW_YORK),
    "whose clock, further": zones("Europe/Vienna", "Europe/Kyiv", "Europe/Bucharest", "America/Argentina/Buenos_Aires"),
}

REGIONS = {"de": "de-AT", "en": "en-IE"}
"""Regional codes that have lines of their own in the lists."""
OF_REGIONS = ("in January", "across years", "compact, days with hours")


def written(language: str) -> str:
    lines = [f"{name} ({case.data}) → {case.words(language)}" for name, case in CASES.items()]
    if code := REGIONS.get(language):
        lines += [f"{code}: {name} ({CASES[name].data}) → {CASES[name].words(code)}" for name in OF_REGIONS]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_those_that_were_agreed(language: str) -> None:
    agreed = (GOLDEN / f"{language}.txt").read_text(encoding="utf-8")

    assert written(language).splitlines() == agreed.splitlines()


def test_there_is_an_agreed_list_for_each_language_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(LANGUAGES)


@pytest.mark.parametrize("language", [*LANGUAGES, "sv", "uk", "hu", "ga", "el"])
def test_no_words_hold_spaces_that_count_double_or_can_not_be_searched(language: str) -> None:
    assert not set(written(language)) & {"\u2009", "\u202f", "\u200a", "\u00a0", "\u2007"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_month_is_shortened_across_months(language: str) -> None:
    words = spell(APRIL_30, MAY_2).words(language)

    assert day("short", APRIL_30).words(language).split()[-1] in words


def test_a_regional_code_speaks_its_language() -> None:
    assert spell(MAY_11, MAY_13).words("de-AT") == "vom 11. bis 13. Mai 2027"
    assert away(14).words("pl_PL") == "za 2 tygodnie"


def test_a_language_without_a_table_gets_whole_days_from_babel() -> None:
    assert spell(MAY_11, MAY_13, hours=(MORNING, AFTERNOON)).words("sv") == "11 maj 2027 – 13 maj 2027, 09:00–16:30"
    assert away(1).words("sv") == "13 april 2027"
    assert zone_in_words("Europe/Warsaw", "sv") == "Warszawa"


def test_a_code_that_is_no_language_is_refused_with_a_remedy() -> None:
    with pytest.raises(RenderError, match=r"“qx” is no language code .* → Write a two-letter code: pl, en"):
        spell(MAY_11).words("qx")


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="prose, compact, weekday, on; “long” is none"):
        spell(MAY_11, style="long").words("pl")
    with pytest.raises(ValueError, match="“long” is none"):
        day("long", MAY_11).words("pl")


def test_the_same_begin_and_end_is_one_hour() -> None:
    when = When(first=JUNE_2, last=JUNE_2, timezone="Europe/Warsaw", begin=time(9), end=time(9))

    assert when_in_words(when, "en") == "Wednesday, 2 June 2027, 09:00"


def test_universal_time_has_no_city() -> None:
    assert zone_in_words("UTC", "pl") == "UTC"
    assert zone_in_words("Etc/UTC", "en") == "UTC"
