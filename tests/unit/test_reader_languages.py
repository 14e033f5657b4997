"""Which language a reader gets: their own, else the nearest that is there."""

from __future__ import annotations

import pytest

from publisher.newsletter.languages import chain, choose


def test_catalan_readers_get_spanish_before_english() -> None:
    assert chain("ca") == ("ca", "es", "en")
    assert chain("fi") == ("fi", "en")
    assert chain("en") == ("en",)
    assert chain("") == ()


def test_what_a_channel_says_goes_before_what_is_built_in() -> None:
    assert chain("ca", {"ca": ["fr"]}) == ("ca", "fr", "es", "en")


@pytest.mark.parametrize(
    ("language", "available", "chosen"),
    [
        ("ca", ("pl", "en", "es", "ca"), "ca"),
        ("ca", ("pl", "en", "es"), "es"),
        ("ca", ("pl", "en"), "en"),
        ("ca", ("pl",), "pl"),
        ("", ("pl", "en"), "pl"),
        ("pt", ("pl", "pt-BR"), "pt-BR"),
        ("pt", ("pt-BR", "pt"), "pt"),
        ("xx", ("fi",), "fi"),
    ],
)
def test_the_first_of_the_chain_that_is_there_is_chosen(language: str, available: tuple[str, ...], chosen: str) -> None:
    assert choose(language, available) == chosen
