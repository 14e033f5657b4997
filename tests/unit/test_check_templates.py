"""``publisher check`` on templates: where a mistake stands, what it stops, and that it is told once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.app import App, Options
from publisher.checking import check
from publisher.clock import SimulatedClock
from publisher.model import Problem

SCHEDULE = """\
version: 1
project: { name: Office, contact: { name: Office, email: office@example.org } }
defaults: { timezone: Europe/Warsaw, languages: [pl, en] }
channels:
  twitter: { languages: [en] }
  facebook: { languages: [en] }
  partners-fi: { type: email, audience: readers, languages: [fi] }
  news: { type: email, audience: readers, languages: [en] }
audiences:
  readers: { list: readers.csv, basis: consent }
cadences:
  short:
    - { send: 2 weeks before at 10:00, template: TEMPLATE, to: [TO] }
events:
  - id: open-day
    cadence: short
    when: 2027-05-12 10:00-16:00
    title:
      pl: Dzień otwarty
      en: Open day
    summary:
      en: Come and see.
      pl: Zapraszamy.
  - id: fair
    cadence: short
    when: 2027-06-16 10:00-16:00
    title: { pl: Targi, en: Fair }
    register: { link: https://example.org/register }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a mailing list, in which the check runs."""
    monkeypatch.chdir(tmp_path)
    Path("readers.csv").write_text("email\nreader@example.org\n")
    return tmp_path


def found(template: str, to: str, files: dict[str, str] | None = None, *, more: str = "") -> tuple[Problem, ...]:
    """The problems of the schedule, with templates of one's own."""
    Path("schedules.yaml").write_text(
        SCHEDULE.replace("TEMPLATE", template).replace("[TO]", f"[{to}]") + more, encoding="utf-8"
    )
    for name, source in (files or {}).items():
        path = Path("templates", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    options = Options(schedules=Path("schedules.yaml"), database="sqlite://")
    return check(App(options, clock=SimulatedClock(datetime(2027, 1, 4, tzinfo=UTC))))


def only(problems: tuple[Problem, ...]) -> Problem:
    (problem,) = problems
    return problem


def mail(**blocks: str) -> str:
    every = {"subject": "Hello", "preheader": "x", "body": "Hello", "text": "Hello"} | blocks
    return "\n".join(f"{{% block {name} %}}{text}{{% endblock %}}" for name, text in every.items() if text)


@pytest.mark.usefixtures("folder")
def test_an_unknown_variable_is_placed_at_its_word_in_the_template() -> None:
    problem = only(found("own", "twitter, facebook", {"own/social.j2": "Hello\n\n{{ event.titel }}\n"}))

    assert (problem.code, problem.place.file) == ("template-broken", "templates/own/social.j2")
    assert (problem.place.line, problem.place.column, problem.place.end_column) == (3, 10, 15)
    assert problem.message == (
        "There is no “titel” in event. It stops “own” of open-day (2 weeks before at 10:00) and 1 other announcement."
    )
    assert problem.hint == "Did you mean “title”?"
    assert problem.about == "events/open-day, events/fair"


@pytest.mark.usefixtures("folder")
def test_a_mistake_behind_a_condition_is_found_though_one_event_alone_meets_it() -> None:
    problem = only(found("own", "twitter", {"own/social.j2": "Hello\n{% if event.register %}{{ regster }}{% endif %}"}))

    assert problem.message == "There is no variable “regster” here. It stops “own” of fair (2 weeks before at 10:00)."
    assert (problem.place.line, problem.about) == (2, "events/fair")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("source", "line", "message", "hint"),
    [
        ("{{ event.title | wen }}", 1, "There is no filter “wen”.", "Did you mean “when”?"),
        ("a\n{% if event.title %}b", 2, "The template can't be understood", "Look for a missing"),
        ("a\n\n{% inclde 'x' %}", 3, "There is no tag “inclde”.", "Did you mean “include”?"),
        ("{% include '_parts/mial.j2' %}", 1, "“_parts/mial.j2” is in none", "Did you mean “_parts/mail.j2”?"),
        ("{% for i in range(99999) %}x{% endfor %}", 1, "The template fails: a range holds at most", "Mend this line"),
        ("{% for i in range(999) %}{{ 'x' * 9999 }}{% endfor %}", 1, "gives more than 1,000,000", "Mend"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", 1, "calls itself without end", "Look for a macro"),
        ("{% if false %}x{% endif %}", 1, "The template gives an empty text.", "check the conditions"),
    ],
)
def test_every_kind_of_mistake_has_its_line_and_a_mend(source: str, line: int, message: str, hint: str) -> None:
    problem = only(found("own", "twitter", {"own/social.j2": source}))

    assert (problem.place.file, problem.place.line) == ("templates/own/social.j2", line)
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.usefixtures("folder")
def test_a_mistake_in_a_part_stands_in_the_part() -> None:
    files = {"own/social.j2": "{% include '_parts/foot.j2' %}", "_parts/foot.j2": "a\n{{ evnt.title }}"}
    problem = only(found("own", "twitter", files))

    assert (problem.place.file, problem.place.line, problem.place.column) == ("templates/_parts/foot.j2", 2, 4)


@pytest.mark.usefixtures("folder")
def test_a_missing_block_of_a_mail_names_the_nearest() -> None:
    problem = only(found("own", "news", {"own/email.j2": mail(text="").replace("subject", "sbject")}))

    assert problem.message.startswith("The mail lacks the block “subject”; it has: sbject, preheader, body.")
    assert "Did you mean “sbject”?" in problem.hint
    assert (problem.place.file, problem.place.line, problem.place.column) == ("templates/own/email.j2", 1, 10)


@pytest.mark.usefixtures("folder")
def test_an_unknown_template_stands_at_its_name_with_the_nearest() -> None:
    problem = only(found("invitaton", "twitter", {"notice/social.j2": "x"}))

    assert (problem.code, problem.place.line, problem.place.column, problem.place.end_column) == (
        "no-template",
        13,
        50,
        59,
    )
    assert problem.message == "There is no template called “invitaton”."
    assert problem.hint.startswith("Did you mean “invitation”? You have: cancelled, digest, invitation,")
    assert "notice" in problem.hint


@pytest.mark.usefixtures("folder")
def test_a_language_that_a_template_lacks_names_those_that_there_are() -> None:
    problem = only(found("own", "twitter", {"own/social.pl.j2": "x", "own/social.de.j2": "x"}))

    assert problem.message == "The template “own” has no words for twitter in English; it has de, pl."
    assert problem.hint == "Add templates/own/twitter.en.j2."
    assert problem.place.line == 13


@pytest.mark.usefixtures("folder")
def test_a_text_without_the_language_stands_at_its_key() -> None:
    problems = found("invitation", "partners-fi")

    assert [(one.code, one.place.line, one.place.column) for one in problems] == [
        ("missing-translation", 18, 5),
        ("missing-translation", 27, 5),
    ]
    assert problems[0].message == "“invitation” goes to partners-fi in Finnish, but “title” has no “fi”."
    assert problems[0].hint == "Add  fi: …  here, or set  missing_translation: use en."


LONG = f"""\
posts:
  - id: long
    send: 2027-05-07 12:00
    to: [twitter]
    text:
      en: |
        {"Zapraszamy " * 22}https://example.org/a-very-long-address
        na spotkanie w sali sejmiku województwa podlaskiego
"""


PLACEHOLDER = """\
posts:
  - id: hello
    send: 2027-05-03 10:00
    to: [twitter]
    text: { en: WORDS }
"""


@pytest.mark.usefixtures("folder")
def test_a_post_that_is_too_long_stands_at_its_text_with_the_words_before_the_cut() -> None:
    problems = found("today", "facebook", more=LONG)
    problem = next(one for one in problems if one.code == "too-long")

    assert (problem.place.line, problem.place.column) == (33, 5)
    assert problem.message == (
        "On X this is 317 of 280 characters (the link counts as 23; emoji as 2). 37 too many, cut from “…spotkanie w▮”."
    )
    assert problem.hint == "Shorten it, or add a shorter  text_twitter:  for X only."


@pytest.mark.usefixtures("folder")
def test_an_event_that_is_too_long_stands_at_its_longest_text_that_the_template_uses() -> None:
    files = {"own/social.j2": "{{ event.title }} {{ event.summary }}" + " word" * 60}
    problems = found("own", "twitter", files)

    assert [(one.code, one.place.line) for one in problems] == [("too-long", 21), ("too-long", 27)]
    assert problems[0].hint == "Shorten the summary, or give the template “own” fewer words for X."
    assert "(emoji count as 2)" in problems[0].message


@pytest.mark.usefixtures("folder")
def test_a_post_is_too_long_only_when_what_gives_way_is_not_enough() -> None:
    marked = "{{ event.title }}{% optional %} {{ event.summary }}%s{% endoptional %}"

    assert found("own", "twitter", {"own/social.j2": marked.replace("%s", " word" * 60)}) == ()
    problems = found("own", "twitter", {"own/social.j2": marked.replace("%s", "") + " word" * 60})
    assert {one.code for one in problems} == {"too-long"}


@pytest.mark.usefixtures("folder")
def test_a_placeholder_stands_at_its_field_in_the_file() -> None:
    more = PLACEHOLDER.replace("WORDS", "Spotykamy się o XX:XX.")
    problem = next(one for one in found("today", "facebook", more=more) if one.code == "placeholder")

    assert (problem.place.file, problem.place.line) == ("schedules.yaml", 33)
    assert problem.message == "“XX:XX” was never filled in."


@pytest.mark.usefixtures("folder")
def test_a_placeholder_of_the_template_stands_in_it_once() -> None:
    problem = only(found("own", "twitter", {"own/social.j2": "{{ event.title }}\n[TODO] place"}))

    assert (problem.code, problem.place.file, problem.place.line, problem.place.column) == (
        "placeholder",
        "templates/own/social.j2",
        2,
        1,
    )


@pytest.mark.usefixtures("folder")
def test_a_folder_with_a_slip_in_its_name_is_told_where_the_other_is_used() -> None:
    problem = only(found("invitation", "twitter", {"invitaton/social.j2": "x", "notice/social.j2": "x"}))

    assert (problem.code, problem.severity, problem.place.line) == ("unused-template", "warning", 13)
    assert "nothing uses your templates/invitaton" in problem.message
    assert problem.hint == "Rename the folder to templates/invitation if it is meant to take its place."


@pytest.mark.usefixtures("folder")
def test_an_about_file_that_can_not_be_read_is_a_problem_and_no_end() -> None:
    problem = only(found("own", "twitter", {"own/social.j2": "x", "own/about.yaml": "what: x\ntrue: sometimes\n"}))

    assert (problem.code, problem.place.file, problem.place.line) == ("template-broken", "templates/own/about.yaml", 2)
    assert "Write “true:” with one of: always" in problem.hint
