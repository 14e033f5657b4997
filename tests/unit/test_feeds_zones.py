"""VTIMEZONE components, as another program reads them, against the zones of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz

from publisher.feeds.zones import vtimezone

YEARS = (2025, 2028)
ZONES = [
    "Europe/Warsaw",
    "Europe/Dublin",
    "Europe/London",
    "America/New_York",
    "America/Santiago",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Etc/GMT-3",
]


#: Zones in which a yearly rule begins or is given up, or which move to another side of the date line.
UNSTEADY = ["Pacific/Apia", "Europe/Istanbul", "Asia/Tehran", "America/Sao_Paulo", "Europe/Moscow", "America/Nuuk"]


def _moments(zone: ZoneInfo, years: tuple[int, int] = YEARS) -> Iterator[datetime]:
    """Noon of each day, and each half hour of the days on which the clocks change; not what is skipped or repeated."""
    day = datetime(years[0], 1, 1, tzinfo=zone)
    while day.year <= years[1]:
        changes = day.utcoffset() != (day + timedelta(days=1)).utcoffset()
        for minutes in range(29, 24 * 60, 30) if changes else (12 * 60,):
            moment = day + timedelta(minutes=minutes)
            if moment.utcoffset() == moment.replace(fold=1).utcoffset():
                yield moment
        day += timedelta(days=1)


@pytest.mark.parametrize("name", ZONES)
def test_every_moment_of_these_years_has_the_right_offset(name: str) -> None:
    read = tz.tzical(StringIO(vtimezone(name, *YEARS).to_ical().decode())).get(name)
    moments = list(_moments(ZoneInfo(name)))
    assert len(moments) > 4 * 365
    for moment in moments:
        assert moment.replace(tzinfo=read).utcoffset() == moment.utcoffset(), moment


@pytest.mark.parametrize("name", UNSTEADY)
def test_a_rule_that_is_given_up_ends(name: str) -> None:
    years = (2010, 2026)
    read = tz.tzical(StringIO(vtimezone(name, *years).to_ical().decode())).get(name)
    for moment in _moments(ZoneInfo(name), years):
        assert moment.replace(tzinfo=read).utcoffset() == moment.utcoffset(), moment


@pytest.mark.parametrize("name", ["Europe/Warsaw", "America/New_York", "Asia/Kolkata"])
def test_the_offsets_are_right_after_2037_too(name: str) -> None:
    years = (2026, 2060)
    read = tz.tzical(StringIO(vtimezone(name, *years).to_ical().decode())).get(name)
    for year in (2038, 2050, 2060):
        for month in range(1, 13):
            moment = datetime(year, month, 15, 12, tzinfo=ZoneInfo(name))
            assert moment.replace(tzinfo=read).utcoffset() == moment.utcoffset(), moment


def test_single_dates_name_the_first_one_too() -> None:
    [part] = vtimezone("Asia/Tehran", 2020, 2021).walk("DAYLIGHT")
    assert part["RDATE"][0].to_ical() == part["DTSTART"].to_ical()


def test_a_yearly_change_is_a_rule() -> None:
    summer, winter = vtimezone("Europe/Warsaw", 2027, 2027).subcomponents
    assert summer.name == "DAYLIGHT"
    assert summer["DTSTART"].to_ical() == b"20260329T020000"
    assert summer["RRULE"].to_ical() == b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"
    assert winter.name == "STANDARD"
    assert winter["DTSTART"].to_ical() == b"20261025T030000"


def test_summer_is_summer_in_ireland_too() -> None:
    kinds = {part["TZNAME"]: part.name for part in vtimezone("Europe/Dublin", 2027, 2027).subcomponents}
    assert kinds == {"IST": "DAYLIGHT", "GMT": "STANDARD"}


def test_a_zone_without_changes_has_one_offset() -> None:
    [only] = vtimezone("Asia/Kolkata", 2027, 2027).subcomponents
    assert only["TZOFFSETTO"].to_ical() == "+0530"
    assert only.name == "STANDARD"


def test_a_change_for_good_leaves_the_time_before_it_as_it_was() -> None:
    name = "Europe/Volgograd"  # an hour back on 27 December 2020, and no other change in these years
    read = tz.tzical(StringIO(vtimezone(name, 2020, 2020).to_ical().decode())).get(name)
    before, after = (datetime(2020, 12, day, tzinfo=read).utcoffset() for day in (20, 30))
    assert (before, after) == (timedelta(hours=4), timedelta(hours=3))
