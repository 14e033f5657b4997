"""What people see while they write, in any editor with yaml-language-server (VS Code's YAML extension is one)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from language_server import Editor, editor
from office import run

MODELINE = "# yaml-language-server: $schema=./.publisher/schedules.schema.json\n"
HERE = "▮"
NUMBERS = itertools.count(1)

pytestmark = pytest.mark.timeout(180)  # starting node takes long on a busy machine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``publisher init`` makes."""
    made = tmp_path_factory.mktemp("office")
    assert run(made, "init").returncode == 0
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Editor]:
    with editor(folder) as one:
        yield one


class Writing:
    """A text in the editor, with the cursor where ▮ stands."""

    def __init__(self, server: Editor, folder: Path, text: str) -> None:
        before = (MODELINE + text).partition(HERE)[0]
        self._cursor = before.count("\n"), len(before) - before.rfind("\n") - 1
        self._server = server
        self._file = folder / f"open-{next(NUMBERS)}.yaml"
        self.flagged = server.open(self._file, MODELINE + text.replace(HERE, ""))

    def hover(self) -> str:
        return self._server.hover(self._file, *self._cursor)

    def offered(self) -> dict[str, dict[str, Any]]:
        return self._server.completions(self._file, *self._cursor)

    def places(self) -> list[tuple[int, int, str]]:
        """Line and column of what is flagged, counted from 1 below the modeline, and the sentence."""
        starts = [(found["range"]["start"], found["message"]) for found in self.flagged]
        return sorted((start["line"], start["character"] + 1, message) for start, message in starts)


def _said(completion: dict[str, Any]) -> str:
    documentation = completion.get("documentation", "")
    return str(documentation["value"] if isinstance(documentation, dict) else documentation)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_nothing_is_flagged_in_a_new_file(language: str, server: Editor, tmp_path: Path) -> None:
    run(tmp_path, "init", "--lang", language)
    file = tmp_path / "schedules.yaml"
    assert server.open(file, file.read_text(encoding="utf-8")) == []


def test_nothing_is_flagged_where_text_looks_like_something_else(server: Editor, folder: Path) -> None:
    text = "version: 1\ndefaults: { languages: [no], weekends: no, quiet_hours: no }\nevents:\n"
    text += "  - { id: 2027, when: 2027-05-11, title: 2027, organiser: true, summary: { en: 1.10, no: no } }\n"
    assert Writing(server, folder, text).flagged == []


def test_a_misspelt_field_is_flagged_at_its_place(server: Editor, folder: Path) -> None:
    text = "events:\n  - id: open-day\n    when: 2027-05-11\n    title: Open day\n    sumary: Come and see.\n"
    assert Writing(server, folder, text).places() == [(5, 5, "Property sumary is not allowed.")]


def test_values_that_can_not_be_read_are_flagged_with_the_right_form(server: Editor, folder: Path) -> None:
    text = "events:\n  - id: open day\n    when: 11.05.2027\n    title: Open day\n    link: example.org\n"
    assert Writing(server, folder, text).places() == [
        (2, 9, "A name has no spaces: letters, digits, hyphens and dots."),
        (3, 11, "Write it like 2027-05-11, 2027-05-11 to 2027-05-13, or 2027-06-02 13:00-14:30."),
        (5, 11, "A web address begins with https://"),
    ]


def test_a_word_that_is_no_choice_is_flagged_with_the_choices(server: Editor, folder: Path) -> None:
    (found,) = Writing(server, folder, "defaults:\n  outside_hours: later\n").places()
    assert found[:2] == (2, 18)
    assert '"move later", "move earlier", "skip", "send anyway"' in found[2]


def test_the_fields_of_an_event_are_offered_with_their_meaning(server: Editor, folder: Path) -> None:
    offered = Writing(server, folder, "events:\n  - id: open-day\n    ▮\n").offered()
    assert {"title", "when", "status", "cadence", "where", "register", "image"} <= set(offered)
    assert "id" not in offered
    assert _said(offered["title"]).startswith("What it is called, one line per language.")
    assert all(_said(completion) for completion in offered.values())


def test_a_whole_event_is_offered_to_fill_in(server: Editor, folder: Path) -> None:
    offered = Writing(server, folder, "events:\n  - ▮\n").offered()
    assert offered["A new event"]["insertText"].startswith("id: ${1:open-day-2027}\n  status: draft\n")


def test_moments_are_offered_with_their_meaning(server: Editor, folder: Path) -> None:
    offered = Writing(server, folder, "cadences:\n  short:\n    - send: ▮\n").offered()
    assert _said(offered["1 day before at 12:00"]) == "The day before the event."
    assert offered["8 weeks before at 10:00"]["insertText"] == "8 weeks before at 10:00"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("defaults:\n  weekends: ▮\n", ["yes", "no"]),
        ("defaults:\n  if_late: ▮\n", ["skip after 6 hours", "skip", "send"]),
        ("events:\n  - id: a\n    status: ▮\n", ["confirmed", "draft", "postponed", "cancelled"]),
        ("channels:\n  news:\n    type: ▮\n", ["email", "facebook", "twitter"]),
        ("events:\n  - id: a\n    title: ▮\n", []),
    ],
)
def test_just_the_words_that_fit_are_offered(text: str, words: list[str], server: Editor, folder: Path) -> None:
    offered = Writing(server, folder, text).offered()
    assert list(offered) == words
    assert [completion["insertText"] for completion in offered.values()] == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("defaults:\n  quiet▮_hours: 20:00-07:30\n", "Hours in which nothing goes out, on the local clock."),
        ("defaults:\n  lang▮uages: [pl]\n", "Languages in which to announce, the main one first"),
        ("channels:\n  twit▮ter: { account: a }\n", "A place to publish."),
        ("cadences:\n  short:\n    - { se▮nd: 1 hour before, template: today, to: x }\n", "When it goes out."),
        ("even▮ts:\n  - { id: a, when: 2027-05-11, title: b }\n", "What takes place"),
        ("events:\n  - { id: a, when: 2027-05-11, ti▮tle: { en: b } }\n", "What it is called, one line per language."),
    ],
)
def test_a_field_explains_itself(text: str, words: str, server: Editor, folder: Path) -> None:
    shown = Writing(server, folder, text).hover()
    assert shown.startswith(words)
    assert "||" not in shown


def test_a_choice_explains_each_of_its_words(server: Editor, folder: Path) -> None:
    shown = Writing(server, folder, "events:\n  - { id: a, when: 2027-05-11, title: b, sta▮tus: draft }\n").hover()
    assert "* `draft`: It is shown in the preview and never sent." in shown
