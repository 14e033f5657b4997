"""The event in a reader's calendar: put there by an invitation, moved by an update, called off by a cancellation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from feed_samples import PROJECT, edition, event, when
from icalendar import Calendar, Component
from render_samples import NEWS, TWITTER, write
from strict_calendar import read_strictly

from publisher.channels import transport
from publisher.composing import Composer, sample_reader
from publisher.errors import TemplateBroken
from publisher.feeds.calendar import event_calendar, event_publication
from publisher.model import Channel, Event, EventStatus, Kind, Place
from publisher.render import Renderer
from publisher.render.about import About, about
from publisher.schedulefile.schedule import Entry

TEMPLATES = Path(__file__).parents[2] / "templates"
DUE = datetime(2027, 4, 13, 8, tzinfo=UTC)


class NoSettings:
    """Nothing is set."""

    def get(self, _: str) -> str | None:
        return None

    def require(self, name: str) -> str:
        raise AssertionError(name)


def calendar_of(source: Event, template: str, *, channel: Channel = NEWS, due_at: datetime = DUE) -> bytes:
    """What the mail about it attaches; empty when nothing."""
    schedule: Any = SimpleNamespace(project=PROJECT, fallback="", audiences={})
    composer = Composer(
        schedule,
        renderer=Renderer([TEMPLATES]),
        transports={kind: transport(kind) for kind in ("email", "twitter")},
        settings_of=lambda _: NoSettings(),
    )
    entry = Entry(kind=Kind.EVENT, source=source, steps=(), place=Place("f", 1, 1, 1, 1), places={})
    due = SimpleNamespace(key="k", template=template, local=due_at.replace(tzinfo=None), due_at=due_at)
    reader = sample_reader("pl") if channel is NEWS else None
    return composer.compose(due, entry, channel=channel, language="pl", reader=reader).draft.calendar


def entry_in(content: bytes) -> Component:
    [found] = Calendar.from_ical(content).walk("VEVENT")
    return found


ATTACHED = ("save-the-date", "invitation", "last-call", "programme", "postponed", "cancelled")
NOT_ATTACHED = ("today", "tomorrow", "link-now", "thank-you")


@pytest.mark.parametrize("template", ATTACHED)
def test_what_changes_a_calendar_brings_the_event(template: str) -> None:
    found = entry_in(calendar_of(event(), template))
    assert found["UID"] == "open-day@www.example.org"
    assert found["SUMMARY"] == "Dzień otwarty"


@pytest.mark.parametrize("template", NOT_ATTACHED)
def test_other_mails_bring_none(template: str) -> None:
    assert calendar_of(event(), template) == b""


def test_a_post_brings_none() -> None:
    assert calendar_of(event(), "invitation", channel=TWITTER) == b""


def test_the_same_event_has_the_same_uid_and_each_mail_a_higher_sequence() -> None:
    invited = entry_in(calendar_of(event(), "invitation"))
    moved = entry_in(calendar_of(event(when=when("2027-06-01")), "programme", due_at=DUE + timedelta(days=1)))
    off = entry_in(calendar_of(event(status=EventStatus.CANCELLED), "cancelled", due_at=DUE + timedelta(days=2)))

    assert invited["UID"] == moved["UID"] == off["UID"]
    assert invited["SEQUENCE"] < moved["SEQUENCE"] < off["SEQUENCE"]
    assert (invited["STATUS"], off["STATUS"]) == ("CONFIRMED", "CANCELLED")


def test_the_same_mail_has_the_same_calendar() -> None:
    assert calendar_of(event(), "invitation") == calendar_of(event(), "invitation")


def test_whole_days_end_on_the_day_after() -> None:
    found = entry_in(calendar_of(event(when=when("2027-05-11", "2027-05-13")), "invitation"))
    assert (found["DTSTART"].to_ical(), found["DTEND"].to_ical()) == (b"20270511", b"20270514")


def test_it_is_published_by_the_contact_and_nobody_has_to_answer() -> None:
    content = event_publication(event(), edition=edition())
    calendar = Calendar.from_ical(content)

    assert calendar["METHOD"] == "PUBLISH"
    assert entry_in(content)["ORGANIZER"] == "mailto:library@example.org"
    assert "ATTENDEE" not in entry_in(content)
    assert [part["TZID"] for part in calendar.walk("VTIMEZONE")] == ["Europe/Warsaw"]
    read_strictly(content)


def test_without_a_contact_it_is_a_calendar_file_like_any_other() -> None:
    nobody = edition(project=replace(PROJECT, contact=None))
    assert event_publication(event(), edition=nobody) == event_calendar(event(), edition=nobody)


@pytest.mark.parametrize("line", ["label: [a]", "calendar: maybe", "calendar: [yes]"])
def test_an_about_that_makes_no_sense_is_told(tmp_path: Path, line: str) -> None:
    write(tmp_path, {"own/about.yaml": line})
    with pytest.raises(TemplateBroken, match="“label” or a “calendar”"):
        about("own", [tmp_path])


def test_a_template_that_says_nothing_is_true_always_and_brings_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"own/social.j2": "x", "less/about.yaml": "what: x", "list/about.yaml": "- x"})
    for name in ("own", "less", "list", "none"):
        assert about(name, [tmp_path]) == About()
