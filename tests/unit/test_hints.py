"""What is good to know of words that go out, and stops nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.app import App, Options
from publisher.channels.facebook import FOLD
from publisher.clock import SimulatedClock
from publisher.composing import Composed
from publisher.hints import PREHEADER_LENGTH, SUBJECT_LENGTH, hints
from publisher.model import Draft, Payload, Place, Severity, Trim
from publisher.plan import default_window
from publisher.preview import Preview, Previewer

PLACE = Place("schedules.yaml", 3, 5, 3, 9)
SCHEDULE = """\
version: 1
project: { name: Office, hashtags: [Next2Met, InterregEurope] }
defaults: { timezone: Europe/Warsaw, languages: [en] }
channels:
  twitter: { account: "@office" }
  facebook: { account: Office }
posts:
  - id: hello
    send: 2027-05-03 10:00
    to: [twitter, facebook]
    text_twitter: WORDS
    text: WORDS. WORDS
"""


def told(draft: Draft, *, fold: int = 0) -> list[tuple[str, str]]:
    composed = Composed(draft, Payload(body=b"", content_type="text/plain", fold=fold))
    found = hints(composed, place=PLACE, about="posts/hello")

    assert {problem.severity for problem in found} <= {Severity.INFO}
    assert all(problem.place == PLACE for problem in found)
    return [(problem.code, problem.message) for problem in found]


def test_there_is_nothing_to_say_of_ordinary_words() -> None:
    assert told(Draft(language="en", text="x" * 400), fold=FOLD) == []
    assert told(Draft(language="en", text="x" * 4000, subject="x" * SUBJECT_LENGTH, preheader="y")) == []


def test_what_was_left_out_and_what_ends_earlier_is_named() -> None:
    trims = (Trim(words="@office"), Trim(words="and the rest", left="Words…"))

    assert told(Draft(language="en", text="Words…", trims=trims)) == [
        ("trimmed", "“@office” was left out, so that the text fits."),
        ("trimmed", "This ends earlier, so that the text fits: “Words…”."),
    ]


def test_the_fold_is_told_with_the_words_before_it() -> None:
    ((code, message),) = told(Draft(language="en", text="one two " * 60), fold=FOLD)

    assert code == "folded"
    assert message == "After about 400 characters the rest is hidden behind “See more”, from “…one two ▮”."


@pytest.mark.parametrize(
    ("draft", "part"),
    [
        (Draft(language="en", text="x", subject="word " * 20, preheader="y"), "about 60 characters (subject)"),
        (Draft(language="en", text="x", subject="s", preheader="word " * 30), "about 110 characters (preheader)"),
        (Draft(language="en", text="x", subject="s"), "has no preheader"),
    ],
)
def test_what_an_inbox_does_not_show_is_told(draft: Draft, part: str) -> None:
    ((code, message),) = told(draft)

    assert code == "inbox-line"
    assert part in message


def test_lengths_are_those_of_the_documentation() -> None:
    assert (SUBJECT_LENGTH, PREHEADER_LENGTH, FOLD) == (60, 110, 400)


def previewed(folder: Path, words: str) -> dict[str, Preview]:
    """The previews of a post, by channel."""
    path = folder / "schedules.yaml"
    path.write_text(SCHEDULE.replace("WORDS", words), encoding="utf-8")
    now = datetime(2027, 5, 1, tzinfo=UTC)
    app = App(Options(schedules=path, database="sqlite://"), clock=SimulatedClock(now))
    schedule, _ = app.schedule()
    planned = app.plan(schedule, default_window(now))
    return {one.planned.channel.id: one for one in Previewer(app, schedule).previews(planned)}


@pytest.fixture
def previews(tmp_path: Path) -> dict[str, Preview]:
    """A post whose hashtags do not fit on X, and whose end Facebook folds away; by channel."""
    return previewed(tmp_path, "word " * 53)


def test_what_is_too_long_is_shown_without_what_may_be_left_out(tmp_path: Path) -> None:
    preview = previewed(tmp_path, "word " * 60)["twitter"]

    assert preview.composed is None
    assert preview.draft is not None
    assert preview.draft.text == ("word " * 60).strip()
    assert preview.problems[0].message.startswith("On X this is 299 of 280 characters")


def test_a_post_goes_out_without_what_does_not_fit_and_the_preview_says_so(previews: dict[str, Preview]) -> None:
    composed = previews["twitter"].composed

    assert composed is not None
    assert composed.draft.text == ("word " * 53).strip()
    assert b"#" not in composed.payload.body
    assert composed.payload.weight <= composed.payload.limit
    assert [problem.code for problem in previews["twitter"].problems] == ["trimmed"]
    assert previews["twitter"].problems[0].message.startswith("“#Next2Met #InterregEurope” was left out")


def test_facebook_keeps_everything_and_its_fold_is_told(previews: dict[str, Preview]) -> None:
    composed = previews["facebook"].composed

    assert composed is not None
    assert composed.draft.text.endswith("#Next2Met #InterregEurope")
    assert [problem.code for problem in previews["facebook"].problems] == ["folded"]
