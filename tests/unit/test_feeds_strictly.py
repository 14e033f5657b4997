"""The calendars that go out, by the letter of RFC 5545."""

from __future__ import annotations

import pytest
from feed_samples import edition, event, when
from hypothesis import given, settings
from hypothesis import strategies as st
from strict_calendar import read_strictly
from two_versions import REVISED_AT, planned_of

from publisher.feeds.calendar import event_calendar, events_calendar
from publisher.feeds.plan_calendar import plan_calendar
from publisher.model import EventStatus, Registration, Venue

ZONES = ["Europe/Warsaw", "UTC", "Asia/Kolkata", "Africa/Casablanca", "Pacific/Apia", "America/New_York"]
WORDS = st.text(max_size=80) | st.sampled_from(
    ["a, b; c\\d\ne", "ą" * 90, "😀" * 60, "\r\nBEGIN:VEVENT", '"x:y"', "\u2028"]
)


def test_the_plan_is_a_calendar_also_when_it_is_empty() -> None:
    planned = planned_of()
    assert len(read_strictly(plan_calendar(planned, revised_at=REVISED_AT)).all("VEVENT")) == len(planned) > 3
    assert read_strictly(plan_calendar([], revised_at=REVISED_AT)).all("VTIMEZONE")


def test_a_feed_without_events_is_a_calendar_too() -> None:
    assert read_strictly(events_calendar([], edition=edition())).all("VTIMEZONE")


def test_a_bare_event_has_no_empty_lines() -> None:
    bare = event(
        title={"pl": "x"}, summary={}, venue=Venue(), organiser={}, spoken=(), registration=Registration(), tags=()
    )
    assert read_strictly(event_calendar(bare, edition=edition())).all("VEVENT")[0].value("DESCRIPTION") == ""


@pytest.mark.parametrize("status", list(EventStatus))
@pytest.mark.parametrize("zone", ZONES)
def test_every_state_and_zone_is_written_right(status: EventStatus, zone: str) -> None:
    events = [
        event(id=f"e{number}", status=status, when=when(first, last, begin=begin, end=end, timezone=zone))
        for number, (first, last, begin, end) in enumerate(
            [
                ("2027-05-13", "2027-05-13", "", ""),
                ("2027-05-13", "2027-05-15", "", ""),
                ("2027-05-13", "2027-05-15", "10:00", "02:00"),
                ("2026-10-25", "2026-10-25", "02:30", "02:45"),
                ("2050-05-13", "2050-05-13", "10:00", ""),
            ]
        )
    ]
    calendar = read_strictly(events_calendar(events, edition=edition(url="https://example.org/żółć.ics")))
    assert len(calendar.all("VEVENT")) == (0 if status is EventStatus.DRAFT else 5)


@settings(max_examples=40)
@given(WORDS, WORDS, st.lists(WORDS, max_size=3))
def test_no_words_break_the_grammar(title: str, other: str, tags: list[str]) -> None:
    written = event(
        title={"pl": title},
        summary={"pl": other},
        venue=Venue(name={"*": other}),
        organiser={"pl": title},
        tags=tuple(tags),
    )
    [found] = read_strictly(events_calendar([written], edition=edition())).all("VEVENT")
    assert found.value("UID") == "open-day@www.example.org"
