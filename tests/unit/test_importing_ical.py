from __future__ import annotations

from datetime import date, time

import pytest
from importing_samples import SETTING, TODAY, calendar, only

from publisher.importing.found import Setting
from publisher.importing.ical import looks_like_ical, read_ical
from publisher.importing.periods import Period

NOON = "UID:1@example.org\nSUMMARY:Open day\n"


def period(lines: str, about: str = "") -> str:
    return str(only(read_ical(calendar(NOON + lines, about=about), SETTING)).period)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART;VALUE=DATE:20270511\nDTEND;VALUE=DATE:20270514", "2027-05-11 to 2027-05-13"),
        ("DTSTART;VALUE=DATE:20270511\nDTEND;VALUE=DATE:20270512", "2027-05-11"),
        ("DTSTART;VALUE=DATE:20270511\nDTEND;VALUE=DATE:20270511", "2027-05-11"),
        ("DTSTART;VALUE=DATE:20270511\nDURATION:P3D", "2027-05-11 to 2027-05-13"),
        ("DTSTART;VALUE=DATE:20270511", "2027-05-11"),
        ("DTSTART:20270511T100000\nDURATION:PT90M", "2027-05-11 10:00-11:30"),
        ("DTSTART:20270511T100000", "2027-05-11 10:00"),
        ("DTSTART:20270511T220000\nDTEND:20270512T020000", "2027-05-11 22:00-02:00"),
        ("DTSTART:20270511T200000\nDTEND:20270512T000000", "2027-05-11 20:00-00:00"),
        ("DTSTART:20270511T000000\nDTEND:20270513T000000", "2027-05-11 to 2027-05-12"),
        ("DTSTART:20270511T090000\nDTEND:20270513T163000", "2027-05-11 to 2027-05-13 09:00-16:30"),
        ("DTSTART:20270511T180000\nDTEND:20270513T120000", "2027-05-11 to 2027-05-13"),
    ],
)
def test_the_end_is_the_first_moment_that_is_no_longer_in_it(lines: str, expected: str) -> None:
    assert period(lines) == expected


def test_hours_over_several_days_are_told_and_asked_about() -> None:
    event = only(read_ical(calendar(NOON + "DTSTART:20270511T090000\nDTEND:20270513T163000"), SETTING))
    assert "from 2027-05-11 09:00 to 2027-05-13 16:30; are these the hours of every day?" in event.remarks[0]


def test_an_end_before_the_beginning_is_told_and_not_used() -> None:
    event = only(read_ical(calendar(NOON + "DTSTART:20270511T100000\nDTEND:20270511T090000"), SETTING))
    assert str(event.period) == "2027-05-11 10:00"
    assert "before it begins" in event.remarks[0]


def test_a_time_in_utc_is_shown_on_the_clock_of_the_file() -> None:
    assert period("DTSTART:20270511T080000Z\nDTEND:20270511T093000Z") == "2027-05-11 10:00-11:30"
    assert period("DTSTART:20270311T080000Z") == "2027-03-11 09:00"


def test_a_time_in_utc_is_shown_on_the_clock_of_the_calendar() -> None:
    content = calendar(NOON + "DTSTART:20270511T080000Z", about="X-WR-TIMEZONE:Europe/Helsinki")
    event = only(read_ical(content, SETTING))
    assert (str(event.period), event.timezone) == ("2027-05-11 11:00", "Europe/Helsinki")


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("Europe/Warsaw", ""),
        ("Europe/Helsinki", "Europe/Helsinki"),
        ("FLE Standard Time", "Europe/Kiev"),
        ("/freeassociation.sourceforge.net/Europe/Helsinki", "Europe/Helsinki"),
        ("Our zone", "Europe/Paris"),
    ],
)
def test_wall_times_stay_as_they_are_written_in_their_zone(tzid: str, zone: str) -> None:
    about = "BEGIN:VTIMEZONE\nTZID:Our zone\nX-LIC-LOCATION:Europe/Paris\nEND:VTIMEZONE"
    event = only(read_ical(calendar(NOON + f"DTSTART;TZID={tzid}:20270511T100000", about=about), SETTING))
    assert (str(event.period), event.timezone, event.remarks) == ("2027-05-11 10:00", zone, ())


def test_an_unknown_zone_is_told() -> None:
    event = only(read_ical(calendar(NOON + "DTSTART;TZID=Nowhere:20270511T100000"), SETTING))
    assert event.timezone == ""
    assert event.remarks == ("its time zone “Nowhere” is not known",)


def test_an_end_in_another_zone_is_shown_on_the_clock_of_the_beginning() -> None:
    lines = "DTSTART;TZID=Europe/Warsaw:20270511T100000\nDTEND;TZID=Europe/London:20270511T100000"
    assert period(lines) == "2027-05-11 10:00-11:00"


def test_words_come_in_their_languages() -> None:
    content = calendar(
        "UID:1\nSUMMARY;LANGUAGE=pl:Dzień\nSUMMARY;LANGUAGE=en-US:Day\nDESCRIPTION;LANGUAGE=pl:Opis\nDTSTART:20270511"
    )
    event = only(read_ical(content, SETTING))
    assert event.title == {"pl": "Dzień", "en": "Day"}
    assert event.summary == {"pl": "Opis"}


def test_texts_are_unescaped_and_without_markup() -> None:
    lines = "DTSTART:20270511\nLOCATION:Opera\\, Białystok\nDESCRIPTION:<p>One &amp; <b>two</b>.</p>\\n\\nThree"
    event = only(read_ical(calendar(NOON + lines), SETTING))
    assert event.venue == "Opera, Białystok"
    assert event.summary == {"": "One & two. Three"}


def test_a_fold_within_a_character_is_mended() -> None:
    content = calendar(NOON.replace("Open day", "Żółć") + "DTSTART:20270511")
    word = "Żółć".encode()
    folded = content.replace(word, word[:1] + b"\r\n " + word[1:3] + b"\r\n\t" + word[3:])
    assert only(read_ical(folded, SETTING)).title == {"": "Żółć"}


def test_another_encoding_is_guessed_and_told() -> None:
    content = calendar(NOON.replace("Open day", "Żółć") + "DTSTART:20270511").decode().encode("windows-1250")
    harvest = read_ical(content, SETTING)
    assert only(harvest).title == {"": "Żółć"}
    assert "windows-1250" in harvest.notes[0]


def test_a_link_as_place_is_an_online_event() -> None:
    event = only(read_ical(calendar(NOON + "DTSTART:20270511\nLOCATION:https://example.org/live"), SETTING))
    assert (event.online, event.venue) == ("https://example.org/live", "")


def test_private_events_are_left_out() -> None:
    harvest = read_ical(calendar(NOON + "DTSTART:20270511\nCLASS:CONFIDENTIAL"), SETTING)
    assert harvest.events == ()
    assert "private" in harvest.notes[0]


def test_alarms_within_an_event_do_not_speak_for_it() -> None:
    lines = "DTSTART:20270511\nBEGIN:VALARM\nDESCRIPTION:Wake up\nDTSTART:20200101\nEND:VALARM"
    event = only(read_ical(calendar(NOON + lines), SETTING))
    assert event.summary == {}
    assert event.period == Period(date(2027, 5, 11), date(2027, 5, 11))


def test_the_latest_revision_counts() -> None:
    old, new = "SEQUENCE:1\nDTSTART:20270511", "SEQUENCE:2\nDTSTART:20270512"
    for events in ((NOON + old, NOON + new), (NOON + new, NOON + old)):
        assert str(only(read_ical(calendar(*events), SETTING)).period) == "2027-05-12"


def test_states_are_told() -> None:
    cancelled = only(read_ical(calendar(NOON + "DTSTART:20270511\nSTATUS:CANCELLED"), SETTING))
    tentative = only(read_ical(calendar(NOON + "DTSTART:20270511\nSTATUS:TENTATIVE"), SETTING))
    assert (cancelled.is_off, cancelled.remarks) == (True, ("its source calls it cancelled",))
    assert (tentative.is_off, tentative.remarks) == (False, ("its source calls it tentative",))


def test_a_called_off_calendar_calls_off_its_events() -> None:
    assert only(read_ical(calendar(NOON + "DTSTART:20270511", about="METHOD:CANCEL"), SETTING)).is_off


def test_the_past_is_counted_and_left_out() -> None:
    content = calendar(
        "UID:1\nSUMMARY:a\nDTSTART:20200101",
        "UID:2\nSUMMARY:b\nDTSTART:20270227\nDTEND:20270302",
        "UID:3\nSUMMARY:c\nDTSTART:20270228T100000",
    )
    harvest = read_ical(content, SETTING)
    assert ([event.uid for event in harvest.events], harvest.past) == (["2"], 2)
    everything = read_ical(content, Setting(today=TODAY, timezone="Europe/Warsaw", with_past=True))
    assert [event.uid for event in everything.events] == ["1", "2", "3"]


def test_a_repeating_event_gives_its_next_date() -> None:
    lines = (
        "UID:7\nSUMMARY:Monthly\nDTSTART;TZID=Europe/Warsaw:20200103T170000\nDTEND;TZID=Europe/Warsaw:20200103T180000\n"
        "RRULE:FREQ=MONTHLY;BYDAY=1FR\nEXDATE;TZID=Europe/Warsaw:20270305T170000"
    )
    event = only(read_ical(calendar(lines), SETTING))
    assert str(event.period) == "2027-04-02 17:00-18:00"
    assert event.uid == "7#20270402"
    assert event.remarks == ("it repeats at its source; this is its next date",)


def test_a_moved_date_of_a_series_is_an_event_of_its_own() -> None:
    series = "UID:7\nSUMMARY:Weekly\nDTSTART:20260302T100000\nRRULE:FREQ=WEEKLY"
    moved = "UID:7\nSUMMARY:Weekly, moved\nRECURRENCE-ID:20270301T100000\nDTSTART:20270303T100000"
    harvest = read_ical(calendar(series, moved), SETTING)
    assert [(event.uid, str(event.period)) for event in harvest.events] == [
        ("7#20270301", "2027-03-03 10:00"),
        ("7#20270308", "2027-03-08 10:00"),
    ]


def test_a_series_that_ended_is_over() -> None:
    harvest = read_ical(calendar("UID:7\nSUMMARY:x\nDTSTART:20200101\nRRULE:FREQ=DAILY;COUNT=3"), SETTING)
    assert (harvest.events, harvest.past) == ((), 1)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=YEARLY;BYWEEKNO=20", "nonsense"])
def test_a_rule_that_is_not_understood_is_told(rule: str) -> None:
    past = read_ical(calendar(f"UID:7\nSUMMARY:Strange\nDTSTART:20200101\nRRULE:{rule}"), SETTING)
    assert past.events == ()
    assert "Strange" in past.notes[0]


def test_one_broken_event_takes_no_other_with_it() -> None:
    content = calendar("UID:1\nSUMMARY:Bad\nDTSTART:20271399T990000", NOON + "DTSTART:20270511T100000")
    harvest = read_ical(content, SETTING)
    assert only(harvest).period.begin == time(10)
    assert harvest.notes == ("“Bad” was left out: it has no date.",)


def test_an_event_without_a_name_is_the_same_at_every_import() -> None:
    content = calendar("SUMMARY:x\nDTSTART:20270511")
    assert only(read_ical(content, SETTING)).uid == only(read_ical(content, SETTING)).uid


def test_no_more_than_the_first_500_are_taken() -> None:
    content = calendar(*(f"UID:{number}\nSUMMARY:x\nDTSTART:20270511" for number in range(510)))
    harvest = read_ical(content, SETTING)
    assert len(harvest.events) == 500
    assert "510" in harvest.notes[0]


OWN_RULES = """\
BEGIN:VTIMEZONE
TZID:Customized 1
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


@pytest.mark.parametrize(
    ("wall", "expected", "offset"),
    [
        ("20270511T100000", "2027-05-11 09:00", "+0300"),
        ("20271211T100000", "2027-12-11 09:00", "+0200"),
        ("20270327T100000", "2027-03-27 09:00", "+0200"),
        ("20470511T100000", "2047-05-11 09:00", "+0300"),
    ],
)
def test_a_zone_that_only_its_calendar_knows_follows_its_rules(wall: str, expected: str, offset: str) -> None:
    event = only(read_ical(calendar(NOON + f"DTSTART;TZID=Customized 1:{wall}", about=OWN_RULES), SETTING))
    assert (str(event.period), event.timezone) == (expected, "")
    assert event.remarks[0].endswith(f"(UTC{offset})")


@pytest.mark.parametrize(
    "broken", ["RRULE:FREQ=YEARLY;BYDAY=99XX", "RRULE:", "DTSTART:99999999T990000", "TZOFFSETTO:+9999", "RDATE:x"]
)
def test_a_zone_with_broken_rules_takes_no_event_with_it(broken: str) -> None:
    about = OWN_RULES.replace("TZOFFSETFROM:+0200", broken)
    assert only(read_ical(calendar(NOON + "DTSTART;TZID=Customized 1:20270511T100000", about=about), SETTING)).title


def test_of_equal_revisions_the_one_that_was_changed_last_counts() -> None:
    lines = "DTSTART;VALUE=DATE:20270511\nLAST-MODIFIED:2027{}T000000Z"
    newer, older = NOON + lines.format("0202"), NOON.replace("Open", "Old") + lines.format("0101")
    assert only(read_ical(calendar(newer, older), SETTING)).title == {"": "Open day"}


def test_a_description_in_html_stands_in_for_a_missing_one() -> None:
    html = "X-ALT-DESC;FMTTYPE=text/html:<html><style>p {}</style><p>Come\\, all\\nof <b>you</b></p>"
    lines = NOON + "DTSTART;VALUE=DATE:20270511\n" + html
    assert only(read_ical(calendar(lines), SETTING)).summary == {"": "Come, all of you"}
    assert only(read_ical(calendar(lines + "\nDESCRIPTION:Plain"), SETTING)).summary == {"": "Plain"}


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf_16_with_its_mark_is_read(mark: bytes, encoding: str) -> None:
    content = mark + calendar(NOON.replace("Open", "Żółty") + "DTSTART;VALUE=DATE:20270511").decode().encode(encoding)
    assert looks_like_ical(content)
    assert only(read_ical(content, SETTING)).title == {"": "Żółty day"}


def test_the_end_of_time_is_out_of_reach() -> None:
    harvest = read_ical(calendar(NOON + "DTSTART:99991231T235959\nDTEND:99991231T235959"), SETTING)
    assert (harvest.events, harvest.notes) == ((), ("“Open day” was left out: the year 9999 is out of reach.",))


def test_an_event_after_many_that_are_over_is_found() -> None:
    past = [f"UID:{number}\nSUMMARY:a\nDTSTART:20200511" for number in range(30_000)]
    assert only(read_ical(calendar(*past, NOON + "DTSTART;VALUE=DATE:20270511"), SETTING)).title == {"": "Open day"}
