"""Conditions on readers: what people write, what is told when it is none, and for whom it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.segments.conditions import Condition
from publisher.segments.grammar import SegmentError, parse_condition

ANNA = {
    "language": "fi",
    "name": "Anna",
    "city": "BIAŁYSTOK",
    "tags": "Press; local radio, ngo",
    "since": "2027-03-05",
    "home town": "Nowy  Sącz",
    "empty": " ",
}


def of(name: str) -> str:
    return ANNA.get(name, "")


@pytest.mark.parametrize(
    "text",
    [
        "language is fi",
        "LANGUAGE IS FI",
        "language is not pl",
        "city is Białystok",
        "city is 'białystok'",
        "„Home Town” is Nowy Sącz",
        '"home town" is "nowy sącz"',
        "tags has press",
        "tags has local radio",
        "tags has not radio",
        "tags has no sport",
        "city is set",
        "empty is not set",
        "unknown is not set",
        "since after 2027-03-04",
        "since before 2027-03-06",
        "not since after 2027-03-05",
        "not since before 2027-03-05",
        "language is pl or tags has press",
        "language is fi and (city is Łódź or not city is Łódź)",
        "not (language is pl or language is de)",
        "language is pl and name is Jan or name is Anna",
        "(((name is Anna)))",
        "not not name is Anna",
        'name is not "and"',
        "city is not Bielsko-Biała and name is Anna",
    ],
)
def test_it_holds_for_anna(text: str) -> None:
    assert parse_condition(text).holds(of)


@pytest.mark.parametrize(
    "text",
    [
        "language is pl",
        "tags has radio",
        "name is Ann",
        "city is not set",
        "since after 2027-03-05",
        "name after 2027-01-01",
        "name before 2027-01-01",
        "language is pl and name is Jan or name is Ola",
        "language is fi and not name is Anna",
    ],
)
def test_it_does_not_hold_for_anna(text: str) -> None:
    assert not parse_condition(text).holds(of)


@pytest.mark.parametrize(
    ("text", "marked", "hint"),
    [
        ("", "^", "language is fi and tags has press"),
        ("language", "^^^^^^^^", "language is fi"),
        ("language is", "           ^", "language is fi"),
        ("language=fi", "^^^^^^^^^^^", "language is fi"),
        ("language = fi", "         ^", "language is"),
        ("language isnt fi", "         ^^^^", "language is …"),
        ("tags hass press", "     ^^^^", "tags has …"),
        ("language is Finnish", "            ^^^^^^^", "two letters"),
        ("language is pl or fi", "                  ^^", "language is fi"),
        ("language is xx", "            ^^", "two letters"),
        ("tags has press or vip", "                  ^^^", "“tags has vip”"),
        ("tags has press, vip", "         ^^^^^^^^^^", "“tags has press or tags has vip”"),
        ('tags has no "press;vip"', "             ^^^^^^^^^", "“tags has press or tags has vip”"),
        ("since after 1.5.2027", "            ^^^^^^^^", "2027-01-31"),
        ("since after 2027-02-30", "            ^^^^^^^^^^", "2027-01-31"),
        ("(name is Anna", "^", "“)”"),
        ("name is Anna)", "            ^", "Delete"),
        ('city is "Łódź', "        ^", "Close"),
        ("city is Łódź tags has press", "        ^^^^^^^^^^^^^^^^^^^", "“and” or “or”"),
        ('city is "Łódź" tags has press', "               ^^^^", "Join two conditions"),
        ("and name is Anna", "^^^", "language is fi"),
        ("name is and", "        ^^^", "in quotes"),
        ("(" * 60, " " * 41 + "^", "fewer"),
    ],
)
def test_what_is_no_condition_is_told_at_its_place_with_a_mend(text: str, marked: str, hint: str) -> None:
    with pytest.raises(SegmentError) as refused:
        parse_condition(text)
    assert " " * refused.value.offset + "^" * refused.value.length == marked
    assert hint in refused.value.hint


def test_fields_are_named_for_those_who_look_whether_they_are_there() -> None:
    found = parse_condition("City is set and not (Tags has a or since after 2027-01-01)")
    assert list(found.fields()) == ["city", "tags", "since"]


FIELDS = st.sampled_from(["language", "city", "tags"])
WORDS = st.sampled_from(["fi", "pl", "de"])
TESTS = st.builds("{} {} {}".format, FIELDS, st.sampled_from(["is", "is not", "has", "has not"]), WORDS)
TEXTS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=8,
)


@given(TEXTS, st.dictionaries(FIELDS, WORDS))
def test_not_turns_any_condition_round(text: str, known: dict[str, str]) -> None:
    def lookup(name: str) -> str:
        return known.get(name, "")

    assert parse_condition(f"not ({text})").holds(lookup) is not parse_condition(text).holds(lookup)


@given(st.text(alphabet="()\"'„”« abisnot=:.\n\t0", max_size=60))
def test_any_text_is_a_condition_or_told_within_its_length(text: str) -> None:
    found = _condition_or_error(text)
    if isinstance(found, SegmentError):
        assert 0 <= found.offset <= len(text)
    else:
        assert found.holds(of) in (True, False)


def _condition_or_error(text: str) -> Condition | SegmentError:
    try:
        return parse_condition(text)
    except SegmentError as error:
        return error
