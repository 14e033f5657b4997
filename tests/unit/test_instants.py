"""Wall times to instants, where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import Calendar
from publisher.timing.grammar import parse_phrase
from publisher.timing.instants import is_repeated, is_skipped, to_instant, to_local
from publisher.timing.phrases import Recurring
from publisher.timing.recurrence import moments

ZONES = ["Europe/Warsaw", "Europe/Helsinki", "Europe/Vienna", "Europe/Madrid", "Europe/Dublin"]
SPRING = [date(2026, 3, 29), date(2027, 3, 28), date(2028, 3, 26)]
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31), date(2028, 10, 29)]
HALF_HOURS = [time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 30)]
HOUR = timedelta(hours=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_time_that_the_clock_skips_moves_forward_by_the_gap() -> None:
    local = wall("2027-03-28T02:30")
    assert to_instant(local, "Europe/Warsaw") == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert to_local(to_instant(local, "Europe/Warsaw"), "Europe/Warsaw") == wall("2027-03-28T03:30")
    assert is_skipped(local, "Europe/Warsaw")
    assert not is_repeated(local, "Europe/Warsaw")


def test_a_time_that_comes_twice_is_the_first() -> None:
    local = wall("2027-10-31T02:30")
    assert to_instant(local, "Europe/Warsaw") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert to_instant(local.replace(fold=1), "Europe/Warsaw") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert is_repeated(local, "Europe/Warsaw")
    assert not is_skipped(local, "Europe/Warsaw")


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
def test_every_half_hour_of_a_day_of_change_is_one_instant(name: str, day: date) -> None:
    instants = [to_instant(datetime.combine(day, at), name) for at in HALF_HOURS]
    for at, instant in zip(HALF_HOURS, instants, strict=True):
        local = datetime.combine(day, at)
        shown = to_local(instant, name)
        assert shown == (local + HOUR if is_skipped(local, name) else local)
    assert sum(is_skipped(datetime.combine(day, at), name) for at in HALF_HOURS) == (2 if day in SPRING else 0)
    assert sum(is_repeated(datetime.combine(day, at), name) for at in HALF_HOURS) == (2 if day in AUTUMN else 0)


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
@pytest.mark.parametrize("words", ["every day", "every Sunday", "every Monday"])
def test_a_rule_gives_one_occurrence_for_each_of_its_days_around_a_change(name: str, day: date, words: str) -> None:
    first, last = day - timedelta(days=8), day + timedelta(days=8)
    dates = [first + timedelta(days=number) for number in range(17)]
    weekday = {"every day": None, "every Sunday": 6, "every Monday": 0}[words]
    wanted = [one for one in dates if weekday is None or one.weekday() == weekday]
    for at in HALF_HOURS:
        phrase = parse_phrase(f"{words} at {at:%H:%M}")
        assert isinstance(phrase, Recurring)
        found = list(moments(phrase, first=first, last=last, calendar=Calendar(timezone=name)))
        assert found == [datetime.combine(one, at) for one in wanted]
        instants = [to_instant(local, name) for local in found]
        assert [to_local(instant, name).date() for instant in instants] == wanted
        assert len(set(instants)) == len(wanted)


@given(
    instant=st.datetimes(wall("2020-01-01T00:00"), wall("2037-01-01T00:00"), timezones=st.just(UTC)),
    name=st.sampled_from([*ZONES, "Atlantic/Azores", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)
def test_an_instant_comes_back_unless_the_clock_shows_its_time_for_the_second_time(
    instant: datetime, name: str
) -> None:
    local = to_local(instant, name)
    assert not is_skipped(local, name)
    again = to_instant(local, name)
    assert again == instant or (is_repeated(local, name) and again < instant)


def test_a_local_time_with_a_zone_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        to_instant(datetime(2027, 1, 1, tzinfo=UTC), "Europe/Warsaw")
    with pytest.raises(ValueError, match="needs a zone"):
        to_local(wall("2027-01-01T00:00"), "Europe/Warsaw")
