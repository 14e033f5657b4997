"""The rules as a whole: named, explained, ignored with a reason, and the same for check, preview and sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from checked_files import NOW, checked

from publisher.app import App, Options
from publisher.clock import SimulatedClock
from publisher.errors import HeldByRule
from publisher.explanations import codes
from publisher.model import Event, EventStatus, Planned, Severity
from publisher.plan import default_window
from publisher.preview import Previewer
from publisher.rules import rules
from publisher.schedulefile.rulenames import IGNORABLE, IN_WORDS

SHOUT = """\
channels:
  twitter: { languages: [pl] }
posts:
  - id: hello
    send: 2027-05-07 12:00
    to: [twitter]
    text: { pl: ZAPRASZAMY WSZYSTKICH NA WIELKIE OTWARCIE }
"""
FANCY = SHOUT.replace("ZAPRASZAMY WSZYSTKICH NA WIELKIE OTWARCIE", "𝗪𝗮𝗿𝘀𝘇𝘁𝗮𝘁𝘆 dla gmin")


def test_each_rule_has_a_name_that_can_be_ignored_and_a_page() -> None:
    assert rules() == IN_WORDS
    assert [name for name in IGNORABLE if name not in codes()] == []


@pytest.mark.parametrize("place", ["post", "defaults"])
def test_a_rule_that_is_ignored_with_a_reason_says_nothing(tmp_path: Path, place: str) -> None:
    reason = "ignore: [all-caps], why: So heißt die Reihe"
    text = (
        f"{SHOUT}    {reason.replace(', ', chr(10) + '    ')}\n"
        if place == "post"
        else f"defaults: {{ {reason} }}\n{SHOUT}"
    )
    assert checked(text, tmp_path) == ()


def test_a_step_can_ignore_a_rule_for_itself(tmp_path: Path) -> None:
    step = "{ send: 1 week before at 10:00, template: own, to: [twitter]%s }"
    text = (
        "channels:\n  twitter: { languages: [pl] }\ncadences:\n  short: [%s]\nevents:\n"
        "  - { id: fair, cadence: short, when: 2027-05-11, where: { venue: Hala },"
        " title: { pl: WIELKIE OTWARCIE NOWEGO DWORCA } }\n"
    )
    own = tmp_path / "templates" / "own"
    own.mkdir(parents=True)
    (own / "social.j2").write_text("{{ event.title }}", encoding="utf-8")
    assert [one.code for one in checked(text % (step % ""), tmp_path)] == ["all-caps"]
    assert checked(text % (step % ", ignore: all-caps, why: Tak się nazywa"), tmp_path) == ()


def test_ignoring_without_a_reason_is_an_error(tmp_path: Path) -> None:
    (found,) = checked(SHOUT.replace("WIELKIE ", "") + "    ignore: [emoji]\n", tmp_path)
    assert (found.code, found.severity, found.place.line) == ("missing-key", Severity.ERROR, 8)


def test_ignoring_an_unknown_rule_is_an_error_with_the_nearest_one(tmp_path: Path) -> None:
    text = SHOUT.replace("WIELKIE ", "") + "    ignore: [al-caps]\n    why: Tak\n"
    (found,) = checked(text, tmp_path)
    assert (found.code, found.place.line, found.hint) == ("unknown-name", 8, "Did you mean “all-caps”?")


def office(folder: Path, text: str) -> tuple[App, Previewer, Planned]:
    path = folder / "schedules.yaml"
    path.write_text(text, encoding="utf-8")
    app = App(Options(schedules=path, database="sqlite://"), clock=SimulatedClock(NOW))
    schedule, _ = app.schedule()
    (planned,) = app.plan(schedule, default_window(NOW))
    return app, Previewer(app, schedule), planned


def test_what_breaks_an_error_rule_is_shown_and_not_sent(tmp_path: Path) -> None:
    app, previewer, planned = office(tmp_path, FANCY)
    (preview,) = previewer.previews([planned])
    assert preview.composed is not None
    assert [one.code for one in preview.problems] == ["fancy-letters"]
    assert [one.code for one in checked(FANCY, tmp_path)] == ["fancy-letters"]
    schedule, _ = app.schedule()
    with pytest.raises(HeldByRule) as held:
        app.composer(schedule).sound(
            planned, schedule.entries[0], channel=planned.channel, language="pl", now=planned.due_at
        )
    assert held.value.rule == "fancy-letters"


def test_a_warning_is_shown_and_sent(tmp_path: Path) -> None:
    app, previewer, planned = office(tmp_path, SHOUT)
    (preview,) = previewer.previews([planned])
    assert [(one.code, one.severity) for one in preview.problems] == [("all-caps", Severity.WARNING)]
    schedule, _ = app.schedule()
    channel = planned.channel
    sent = app.composer(schedule).sound(
        planned, schedule.entries[0], channel=channel, language="pl", now=planned.due_at
    )
    assert sent == preview.composed


def test_a_post_that_is_sent_a_day_late_says_no_longer_tomorrow(tmp_path: Path) -> None:
    app, _, planned = office(tmp_path, SHOUT.replace("ZAPRASZAMY WSZYSTKICH NA WIELKIE OTWARCIE", "Jutro otwieramy."))
    schedule, _ = app.schedule()
    send = app.composer(schedule).sound
    entry, channel = schedule.entries[0], planned.channel
    assert send(planned, entry, channel=channel, language="pl", now=planned.due_at)
    with pytest.raises(HeldByRule, match="past-or-late"):
        send(planned, entry, channel=channel, language="pl", now=datetime(2027, 5, 8, 1, tzinfo=UTC))


FAIR = """\
channels:
  twitter: { languages: [pl] }
cadences:
  short: [{ send: 1 week before at 10:00, template: %s, to: [twitter] }]
events:
  - id: fair
    cadence: short
    status: %s
    when: 2027-05-11
    where: { venue: Hala }
    title: { pl: Targi }
"""


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.POSTPONED])
def test_an_event_that_is_off_by_now_is_not_announced_as_if_it_were_on(tmp_path: Path, status: EventStatus) -> None:
    app, _, planned = office(tmp_path, FAIR % ("save-the-date", "confirmed"))
    schedule, _ = app.schedule()
    [entry] = schedule.entries
    assert isinstance(entry.source, Event)
    off = replace(entry, source=replace(entry.source, status=status))
    with pytest.raises(HeldByRule, match="as if it took place") as held:
        app.composer(schedule).sound(planned, off, channel=planned.channel, language="pl", now=planned.due_at)
    assert held.value.rule == "status-text"


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_an_event_that_is_off_is_announced_by_the_template_of_that_name(tmp_path: Path, status: str) -> None:
    app, _, planned = office(tmp_path, FAIR % (status, status))
    schedule, _ = app.schedule()
    assert app.composer(schedule).sound(
        planned, schedule.entries[0], channel=planned.channel, language="pl", now=planned.due_at
    )


EVENING = """\
defaults: {{ languages: [{language}] }}
events:
  - id: open-day
    when: 2027-05-11 14:00-18:00
    title: Bibliotek
    summary: "{words}"
"""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", "Zaczynamy o 10:00 w ratuszu."),
        ("en", "We begin at 10 am in the town hall."),
        ("fi", "Aloitamme klo 10.00 kaupungintalolla."),
        ("de", "Wir beginnen um 10 Uhr im Rathaus."),
        ("es", "Empezamos a las 10:00 en el ayuntamiento."),
        ("ca", "Comencem a les 10 h a l'ajuntament."),
        ("fr", "Nous commençons à 10 h 30 à la mairie."),
    ],
)
def test_the_only_hour_in_a_text_is_one_of_the_event(tmp_path: Path, language: str, words: str) -> None:
    assert [one.code for one in checked(EVENING.format(language=language, words=words), tmp_path)] == ["date-in-text"]


@pytest.mark.parametrize(
    "words",
    [
        "We begin at 2 pm in the town hall.",
        "Doors open at 13:30.",
        "Coffee is at 16:00.",
        "Please register by 10:00.",
        "It is 10:00 in Dublin then and 12:00 in Vilnius.",
        "A ticket costs 9.50 euros.",
        "Ratio 1:4 and chapter 10.",
        "See https://example.org/10:00 for more.",
    ],
)
def test_an_hour_that_may_be_meant_is_left_alone(tmp_path: Path, words: str) -> None:
    assert checked(EVENING.format(language="en", words=words), tmp_path) == ()
