"""Events as iCalendar: what programs that follow the feed make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from feed_samples import PROJECT, REVISED, component, edition, event, parsed, when
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.feeds.calendar import event_calendar, events_calendar
from publisher.model import EventStatus, Registration, Venue

WARSAW = ZoneInfo("Europe/Warsaw")


def test_an_all_day_event_ends_on_the_day_after_its_last() -> None:
    found = component(event(when=when("2027-05-11", "2027-05-13")))
    assert found["DTSTART"].to_ical() == b"20270511"
    assert found["DTSTART"].params["VALUE"] == "DATE"
    assert found["DTEND"].to_ical() == b"20270514"
    assert found["DTEND"].params["VALUE"] == "DATE"


def test_a_single_day_ends_on_the_next() -> None:
    assert component(event(when=when("2027-12-31"))).decoded("DTEND") == date(2028, 1, 1)


def test_hours_stand_in_the_zone_of_the_event() -> None:
    found = component(event())
    assert found["DTSTART"].params["TZID"] == "Europe/Warsaw"
    assert found.decoded("DTSTART") == datetime(2027, 5, 13, 10, 0, tzinfo=WARSAW)
    assert found.decoded("DTEND") == datetime(2027, 5, 13, 16, 0, tzinfo=WARSAW)
    assert "RRULE" not in found


def test_several_days_with_hours_are_one_event_that_repeats_daily() -> None:
    found = component(event(when=when("2027-10-30", "2027-11-01", begin="09:00", end="16:30")))
    rule = rrulestr(found["RRULE"].to_ical().decode(), dtstart=datetime.fromisoformat("2027-10-30T09:00"))
    assert [day.date() for day in rule] == [date(2027, 10, 30), date(2027, 10, 31), date(2027, 11, 1)]
    assert found.decoded("DTEND") - found.decoded("DTSTART") == timedelta(hours=7, minutes=30)


def test_hours_after_midnight_belong_to_the_next_day() -> None:
    found = component(event(when=when("2027-06-02", begin="22:00", end="02:00")))
    assert found.decoded("DTEND") == datetime(2027, 6, 3, 2, 0, tzinfo=WARSAW)


@pytest.mark.parametrize("end", ["", "13:00"])
def test_an_end_that_nobody_gave_is_not_invented(end: str) -> None:
    assert "DTEND" not in component(event(when=when(begin="13:00", end=end)))


def test_an_event_within_the_hour_that_the_clock_skips_never_ends_before_it_begins() -> None:
    assert "DTEND" not in component(event(when=when("2027-03-28", begin="02:30", end="03:00")))


def test_every_zone_that_is_named_is_explained_and_utc_needs_none() -> None:
    calendar = parsed(
        event(),
        event(id="lunch", when=when(begin="12:00", timezone="America/New_York")),
        event(id="talk", when=when(begin="12:00", end="13:00", timezone="Etc/UTC")),
        event(id="fair", when=when("2027-05-11", timezone="Asia/Tokyo")),
    )
    assert {zone["TZID"] for zone in calendar.walk("VTIMEZONE")} == {"Europe/Warsaw", "America/New_York"}
    assert not calendar.get_missing_tzids()
    [talk] = [found for found in calendar.walk("VEVENT") if found["UID"].startswith("talk@")]
    assert talk["DTSTART"].to_ical() == b"20270513T120000Z"


def test_the_uid_is_the_id_at_the_host_of_the_project() -> None:
    assert component(event())["UID"] == "open-day@www.example.org"
    assert component(event(), project=replace(PROJECT, link=""))["UID"] == "open-day@publisher"
    assert component(event(), project=replace(PROJECT, link="https://łódź.example:8080/"))["UID"] == (
        "open-day@xn--d-uga0v4h.example"
    )


def test_a_draft_is_in_no_feed() -> None:
    assert not parsed(event(status=EventStatus.DRAFT)).walk("VEVENT")


@pytest.mark.parametrize(
    ("status", "shown", "title"),
    [
        (EventStatus.CONFIRMED, "CONFIRMED", "Dzień otwarty"),
        (EventStatus.POSTPONED, "TENTATIVE", "Przełożone: Dzień otwarty"),
        (EventStatus.CANCELLED, "CANCELLED", "Odwołane: Dzień otwarty"),
    ],
)
def test_the_status_is_there_for_programs_and_for_people(status: EventStatus, shown: str, title: str) -> None:
    found = component(event(status=status))
    assert found["STATUS"] == shown
    assert found["SUMMARY"] == title
    assert ("TRANSP" in found) == (status is not EventStatus.CONFIRMED)


def test_nobody_is_asked_to_register_for_what_is_called_off() -> None:
    online = Venue(online="https://example.org/live")
    found = component(event(status=EventStatus.CANCELLED, venue=online))
    assert "register" not in found["DESCRIPTION"]
    assert "CONFERENCE" not in found


def test_the_stamps_say_when_the_file_was_revised_and_the_sequence_rises_with_it() -> None:
    found = component(event())
    assert found.decoded("DTSTAMP") == found.decoded("LAST-MODIFIED") == REVISED
    later = component(event(), revised_at=REVISED + timedelta(seconds=1))
    assert later["SEQUENCE"] == found["SEQUENCE"] + 1


@pytest.mark.parametrize("year", [1970, 2027, 2087, 2150])
def test_the_sequence_always_fits_an_integer(year: int) -> None:
    found = component(event(), revised_at=datetime(year, 1, 1, tzinfo=UTC))
    assert 0 <= found["SEQUENCE"] < 2**31


def test_words_are_in_the_language_that_is_asked_for() -> None:
    found = component(event(), edition=edition("en"))
    assert found["SUMMARY"] == "Open day"
    assert found["SUMMARY"].params["LANGUAGE"] == "en"
    assert found["DESCRIPTION"].split("\n") == [
        "Look behind the scenes.",
        "",
        "Registration: https://example.org/register",
        "Register by: 10 May 2027",
        "Step-free access",
        "Languages: Polish and English",
        "Organiser: The library",
    ]


def test_a_missing_language_is_stood_in_for_and_said() -> None:
    found = component(event(title={"en": "Open day"}, summary={}), edition=edition("fi", "pl", "en"))
    assert found["SUMMARY"] == "Open day"
    assert found["SUMMARY"].params["LANGUAGE"] == "en"
    assert found["DESCRIPTION"].startswith("Ilmoittautuminen: https://")


def test_a_language_of_a_country_and_the_language_itself_stand_in_for_each_other() -> None:
    assert component(event(title={"en": "x", "de": "Tag"}), edition=edition("de-AT"))["SUMMARY"] == "Tag"
    found = component(event(title={"en": "x", "de-AT": "Tag"}), edition=edition("de"))
    assert (found["SUMMARY"], found["SUMMARY"].params["LANGUAGE"]) == ("Tag", "de-AT")


def test_a_place_that_has_one_name_in_all_languages_has_no_language() -> None:
    found = component(event())
    assert found["LOCATION"] == "Main hall, Long Street 1, Springfield"
    assert "LANGUAGE" not in found["LOCATION"].params


def test_an_online_event_can_be_joined_from_the_calendar() -> None:
    found = component(event(venue=Venue(online="https://example.org/żywo?a=1&b=2"), registration=Registration()))
    address = "https://example.org/%C5%BCywo?a=1&b=2"
    assert found["LOCATION"] == found["URL"] == found["CONFERENCE"] == address


def test_the_link_is_the_best_that_there_is() -> None:
    assert component(event(link="https://example.org/open-day"))["URL"] == "https://example.org/open-day"
    assert component(event())["URL"] == "https://example.org/register"
    assert component(event(registration=Registration()))["URL"] == PROJECT.link


def test_the_office_is_a_contact_and_not_the_organizer_of_a_meeting() -> None:
    found = component(event())
    assert found["CONTACT"] == "City Library, front desk, library@example.org"
    assert "ORGANIZER" not in found


def test_tags_are_categories() -> None:
    assert component(event(tags=("#Books", "OpenDay")))["CATEGORIES"].cats == ["Books", "OpenDay"]


def test_a_feed_is_published_and_invites_nobody() -> None:
    calendar = parsed(event(), url="https://example.org/library.ics")
    assert "METHOD" not in calendar
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "City Library"
    assert calendar["REFRESH-INTERVAL"].to_ical() == b"PT6H"
    assert calendar["SOURCE"] == "https://example.org/library.ics"
    assert calendar["PRODID"]
    assert calendar["VERSION"] == "2.0"


def test_one_event_alone_is_the_one_in_the_feed() -> None:
    content = event_calendar(event(), edition=edition())
    assert b"X-WR-CALNAME" not in content
    [followed] = parsed(event()).walk("VEVENT")
    assert component(event()).to_ical() == followed.to_ical()


def test_events_stand_in_the_order_of_time_and_the_same_events_give_the_same_bytes() -> None:
    early = event(id="early", when=when("2027-01-10"))
    one, other = (events_calendar(events, edition=edition()) for events in ([event(), early], [early, event()]))
    assert one == other
    assert one.index(b"early@") < one.index(b"open-day@")


def test_lines_are_short_and_end_as_the_standard_says() -> None:
    content = event_calendar(event(summary={"pl": "Zażółć gęślą jaźń 🎉, " * 40}), edition=edition())
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(b"\n" not in line and line.decode() is not None for line in lines)
    assert component(event(summary={"pl": "Zażółć gęślą jaźń 🎉, " * 40}))["DESCRIPTION"].count("jaźń 🎉") == 40


def test_a_title_can_not_add_properties() -> None:
    found = component(event(title={"pl": "Gala\r\nATTENDEE:mailto:x@example.org\x07; a, b\\n"}))
    assert found["SUMMARY"] == "Gala ATTENDEE:mailto:x@example.org ; a, b\\n"
    assert "ATTENDEE" not in found


def test_a_title_without_a_letter_is_no_title() -> None:
    assert component(event(title={"pl": "\x08", "en": "Open day"}))["SUMMARY"] == "Open day"
    assert component(event(title={"pl": "\x08"}))["SUMMARY"] == "open-day"


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), min_size=1, max_size=120))
def test_whatever_people_write_comes_back(words: str) -> None:
    from unicodedata import normalize

    kept = " ".join(normalize("NFC", words).replace("\ufffe", " ").replace("\uffff", " ").split())
    found = component(event(title={"pl": words, "en": "x"}, summary={}))
    assert found["SUMMARY"] == (kept or "x")
