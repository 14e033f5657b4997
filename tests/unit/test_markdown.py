"""Words of people in a pull request, as a Markdown reader sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from publisher.markdown import code, inert


def outside_code(text: str) -> str:
    """What a reader of Markdown takes for words, links or markup."""
    return "".join(
        part.content or part.markup
        for token in MarkdownIt("commonmark").parse(f"- on {text}")
        for part in token.children or ()
        if part.type != "code_inline"
    )


@pytest.mark.parametrize(
    "text", ["Open day (open-day): moved", "przełożone na czw., 11–13 maja", "HEAD:schedules.yaml"]
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    "text",
    ["@everyone", "#12", "org/repo#1", "GH-7", "https://github.com/a/b/issues/1", "www.example.org", "<!-- x", "[a](b)",
     "a `@b` c", "``@b", "`", "0123456789abcdef0123", "a\n\n@b", "\\`@b", "&commat;b", "**x**", "_x_"],
)  # fmt: skip
def test_what_would_call_people_or_hide_words_is_code(text: str) -> None:
    assert outside_code(inert(text)) == "on "


@given(st.text(min_size=1).filter(lambda text: text.split()))
def test_nothing_gets_out_of_a_code_span(text: str) -> None:
    assert outside_code(code(text)) == "on "


@given(st.text())
def test_no_words_call_anybody(text: str) -> None:
    assert not set(outside_code(inert(text))) & set("@#<[]*`")
