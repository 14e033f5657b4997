"""Quiet hours, weekends, holidays and blackouts, and where they move what falls into them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import Blackout, Calendar, OutsideHours, QuietHours
from publisher.timing.calendar import FURTHEST, holiday_name, is_working_day, shift, why_not

OFFICE = Calendar(
    timezone="Europe/Warsaw",
    quiet_hours=QuietHours(time(20), time(7, 30)),
    weekends=False,
    holidays=("PL",),
    outside_hours=OutsideHours.MOVE_LATER,
)
EARLIER = replace(OFFICE, outside_hours=OutsideHours.MOVE_EARLIER)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def moved(text: str, calendar: Calendar) -> str | None:
    local = shift(at(text), calendar).local
    return local.strftime("%Y-%m-%dT%H:%M") if local else None


def blackout(first: str, last: str, why: str = "mourning") -> Blackout:
    return Blackout(first=date.fromisoformat(first), last=date.fromisoformat(last), why=why)


@pytest.mark.parametrize(
    ("planned", "later", "earlier"),
    [
        ("2027-05-05T10:00", "2027-05-05T10:00", "2027-05-05T10:00"),  # Wednesday, in hours
        ("2027-05-05T07:30", "2027-05-05T07:30", "2027-05-05T07:30"),  # the end of the quiet hours is free
        ("2027-05-05T07:29", "2027-05-05T07:30", "2027-05-04T19:59"),
        ("2027-05-05T20:00", "2027-05-06T07:30", "2027-05-05T19:59"),  # the beginning is not
        ("2027-05-05T23:30", "2027-05-06T07:30", "2027-05-05T19:59"),
        ("2027-05-06T00:00", "2027-05-06T07:30", "2027-05-05T19:59"),
        ("2027-05-08T10:00", "2027-05-10T10:00", "2027-05-07T10:00"),  # Saturday
        ("2027-05-09T10:00", "2027-05-10T10:00", "2027-05-07T10:00"),  # Sunday
        ("2027-05-07T21:00", "2027-05-10T07:30", "2027-05-07T19:59"),  # Friday night
        ("2027-05-08T21:00", "2027-05-10T07:30", "2027-05-07T19:59"),  # Saturday night is no day later
        ("2027-05-08T03:00", "2027-05-10T07:30", "2027-05-07T19:59"),
        ("2027-05-03T10:00", "2027-05-04T10:00", "2027-04-30T10:00"),  # Constitution Day, a Monday, after a weekend
        ("2027-12-24T10:00", "2027-12-27T10:00", "2027-12-23T10:00"),  # Christmas Eve is a holiday since 2025
        ("2027-05-27T10:00", "2027-05-28T10:00", "2027-05-26T10:00"),  # Corpus Christi
    ],
)
def test_what_falls_outside_the_hours_moves(planned: str, later: str, earlier: str) -> None:
    assert moved(planned, OFFICE) == later
    assert moved(planned, EARLIER) == earlier


def test_a_chain_of_blackout_weekend_and_holiday_is_left_as_a_whole() -> None:
    calendar = replace(OFFICE, blackouts=(blackout("2027-04-28", "2027-04-30"),))
    found = shift(at("2027-04-28T12:00"), calendar)
    assert (found.local, found.reason) == (at("2027-05-04T12:00"), "blackout “mourning”")
    assert moved("2027-05-04T05:00", replace(calendar, outside_hours=OutsideHours.MOVE_EARLIER)) == "2027-04-27T19:59"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2027-05-05T10:00", ""),
        ("2027-05-05T21:00", "quiet hours 20:00-07:30"),
        ("2027-05-08T10:00", "weekend"),
        ("2027-05-08T23:00", "weekend"),
        ("2027-11-11T10:00", "public holiday “National Independence Day”"),
    ],
)
def test_the_reason_is_for_people(text: str, reason: str) -> None:
    assert why_not(at(text), OFFICE) == reason


def test_skip_and_send_anyway_move_nothing() -> None:
    skip = replace(OFFICE, outside_hours=OutsideHours.SKIP)
    send = replace(OFFICE, outside_hours=OutsideHours.SEND)
    assert (shift(at("2027-05-08T10:00"), skip).local, shift(at("2027-05-08T10:00"), skip).reason) == (None, "weekend")
    assert moved("2027-05-05T10:00", skip) == "2027-05-05T10:00"
    assert moved("2027-05-08T23:00", send) == "2027-05-08T23:00"


def test_quiet_hours_may_lie_within_one_day() -> None:
    siesta = Calendar(timezone="Europe/Madrid", quiet_hours=QuietHours(time(13), time(16)))
    assert moved("2027-05-05T12:59", siesta) == "2027-05-05T12:59"
    assert moved("2027-05-05T13:00", siesta) == "2027-05-05T16:00"
    assert moved("2027-05-05T15:00", replace(siesta, outside_hours=OutsideHours.MOVE_EARLIER)) == "2027-05-05T12:59"


@pytest.mark.parametrize(
    ("quiet", "later", "earlier"),
    [
        (QuietHours(time(0), time(6)), "2027-05-05T06:00", "2027-05-04T23:59"),
        (QuietHours(time(22), time(0)), "2027-05-05T03:00", "2027-05-05T03:00"),
    ],
)
def test_quiet_hours_may_begin_or_end_at_midnight(quiet: QuietHours, later: str, earlier: str) -> None:
    calendar = Calendar(timezone="Europe/Warsaw", quiet_hours=quiet)
    assert moved("2027-05-05T03:00", calendar) == later
    assert moved("2027-05-05T03:00", replace(calendar, outside_hours=OutsideHours.MOVE_EARLIER)) == earlier


@pytest.mark.parametrize(
    ("country", "day", "is_free"),
    [
        ("PL", "2027-11-11", True),
        ("FI", "2027-11-11", False),
        ("FI", "2027-12-06", True),
        ("ES-CT", "2027-09-11", True),
        ("ES", "2027-09-11", False),
        ("DE", "2027-10-03", True),
    ],
)
def test_holidays_are_those_of_the_country_or_its_part(country: str, day: str, is_free: bool) -> None:  # noqa: FBT001
    calendar = Calendar(timezone="Europe/Warsaw", holidays=(country,))
    assert bool(holiday_name(date.fromisoformat(day), calendar)) is is_free


def test_the_name_of_a_holiday_does_not_depend_on_the_language_of_the_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    calendar = Calendar(timezone="Europe/Warsaw", holidays=("PL",))
    assert holiday_name(date(2031, 11, 11), calendar) == "National Independence Day"


def test_two_countries_add_up() -> None:
    calendar = Calendar(timezone="Europe/Warsaw", holidays=("PL", "FI"))
    assert not is_working_day(date(2027, 11, 11), calendar)
    assert not is_working_day(date(2027, 12, 6), calendar)
    assert is_working_day(date(2027, 12, 7), calendar)


def test_nothing_is_moved_further_than_the_furthest() -> None:
    calendar = replace(OFFICE, blackouts=(blackout("2027-06-01", "2027-12-31", "elections"),))
    found = shift(at("2027-06-01T10:00"), calendar)
    assert found.local is None
    assert found.reason == "blackout “elections”; no free day within 60 days"
    assert moved("2027-12-15T10:00", calendar) == "2028-01-03T10:00"


_MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
_CALENDARS = st.builds(
    Calendar,
    timezone=st.just("Europe/Warsaw"),
    quiet_hours=st.none()
    | st.tuples(_MINUTES, _MINUTES).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: QuietHours(*pair)),
    weekends=st.booleans(),
    holidays=st.lists(st.sampled_from(["PL", "FI", "ES-CT"]), max_size=2).map(tuple),
    outside_hours=st.sampled_from(OutsideHours),
    blackouts=st.lists(
        st.builds(
            lambda first, days: Blackout(first=first, last=first + timedelta(days=days), why="a reason"),
            st.dates(date(2027, 3, 1), date(2027, 9, 1)),
            st.integers(0, 40),
        ),
        max_size=3,
    ).map(tuple),
)


@given(calendar=_CALENDARS, local=st.datetimes(datetime(2027, 3, 1), datetime(2027, 9, 30)))  # noqa: DTZ001  wall time
def test_whatever_is_moved_lands_where_it_may_and_in_the_right_direction(calendar: Calendar, local: datetime) -> None:
    found = shift(local, calendar)
    if found.local is None:
        assert found.reason
        return
    if calendar.outside_hours is OutsideHours.SEND:
        assert found.local == local
        return
    assert not why_not(found.local, calendar)
    assert abs(found.local - local) <= FURTHEST
    assert bool(found.reason) == (found.local != local)
    if calendar.outside_hours is OutsideHours.MOVE_EARLIER:
        assert found.local <= local
    else:
        assert found.local >= local
