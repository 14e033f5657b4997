"""From the tree to the schedule: every section and field, what is wrong with it, and what that stops."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import pytest
import yaml
from schedule_samples import HEAD, loaded, problem, problems, schedule

from publisher.model import (
    ApprovalPolicy,
    Digest,
    Event,
    EventStatus,
    OutsideHours,
    Post,
    Problem,
    QuietHours,
    Severity,
)
from publisher.schedulefile.problems import LIMIT
from publisher.timing.phrases import Fixed

ROOT = Path(__file__).parents[2]

FULL = """\
version: 1
project:
  name: Open Region
  link: https://example.org
  contact: { name: Office, email: office@example.org }
  funding: none
  hashtags: [OpenRegion]
defaults:
  timezone: Europe/Warsaw
  languages: [pl, en]
  missing_translation: use en
  quiet_hours: 20:00-07:30
  weekends: no
  holidays: [PL, ES-CT]
  outside_hours: move later
  if_late: skip after 6 hours
  approval: none
blackouts:
  - { from: 2027-04-12, to: 2027-04-14, why: mourning }
channels:
  twitter: { account: "@example", languages: [pl] }
  page: { type: facebook, account: example, weekends: yes, if_late: send, approval: two }
  news:
    type: email
    audience: readers
    languages: [pl, en]
    timezone: Europe/Helsinki
    quiet_hours: none
    holidays: FI
    outside_hours: skip
audiences:
  readers: { list: lists/readers.csv, basis: consent, double_opt_in: yes }
cadences:
  short:
    - { send: 2 weeks before at 10:00, template: invitation, to: [twitter, page] }
    - { send: first day at 08:30, template: today, to: twitter, outside_hours: send anyway, if_late: skip }
events:
  - id: open-day
    status: confirmed
    cadence: short
    when: 2027-05-11 to 2027-05-13
    hours: 09:00-16:30
    timezone: Europe/Warsaw
    title: { pl: Dzień otwarty, en: Open day }
    summary: { pl: Zapraszamy., en: Come and see. }
    where:
      venue: Town hall
      address: { pl: Rynek 1, en: 1 Market Square }
      online: https://example.org/live
      step_free: yes
    organiser: Open Region
    spoken: [pl, en]
    register: { link: https://example.org/register, until: 2027-04-30 12:00, free: yes }
    image: { file: images/hall.jpg, alt: { pl: Ratusz., en: The town hall. }, credit: the office }
    link: https://example.org/open-day
    tags: [OpenDay]
    mention: { twitter: ["@example"] }
    changes:
      - { add: 1 week before at 17:00, template: programme, to: [page], outside_hours: skip, if_late: send }
      - { drop: first day at 08:30 }
  - id: lecture
    when: 2027-06-02 13:00-14:30
    title: A lecture
posts:
  - id: hello
    send: 2027-05-07 12:00
    to: [twitter, page]
    text: { pl: Dzień dobry, en: Hello }
    text_twitter: { pl: Hej }
    text_facebook: { pl: Witamy, en: Welcome }
    text_email: Good morning
    subject: { pl: Witamy, en: Welcome }
    template: post
    link: https://example.org
    image: { file: images/hall.jpg, alt: The town hall. }
    tags: Hello
    outside_hours: move earlier
    if_late: skip after 2 days
  - { id: again, send: every Monday at 09:00, to: twitter, text: Again }
digests:
  - id: monthly
    send: first working day of the month at 09:00
    to: [news]
    template: digest
    covers: next 6 weeks
    if_empty: send
    outside_hours: move later
    if_late: skip
"""


def events(*lines: str) -> str:
    """The usual head and one event with these lines; the first of them is line 11."""
    return HEAD + "".join(f"{line}\n" for line in ("events:", "  - id: open-day", *(f"    {line}" for line in lines)))


def event(*lines: str) -> str:
    """The same with a title and a day; the first line that is given is line 13."""
    return events("title: A", "when: 2027-05-13", *lines)


def posts(*lines: str) -> str:
    """The usual head and one post with these lines; the first of them is line 11."""
    return HEAD + "".join(f"{line}\n" for line in ("posts:", "  - id: hello", *(f"    {line}" for line in lines)))


def place(one: Problem) -> tuple[str, int, int, int]:
    """Code, line, and the columns from and to."""
    return one.code, one.place.line, one.place.column, one.place.end_column


# --- what is right ----------------------------------------------------------------------------------------


def test_the_files_that_come_along_are_sound() -> None:
    for path in (ROOT / "schedules.yaml", ROOT / "examples" / "next2met" / "schedules.yaml"):
        found = loaded(path.read_bytes())
        assert not found.problems
        assert found.schedule is not None


def test_every_field_of_an_event_is_understood() -> None:
    found = schedule(FULL, head="")
    entry = found.entry("events/open-day")
    assert entry is not None
    event = entry.source
    assert isinstance(event, Event)
    assert event.status is EventStatus.CONFIRMED
    assert (event.when.first, event.when.last) == (date(2027, 5, 11), date(2027, 5, 13))
    assert (event.when.begin, event.when.end) == (clock(9), clock(16, 30))
    assert (event.title, event.venue.name) == ({"pl": "Dzień otwarty", "en": "Open day"}, {"*": "Town hall"})
    assert event.venue.address == {"pl": "Rynek 1", "en": "1 Market Square"}
    assert (event.venue.online, event.venue.step_free) == ("https://example.org/live", True)
    assert (event.registration.until, event.registration.until_has_time) == (datetime(2027, 4, 30, 12), True)  # noqa: DTZ001
    assert event.registration.free is True
    assert event.picture is not None
    assert (event.picture.path, event.picture.credit) == (Path("images/hall.jpg"), "the office")
    assert (event.tags, event.mentions, event.spoken) == (("OpenDay",), {"twitter": ("@example",)}, ("pl", "en"))
    assert [(step.words, step.template, step.to) for step in entry.steps] == [
        ("2 weeks before at 10:00", "invitation", ("twitter", "page")),
        ("1 week before at 17:00", "programme", ("page",)),
    ]
    assert (entry.steps[1].outside_hours, entry.steps[1].if_late) == (OutsideHours.SKIP, None)
    assert (entry.steps[0].has_if_late, entry.steps[1].has_if_late) == (False, True)


def test_every_field_of_posts_and_digests_is_understood() -> None:
    found = schedule(FULL, head="")
    hello, again, monthly = (found.entry(name) for name in ("posts/hello", "posts/again", "digests/monthly"))
    assert hello is not None
    assert again is not None
    assert monthly is not None
    assert isinstance(hello.source, Post)
    assert hello.source.text == {"pl": "Dzień dobry", "en": "Hello"}
    assert set(hello.source.text_for) == {"twitter", "facebook", "email"}
    assert hello.source.text_for["email"] == {"pl": "Good morning"}  # without a language: the main one
    assert (hello.source.tags, hello.steps[0].phrase) == (("Hello",), Fixed(datetime(2027, 5, 7, 12)))  # noqa: DTZ001
    assert hello.steps[0].if_late == timedelta(days=2)
    assert isinstance(again.source, Post)
    assert again.source.text == {"pl": "Again"}
    assert isinstance(monthly.source, Digest)
    assert (monthly.source.covers, monthly.source.skip_if_empty) == (timedelta(weeks=6), False)


def test_a_channel_has_what_it_says_itself_and_else_what_the_defaults_say() -> None:
    channels = schedule(FULL, head="").channels
    twitter, page, news = channels["twitter"], channels["page"], channels["news"]
    assert (twitter.type, twitter.languages, twitter.calendar.weekends) == ("twitter", ("pl",), False)
    assert twitter.calendar.quiet_hours == QuietHours(clock(20), clock(7, 30))
    assert twitter.calendar.holidays == ("PL", "ES-CT")
    assert twitter.if_late == timedelta(hours=6)
    assert twitter.calendar.blackouts[0].why == "mourning"
    assert (page.type, page.languages, page.calendar.weekends) == ("facebook", ("pl", "en"), True)
    assert (page.if_late, page.approval) == (None, ApprovalPolicy.TWO)
    assert (news.audience, news.calendar.timezone) == ("readers", "Europe/Helsinki")
    assert (news.calendar.quiet_hours, news.calendar.holidays) == (None, ("FI",))
    assert news.calendar.outside_hours is OutsideHours.SKIP


def test_paths_count_from_the_file() -> None:
    assert schedule(FULL, head="").audiences["readers"].path == Path("lists/readers.csv")


@pytest.mark.parametrize(
    ("when", "first", "last", "hours"),
    [
        ("2027-05-09", "2027-05-09", "2027-05-09", None),
        ("2027-05-11 to 2027-05-13", "2027-05-11", "2027-05-13", None),
        ("2027-05-11 do 2027-05-13", "2027-05-11", "2027-05-13", None),
        ("2027-05-11–2027-05-13", "2027-05-11", "2027-05-13", None),
        ("2027-05-11 - 2027-05-13", "2027-05-11", "2027-05-13", None),
        ("2027-06-02 13:00-14:30", "2027-06-02", "2027-06-02", ("13:00", "14:30")),
        ("2027-06-02 13.00 – 14.30", "2027-06-02", "2027-06-02", ("13:00", "14:30")),
        ("2027-06-02 13:00", "2027-06-02", "2027-06-02", ("13:00", None)),
        ("2027-06-02T13:00", "2027-06-02", "2027-06-02", ("13:00", None)),
        ("2027-06-02 22:00-02:00", "2027-06-02", "2027-06-02", ("22:00", "02:00")),
        ("2027-06-02 22:00 to 2027-06-03 02:00", "2027-06-02", "2027-06-02", ("22:00", "02:00")),
        ("2027-06-02 09:00 to 2027-06-04 16:00", "2027-06-02", "2027-06-04", ("09:00", "16:00")),
    ],
)
def test_each_way_to_write_when_is_understood(
    when: str, first: str, last: str, hours: tuple[str, str | None] | None
) -> None:
    (entry,) = schedule(f"events:\n  - {{ id: a, when: '{when}', title: A }}\n").entries
    assert isinstance(entry.source, Event)
    found = entry.source.when
    begin, end = (clock.fromisoformat(hour) if hour else None for hour in hours or (None, None))
    assert (found.first.isoformat(), found.last.isoformat(), found.begin, found.end) == (first, last, begin, end)


def test_words_in_the_place_of_yes_and_no_are_read_by_their_field() -> None:
    found = schedule("events:\n  - { id: no, when: 2027-05-09, title: no, where: { step_free: nie }, spoken: [no] }\n")
    (entry,) = found.entries
    event = entry.source
    assert isinstance(event, Event)
    assert (event.id, event.title, event.venue.step_free, event.spoken) == ("no", {"en": "no"}, False, ("no",))


def test_no_holidays_are_not_those_of_norway() -> None:
    head = HEAD.replace("languages: [en] }\nchannels", "languages: [en], holidays: no }\nchannels")
    assert schedule("posts: []\n", head=head).channels["twitter"].calendar.holidays == ()
    head = HEAD.replace("languages: [en] }\nchannels", "languages: [en], holidays: [NO] }\nchannels")
    assert schedule("posts: []\n", head=head).channels["twitter"].calendar.holidays == ("NO",)


def test_numbers_are_texts_where_texts_are_due() -> None:
    (entry,) = schedule("events:\n  - { id: 2027, when: 2027-05-09, title: 1984, organiser: 0048 }\n").entries
    assert isinstance(entry.source, Event)
    assert (entry.name, entry.source.title, entry.source.organiser) == ("events/2027", {"en": "1984"}, {"*": "0048"})


@pytest.mark.parametrize(
    "section", ["project", "defaults", "blackouts", "channels", "audiences", "cadences", "events", "posts", "digests"]
)
def test_an_empty_section_is_as_good_as_none(section: str) -> None:
    found = loaded(f"version: 1\n{section}:\n")
    assert not found.problems
    assert found.schedule is not None


@pytest.mark.parametrize("field", ["where", "register", "mention", "changes", "tags", "spoken", "image"])
def test_a_heading_with_nothing_below_it_is_as_good_as_none(field: str) -> None:
    assert not problems(events("when: 2027-05-09", "title: A", f"{field}:"))


@pytest.mark.parametrize(
    ("written", "kind"), [("x", "twitter"), ("X", "twitter"), ("fb", "facebook"), ("Facebook", "facebook")]
)
def test_a_channel_may_be_called_or_typed_as_people_say(written: str, kind: str) -> None:
    found = loaded(f"channels:\n  {written}:\n  other: {{ type: {written} }}\n")
    assert not found.problems
    assert found.schedule is not None
    assert {channel.type for channel in found.schedule.channels.values()} == {kind}


# --- what is wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "message", "hint"),
    [
        # names
        (events("titel: A", "when: 2027-05-09"), ("unknown-key", 11, 5, 10), "titel", "Did you mean “title”?"),
        (events("tytuł: A", "when: 2027-05-09"), ("unknown-key", 11, 5, 10), "tytuł", "Did you mean “title”?"),
        (events("when: 2027-05-09"), ("missing-key", 10, 5, 6), "lacks “title”", "title: …"),
        (events("when: 2027-05-09", "title:"), ("missing-key", 12, 11, 11), "missing", "after the colon"),
        (events("when: 2027-05-09", "title:", "  pl:"), ("missing-key", 13, 7, 9), "missing", "after the colon"),
        (event("cadence: shor"), ("unknown-name", 13, 14, 18), "shor", "There is none"),
        (posts("send: 2027-05-07 12:00", "to: twiter", "text: A"), ("unknown-name", 12, 9, 15), "twiter", "twitter"),
        (posts("send: 2027-05-07 12:00", "text: A"), ("missing-key", 10, 5, 6), "lacks “to”", "to: …"),
        (posts("send: 2027-05-07 12:00", "to:", "text: A"), ("missing-key", 12, 8, 8), "on which channels", "to: ["),
        (posts("send: 2027-05-07 12:00", "to: []", "text: A"), ("missing-key", 12, 5, 7), "on which channels", "to: ["),
        (HEAD + "post: []\n", ("unknown-key", 9, 1, 5), "post", "posts"),
        (HEAD + "wydarzenia: []\n", ("unknown-key", 9, 1, 11), "wydarzenia", "events"),
        (HEAD.replace("type: email", "type: emial"), ("unknown-name", 6, 17, 22), "emial", "Did you mean “email”?"),
        (HEAD.replace("audience: readers", "audience: reader"), ("unknown-name", 6, 34, 40), "reader", "readers"),
        (HEAD.replace(" audience: readers,", ""), ("missing-key", 6, 3, 7), "to whom", "audience:"),
        (HEAD.replace("twitter:", "birds:"), ("unknown-name", 4, 3, 8), "birds", "type: "),
        (HEAD.replace("news:", "the news:"), ("bad-value", 6, 3, 11), "name of a channel", "news-en:"),
        # dates and times
        (events("title: A", "when: 11.05.2027"), ("date-format", 12, 11, 21), "year-month-day", "2027-05-11"),
        (events("title: A", "when: 05/18/2027"), ("date-format", 12, 11, 21), "year-month-day", "2027-05-18"),
        (events("title: A", "when: 11.05.2027 10:00"), ("date-format", 12, 11, 21), "year-month-day", "2027-05-11"),
        (events("title: A", "when: 2027-02-29"), ("no-such-date", 12, 11, 21), "not a leap year", "2027-02-28 or"),
        (events("title: A", "when: 2027-05-11 to 2027-05-32"), ("no-such-date", 12, 25, 35), "31 days", "2027-05-31"),
        (events("title: A", "when: 11 maja 2027"), ("date-format", 12, 11, 23), "year-month-day", "2027-05-11"),
        (events("title: A", "when: 2027-05-13 to 2027-05-11"), ("ends-before-start", 12, 11, 35), "before", "Swap"),
        (events("title: A", "when: 2027-05-13 16:00-09:00"), ("ends-before-start", 12, 11, 33), "before", "Swap"),
        (events("title: A", "when: 2027-05-13 25:00"), ("bad-value", 12, 22, 27), "25:00", "23:59"),
        (event("hours: 9-16"), ("bad-value", 13, 12, 16), "minutes", "09:00-16:00"),
        (event("hours: 9:00-16"), ("bad-value", 13, 17, 19), "16", "16:00"),
        (event("hours: 16:00-09:00"), ("ends-before-start", 13, 12, 23), "before", "Swap"),
        (events("title: A", "when: 2027-05-13 10:00", "hours: 10:00-12:00"), ("bad-value", 13, 5, 10), "twice", "Del"),
        (
            event("register: { until: 30.04.2027 }"),
            ("date-format", 13, 24, 34),
            "year",
            "2027-04-30",
        ),
        (
            event("register: { until: 2027-04-30 25:00 }"),
            ("bad-value", 13, 35, 40),
            "25:00",
            "23:59",
        ),
        (posts("send: 07.05.2027 12:00", "to: twitter", "text: A"), ("date-format", 11, 11, 21), "year", "2027-05-07"),
        (posts("send: 2027-04-31 12:00", "to: twitter", "text: A"), ("no-such-date", 11, 11, 21), "30", "2027-05-01"),
        (posts("send: 2027-05-07 at 10", "to: twitter", "text: A"), ("bad-value", 11, 25, 27), "missing", "at 10:00"),
        (posts('send: "2027-05-07 at 10"', "to: twitter", "text: A"), ("bad-value", 11, 26, 28), "missing", "at 10:00"),
        (posts("send: a week before at 9:00", "to: twitter", "text: A"), ("not-allowed-here", 11, 11, 32), "", "every"),
        # choices
        (event("status: confirmd"), ("bad-value", 13, 13, 21), "status", "“confirmed”"),
        (event("status: odwolane"), ("bad-value", 13, 13, 21), "status", "“cancelled”"),
        (event("status: odwołane"), ("bad-value", 13, 13, 21), "status", "“cancelled”"),
        (event("status:"), ("missing-key", 13, 12, 12), "missing", "delete the line"),
        (event("status: [draft]"), ("bad-value", 13, 5, 11), "One word", "same line"),
        (event("spoken: [Polish]"), ("bad-value", 13, 14, 20), "language", "pl"),
        (events("title: { PL: A }", "when: 2027-05-13"), ("bad-value", 11, 14, 16), "language", "“pl”"),
        (event("timezone: Warsaw"), ("bad-value", 13, 15, 21), "zone", "Europe/Warsaw"),
        (event("tags: [e-services]"), ("bad-value", 13, 12, 22), "hashtag", "letters"),
        (event("tags: Open, Day"), ("bad-value", 13, 11, 20), "several", "[Open, Day]"),
        (event("link: example.org"), ("bad-value", 13, 11, 22), "address", "https://"),
        (
            event("mention: { twiter: a }"),
            ("unknown-name", 13, 16, 22),
            "twiter",
            "twitter",
        ),
        # shapes
        (events("title: [A]", "when: 2027-05-13"), ("bad-value", 11, 5, 10), "not a list", "pl: …"),
        (events("title: A", "when: [2027-05-13]"), ("bad-value", 12, 5, 9), "One text", "one line"),
        (event("where: Hall"), ("bad-value", 13, 12, 16), "“where”", "“venue: …”"),
        (event("changes: { a: b }"), ("bad-value", 13, 5, 12), "is a list", "dash"),
        (event("changes: [later]"), ("bad-value", 13, 15, 20), "fields", "“add: …”"),
        (event("changes: [{ to: x }]"), ("missing-key", 13, 15, 24), "drops", "drop:"),
        (HEAD + "events: { id: a }\n", ("list-dash", 9, 1, 7), "is a list", "- id"),
        (HEAD + "events: [a]\n", ("bad-value", 9, 10, 11), "fields", "“title: …”"),
        (HEAD + "cadences: [a]\n", ("bad-value", 9, 1, 9), "one name per line", "conference:"),
        (HEAD + "cadences: { a: b }\n", ("list-dash", 9, 13, 14), "list of steps", "send:"),
        (HEAD + "cadences: { a: [b] }\n", ("bad-value", 9, 17, 18), "fields", "“send: …”"),
        (HEAD + "blackouts: { from: x }\n", ("list-dash", 9, 1, 10), "is a list", "- "),
        (HEAD.replace("{ list: lists/readers.csv, basis: consent }", "a.csv"), ("bad-value", 8, 12, 17), "", "“list"),
        (HEAD + "project: Open Region\n", ("bad-value", 9, 10, 21), "fields", "“name: …”"),
        (HEAD.replace("version: 1", "version: 2"), ("bad-value", 1, 10, 11), "version 1", "version: 1"),
        # others
        (HEAD + "blackouts: [{ from: 2027-05-2, to: 2027-05-1, why: a }]\n", ("ends-before-start", 9, 13, 55), "", "S"),
        (event("when: 2027-05-14"), ("duplicate-key", 13, 5, 9), "line 12", "Delete"),
        (event().replace("open-day", "open day"), ("bad-value", 10, 9, 17), "spaces", "id:"),
        (
            HEAD.replace("{ languages: [pl, en] }", "{ token: EAAB, languages: [pl, en] }"),
            ("secret-in-file", 5, 15, 20),
            "password or token",
            "revoke",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_one_problem_at_its_place_with_a_mend(
    text: str, at: tuple[str, int, int, int], message: str, hint: str
) -> None:
    found = problem(text)
    assert place(found) == at
    assert message in found.message
    assert hint in found.hint
    assert found.severity is Severity.ERROR


def test_a_secret_is_never_repeated() -> None:
    text = HEAD.replace("facebook: {", "facebook: { app_secret: hunter2,")
    found = problem(text)
    assert "hunter2" not in found.message + found.hint


def test_an_unknown_funding_profile_is_a_warning() -> None:
    found = loaded(HEAD + "project: { name: A, funding: interreg-europe-2014 }\n")
    (warning,) = found.problems
    assert (warning.severity, warning.hint) == (Severity.WARNING, "Did you mean “interreg-europe-2014-2020”?")
    assert found.schedule is not None


def test_a_name_that_is_missing_in_many_places_is_told_once() -> None:
    steps = "".join(f"    - {{ send: {n} weeks before at 10:00, template: a, to: twiter }}\n" for n in range(1, 10))
    found = problem(HEAD + "cadences:\n  short:\n" + steps)
    assert place(found) == ("unknown-name", 11, 57, 63)
    assert found.hint == (
        "Did you mean “twitter” (line 4)? You have: twitter, facebook, news."
        " It stands on lines 12, 13, 14, 15, 16 and 3 more too."
    )


def test_the_channel_that_was_renamed_is_named() -> None:
    text = HEAD.replace("  twitter:", "  x:") + "posts:\n  - { id: a, send: 2027-05-07 12:00, to: twitter, text: A }\n"
    assert problem(text).hint == "Did you mean “x” (line 4)? You have: x, facebook, news."


def test_the_same_id_twice_names_the_first() -> None:
    one = "  - { id: a, when: 2027-05-09, title: A }\n"
    found = problem(HEAD + "events:\n" + one + one)
    assert place(found) == ("duplicate-id", 11, 11, 12)
    assert "(line 10)" in found.message


def test_all_mistakes_are_told_in_one_run_in_the_order_of_the_file() -> None:
    text = events("title: A", "when: 2027-02-30", "hours: 9-16", "status: confirmd", "wher: Hall") + "post: []\n"
    assert [found.place.line for found in problems(text)] == [12, 13, 14, 15, 16]


def test_everything_that_is_missing_is_told_at_once() -> None:
    found = problems(HEAD + "events:\n  - status: draft\n")
    assert [one.message for one in found] == [f"An event lacks “{name}”." for name in ("id", "when", "title")]


def test_a_misspelt_name_is_not_also_missing() -> None:
    found = problems(HEAD + "events:\n  - { idd: a, wen: 2027-05-09, titel: A }\n")
    assert [one.hint for one in found] == [f"Did you mean “{name}”?" for name in ("id", "when", "title")]


def test_an_unknown_cadence_brings_no_problem_with_its_steps() -> None:
    text = event("cadence: x", "changes: [{ drop: first day at 08:30 }]")
    assert place(problem(text)) == ("unknown-name", 13, 14, 15)


def test_what_is_dropped_must_be_there_and_the_nearest_is_named() -> None:
    cadence = "cadences:\n  short: [{ send: first day at 08:30, template: today, to: twitter }]\n"
    text = event("cadence: short", "changes: [{ drop: first day at 09:30 }]") + cadence
    assert problem(text).hint == "Did you mean “first day at 08:30”?"
    assert not problems(text.replace("drop: first day at 09:30", "drop: 1st day at 8.30"))


def test_a_value_that_fills_the_screen_is_not_repeated_whole() -> None:
    found = problem(events("title: A", f"when: {'x' * 5000}"))
    assert len(found.message) < 200


# --- what an error stops ----------------------------------------------------------------------------------

TWO = HEAD + (
    "events:\n"
    "  - id: first\n    when: 2027-05-09\n    title: A\n    tags: [Open]\n"
    "  - id: second\n    when: 2027-05-09\n    title: B\n"
)


@pytest.mark.parametrize(
    ("old", "new", "sound", "blocked"),
    [
        ("tags: [Open]", "tags: [O-pen]", {"events/second"}, {"events/first"}),  # at the very end of its entry
        ("tags: [Open]", "tags: [#Open", {"events/second"}, {"events/first"}),
        ("tags: [Open]", "tags: #Open", {"events/second"}, {"events/first"}),
        ("id: second", "id: sec ond", {"events/first"}, {"events/?"}),
        ("id: second", "id:", {"events/first"}, {"events/?"}),
        ("id: second", "id: first", {"events/first"}, {"events/first"}),
        ("title: B", "titel: B", {"events/first"}, {"events/second"}),
        ("title: B", "title: { en: B, pl: }", {"events/first"}, {"events/second"}),
        ("title: B\n", "title: B\n    title: C\n", {"events/first"}, {"events/second"}),
        ("title: A", "title: A\n    changes: [{ drop: first day at 08:30 }]", {"events/second"}, {"events/first"}),
    ],
)
def test_an_error_stops_its_own_entry_and_no_other(old: str, new: str, sound: set[str], blocked: set[str]) -> None:
    assert old in TWO
    found = loaded(TWO.replace(old, new))
    assert found.has_errors
    assert ({entry.name for entry in found.schedule.entries} if found.schedule else set()) == sound
    assert (set(found.schedule.blocked) if found.schedule else set()) == blocked


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: 3"),
        ("timezone: Europe/Warsaw", "timezone: Warsaw"),
        ("version: 1", "version: 1\nblackouts: [{ from: 2027-05-01 }]"),
        ("version: 1", "version: 1\nproject: { nam: A }"),
        ("events:", "event:"),
        ("events:", "events:\n  id: x\nposts:"),
        ("version: 1", "version: 1\nevents: []"),
        ("channels:", "channels: []\naudiences:"),
    ],
)
def test_an_error_in_what_holds_for_all_leaves_no_schedule(old: str, new: str) -> None:
    found = loaded(TWO.replace(old, new))
    assert found.schedule is None
    assert found.has_errors


def test_an_error_of_a_channel_leaves_out_that_channel_and_keeps_what_was_planned_on_it() -> None:
    text = HEAD.replace("facebook: { languages: [pl, en] }", "facebook: { languages: [polish] }") + (
        "posts:\n  - { id: a, send: 2027-05-07 12:00, to: [twitter, facebook], text: A }\n"
        "  - { id: b, send: 2027-05-07 12:00, to: [twitter], text: B }\n"
    )
    found = loaded(text).schedule
    assert found is not None
    assert set(found.channels) == {"twitter", "news"}
    assert {entry.name: entry.steps[0].to for entry in found.entries} == {
        "posts/a": ("twitter",),
        "posts/b": ("twitter",),
    }
    assert found.blocked == {"posts/a"}


def test_an_error_of_an_audience_leaves_out_its_channel() -> None:
    found = loaded(HEAD.replace("basis: consent", "bases: consent"))
    assert [one.code for one in found.problems] == ["unknown-key"]
    assert found.schedule is not None
    assert set(found.schedule.channels) == {"twitter", "facebook"}


def test_an_error_of_a_step_leaves_out_that_step_and_keeps_what_was_planned_for_it() -> None:
    text = HEAD + (
        "cadences:\n"
        "  short:\n"
        "    - { send: 1 wek before at 10:00, template: invitation, to: twitter }\n"
        "    - { send: 1 day before at 10:00, template: tomorrow, to: twitter }\n"
        "  other: [{ send: 1 day before at 10:00, template: tomorrow, to: twitter }]\n"
        "events:\n"
        "  - { id: a, cadence: short, when: 2027-05-09, title: A }\n"
        "  - { id: b, cadence: other, when: 2027-05-09, title: B }\n"
    )
    found = loaded(text).schedule
    assert found is not None
    assert {entry.name: [step.template for step in entry.steps] for entry in found.entries} == {
        "events/a": ["tomorrow"],
        "events/b": ["tomorrow"],
    }
    assert found.blocked == {"events/a"}


def test_a_file_of_nothing_but_mistakes_is_given_up_soon() -> None:
    begun = time.process_time()
    for entry in ("  - {}\n", "  - { idd: a }\n", "  - x\n"):
        found = loaded((HEAD + "events:\n" + entry * 15_000)[: 1024 * 1024].encode())
        assert found.schedule is None
        assert 0 < len(found.problems) <= LIMIT
    sections = "".join(f"s{number}: 1\n" for number in range(15_000))
    assert 0 < len(problems(sections.encode())) <= LIMIT
    assert time.process_time() - begun < 20


# --- every value of every field, of every wrong kind ------------------------------------------------------


def paths(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401
    """All values of a file but the whole."""
    children: list[tuple[str | int, Any]] = []
    if isinstance(node, dict):
        children = list(node.items())
    elif isinstance(node, list):
        children = list(enumerate(node))
    for step, child in children:
        yield (*path, step)
        yield from paths(child, (*path, step))


WHOLE = yaml.load(FULL, Loader=yaml.BaseLoader)  # noqa: S506  everything stays text
WRONG: dict[str, Any] = {
    "a text": "?",
    "a number": "17",
    "a list": ["?", "?"],
    "an empty list": [],
    "a group": {"?": "?"},
    "a group of lists": {"pl": ["?"]},
    "nothing": None,
    "a long text": "x" * 2000,
    "deep": [[[{"a": [{}]}]]],
}


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("section", [name for name in WHOLE if name != "version"])
def test_a_value_of_the_wrong_kind_is_a_problem_and_no_crash(section: str, kind: str) -> None:
    for path in paths(WHOLE[section], (section,)):
        whole = copy.deepcopy(WHOLE)
        node = whole
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = WRONG[kind]
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        found = loaded(text.encode())
        lines = text.split("\n")
        for one in found.problems:
            assert one.message, path
            assert one.hint, path
            assert len(one.message) < 1000, path
            assert 1 <= one.place.column <= len(lines[one.place.line - 1]) + 1, path
        assert found.schedule is not None or found.has_errors, path
        if found.schedule is not None and section in ("events", "posts", "digests") and len(path) > 2:
            others = {"events/lecture", "posts/again", "digests/monthly"} - {f"{section}/?"}
            kept = {entry.name for entry in found.schedule.entries}
            assert len(others - kept) <= 1, path
