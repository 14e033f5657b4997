from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.importing.quoting import value
from publisher.importing.texts import clean, decoded, language_code, shortened, web_link, without_markup
from publisher.schedulefile.reading.read import read_bytes
from publisher.schedulefile.reading.tree import Mapping, Scalar

#: Also what Hypothesis seldom finds by itself: signs that mean something to YAML.
NASTY = st.text() | st.text(st.sampled_from("a ł:#-\"'\\{}[],&*!|>%@`~?=\t\n\u00a0\u2028„”0."))


def read_back(text: str) -> str:
    reading = read_bytes(f"title: {text}\nend: x\n".encode(), file="x")
    assert isinstance(reading.tree, Mapping), reading.problems
    assert reading.problems == ()
    title, end = reading.tree.get("title"), reading.tree.get("end")
    assert isinstance(title, Scalar)
    assert isinstance(end, Scalar)
    assert end.text == "x"
    return title.text


@given(NASTY)
@example("null")
@example("a: b")
@example("a #b")
@example("a:")
@example("– x")
@example("\ud800 half")
@example("a\u0085b\u2028c\ufeff")
def test_every_text_comes_back_as_it_went_in(text: str) -> None:
    words = clean(text)
    if words:
        assert read_back(value(words)) == words


@given(NASTY)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Open day", "Open day"),
        ("Opera, Białystok", "Opera, Białystok"),
        ("https://example.org/a?b=c&d", "https://example.org/a?b=c&d"),
        ("Open: day", '"Open: day"'),
        ("say “hi” #Tag", '"say “hi” #Tag"'),
        ("2027", '"2027"'),
        ("yes", '"yes"'),
        ('a "b" \\c', r'"a \"b\" \\c"'),
    ],
)
def test_quotes_stand_only_where_they_are_needed(text: str, written: str) -> None:
    assert value(text) == written
    assert read_back(written) == text


def test_signs_that_turn_the_text_around_are_removed() -> None:
    assert clean("a\u202eb\u2066c") == "abc"


def test_markup_becomes_words() -> None:
    assert without_markup("<p>One&nbsp;&amp; <a href='x'>two</a>.</p><p>3 < 4</p>") == "One\u00a0& two. 3 < 4"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("One two three", "One two three"),
        ("A first sentence here. And then another one", "A first sentence here."),
        ("one two three four five six seven eight", "one two three four five six…"),
        ("x" * 60, "x" * 29 + "…"),
    ],
)
def test_long_texts_end_with_a_sentence_or_a_word(text: str, short: str) -> None:
    assert shortened(text, 30) == short
    assert len(short) <= 30


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("HTTPS://example.org/a", "https://example.org/a"),
        (" http://example.org ", "http://example.org"),
        ("javascript:alert(1)", ""),
        ("https://user:secret@example.org/", ""),
        ("https://exa mple.org", ""),
        ("https://[broken/", ""),
        ("https://example.org/" + "x" * 3000, ""),
        (None, ""),
    ],
)
def test_only_web_addresses_are_links(text: object, link: str) -> None:
    assert web_link(text) == link


@given(st.binary())
def test_any_bytes_are_some_text(content: bytes) -> None:
    text, _ = decoded(content, charset="no-such")
    assert isinstance(text, str)


def test_language_codes_lose_their_country() -> None:
    assert [language_code(one) for one in ("pl", "en-GB", "pt_BR", "Polish", None, "x")] == [
        "pl",
        "en",
        "pt",
        "",
        "",
        "",
    ]


def test_scripts_and_styles_are_no_words() -> None:
    assert without_markup("<p>Hi</p><SCRIPT type='x'>alert(1)</script ><style>p {}</style> you") == "Hi you"
