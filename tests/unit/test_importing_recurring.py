from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import vRecur

from publisher.importing.recurring import WINDOW, RuleNotKnown, Series

PARTS = {
    "DAILY": ["", ";BYMONTH=3,9", ";BYMONTHDAY=1,15", ";BYDAY=SA,SU"],
    "WEEKLY": ["", ";BYDAY=MO", ";BYDAY=TU,TH", ";BYDAY=SU;WKST=SU", ";BYDAY=MO,SU;WKST=WE"],
    "MONTHLY": [
        "",
        ";BYDAY=1MO",
        ";BYDAY=-1FR",
        ";BYMONTHDAY=31",
        ";BYMONTHDAY=-1",
        ";BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ],
    "YEARLY": ["", ";BYMONTH=5;BYDAY=2SU", ";BYDAY=20MO", ";BYDAY=-1SU", ";BYMONTH=3,9", ";BYMONTHDAY=13;BYDAY=FR"],
}
RULES = st.sampled_from([(freq, part) for freq, parts in PARTS.items() for part in parts])
STARTS = st.datetimes(datetime(2023, 1, 1), datetime(2028, 1, 1)).map(lambda one: one.replace(second=0, microsecond=0))  # noqa: DTZ001  wall time
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


@given(RULES, st.integers(1, 5), STARTS, DAYS, st.sampled_from(["", ";COUNT=30", ";UNTIL=20270701"]))
def test_the_next_date_is_the_one_that_dateutil_counts(
    rule: tuple[str, str], interval: int, start: datetime, day: date, limit: str
) -> None:
    text = f"FREQ={rule[0]};INTERVAL={interval}{rule[1]}{limit}"
    begin = max(midnight(day), midnight(start.date()))
    oracle = rrulestr(text.replace("UNTIL=20270701", "UNTIL=20270701T235959"), dtstart=start)
    expected = next(iter(oracle.xafter(begin, count=1, inc=True)), None)
    if expected is not None and expected.date() > begin.date() + WINDOW:
        expected = None
    assert Series(vRecur.from_ical(text), start).next_from(day) == expected


def test_dates_may_be_left_out_and_added() -> None:
    start = midnight(date(2027, 3, 1))
    series = Series(
        vRecur.from_ical("FREQ=WEEKLY"),
        start,
        without=frozenset({date(2027, 3, 1)}),
        also=frozenset({date(2027, 3, 4)}),
    )
    assert series.next_from(date(2027, 2, 1)) == midnight(date(2027, 3, 4))
    assert series.next_from(date(2027, 3, 5)) == midnight(date(2027, 3, 8))


def test_until_counts_with_its_time() -> None:
    rule = {"FREQ": ["DAILY"], "UNTIL": [datetime(2027, 3, 2, 9, 0)]}  # noqa: DTZ001  wall time
    series = Series(rule, datetime(2027, 3, 1, 10, 0))  # noqa: DTZ001  wall time
    assert series.next_from(date(2027, 3, 1)) == series.start
    assert series.next_from(date(2027, 3, 2)) is None


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"])
def test_a_rule_that_never_matches_ends_with_the_window(rule: str) -> None:
    assert Series(vRecur.from_ical(rule), midnight(date(1970, 1, 1))).next_from(date(2027, 1, 1)) is None


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=99999999",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;BYHOUR=9",
    ],
)
def test_what_no_office_uses_is_refused(rule: str) -> None:
    with pytest.raises(RuleNotKnown):
        Series(vRecur.from_ical(rule), midnight(date(2027, 1, 1))).next_from(date(2027, 1, 1))


def test_counting_from_long_ago_is_refused() -> None:
    series = Series(vRecur.from_ical("FREQ=DAILY;COUNT=9000"), midnight(date(2000, 1, 1)))
    with pytest.raises(RuleNotKnown, match="too long ago"):
        series.next_from(date(2000, 1, 1) + timedelta(days=8000))
