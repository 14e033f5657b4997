"""The plan as a calendar, and when the public first heard of an event."""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar
from two_versions import REVISED_AT, planned_of

from publisher.feeds.plan_calendar import plan_calendar
from publisher.feeds.rss import first_told


def test_each_delivery_is_an_appointment_under_its_key() -> None:
    planned = planned_of()
    calendar = Calendar.from_ical(plan_calendar(planned, revised_at=REVISED_AT))
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    assert set(events) == {f"{one.key}@publisher" for one in planned}
    for one in planned:
        found = events[f"{one.key}@publisher"]
        assert found.decoded("DTSTART") == one.due_at
        assert found.decoded("DTSTAMP") == REVISED_AT
        assert found["TRANSP"] == "TRANSPARENT"


def test_lines_end_with_carriage_return_and_line_feed() -> None:
    content = plan_calendar(planned_of(), revised_at=REVISED_AT)
    assert content.count(b"\n") == content.count(b"\r\n") > 10


def test_an_event_is_told_of_with_its_first_announcement_that_is_past() -> None:
    invited, last_call = datetime(2027, 5, 6, 8, 0, tzinfo=UTC), datetime(2027, 5, 12, 10, 0, tzinfo=UTC)
    planned = planned_of()
    assert first_told(planned, now=datetime(2027, 5, 6, 7, 59, tzinfo=UTC)) == {}
    assert first_told(planned, now=invited)["open-day"] == invited
    assert first_told(planned, now=last_call)["open-day"] == invited


def test_an_event_that_is_called_off_stays_as_old_as_it_is() -> None:
    now = datetime(2027, 6, 1, tzinfo=UTC)
    called_off = planned_of(("when:", "status: cancelled\n    when:"))
    assert first_told(called_off, now=now)["open-day"] == first_told(planned_of(), now=now)["open-day"]


def test_nobody_is_told_of_a_draft() -> None:
    draft = planned_of(("when:", "status: draft\n    when:"))
    assert "open-day" not in first_told(draft, now=datetime(2028, 1, 1, tzinfo=UTC))
