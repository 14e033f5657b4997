"""Texts made to fit: what goes first, where the cut is, and what is never cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from render_samples import NEWS, announcement, conference, write

from publisher.errors import TemplateBroken
from publisher.model import Draft, Form, Trim
from publisher.render import Renderer, weighted_length
from publisher.render.fitting import Fits, FittedWords, fitted
from publisher.render.marks import END, OPTIONAL, SHORTEN

FIRST, SECOND = (sign for sign, order in OPTIONAL.items() if order in (1, 2))


def under(limit: int) -> Fits:
    return lambda text: weighted_length(text) <= limit


def fit(marked: str, limit: int, language: str = "en") -> FittedWords:
    return fitted(marked, under(limit), language=language)


def draft(folder: Path, template: str) -> Draft:
    write(folder, {"invitation/social.j2": template})
    return Renderer([folder]).draft(announcement(conference()), form=Form.POST)


def test_what_fits_stays_whole() -> None:
    assert fit(f"a {FIRST}b{END} {SHORTEN}c d{END}", 10) == FittedWords("a b c d")


def test_optional_parts_go_in_their_order_and_of_equal_ones_the_last_first() -> None:
    marked = f"{SECOND}two{END} {FIRST}one{END} {FIRST}uno{END} x"

    assert [fit(marked, limit).text for limit in (13, 9, 5, 1)] == ["two one uno x", "two one x", "two x", "x"]
    assert fit(marked, 5).trims == (Trim(words="uno"), Trim(words="one"))


def test_lines_that_are_left_out_leave_no_gap() -> None:
    assert fit(f"Hello\n\n{FIRST}Here{END}\n\n#Tag", 12).text == "Hello\n\n#Tag"


def test_optional_parts_go_before_anything_is_shortened() -> None:
    made = fit(f"{SHORTEN}one two three{END} {FIRST}#Tag{END}", 13)

    assert made.text == "one two three"


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (30, "One two three, four five six"),
        (26, "One two three, four five…"),
        (21, "One two three, four…"),
        (20, "One two three…"),
        (8, "One…"),
        (2, "One…"),
    ],
)
def test_the_cut_is_after_a_word_without_a_comma_before_it(limit: int, text: str) -> None:
    assert fit(f"{SHORTEN}One two three, four five six{END}", limit).text == text


def test_a_whole_sentence_is_preferred_where_it_is_not_much_less() -> None:
    marked = f"{SHORTEN}Three days of practice. Workshops and visits to towns.{END}"

    assert fit(marked, 40).text == "Three days of practice. …"


def test_german_has_a_space_before_the_mark() -> None:
    assert fit(f"{SHORTEN}Drei Tage Praxis{END}", 13, "de-AT").text == "Drei Tage …"


def test_links_hashtags_and_mentions_behind_the_cut_are_kept_whole() -> None:
    marked = f"{SHORTEN}Many words that are too long https://example.org/a/b #SmartRegions @office for this{END}"

    assert fit(marked, 67).text == "Many words that are… https://example.org/a/b #SmartRegions @office"


def test_a_part_within_one_that_was_left_out_is_left_alone() -> None:
    made = fit(f"x {FIRST}a {SHORTEN}b c{END}{END}", 1)

    assert (made.text, made.trims) == ("x", (Trim(words="a b c"),))


def test_a_part_to_shorten_may_hold_an_optional_one() -> None:
    assert fit(f"{SHORTEN}one {FIRST}two{END} three four{END}", 11).text == "one three…"


def test_marks_without_their_counterpart_mean_nothing() -> None:
    assert fit(f"{END}one {FIRST}two{SHORTEN}", 3).text == "one two"


WORDS = [
    "słowo",
    "https://example.org/a?b=1",
    "example.pl",
    "#Białystok",
    "@office",
    "👨‍👩‍👧",
    "🇵🇱",
    "e\u0301te",
    "日本",
    "a,",
    "x.",
    "„y”",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30), st.integers(1, 120), st.sampled_from(["pl", "de"]))
def test_never_is_a_word_link_tag_or_emoji_cut(words: list[str], limit: int, language: str) -> None:
    made = fit(f"{FIRST}{words[0]}{END} {SHORTEN}{' '.join(words)}{END}", limit, language)
    whole = set(words) | {word.rstrip(",.") for word in words} | {word.lstrip("„") for word in words}

    left = [re.sub(r"…$", "", word) for word in made.text.split()]
    assert {word for word in left if word} <= {*map(_composed, whole)}
    kept = [word for word in words if word[0] in "#@" or "example" in word]
    assert all(word in made.text for word in kept)


def _composed(word: str) -> str:
    return word.replace("e\u0301", "é")


def test_a_template_marks_parts_and_everything_is_there_while_it_fits(tmp_path: Path) -> None:
    made = draft(
        tmp_path,
        "Hej\n{% optional 2 %}\n{{ hashtags }}\n{% endoptional %}\n{% shorten %}{{ event.title }}{% endshorten %}",
    )

    assert made.text == "Hej\n#Next2Met #InterregEurope #SmartRegions\nDni Inteligentnych Regionów"
    assert fit(made.flexible, 20, "pl").text == "Hej\nDni…"


def test_a_template_without_marks_can_not_be_shortened(tmp_path: Path) -> None:
    assert draft(tmp_path, "{{ event.title }}").flexible == ""


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% optional 0 %}a{% endoptional %}", "from 1 to 9, not 0"),
        ("{% optional hashtags %}a{% endoptional %}", "expected token 'integer'"),
        ("{% shorten %}a", "endshorten"),
    ],
)
def test_a_mark_that_is_wrong_is_told_with_its_line(tmp_path: Path, template: str, said: str) -> None:
    with pytest.raises(TemplateBroken, match=said) as error:
        draft(tmp_path, f"Hej\n{template}")

    assert error.value.line == 2


def test_marks_mean_nothing_in_a_mail(tmp_path: Path) -> None:
    blocks = dict.fromkeys(("subject", "preheader", "body", "text"), "{% optional %}x y{% endoptional %}")
    source = "".join(f"{{% block {name} %}}{words}{{% endblock %}}" for name, words in blocks.items())
    write(tmp_path, {"invitation/email.j2": source})
    made = Renderer([tmp_path]).draft(announcement(conference(), channel=NEWS), form=Form.MAIL)

    assert (made.subject, made.preheader, made.text, made.flexible) == ("x y", "x y", "x y", "")
    assert not set(made.html) & {*OPTIONAL, SHORTEN, END}


def test_what_follows_a_part_that_ends_earlier_keeps_its_own_line() -> None:
    marked = f"Fair\n{SHORTEN}One two three, four five six @office\n{END}https://example.org/x"

    assert fit(marked, 50).text == "Fair\nOne two… @office\nhttps://example.org/x"


def test_the_mark_of_a_cut_does_not_touch_a_link() -> None:
    made = fit(f"{SHORTEN}See https://example.org/a for what we have learnt in three years{END}", 31)

    assert made.text == "See https://example.org/a …"
