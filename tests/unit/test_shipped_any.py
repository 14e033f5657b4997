"""Whatever the event, and wherever it is: shipped templates leave nothing open, and hold what the channel can show."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from golden_templates import CHANNELS, DAYS, LANGUAGES, NAMES, PROJECT
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model import Announcement, Calendar, Channel, Draft, Form, When
from publisher.render import Renderer
from publisher.render.grammar import locale_of

EVENT_TEMPLATES = [name for name in NAMES if name not in ("post", "digest")]
ZONES = ("Europe/Warsaw", "Europe/Helsinki", "Europe/Dublin", "America/New_York", "Asia/Tokyo")
HOURS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
OPEN = re.compile(r"\bNone\b|Undefined|[{}]|\( *\)| ,|^[,–]", re.MULTILINE)
NOT_ORDINARY = re.compile("[\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufdd0-\ufdef\ufeff]")
_RENDERER = Renderer([Path(__file__).parents[2] / "templates"])


@st.composite
def periods(draw: st.DrawFn) -> When:
    first = draw(st.dates(date(2026, 1, 1), date(2029, 12, 31)))
    begin: time | None = draw(st.none() | HOURS)
    return When(
        first=first,
        last=first + timedelta(days=draw(st.sampled_from([0, 0, 1, 2, 30, 400]))),
        timezone=draw(st.sampled_from(ZONES)),
        begin=begin,
        end=draw(st.none() | HOURS) if begin else None,
    )


def drafted(name: str, language: str, kind: str, when: When) -> Draft:
    channel = Channel(id="somewhere", type=kind, languages=(language,), calendar=Calendar(timezone="Europe/Warsaw"))
    announcement = Announcement(
        template=name,
        source=replace(DAYS, when=when),
        project=PROJECT,
        channel=channel,
        language=language,
        due_local=datetime.combine(when.first, time(10)),
    )
    return _RENDERER.draft(announcement, form=CHANNELS[kind])


@settings(max_examples=150, deadline=None)
@given(periods(), st.sampled_from(EVENT_TEMPLATES), st.sampled_from(LANGUAGES), st.sampled_from(sorted(CHANNELS)))
def test_words_are_whole_and_fit_the_channel(when: When, name: str, language: str, kind: str) -> None:
    words = drafted(name, language, kind, when)
    plain = f"{words.subject}\n{words.preheader}\n{words.text}"
    months = locale_of(language).months["format"]["wide"]

    assert not OPEN.search(plain), plain
    assert not NOT_ORDINARY.search(plain)
    assert bool(words.subject) == (CHANNELS[kind] is Form.MAIL)
    for day in (when.first, when.last):
        assert str(day.year) in words.text
        assert re.search(rf"(?<!\d){day.day}(?!\d)", words.text)
        assert re.sub(r"^(?:de |d’)", "", months[day.month]) in words.text
