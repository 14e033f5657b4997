"""The page of variables and filters: every example works, and the page is the one that the program makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.render.filters import FILTERS
from publisher.render.reference import LANGUAGES, page, rendered
from publisher.render.variables import VARIABLES, explained_filters

PAGE = Path(__file__).parents[2] / "docs" / "template-reference.md"
EVERYTHING = {**VARIABLES, **explained_filters()}
EXAMPLES = [(name, example) for name, entry in EVERYTHING.items() for example in entry.examples]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_every_example_gives_words_in_every_language(name: str, example: str, language: str) -> None:
    assert rendered(example, name, language)


def test_every_example_shows_what_it_is_about() -> None:
    for name, example in EXAMPLES:
        assert name.partition("[")[0] in example


def test_every_name_has_a_meaning_that_is_a_sentence() -> None:
    for entry in EVERYTHING.values():
        assert entry.meaning[0].isupper()
        assert entry.meaning.endswith(".")
        assert "``" not in entry.meaning


def test_words_differ_by_language_where_that_matters() -> None:
    assert rendered('{{ event.first|day("on") }}', "day", "pl") == "we wtorek 11 maja 2027"
    assert rendered('{{ event.first|day("on") }}', "day", "en") == "on Tuesday, 11 May 2027"


def test_the_page_names_every_variable_and_filter_and_is_up_to_date() -> None:
    written = PAGE.read_text(encoding="utf-8")

    assert written == page(), "run: make docs"
    assert all(f"| `{name}` |" in written for name in (*VARIABLES, *FILTERS))
