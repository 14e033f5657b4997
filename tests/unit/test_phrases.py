"""The words for moments: what each form means, and where a wrong one stops making sense."""

from __future__ import annotations

import time as stopwatch
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import Calendar
from publisher.timing.grammar import parse_phrase
from publisher.timing.phrases import (
    Anchor,
    Fixed,
    FromDay,
    FromInstant,
    Phrase,
    PhraseError,
    Recurring,
    Unit,
    WorkingDay,
    is_recurring,
    is_relative,
)
from publisher.timing.recurrence import moments

TEN = time(10, 0)
CALENDAR = Calendar(timezone="Europe/Warsaw", holidays=("PL",))


def days(amount: int, anchor: Anchor, *, unit: Unit = Unit.DAY, at: time = TEN) -> FromDay:
    return FromDay(amount=amount, unit=unit, anchor=anchor, at=at)


def understood(words: str) -> tuple[Phrase | None, PhraseError | None]:
    try:
        return parse_phrase(words), None
    except PhraseError as error:
        return None, error


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        ("8 weeks before at 10:00", days(-8, Anchor.START, unit=Unit.WEEK)),
        ("2 days after the end at 11:00", days(2, Anchor.END, at=time(11))),
        ("2 days after at 10:00", days(2, Anchor.END)),
        ("3 days before registration closes at 09:30", days(-3, Anchor.REGISTRATION, at=time(9, 30))),
        ("3 days before the end of registration at 10:00", days(-3, Anchor.REGISTRATION)),
        ("3 days before the deadline at 10:00", days(-3, Anchor.REGISTRATION)),
        ("registration closes at 10:00", days(0, Anchor.REGISTRATION)),
        ("1 hour before", FromInstant(amount=-1, unit=Unit.HOUR, anchor=Anchor.START)),
        ("90 minutes after the end", FromInstant(amount=90, unit=Unit.MINUTE, anchor=Anchor.END)),
        ("2 hours before registration closes", FromInstant(amount=-2, unit=Unit.HOUR, anchor=Anchor.REGISTRATION)),
        ("an hour before", FromInstant(amount=-1, unit=Unit.HOUR, anchor=Anchor.START)),
        ("first day at 08:30", days(0, Anchor.FIRST_DAY, at=time(8, 30))),
        ("second day at 10:00", days(1, Anchor.FIRST_DAY)),
        ("2nd day at 10:00", days(1, Anchor.FIRST_DAY)),
        ("day 3 at 10:00", days(2, Anchor.FIRST_DAY)),
        ("last day at 17:00", days(0, Anchor.LAST_DAY, at=time(17))),
        ("1 week after the last day at 10:00", days(1, Anchor.LAST_DAY, unit=Unit.WEEK)),
        ("1 month before at 10:00", days(-1, Anchor.START, unit=Unit.MONTH)),
        ("the day before at 10:00", days(-1, Anchor.START)),
        ("a week before the start of the event at 10:00", days(-1, Anchor.START, unit=Unit.WEEK)),
        ("2027-05-07 12:00", Fixed(datetime(2027, 5, 7, 12))),  # noqa: DTZ001  wall time
        ("2027-5-7 at 12:00", Fixed(datetime(2027, 5, 7, 12))),  # noqa: DTZ001
        ("2027-05-07T12:00", Fixed(datetime(2027, 5, 7, 12))),  # noqa: DTZ001
        ("every day at 10:00", Recurring("FREQ=DAILY", TEN)),
        ("daily at 10:00", Recurring("FREQ=DAILY", TEN)),
        ("every weekday at 10:00", Recurring("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TEN)),
        ("every Monday at 10:00", Recurring("FREQ=WEEKLY;BYDAY=MO", TEN)),
        ("each Monday at 10:00", Recurring("FREQ=WEEKLY;BYDAY=MO", TEN)),
        ("every Monday and Thursday at 10:00", Recurring("FREQ=WEEKLY;BYDAY=MO,TH", TEN)),
        ("every Mon, Wed, Fri at 10:00", Recurring("FREQ=WEEKLY;BYDAY=MO,WE,FR", TEN)),
        ("every first Tuesday at 10:00", Recurring("FREQ=MONTHLY;BYDAY=+1TU", TEN)),
        ("second Tuesday of the month at 10:00", Recurring("FREQ=MONTHLY;BYDAY=+2TU", TEN)),
        ("3rd Friday of every month at 10:00", Recurring("FREQ=MONTHLY;BYDAY=+3FR", TEN)),
        ("last Friday of the month at 10:00", Recurring("FREQ=MONTHLY;BYDAY=-1FR", TEN)),
        ("15th of the month at 10:00", Recurring("FREQ=MONTHLY;BYMONTHDAY=15", TEN)),
        ("1st of the month at 10:00", Recurring("FREQ=MONTHLY;BYMONTHDAY=1", TEN)),
        ("day 15 of the month at 10:00", Recurring("FREQ=MONTHLY;BYMONTHDAY=15", TEN)),
        ("last day of the month at 10:00", Recurring("FREQ=MONTHLY;BYMONTHDAY=-1", TEN)),
        ("every working day at 10:00", WorkingDay(0, TEN)),
        ("first working day of the month at 10:00", WorkingDay(1, TEN)),
        ("last working day of the month at 10:00", WorkingDay(-1, TEN)),
        ("RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=9 at 10:00", Recurring("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=9", TEN)),
        ("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=10;BYMINUTE=0", Recurring("FREQ=MONTHLY;BYDAY=-1FR", TEN)),
    ],
)
def test_each_form_means_what_it_says(words: str, phrase: Phrase) -> None:
    assert parse_phrase(words) == phrase


@pytest.mark.parametrize(
    ("polish", "english"),
    [
        ("8 tygodni przed, 10:00", "8 weeks before at 10:00"),
        ("1 dzień przed o 12:00", "1 day before at 12:00"),
        ("dzień przed wydarzeniem o 12:00", "the day before the event at 12:00"),
        ("tydzień przed rozpoczęciem o 9.00", "1 week before the start at 09:00"),
        ("godzinę przed", "1 hour before"),
        ("3 dni przed końcem zapisów o 9:30", "3 days before registration closes at 09:30"),
        ("2 dni po zakończeniu o 11:00", "2 days after the end at 11:00"),
        ("pierwszego dnia o 8:30", "first day at 08:30"),
        ("pierwszy dzień o 8:30", "first day at 08:30"),
        ("ostatni dzień o 17:00", "last day at 17:00"),
        ("codziennie o 9:00", "every day at 09:00"),
        ("każdego dnia o 9:00", "every day at 09:00"),
        ("w każdy poniedziałek i czwartek o 9:00", "every Monday and Thursday at 09:00"),
        ("co środę o 9:00", "every Wednesday at 09:00"),
        ("pierwszy poniedziałek miesiąca o 9:00", "first Monday of the month at 09:00"),
        ("pierwszy dzień roboczy miesiąca o 9:00", "first working day of the month at 09:00"),
        ("ostatni piątek każdego miesiąca o 9:00", "last Friday of the month at 09:00"),
        ("każdy dzień roboczy o 8:00", "every working day at 08:00"),
    ],
)
def test_polish_words_mean_the_same(polish: str, english: str) -> None:
    assert parse_phrase(polish) == parse_phrase(english)


@pytest.mark.parametrize(
    "words",
    [
        "8 weeks before at 10:00",
        "8 weeks before 10:00",
        "8 weeks before, 10.00",
        "  8   Weeks BEFORE   at 10:00 ",
        "8 weeks before the event at 10:00",
        "eight weeks before at 10:00",
    ],
)
def test_small_words_separators_and_capitals_make_no_difference(words: str) -> None:
    assert parse_phrase(words) == days(-8, Anchor.START, unit=Unit.WEEK)


@pytest.mark.parametrize(
    ("words", "offset", "length", "hint"),
    [
        ("", 0, 0, "Say when"),
        ("8 weks before at 10:00", 2, 0, "weeks"),
        ("8 weeks befor at 10:00", 8, 0, "Say when"),
        ("8 weeks before at 10", 18, 0, "at 10:00"),
        ("8 weeks before at 99", 18, 0, "like “at 10:00”"),
        ("8 weeks before", 14, 0, "like “at 10:00”"),
        ("8 weeks before at 25:00", 18, 5, "23:59"),
        ("8 weeks before at 10:00 sharp", 24, 0, "Say when"),
        ("0 days before at 10:00", 0, 1, "Say when"),
        ("5000 days before at 10:00", 0, 4, "Say when"),
        ("every Mondey at 09:00", 6, 0, "Monday"),
        ("Monday at 09:00", 0, 0, "every Monday at 09:00"),
        ("every 2 weeks at 09:00", 6, 0, "INTERVAL=2"),
        ("every other Monday at 09:00", 6, 0, "INTERVAL=2"),
        ("every second Monday at 09:00", 6, 6, "second Monday of the month"),
        ("every second day at 09:00", 6, 6, "Say when"),
        ("2027-02-29 12:00", 0, 10, "2027-02-28 or 2027-03-01"),
        ("2027-13-01 12:00", 0, 10, "2027-01-13"),
        ("2027-05-07", 10, 0, "like “at 10:00”"),
        ("1 hour before at 10:00", 14, 0, "Leave the time out"),
        ("40th of the month at 10:00", 0, 4, "last day of the month"),
        ("day 0 at 10:00", 4, 1, "Say when"),
        ("third day of what at 10:00", 13, 0, "Say when"),
        ("12:00", 0, 0, "Say when"),
        ("tomorrow at 9:00", 0, 0, "Say when"),
    ],
)
def test_a_wrong_phrase_says_where_it_stops_and_what_to_write(words: str, offset: int, length: int, hint: str) -> None:
    with pytest.raises(PhraseError) as refused:
        parse_phrase(words)
    assert (refused.value.offset, refused.value.length) == (offset, length)
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("2027-02-29 12:00", "29 February 2027 does not exist: 2027 is not a leap year."),
        ("2027-04-31 12:00", "31 April 2027 does not exist: April 2027 has 30 days."),
        ("2027-00-10 12:00", "There is no month 0."),
        ("2027-05-00 12:00", "0 May 2027 does not exist: May 2027 has 31 days."),
        ("1027-05-07 12:00", "The year 1027 is out of reach."),
    ],
)
def test_a_day_that_no_calendar_has_is_explained(words: str, sentence: str) -> None:
    with pytest.raises(PhraseError) as refused:
        parse_phrase(words)
    assert (str(refused.value), refused.value.code) == (sentence, "no-such-date")


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:",
        "RRULE:FREQ=HOURLY at 10:00",
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=DAILY at 25:00",
        "RRULE:FREQ=DAILY;BYHOUR=9,15",
        "RRULE:FREQ=DAILY;FREQ=DAILY at 10:00",
        "RRULE:FREQ=DAILY;COUNT=3 at 10:00",
        "RRULE:FREQ=DAILY;INTERVAL=0 at 10:00",
        "RRULE:FREQ=DAILY;INTERVAL=-1 at 10:00",
        "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU at 10:00",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30 at 10:00",
        "RRULE:FREQ=DAILY;UNTIL=20271231T000000Z at 10:00",
        "RRULE:FREQ=DAILY;UNTIL=20270230 at 10:00",
        "RRULE:FREQ=DAILY;BYWEEKNO=1 at 10:00",
        "RRULE:FREQ=WEEKLY at 10:00",
        "RRULE:FREQ=WEEKLY;BYDAY=1MO at 10:00",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;BYMONTH=13 at 10:00",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;WKST=XX at 10:00",
        "RRULE:FREQ=MONTHLY;BYDAY=+9MO at 10:00",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=0 at 10:00",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=99 at 10:00",
        "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=7 at 10:00",
        "RRULE:FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2,4 at 10:00",
        "RRULE:FREQ=YEARLY;BYEASTER=99999 at 10:00",
        "RRULE:FREQ=YEARLY;X=1;BYDAY=MO at 10:00",
    ],
)
def test_an_rrule_that_is_wrong_or_never_happens_is_refused_at_once(rule: str) -> None:
    begun = stopwatch.process_time()
    with pytest.raises(PhraseError):
        parse_phrase(rule)
    assert stopwatch.process_time() - begun < 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO at 09:00", ["2027-01-11", "2027-01-25", "2027-02-08", "2027-02-22"]),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270111 at 09:00", ["2027-01-04", "2027-01-11"]),
        ("RRULE:FREQ=YEARLY;BYEASTER=-48 at 09:00", ["2027-02-08"]),
        ("last working day of the month at 09:00", ["2027-01-29", "2027-02-26"]),
        ("first working day of the month at 09:00", ["2027-01-04", "2027-02-01"]),
        ("30th of the month at 09:00", ["2027-01-30"]),
        ("fifth Friday of the month at 09:00", ["2027-01-29"]),
    ],
)
def test_a_recurring_phrase_gives_its_days(words: str, expected: list[str]) -> None:
    phrase = parse_phrase(words)
    assert isinstance(phrase, Recurring | WorkingDay)
    found = list(moments(phrase, first=date(2027, 1, 1), last=date(2027, 2, 28), calendar=CALENDAR))
    assert [moment.date().isoformat() for moment in found] == expected
    assert {moment.time() for moment in found} == {time(9)}


@given(start=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_every_other_week_is_the_same_weeks_wherever_the_window_begins(start: date) -> None:
    phrase = parse_phrase("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU at 09:00")
    assert isinstance(phrase, Recurring)
    whole = moments(phrase, first=date(2026, 1, 1), last=date(2028, 1, 31), calendar=CALENDAR)
    part = moments(phrase, first=start, last=date(2028, 1, 31), calendar=CALENDAR)
    assert list(part) == [moment for moment in whole if moment.date() >= start]


_WORDS = st.sampled_from(
    [
        *("the", "on", "at", "of", "every", "each", "first", "second", "last", "third", "working", "day", "days"),
        *("week", "month", "before", "after", "end", "start", "event", "registration", "closes", "Monday", "and"),
        *("Friday", "RRULE:", "FREQ=DAILY", ";", "BYDAY=MO", "INTERVAL=2", "10:00", "9.30", "25:61", "2027-05-07"),
        *("2027-02-30", "1", "2nd", "15th", "31", "999999", "an", "two", ",", ".", "przed", "po", "o", "co"),
        *("każdy", "dzień", "roboczy", "miesiąca"),
    ]
)


@given(st.lists(_WORDS, max_size=8).map(" ".join) | st.text(max_size=60))
def test_any_text_is_a_moment_or_is_refused_with_a_place_within_it(words: str) -> None:
    phrase, error = understood(words)
    if error is None:
        assert phrase is not None
        assert not (is_relative(phrase) and is_recurring(phrase))
    else:
        assert 0 <= error.offset <= len(words)
        assert str(error)
        assert error.hint


@pytest.mark.parametrize("piece", ["9", "a", "1st ", "(", "10:00 ", "every ", "FREQ=DAILY;", "2027-01-01 ", "٣"])
def test_a_very_long_phrase_is_refused_quickly(piece: str) -> None:
    begun = stopwatch.process_time()
    for prefix in ("", "day ", "RRULE:FREQ=DAILY;BYHOUR="):
        with pytest.raises(PhraseError):
            parse_phrase(prefix + piece * 50_000)
    assert stopwatch.process_time() - begun < 5
