"""Knowing our own post again, however a platform hands it back."""

from __future__ import annotations

import pytest

from publisher.channels.recognition import PostWords, Shown, is_same, recognised
from publisher.errors import TemporaryError

LINK = "https://example.org/open-day"
OURS = PostWords(text=f"Open day on Friday at noon.\n\nCome to Łódź & see: {LINK}")


@pytest.mark.parametrize(
    "theirs",
    [
        OURS.text,
        f"Open day on Friday at noon. Come to Łódź & see: {LINK}",
        f"  Open day on Friday at noon.\nCome to Łódź & see: {LINK}  ",
        "Open day on Friday at noon.\n\nCome to Ło\u0301dz\u0301 & see: https://example.org/open-day",
        f"Open day on Friday at noon. Come to Łódź & see: {LINK}/",
        f"Open day on Friday, at noon. Come to Łódź & see: {LINK}",
        "Open day on Friday at noon. Come to Łódź & see: http://example.org/open-day",
    ],
)
def test_the_same_words_are_the_same_post(theirs: str) -> None:
    assert is_same(OURS, PostWords(text=theirs))


@pytest.mark.parametrize(
    "theirs",
    [
        "",
        LINK,
        f"W piątek dzień otwarty. Przyjdź do Łodzi: {LINK}",
        f"Tomorrow! The open day begins at noon, bring your friends along: {LINK}",
        "Open day on Friday at noon. Come to Łódź & see: https://example.org/another-day-for-all",
    ],
)
def test_another_language_or_another_event_is_another_post(theirs: str) -> None:
    assert not is_same(OURS, PostWords(text=theirs))


def test_a_link_may_stand_beside_the_words() -> None:
    assert is_same(PostWords(text="Open day", links=[LINK]), PostWords(text="Open day", links=[f"{LINK}/"]))
    assert is_same(PostWords(text="Open day", links=[LINK]), PostWords(text="Open day"))
    assert is_same(PostWords(text="", links=[LINK]), PostWords(text="", links=[LINK]))


def test_a_post_without_words_and_link_is_never_recognised() -> None:
    assert not is_same(PostWords(text=""), PostWords(text=""))
    assert not is_same(PostWords(text=" \n"), PostWords(text=""))


def test_without_words_not_found_would_mean_nothing() -> None:
    with pytest.raises(TemporaryError, match="without words"):
        recognised(PostWords(text=" "), [], besides=frozenset())


def test_a_full_stop_after_a_link_is_no_part_of_it() -> None:
    assert PostWords(text=f"See {LINK}. Or ({LINK}/)!").targets == {"example.org/open-day"}


def test_an_address_without_a_scheme_comes_back_with_one() -> None:
    assert is_same(
        PostWords(text="See example.org/open-day now"), PostWords(text="See http://example.org/open-day now")
    )


def test_what_belongs_to_another_delivery_is_passed_over() -> None:
    shown = [Shown(id=name, words=OURS) for name in ("1", "2")]
    first, second = recognised(OURS, shown, besides=frozenset()), recognised(OURS, shown, besides={"1"})
    assert (first, second) == (shown[0], shown[1])
    assert recognised(OURS, shown, besides={"1", "2"}) is None
