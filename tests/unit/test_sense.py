"""What is readable in an entry but can't be meant: skipped hours, late deadlines, wrong days of the week."""

from __future__ import annotations

import re

import pytest
from schedule_samples import HEAD, loaded, place_of, problem

from publisher.model import Problem, Severity
from publisher.schedulefile.localdates import meant
from publisher.timing.words import NoSuchDay

POST = "posts:\n  - id: a\n    to: [twitter]\n    text: Hello\n    send: SEND\n"
EVENT = "events:\n  - id: a\n    title: Open day\n    when: WHEN\n"


def sending(moment: str, *, timezone: str = "Europe/Warsaw") -> str:
    return HEAD.replace("Europe/Warsaw", timezone) + POST.replace("SEND", moment)


def event(when: str, *more: str) -> str:
    return HEAD + EVENT.replace("WHEN", when) + "".join(f"    {line}\n" for line in more)


@pytest.mark.parametrize(
    ("timezone", "moment", "clocks", "instead"),
    [
        ("Europe/Warsaw", "2027-03-28 02:30", "from 02:00 to 03:00", "Use 03:30, or any time outside 02:00–02:59."),
        ("Europe/Helsinki", "2027-03-28 03:05", "from 03:00 to 04:00", "Use 04:05, or any time outside 03:00–03:59."),
        ("Europe/Vienna", "2027-03-28 02:00", "from 02:00 to 03:00", "Use 03:00, or any time outside 02:00–02:59."),
        ("Europe/Madrid", "2027-03-28 02:59", "from 02:00 to 03:00", "Use 03:59,"),
        ("Europe/Dublin", "2027-03-28 01:30", "from 01:00 to 02:00", "Use 02:30, or any time outside 01:00–01:59."),
        ("Australia/Lord_Howe", "2027-10-03 02:15", "from 02:00 to 02:30", "Use 02:45,"),
    ],
)
def test_an_hour_that_the_clock_skips_is_an_error_at_its_place(
    timezone: str, moment: str, clocks: str, instead: str
) -> None:
    found = problem(sending(moment, timezone=timezone))
    assert (found.code, found.severity) == ("dst-gap", Severity.ERROR)
    assert clocks in found.message
    assert found.hint.startswith(instead)
    assert place_of(found) == (13, 22, 13, 27)


def test_a_moment_is_looked_at_on_the_clock_of_its_channel() -> None:
    text = sending("2027-03-28 03:30").replace("twitter: { languages: [en] }", "twitter: { timezone: Europe/Helsinki }")
    assert "03:30 in Europe/Helsinki" in problem(text).message
    assert loaded(text.replace("03:30", "02:30")).problems == ()


def test_an_hour_that_comes_twice_is_a_warning() -> None:
    found = problem(sending("2027-10-31 02:30"))
    assert (found.code, found.severity) == ("dst-fold", Severity.WARNING)
    assert "from 03:00 back to 02:00" in found.message


@pytest.mark.parametrize("moment", ["2027-03-28 01:59", "2027-03-28 03:00", "2027-10-31 01:59", "2027-10-31 03:00"])
def test_the_hours_around_a_change_of_clocks_are_sound(moment: str) -> None:
    assert loaded(sending(moment)).problems == ()


def test_the_hours_of_an_event_are_looked_at_on_its_own_clock() -> None:
    helsinki = problem(event("2027-03-28 03:30-05:00", "timezone: Europe/Helsinki"))
    assert helsinki.code == "dst-gap"
    assert loaded(event("2027-03-28 03:30-05:00")).problems == ()


@pytest.mark.parametrize(
    ("until", "severity"),
    [
        ("2027-05-10", None),
        ("2027-05-11", None),
        ("2027-05-12", Severity.WARNING),
        ("2027-05-13", Severity.WARNING),
        ("2027-05-14", Severity.ERROR),
        ("2027-05-14 12:00", Severity.ERROR),
    ],
)
def test_registration_that_closes_after_the_event_has_begun_is_told(until: str, severity: Severity | None) -> None:
    found = loaded(event("2027-05-11 to 2027-05-13", f"register: {{ until: {until} }}")).problems
    assert [(one.code, one.severity) for one in found] == ([("register-late", severity)] if severity else [])


@pytest.mark.parametrize(
    "text",
    [
        event("Tuesday 2027-05-11"),
        event("wtorek, 2027-05-11"),
        event("Tue 2027-05-11 to Thu 2027-05-13"),
        sending("Friday, 2027-05-07 12:00"),
        sending("pt. 2027-05-07 12:00"),
    ],
)
def test_the_right_day_of_the_week_may_stand_before_a_date(text: str) -> None:
    assert loaded(text).problems == ()


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        (event("Monday 2027-05-11"), 11, "Did you mean 2027-05-10, or Tuesday?"),
        (event("środa, 2027-05-11"), 11, "Did you mean 2027-05-12, or Tuesday?"),
        (event("Tue 2027-05-11 to Fri 2027-05-13"), 29, "Did you mean 2027-05-14, or Thursday?"),
        (sending("Monday, 2027-05-07 12:00"), 11, "Did you mean 2027-05-10, or Friday?"),
    ],
)
def test_another_day_of_the_week_is_an_error(text: str, column: int, hint: str) -> None:
    found = problem(text)
    assert (found.code, found.place.column, found.hint) == ("weekday-mismatch", column, hint)


def test_what_else_is_wrong_in_an_entry_does_not_hide_it() -> None:
    found = loaded(HEAD + "posts:\n  - { id: a, send: 2027-03-28 02:30, to: [twiter] }\n").problems
    assert [one.code for one in found] == ["missing-key", "dst-gap", "unknown-name"]


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("11.05.2027", "2027-05-11"),
        ("11.5.2027 r.", "2027-05-11"),
        ("11-05-2027", "2027-05-11"),
        ("18/05/2027", "2027-05-18"),
        ("05/18/2027", "2027-05-18"),
        ("2027/05/11", "2027-05-11"),
        ("2027.05.11", "2027-05-11"),
        ("11 maja 2027", "2027-05-11"),
        ("11 maja 2027 r.", "2027-05-11"),
        ("11 May 2027", "2027-05-11"),
        ("11th May 2027", "2027-05-11"),
        ("May 11, 2027", "2027-05-11"),
        ("11. toukokuuta 2027", "2027-05-11"),
        ("11. Mai 2027", "2027-05-11"),
        ("11 de mayo de 2027", "2027-05-11"),
        ("11 de maig del 2027", "2027-05-11"),
        ("11 d’abril de 2027", "2027-04-11"),
        ("11 mai 2027", "2027-05-11"),
        ("1 août 2027", "2027-08-01"),
        ("12-14.05.2027", "2027-05-12 to 2027-05-14"),
        ("12–14 maja 2027", "2027-05-12 to 2027-05-14"),
        ("12.–14. Mai 2027", "2027-05-12 to 2027-05-14"),
        ("30.04-2.05.2027", "2027-04-30 to 2027-05-02"),
        ("30 kwietnia – 2 maja 2027", "2027-04-30 to 2027-05-02"),
    ],
)
def test_days_are_understood_as_people_write_them_at_home(written: str, instead: str) -> None:
    found = meant(written)
    assert found is not None
    assert (found.text, found.length) == (instead, len(written))


@pytest.mark.parametrize("written", ["2027-05-11", "maj", "8 weeks before", "11.05", "31.06", ""])
def test_what_is_no_day_of_that_kind_is_left_alone(written: str) -> None:
    assert meant(written) is None


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("32.05.2027", "32 May 2027 does not exist: May 2027 has 31 days."),
        ("31.04.2027", "31 April 2027 does not exist: April 2027 has 30 days."),
        ("31 czerwca 2027", "31 June 2027 does not exist: June 2027 has 30 days."),
        ("30.04-32.05.2027", "32 May 2027 does not exist: May 2027 has 31 days."),
        ("12.13.2027", "There is no month 13."),
    ],
)
def test_a_day_that_no_calendar_has_is_told_as_such(written: str, why: str) -> None:
    with pytest.raises(NoSuchDay, match=f"^{re.escape(why)}$"):
        meant(written)


def test_a_date_that_can_be_two_days_is_not_rewritten() -> None:
    found = problem(event("05/11/2027"))
    assert (found.code, found.mend) == ("date-format", ())
    assert found.hint == "Did you mean 2027-11-05 or 2027-05-11?"


@pytest.mark.parametrize(
    ("languages", "words"),
    [("pl, en", "wtorek, 11 maja 2027"), ("fi", "tiistai 11. toukokuuta 2027"), ("en", "Tuesday, 11 May 2027")],
)
def test_a_day_is_spelled_out_in_the_main_language_of_the_file(languages: str, words: str) -> None:
    text = event("11.05.2027").replace("languages: [en] }", f"languages: [{languages}] }}", 1)
    assert f"Did you mean 2027-05-11 ({words})?" in problem(text).hint


def only_mend(found: Problem) -> tuple[int, int, str]:
    (edit,) = found.mend
    return edit.place.column, edit.place.end_column, edit.text


def test_a_date_is_rewritten_and_nothing_else() -> None:
    assert only_mend(problem(event('"11.05.2027 10:00-12:00"'))) == (12, 22, "2027-05-11")
    assert only_mend(problem(sending("07.05.2027 12:00"))) == (11, 21, "2027-05-07")
