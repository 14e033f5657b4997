"""Sentences are English text that can be said in another language."""

from __future__ import annotations

import pytest

from publisher.sentences import Speaker, counted, language_of, sentence, verbatim


def test_a_sentence_is_its_english_text() -> None:
    assert sentence("“{name}” appears twice.", name="title") == "“title” appears twice."
    assert sentence("Write {{ … }}.") == "Write { … }."


def test_the_number_decides_about_the_words() -> None:
    said = [counted("{n} error", "{n} errors", n=n) for n in (0, 1, 2)]
    assert said == ["0 errors", "1 error", "2 errors"]


@pytest.mark.parametrize(("n", "words"), [(1, "1 błąd"), (3, "3 błędy"), (5, "5 błędów"), (12, "12 błędów")])
def test_polish_has_three_forms(n: int, words: str) -> None:
    assert Speaker("pl").say(counted("{n} error", "{n} errors", n=n)) == words


def test_parts_are_translated_too() -> None:
    inner = counted("{n} error", "{n} errors", n=2)
    assert Speaker("pl").say(sentence("{file}: {found}", file="a.yaml", found=inner)) == "a.yaml: 2 błędy"


def test_what_the_catalogue_lacks_stays_english() -> None:
    assert Speaker("pl").say(sentence("Nobody says {this}.", this="so")) == "Nobody says so."
    assert Speaker("pl").say(verbatim("{braces}")) == "{braces}"
    assert Speaker("pl").say("plain text") == "plain text"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "pl_PL.UTF-8"}, "pl"),
        ({"LANG": "pl_PL.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "pl", "LANG": "en_US.UTF-8"}, "pl"),
        ({"LANG": "fi_FI.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_names_the_language(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language
