"""What is readable in the words of an entry but can't be meant."""

from __future__ import annotations

import pytest
from schedule_samples import HEAD, loaded, problem

from publisher.model import Severity

PROJECT = "project: { name: Office, hashtags: [Next2Met] }\n"


def post(text: str, *, tags: str = "") -> str:
    listed = f"    tags: [{tags}]\n" if tags else ""
    return (
        HEAD
        + PROJECT
        + f'posts:\n  - id: a\n    send: 2027-05-07 12:00\n    to: [twitter]\n    text: "{text}"\n{listed}'
    )


@pytest.mark.parametrize(
    ("tag", "better"),
    [
        ("smartregions", "SmartRegions"),
        ("next2met", "Next2Met"),
        ("dzieńeuropy", "DzieńEuropy"),
        ("europeday", "EuropeDay"),
        ("otwartedane", "OtwarteDane"),
        ("youth4climate", "Youth4Climate"),
        ("openday2027", "OpenDay2027"),
    ],
)
def test_a_hashtag_of_several_words_needs_capitals(tag: str, better: str) -> None:
    for text in (post("Join us", tags=tag), post(f"Join us #{tag}")):
        found = loaded(text).problems
        assert [(one.code, one.severity) for one in found] == ([("hashtag-case", Severity.WARNING)] if better else [])
        assert all(better in one.hint for one in found)


@pytest.mark.parametrize("tag", ["SmartRegions", "białystok", "interreg", "kultura", "xqzvbnmtrwplk", "europa"])
def test_a_hashtag_of_one_word_or_of_unknown_ones_is_left_alone(tag: str) -> None:
    assert loaded(post("Join us", tags=tag)).problems == ()


def test_the_words_of_a_hashtag_are_learned_from_the_texts_of_the_file() -> None:
    assert "BezpiecznaPrzystań" in problem(post("Projekt Bezpieczna Przystań", tags="bezpiecznaprzystań")).hint


def test_a_hashtag_in_a_text_is_marked_at_its_place() -> None:
    place = problem(post("Join us #smartregions now")).place
    assert (place.line, place.column, place.end_column) == (14, 20, 33)


@pytest.mark.parametrize(
    "text",
    [
        "We wtorek, 11 maja",
        "We wtorek 11.05.2027",
        "Tuesday, 11 May 2027",
        "Tuesday the 11th May",
        "tiistaina 11. toukokuuta",
        "Dienstag, 11. Mai",
        "martes 11 de mayo",
        "dimarts, 11 de maig",
        "mardi 11 mai",
        "wtorek 2027-05-11",
        "Monday to Friday, 9 to 5",
        "W środę o 11. odcinku",
        "Every Tuesday in May",
    ],
)
def test_a_right_day_of_the_week_in_a_text_is_right(text: str) -> None:
    assert loaded(post(text)).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "W środę, 11 maja",
        "W środę 11.05.2027",
        "Wednesday, 11 May 2027",
        "keskiviikkona 11. toukokuuta",
        "Mittwoch, 11. Mai",
        "miércoles 11 de mayo",
        "dimecres, 11 de maig",
        "mercredi 11 mai",
        "środa 2027-05-11",
    ],
)
def test_a_wrong_day_of_the_week_in_a_text_is_an_error_in_every_language(text: str) -> None:
    found = problem(post(text))
    assert (found.code, found.severity) == ("weekday-mismatch", Severity.ERROR)
    assert "11 May 2027 is a Tuesday" in found.message


def test_a_date_without_a_year_may_be_in_the_year_after() -> None:
    assert loaded(post("Thursday, 11 May")).problems == ()  # 2028
