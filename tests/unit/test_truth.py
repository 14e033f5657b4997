"""How long the words of a template are true."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from publisher.model import Event, EventStatus, Registration, When
from publisher.timing.anchors import NoSuchMoment, deadline_at, due_local, end_at, start_at
from publisher.timing.grammar import parse_phrase
from publisher.timing.phrases import FromDay, FromInstant
from publisher.timing.truth import Span, Truth, span

HELSINKI, WARSAW = "Europe/Helsinki", "Europe/Warsaw"


def event(
    first: str = "2027-05-11",
    last: str = "",
    *,
    hours: tuple[str, str] | None = None,
    until: str = "",
    timezone: str = WARSAW,
) -> Event:
    begin, end = (time.fromisoformat(hour) for hour in hours) if hours else (None, None)
    when = When(
        first=date.fromisoformat(first), last=date.fromisoformat(last or first), timezone=timezone, begin=begin, end=end
    )
    registration = Registration(until=datetime.fromisoformat(until) if until else None, until_has_time="T" in until)
    return Event(
        id="open-day", status=EventStatus.CONFIRMED, when=when, title={"en": "Open day"}, registration=registration
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CONFERENCE = event("2027-05-11", "2027-05-13", hours=("09:00", "16:30"), until="2027-04-30")


@pytest.mark.parametrize(
    ("truth", "begin", "end"),
    [
        (Truth.ALWAYS, None, None),
        (Truth.BEFORE_START, None, "2027-05-11T07:00"),
        (Truth.BEFORE_DEADLINE, None, "2027-04-30T22:00"),  # to the end of that day in Warsaw
        (Truth.DAY_BEFORE, "2027-05-09T22:00", "2027-05-10T22:00"),
        (Truth.EVENT_DAYS, "2027-05-10T22:00", "2027-05-13T14:30"),
        (Truth.UNTIL_END, None, "2027-05-13T14:30"),
        (Truth.AFTER_END, "2027-05-13T14:30", None),
    ],
)
def test_words_are_true_in_their_span(truth: Truth, begin: str | None, end: str | None) -> None:
    wanted = Span(utc(begin) if begin else None, utc(end) if end else None)
    assert span(truth, CONFERENCE) == wanted


def test_a_span_has_its_beginning_and_not_its_end() -> None:
    tomorrow = span(Truth.DAY_BEFORE, CONFERENCE)
    assert tomorrow.holds(utc("2027-05-09T22:00"))
    assert not tomorrow.holds(utc("2027-05-09T21:59"))
    assert not tomorrow.holds(utc("2027-05-10T22:00"))


def test_the_day_before_is_that_of_the_place_of_the_event() -> None:
    there = event(timezone=HELSINKI)
    assert span(Truth.DAY_BEFORE, there) == Span(utc("2027-05-09T21:00"), utc("2027-05-10T21:00"))


def test_an_event_without_hours_lasts_to_the_end_of_its_day_and_may_be_thanked_for_on_it() -> None:
    assert (start_at(event()), end_at(event())) == (utc("2027-05-10T22:00"), utc("2027-05-11T22:00"))
    assert span(Truth.AFTER_END, event()).begin == utc("2027-05-10T22:00")


def test_an_event_may_end_after_midnight() -> None:
    night = event(hours=("22:00", "02:00"))
    assert (start_at(night), end_at(night)) == (utc("2027-05-11T20:00"), utc("2027-05-12T00:00"))


def test_the_day_of_the_clock_change_has_its_own_length() -> None:
    spring = event("2027-03-28")
    assert (end_at(spring) - start_at(spring)).total_seconds() == 23 * 3600


def test_a_deadline_is_a_day_or_a_moment() -> None:
    assert deadline_at(event(until="2027-04-30")) == utc("2027-04-30T22:00")
    assert deadline_at(event(until="2027-04-30T12:00")) == utc("2027-04-30T10:00")
    assert deadline_at(event()) is None


def test_without_a_deadline_registration_is_open_until_the_start() -> None:
    assert span(Truth.BEFORE_DEADLINE, event(hours=("09:00", "12:00"))).end == utc("2027-05-11T07:00")


@pytest.mark.parametrize(
    ("words", "local"),
    [
        ("8 weeks before at 10:00", "2027-03-16T10:00"),
        ("1 month before at 10:00", "2027-04-11T10:00"),
        ("2 days after the end at 11:00", "2027-05-15T11:00"),
        ("3 days before registration closes at 09:30", "2027-04-27T09:30"),
        ("day 2 at 08:30", "2027-05-12T08:30"),
        ("last day at 17:00", "2027-05-13T17:00"),
        ("1 hour before", "2027-05-11T08:00"),
        ("30 minutes after the end", "2027-05-13T17:00"),
        ("24 hours before registration closes", "2027-04-30T00:00"),
    ],
)
def test_a_relative_phrase_counts_from_the_event(words: str, local: str) -> None:
    phrase = parse_phrase(words)
    assert isinstance(phrase, FromInstant | FromDay)
    assert due_local(phrase, CONFERENCE, WARSAW) == datetime.fromisoformat(local)


def test_hours_are_counted_on_the_real_time_line_and_days_on_the_calendar() -> None:
    monday_after_the_change = event("2027-03-29", hours=("01:00", "03:00"))
    hours, day = parse_phrase("24 hours before"), parse_phrase("1 day before at 01:00")
    assert isinstance(hours, FromInstant)
    assert isinstance(day, FromDay)
    assert due_local(hours, monday_after_the_change, WARSAW) == datetime.fromisoformat("2027-03-28T00:00")
    assert due_local(day, monday_after_the_change, WARSAW) == datetime.fromisoformat("2027-03-28T01:00")


def test_the_last_of_a_short_month_stands_for_a_day_that_it_lacks() -> None:
    phrase = parse_phrase("1 month before at 10:00")
    assert isinstance(phrase, FromDay)
    assert due_local(phrase, event("2027-03-31"), WARSAW) == datetime.fromisoformat("2027-02-28T10:00")


@pytest.mark.parametrize("words", ["1 hour before", "1 hour after", "1 day before registration closes at 10:00"])
def test_what_an_event_lacks_can_not_be_counted_from(words: str) -> None:
    phrase = parse_phrase(words)
    assert isinstance(phrase, FromInstant | FromDay)
    with pytest.raises(NoSuchMoment, match="this event has no"):
        due_local(phrase, event(), WARSAW)
