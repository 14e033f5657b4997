"""For every template that comes along, in every language, on every channel: the preview is the bytes that arrive."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from publisher.app import App, Options
from publisher.clock import SimulatedClock
from publisher.composing import SAMPLE_ADDRESS, SAMPLE_NAME
from publisher.plan import Window
from publisher.preview import Preview, Previewer
from publisher.rehearsal import Rehearsal
from publisher.shipped import shipped
from publisher.timing.instants import to_instant

LANGUAGES = ("pl", "en", "fi", "de", "ca", "es", "fr")
TEMPLATES = sorted(path.parent.name for path in shipped("templates").glob("*/about.yaml"))
WINDOW = Window(*(to_instant(datetime(2027, month, 1), "Europe/Warsaw") for month in (3, 7)))  # noqa: DTZ001  wall time
STEPS = {
    "save-the-date": "5 weeks before at 10:00",
    "invitation": "4 weeks before at 10:00",
    "programme": "3 weeks before at 10:00",
    "last-call": "1 day before registration closes at 10:00",
    "tomorrow": "1 day before at 10:00",
    "today": "first day at 08:30",
    "link-now": "1 hour before",
    "thank-you": "2 days after the end at 10:00",
}
TO = "to: [twitter, facebook, news]"
SCHEDULE = f"""\
version: 1
project: {{ name: Office, link: "https://example.org", contact: {{ name: Office, email: office@example.org }} }}
defaults: {{ timezone: Europe/Warsaw, languages: [{", ".join(LANGUAGES)}] }}
channels:
  twitter: {{ account: "@office" }}
  facebook: {{ account: office }}
  news: {{ type: email, audience: readers }}
audiences:
  readers: {{ list: readers.csv, basis: consent }}
events:
"""
EVENT = """\
  - id: {id}
    status: {status}
    when: 2027-05-11 to 2027-05-12
    hours: 09:00-16:30
    title: {{ {title} }}
    summary: {{ {summary} }}
    where: {{ venue: Opera, address: "Main Street 1, Town", online: "https://example.org/live" }}
    register: {{ link: "https://example.org/register", until: 2027-04-30 }}
    changes:
"""


def everything() -> str:
    """A schedule in which every template goes out once, everywhere."""
    text = SCHEDULE
    words = {"title": "Zażółć & Ñandú <1>", "summary": "Ääni, l·l, “ß”"}
    filled = {name: ", ".join(f'{code}: "{said} {code}"' for code in LANGUAGES) for name, said in words.items()}
    for status, steps in {
        "confirmed": STEPS,
        "postponed": {"postponed": "3 weeks before at 11:00"},
        "cancelled": {"cancelled": "3 weeks before at 12:00"},
    }.items():
        text += EVENT.format(id=status, status=status, **filled)
        text += "".join(f"      - {{ add: {when}, template: {name}, {TO} }}\n" for name, when in steps.items())
    text += f"posts:\n  - {{ id: hello, send: 2027-04-01 10:00, {TO}, text: {{ {filled['summary']} }} }}\n"
    return text + f"digests:\n  - {{ id: month, send: 2027-04-20 10:00, {TO}, covers: next 60 days }}\n"


@pytest.mark.slow
def test_what_arrives_is_what_was_shown(tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    file.write_text(everything(), encoding="utf-8")
    rows = "".join(f"rea-{code}@example.org,{SAMPLE_NAME},{code}\n" for code in LANGUAGES)
    (tmp_path / "readers.csv").write_text(f"email,name,language\n{rows}", encoding="utf-8")
    shown = _previews(file)
    rehearsal = Rehearsal(schedules=file, templates=None, folder=tmp_path, window=WINDOW)
    with rehearsal.sandbox:
        report = rehearsal.run()
        assert report.agrees, report
        for channel in ("twitter", "facebook"):
            arrived = Counter(_without_ids(post.body) for post in rehearsal.sandbox.posted(channel))
            assert arrived == Counter(_without_ids(body) for body in _payloads(shown, channel))
        mails = Counter(_impersonal(mail.content) for mail in rehearsal.sandbox.mails("news"))
        assert mails == Counter(_impersonal(body) for body in _payloads(shown, "news"))


def _previews(file: Path) -> list[Preview]:
    app = App(Options(schedules=file, database="sqlite:///nowhere.db"), clock=SimulatedClock(WINDOW.begin))
    schedule, loaded = app.schedule()
    assert not loaded.has_errors, loaded.problems
    shown = list(Previewer(app, schedule).previews(app.plan(schedule, WINDOW)))
    assert not [one.problems for one in shown if one.is_stopped]
    seen = {(one.planned.template, one.language, one.planned.channel.id) for one in shown}
    assert seen == {
        (template, code, channel)
        for template in TEMPLATES
        for code in LANGUAGES
        for channel in ("twitter", "facebook", "news")
    }
    return shown


def _payloads(shown: list[Preview], channel: str) -> list[bytes]:
    return [one.composed.payload.body for one in shown if one.composed and one.planned.channel.id == channel]


def _without_ids(body: bytes) -> str:
    """Read as a form, and without what stands where the platform's ids of pictures go."""
    return re.sub(r"\{media:\d+\}|\d{15,20}", "ID", unquote_plus(body.decode()))


def _impersonal(mail: bytes) -> bytes:
    """Without the address of the reader, and what is made of it: Message-ID and boundaries."""
    known = re.sub(rb"rea-[a-z]{2}@example\.org", SAMPLE_ADDRESS.encode(), mail)
    return re.sub(rb"[0-9a-f]{24}", b"ID", known)
