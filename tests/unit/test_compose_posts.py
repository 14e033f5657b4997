"""Posts as bytes, and what is refused before anything is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from picture_samples import TRAM

from publisher.channels import known_types, transport
from publisher.errors import DraftTooLong, MediaError, RenderError, SettingsError
from publisher.model import Calendar, Channel, Draft, Envelope, Form, Media, Payload, Project

LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\ufeff\uffff"), min_size=1, max_size=100)


def envelope(type_: str) -> Envelope:
    channel = Channel(id="office", type=type_, languages=("en",), calendar=Calendar(timezone="Europe/Warsaw"))
    due_at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return Envelope(key="events/open-day/first", due_at=due_at, channel=channel, project=Project(name="Open Days"))


def compose(type_: str, text: str = "Open day", *, link: str = "", media: tuple[Media, ...] = ()) -> Payload:
    draft = Draft(language="en", text=text, link=link, media=media)
    return transport(type_).compose(draft, envelope(type_))


def form(payload: Payload) -> dict[str, list[str]]:
    return parse_qs(payload.body.decode(), keep_blank_values=True)


def test_the_registry_knows_its_types() -> None:
    assert set(known_types()) == {"email", "facebook", "twitter"}
    assert {transport(name).type for name in known_types()} == set(known_types())
    assert transport("email").form is Form.MAIL
    assert transport("twitter").form is transport("facebook").form is Form.POST
    assert transport("email").open_settings == ("FROM", "UNSUBSCRIBE_TO")


def test_an_unknown_type_is_told_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"“fax”.*email, facebook, twitter"):
        transport("fax")


# --- X -------------------------------------------------------------------------------------------


def test_a_post_on_x_is_json() -> None:
    payload = compose("twitter", "Dzień otwarty")
    assert payload.body == b'{"text": "Dzie\\u0144 otwarty"}'
    assert (payload.weight, payload.limit, payload.content_type) == (13, 280, "application/json")


@given(LETTERS.filter(str.strip))
def test_the_bytes_are_those_that_requests_writes(text: str) -> None:
    body = compose("twitter", text).body
    assert requests.Request("POST", "http://h", json={"text": text}).prepare().body == body


def test_pictures_on_x_have_places_for_their_ids() -> None:
    payload = compose("twitter", media=(TRAM, TRAM))
    assert json.loads(payload.body) == {"media": {"media_ids": ["{media:1}", "{media:2}"]}, "text": "Open day"}
    assert payload.media == (TRAM, TRAM)


def test_a_picture_alone_is_a_post() -> None:
    assert compose("twitter", "", media=(TRAM,)).body == b'{"media": {"media_ids": ["{media:1}"]}}'
    assert "message" not in form(compose("facebook", "", media=(TRAM,)))


def test_280_fit_and_281_do_not() -> None:
    assert compose("twitter", "a" * 280).weight == 280
    with pytest.raises(DraftTooLong):
        compose("twitter", "a" * 281)


def test_a_link_counts_23() -> None:
    assert compose("twitter", "a" * 256 + " https://example.org/" + "b" * 300).weight == 280


def test_a_post_that_is_too_long_is_told_where_it_is_cut() -> None:
    with pytest.raises(DraftTooLong) as caught:
        compose("twitter", "a" * 270 + " and then it goes on")
    told = str(caught.value)
    assert "On X this is 290 of 280 characters (emoji count as 2). 10 too many, cut from “…and then ▮”." in told
    assert caught.value.subject == "events/open-day/first"


@pytest.mark.parametrize("type_", ["twitter", "facebook"])
@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_post_is_refused(type_: str, text: str) -> None:
    with pytest.raises(RenderError, match="empty"):
        compose(type_, text)


@pytest.mark.parametrize(("type_", "text"), [("twitter", "a\ufeffb"), ("twitter", "a\ud83d"), ("facebook", "a\ud83d")])
def test_a_character_that_can_not_go_is_named_with_its_place(type_: str, text: str) -> None:
    with pytest.raises(RenderError, match=rf"U\+{ord(text[1]):04X}.*at 2"):
        compose(type_, text)


@pytest.mark.parametrize(
    ("type_", "media", "words"),
    [
        ("twitter", (TRAM,) * 5, "5 pictures, X takes 4"),
        ("twitter", (replace(TRAM, alt="a" * 1001),), "1001 characters"),
        ("facebook", (TRAM,) * 11, "takes 10"),
    ],
)
def test_a_picture_that_the_platform_does_not_take_is_refused(type_: str, media: tuple[Media, ...], words: str) -> None:
    with pytest.raises(MediaError, match=words) as caught:
        compose(type_, media=media)
    assert caught.value.subject == "tram.png"
    assert caught.value.remedy


def test_what_a_platform_just_takes_is_taken() -> None:
    compose("twitter", media=(replace(TRAM, alt="a" * 1000),) * 4)


# --- Facebook --------------------------------------------------------------------------------------


def test_a_post_on_facebook_is_a_form_with_its_link() -> None:
    payload = compose("facebook", "Open day & more", link="https://example.org/?a=b&c=d")
    assert payload.body == b"message=Open+day+%26+more&link=https%3A%2F%2Fexample.org%2F%3Fa%3Db%26c%3Dd"
    assert (payload.weight, payload.limit) == (15, 63_206)


def test_with_pictures_the_link_goes_into_the_words() -> None:
    fields = form(compose("facebook", "Open day\n", link="https://example.org/", media=(TRAM,)))
    assert fields["message"] == ["Open day\nhttps://example.org/"]
    assert json.loads(fields["attached_media"][0]) == [{"media_fbid": "{media:1}"}]
    assert "link" not in fields


def test_a_link_that_stands_in_the_words_is_not_repeated() -> None:
    payload = compose("facebook", "See https://example.org/ now", link="https://example.org/", media=(TRAM,))
    assert form(payload)["message"] == ["See https://example.org/ now"]


def test_facebook_takes_63206_characters() -> None:
    assert compose("facebook", "ż" * 63_206).weight == 63_206
    with pytest.raises(DraftTooLong, match="1 too many"):
        compose("facebook", "ż" * 63_207)
    with pytest.raises(DraftTooLong):
        compose("facebook", "ż" * 63_200, link="https://example.org/", media=(TRAM,))


@given(LETTERS.filter(str.strip))
def test_a_form_gives_back_the_words(text: str) -> None:
    assert parse_qsl(compose("facebook", text).body.decode(), keep_blank_values=True) == [("message", text)]


@pytest.mark.parametrize("type_", ["twitter", "facebook"])
def test_the_same_words_make_the_same_bytes(type_: str) -> None:
    assert compose(type_, media=(TRAM,)) == compose(type_, media=(TRAM,))
    assert compose(type_, media=(TRAM,)).sha256 != compose(type_, media=(replace(TRAM, alt="A bus"),)).sha256
