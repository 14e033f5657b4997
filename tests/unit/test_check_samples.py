"""`publisher check` composes few deliveries and finds what composing all of them finds."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_samples import padded

from publisher.app import App, Options
from publisher.checking import _once_each, check
from publisher.clock import SimulatedClock
from publisher.model import Planned
from publisher.plan import default_window, plan_around
from publisher.preview import Preview, Previewer
from publisher.samples import Samples
from publisher.schedulefile.schedule import Entry

HEAD = """\
version: 1
project: { name: Office, link: https://example.org, hashtags: [Office], contact: { name: O, email: o@example.org } }
defaults: { timezone: Europe/Warsaw, languages: [en, pl], missing_translation: %s }
channels:
  twitter: { languages: [en, pl] }
  facebook: { languages: [en] }
  news: { type: email, audience: readers, languages: [en, pl] }
audiences:
  readers: { list: readers.csv, basis: consent }
cadences:
  short:
    - { send: 2 weeks before at 10:00, template: own, to: [twitter, facebook, news] }
    - { send: 1 week before at 10:00, template: %s, to: [twitter, facebook, news] }
"""

PIECES = (
    "Hello",
    "{{ event.title }}",
    "{{ event.summary }}",
    "{{ event.place }}",
    "{{ event | when('compact') }}",
    "{{ hashtags }} {{ event.mentions }}",
    "{{ event.title | truncate(20) }}",
    "{{ event.title * 3 }}",
    "{{ event['organiser'] }}",
    "{{ event.register_until | day }}",
    "{{ event.begin | time }}",
    "{{ event.venue or event.organiser }}",
    "{% if event.register %}{{ event.regster }}{% endif %}",
    "{% if event.register and event.days_left >= 10 %}{{ event.sumary }}{% endif %}",
    "{% if event.days > 1 %}{{ evnt }}{% endif %}",
    "{% if event.deadline_days_left is none or event.deadline_days_left < 0 %}{{ late }}{% endif %}",
    "{% if event.title | length > 40 %}{{ long }}{% endif %}",
    "{% if event.title == 'Fair' %}{{ fair }}{% endif %}",
    "{% set t = event.title %}{% if t.startswith('D') %}{{ days }}{% endif %}",
    "{% for code in event.spoken %}{{ code | plural(one='x') }}{% endfor %}",
    "{% for line in event.summary.splitlines() %}{{ line }}{% if loop.index > 1 %}{{ second }}{% endif %}{% endfor %}",
    "{% macro m(x) %}{% if x == 'Hall' %}{{ hall }}{% endif %}{{ x }}{% endmacro %}{{ m(event.venue) }}",
    "{% macro shown(x) %}{% if x %}{{ x }}{% endif %}{% endmacro %}{{ shown(event.summary) }}",
    "{% include '_parts/more.j2' %}",
    "{% from '_parts/macros.j2' import bold with context %}{{ bold(event.venue) }}",
    "{% if event.step_free is none %}{{ unsaid }}{% endif %}",
    "{% if event.credit %}{{ event.credit.upper() }}{% endif %}",
    "{% if today > event.first %}{{ over }}{% endif %}",
    "{{ event.title | wen }}",
)
FILES = {
    "_parts/more.j2": "{% if event.online %}{{ event.onlin }}{% endif %}",
    "_parts/macros.j2": "{% macro bold(x) %}*{{ x or event.title }}*{% endmacro %}",
}
TITLES = (
    "Fair",
    "Days of data",
    "Open day",
    "A title that goes on for a good many words, and then for some more of them",
    "x" * 250,
)
TEXT = b"no picture"


def words(*choices: str) -> st.SearchStrategy[Any]:
    """Words for all languages, for both, or for one that is not enough."""
    one = st.sampled_from(choices)
    return st.one_of(st.fixed_dictionaries({"en": one, "pl": one}), one, st.fixed_dictionaries({"en": one}))


EVENT = st.fixed_dictionaries(
    {
        "when": st.sampled_from(
            ["2027-05-12", "2027-05-11 to 2027-05-13", "2027-06-02 13:00-14:30", "2027-09-01 10:00-11:00"]
        ),
        "title": words(*TITLES),
        "status": st.sampled_from(["confirmed", "confirmed", "draft"]),
    },
    optional={
        "summary": words("Come and see.", "One\nTwo", "Long, " * 30, "\ufeffodd"),
        "where": st.fixed_dictionaries(
            {}, optional={"venue": words("Hall", "Town hall"), "online": st.just("https://example.org/live")}
        ),
        "organiser": words("Office"),
        "spoken": st.sampled_from([["pl"], ["pl", "en"]]),
        "register": st.fixed_dictionaries(
            {"link": st.just("https://example.org/r")},
            optional={"until": st.sampled_from(["2027-04-30", "2027-05-05"])},
        ),
        "image": st.fixed_dictionaries(
            {
                "file": st.sampled_from(["small.png", "big.png", "huge.png", "none.png", "text.png"]),
                "alt": words("A", "B" * 990, "C" * 1200),
            },
            optional={"credit": st.just("me")},
        ),
        "mention": st.just({"twitter": ["@someone"]}),
    },
)
CASES = st.fixed_dictionaries(
    {
        "events": st.lists(EVENT, min_size=2, max_size=6),
        "pieces": st.lists(st.sampled_from(PIECES), min_size=1, max_size=4),
        "second": st.sampled_from(["invitation", "last-call", "programme", "invitaton"]),
        "fallback": st.sampled_from(["error", "use en"]),
    }
)


def office(folder: Path, case: dict[str, Any]) -> App:
    """A folder with a schedule and templates of its own."""
    for name, size in (("small.png", 100), ("big.png", 2_000_000), ("huge.png", 6_000_000)):
        (folder / name).write_bytes(padded(size))
    (folder / "text.png").write_bytes(TEXT)
    (folder / "readers.csv").write_text("email\nreader@example.org\n")
    text = "\n".join(case["pieces"])
    blocks = "".join(f"{{% block {name} %}}{text}{{% endblock %}}" for name in ("subject", "preheader", "body", "text"))
    macros = "".join(piece for piece in case["pieces"] if piece.startswith("{% macro"))
    for name, source in {**FILES, "own/social.j2": text, "own/email.j2": blocks if not macros else "Hello"}.items():
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    events = [{"id": f"e{number}", "cadence": "short", **event} for number, event in enumerate(case["events"])]
    lines = "".join(f"  - {json.dumps(event, ensure_ascii=False)}\n" for event in events)
    file = folder / "schedules.yaml"
    file.write_text(f"{HEAD % (case['fallback'], case['second'])}events:\n{lines}", encoding="utf-8")
    options = Options(schedules=file, database="sqlite://", templates=folder / "templates")
    return App(options, clock=SimulatedClock(datetime(2027, 1, 4, 8, tzinfo=UTC)))


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=CASES)
def test_a_quick_check_finds_exactly_what_composing_everything_finds(case: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = office(Path(folder), case)

        assert check(app) == check(app, judge=Samples.everything)


class CountingPreviewer(Previewer):
    """Remembers on which channels it composed something."""

    composed: list[str]

    def preview(self, planned: Planned, entry: Entry, *, language: str) -> Preview:
        self.composed = [*getattr(self, "composed", []), f"{planned.channel.id}/{planned.template}/{language}"]
        return super().preview(planned, entry, language=language)


def test_of_many_events_that_look_alike_one_is_composed(tmp_path: Path) -> None:
    event = {"when": "2027-05-12 10:00-12:00", "summary": {"en": "Come.", "pl": "Przyjdź."}, "where": {"venue": "Hall"}}
    events = [{**event, "title": {"en": f"Fair {number}", "pl": f"Targi {number}"}} for number in range(20)]
    case = {"events": events, "pieces": ["{{ event.title }}"], "second": "invitation", "fallback": "error"}
    app = office(tmp_path, case)
    schedule, _ = app.schedule()
    previewer = CountingPreviewer(app, schedule)
    planned = plan_around(schedule, window=default_window(app.clock.now()), rules=app.rules(None))

    stopped = list(Samples(previewer).stopped(_once_each(planned, schedule)))

    assert stopped == []
    assert len(previewer.composed) == len(set(previewer.composed))


def test_what_may_be_too_long_is_composed(tmp_path: Path) -> None:
    event = {"when": "2027-05-12 10:00-12:00", "summary": {"en": "Come.", "pl": "Przyjdź."}, "where": {"venue": "Hall"}}
    events = [{**event, "title": {"en": f"Fair {'x' * 20 * number}", "pl": "Targi"}} for number in range(20)]
    app = office(
        tmp_path, {"events": events, "pieces": ["{{ event.title }}"], "second": "own", "fallback": "error, card: no"}
    )
    schedule, _ = app.schedule()
    previewer = CountingPreviewer(app, schedule)
    planned = plan_around(schedule, window=default_window(app.clock.now()), rules=app.rules(None))

    stopped = list(Samples(previewer).stopped(_once_each(planned, schedule)))

    too_long = [event for event in events if len(event["title"]["en"]) > 280]
    assert (len(too_long), len(stopped)) == (6, 12)  # in both steps
    assert previewer.composed.count("twitter/own/pl") == 1
    assert previewer.composed.count("twitter/own/en") == 1 + len(stopped)
