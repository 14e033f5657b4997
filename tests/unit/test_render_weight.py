"""How long a text is on X."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.render import weighted_length
from publisher.render.texts import last_words
from publisher.render.weight import X_LIMIT, _known_weight, _spans, as_counted, cut_position
from publisher.twittertext import library

PIECES = [
    "http://",
    "https://t.co/abc",
    "a.pl",
    "example.com",
    "/x?y=1",
    "#",
    "@",
    "😷",
    "👨‍👩‍👧",
    "e\u0301",
    "ą",
    " ",
    "\n",
]
MORE_PIECES = ["\r\n", "\u00a0", "\u202f", "日本", "。", ".", "-", "1\ufe0f\u20e3", "word", "…", "–", "\u200d"]


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Zażółć gęślą jaźń", 17),
        ("Smart Regions Days", 18),
        ("Älykkäät alueet yöllä", 21),
        ("Größe über Straßen", 18),
        ("¿Mañana en Almería?", 19),
        ("L’any que ve: col·laboració", 27),
        ("Où êtes-vous, à Besançon ?", 26),
        ("Зустріч", 7),
        ("日本語", 6),
        ("“„”’–", 5),
        ("…", 2),
        ("€→•©", 8),
        ("9\u00a0h", 3),
        ("9\u202fh", 4),
        ("🎉", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇵🇱", 2),
        ("a\r\nb", 3),
        ("office@example.org", 18),
        ("http://localhost/x", 18),
    ],
)
def test_letters_count_one_and_wide_characters_and_emoji_two(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize(
    "url", ["https://example.org", "example.org", "https://example.org/" + "long/" * 50, "HTTP://EXAMPLE.ORG"]
)
def test_every_web_address_counts_23(url: str) -> None:
    assert weighted_length(url) == 23
    assert weighted_length(f"Zapisy: {url}\n#tag") == 8 + 23 + 5


def test_a_letter_and_its_accent_count_as_one() -> None:
    assert weighted_length("Bialystok: z\u0307o\u0301l") == weighted_length("Bialystok: żól")


def test_half_a_surrogate_pair_is_counted_and_not_an_error() -> None:
    assert weighted_length("a\ud83db") == 3 + 1


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES + MORE_PIECES), max_size=14).map("".join))
def test_it_agrees_with_the_reference(text: str) -> None:
    assert weighted_length(text) == library().parse_tweet(text).weightedLength


def test_a_run_of_many_dots_takes_no_time() -> None:
    begin = time.perf_counter()

    assert weighted_length("a.b-" * 2000) == 8000
    assert time.perf_counter() - begin < 10


def test_the_cut_is_at_the_first_character_over_the_limit() -> None:
    assert cut_position("a" * 290) == X_LIMIT
    assert cut_position("a" * 280) == 280
    assert cut_position("") == 0
    assert cut_position("日本語", limit=4) == 2


def test_the_cut_is_before_a_web_address_that_goes_over() -> None:
    assert cut_position("a" * 260 + " https://example.org/x b") == 261


def test_the_cut_is_never_inside_an_emoji_or_between_a_letter_and_its_mark() -> None:
    family = "👨‍👩‍👧"
    assert cut_position("ab" + family, limit=3) == 2
    assert cut_position("abx\u0323\u0331", limit=3) == 2
    assert cut_position("ab😀\u200d\u2604", limit=4) == 2


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = "{'jinja2', 'babel', 'twitter_text', 'css_inline'} & set(sys.modules)"
    code = f"import sys, publisher.render; print({heavy})"

    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)

    assert seen.stdout.strip() == "set()"


def test_the_package_offers_nothing_else() -> None:
    import publisher.render

    with pytest.raises(AttributeError, match="has no attribute 'Painter'"):
        _ = publisher.render.Painter


ORDINARY = (
    "https://example.org/a-b",
    "http://a.eu",
    "https://example.org/a?q=1",
    "www.example.com",
    "example.pl",
    "https://x--y.org",
    "t.co",
    "9.30",
    "np.",
    "d.o.o.",
    "word",
    "Łódź",
    "日本",
    "🎉",
    "👍🏽",
    "🏳️‍🌈",
    "🇵🇱",
    "1️⃣",
    "©",
    "™",
    "…",
    "–",
    "(",
    ",",
    "/",
    "-",
    "_",
    " ",
    "\n",
    "\u00a0",
    "\u200b",
    "\u200d",
    ".рф",
    "。",
)


@given(st.lists(st.sampled_from(ORDINARY), max_size=12).map("".join))
def test_what_is_weighed_without_the_library_weighs_as_with_it(text: str) -> None:
    counted = as_counted(text)
    known = _known_weight(counted)

    assert known is None or known == sum(span.weight for span in _spans(counted)) // 100


@given(st.text(max_size=40))
def test_no_text_is_weighed_differently_without_the_library(text: str) -> None:
    counted = as_counted(text)
    known = _known_weight(counted)

    assert known is None or known == sum(span.weight for span in _spans(counted)) // 100


def test_an_ordinary_announcement_needs_no_library() -> None:
    assert _known_weight("Zapraszamy! 🎉 11–13 maja 2027, 9.00.\nhttps://example.org/register\n#Next2Met") is not None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zapraszamy mieszkańców województwa podla", "…województwa podla▮"),
        ("one two ", "…one two ▮"),
        ("a" * 40, "…" + "a" * 25 + "▮"),
        ("short", "…short▮"),
    ],
)
def test_the_last_words_begin_at_a_word_and_end_at_the_cut(text: str, shown: str) -> None:
    assert last_words(text) == shown
