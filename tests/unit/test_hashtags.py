"""Hashtags: whole on every platform, with the letters of each language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.render.hashtags import hashtag, hashtags


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Białystok", "#Białystok"),
        ("smart regions days 2027", "#SmartRegionsDays2027"),
        ("dzień otwartych danych", "#DzieńOtwartychDanych"),
        ("żywa biblioteka", "#ŻywaBiblioteka"),
        ("e-usługi", "#EUsługi"),
        ("älykkäät alueet", "#ÄlykkäätAlueet"),
        ("öffentliche Straße", "#ÖffentlicheStraße"),
        ("¿mañana en Almería?", "#MañanaEnAlmería"),
        ("col·laboració d’estiu", "#CollaboracióDEstiu"),
        ("où êtes-vous", "#OùÊtesVous"),
        ("œuvre", "#Œuvre"),
        ("EU in my region", "#EUInMyRegion"),
        ("v1.5 m²", "#V15M"),
        ("3D", "#3D"),
        ("2027", ""),
        ("…", ""),
        ("z\u0307o\u0301łw", "#Żółw"),
    ],
)
def test_a_name_becomes_one_tag_with_a_capital_at_each_word(name: str, tag: str) -> None:
    assert hashtag(name) == tag


def test_tags_of_the_file_keep_their_capitals_and_come_once() -> None:
    assert hashtags(("next2met", "#Next2Met", "e-usługi", "2027", "iPhone")) == "#next2met #EUsługi #iPhone"


@given(st.text(max_size=40))
def test_a_tag_holds_letters_and_digits_alone_and_never_only_digits(name: str) -> None:
    tag = hashtag(name)

    assert tag == "" or re.fullmatch(r"#\w+", tag)
    assert tag == "" or any(sign.isalpha() for sign in tag)
