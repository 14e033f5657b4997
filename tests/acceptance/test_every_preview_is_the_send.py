"""For every template that comes along, in every language, on every channel: the preview is the bytes that arrive.

Mails of corrections go to nobody here, because nobody got a mail before them: integration/test_mail_in_the_world.py.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from every_template import CORRECTING, LANGUAGES, TEMPLATES, WINDOW, everything, readers

from publisher.app import App, Options
from publisher.clock import SimulatedClock
from publisher.composing import SAMPLE_ADDRESS, SAMPLE_NAME
from publisher.preview import Preview, Previewer
from publisher.rehearsal import Rehearsal

TITLE = {code: f"Zażółć & Ñandú <1> {code}" for code in LANGUAGES}
POSTS = "twitter, facebook"
ALL = f"{POSTS}, news"
SUMMARY = {code: f"Ääni, l·l, “ß” {code}" for code in LANGUAGES}


@pytest.mark.slow
def test_what_arrives_is_what_was_shown(tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    file.write_text(everything(title=TITLE, summary=SUMMARY, to=ALL, put_right=POSTS), encoding="utf-8")
    (tmp_path / "readers.csv").write_text(readers(SAMPLE_NAME), encoding="utf-8")
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
        if channel != "news" or template not in CORRECTING
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
