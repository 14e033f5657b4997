"""Threads: where a text is divided, what each part must keep to, and the bytes of its calls."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from picture_samples import TRAM
from render_samples import TWITTER, announcement, write

from publisher.channels import transport
from publisher.channels.twitter_bodies import answering, read_body, read_to_send
from publisher.delivery import thread_words
from publisher.errors import DraftTooLong, Rejected, RenderError, TemplateBroken
from publisher.interfaces import Bills
from publisher.ledger.records import Part, Result
from publisher.model import (
    Calendar,
    Channel,
    DeliveryState,
    Draft,
    Envelope,
    Form,
    Media,
    Outcome,
    Payload,
    Post,
    Price,
    Project,
    Reader,
)
from publisher.render import Renderer
from publisher.render.about import truth_of
from publisher.timing.truth import Truth

S = DeliveryState


def drafted(folder: Path, source: str, *, about: str = "thread: yes\n") -> Draft:
    write(folder, {"invitation/social.j2": source, "invitation/about.yaml": about})
    return Renderer([folder]).draft(announcement(), form=Form.POST)


def composed(*parts: str, media: tuple[Media, ...] = ()) -> Payload:
    channel = Channel(id="office", type="twitter", languages=("en",), calendar=Calendar(timezone="UTC"))
    due_at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    envelope = Envelope(key="fair", due_at=due_at, channel=channel, project=Project(name="Office"))
    draft = Draft(language="en", text="\n\n".join(parts), parts=parts, media=media)
    return transport("twitter").compose(draft, envelope)


# --- where it is divided --------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["---", "----", "  ---  ", "\t---", "———", "—-", "–––"])
def test_a_line_of_hyphens_divides_the_text(tmp_path: Path, line: str) -> None:
    draft = drafted(tmp_path, f"One\n{line}\nTwo\n\nstill two\n{line}\nThree")
    assert draft.parts == ("One", "Two\n\nstill two", "Three")
    assert draft.text == "One\n\nTwo\n\nstill two\n\nThree"


@pytest.mark.parametrize("line", ["--", "- - -", "---.", "— — —", "—"])
def test_other_lines_do_not(tmp_path: Path, line: str) -> None:
    draft = drafted(tmp_path, f"One\n{line}\nTwo")
    assert (draft.parts, draft.text) == ((), f"One\n{line}\nTwo")


@pytest.mark.parametrize("about", ["thread: no\n", "what: Something.\n", "", "- a list\n"])
def test_a_template_that_does_not_say_so_makes_no_thread(tmp_path: Path, about: str) -> None:
    draft = drafted(tmp_path, "One\n---\nTwo", about=about)
    assert (draft.parts, draft.text) == ((), "One\n---\nTwo")


def test_a_part_that_comes_out_empty_is_left_out(tmp_path: Path) -> None:
    assert drafted(tmp_path, "One\n---\n{% if false %}Two{% endif %}\n---\nThree").parts == ("One", "Three")


def test_one_part_is_a_post(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "---\nOne\n---\n")
    assert (draft.parts, draft.text) == ((), "One")


@pytest.mark.parametrize("word", ["yes", "Yes", "true", "on"])
def test_yes_is_said_in_any_way_that_yaml_knows(tmp_path: Path, word: str) -> None:
    assert drafted(tmp_path, "One\n---\nTwo", about=f"thread: {word}\n").parts == ("One", "Two")


@pytest.mark.parametrize("said", ["maybe", "[yes]", "2"])
def test_anything_but_yes_and_no_is_told_at_its_word(tmp_path: Path, said: str) -> None:
    with pytest.raises(TemplateBroken) as caught:
        drafted(tmp_path, "One\n---\nTwo", about=f"thread: {said}\n")
    assert (caught.value.word, caught.value.remedy) == ("thread", "Write “thread: yes” or “thread: no”.")
    with pytest.raises(TemplateBroken):
        truth_of("invitation", [tmp_path])


def test_the_truth_stands_beside_it(tmp_path: Path) -> None:
    drafted(tmp_path, "One", about="true: the day before\nthread: yes\n")
    assert truth_of("invitation", [tmp_path]) is Truth.DAY_BEFORE


def test_a_mail_has_no_parts(tmp_path: Path) -> None:
    blocks = {"subject": "S", "preheader": "P", "body": "<p>{{ post.text }}</p>", "text": "{{ post.text }}"}
    source = "".join(f"{{% block {name} %}}{words}{{% endblock %}}" for name, words in blocks.items())
    write(tmp_path, {"invitation/email.j2": source, "invitation/about.yaml": "thread: yes\n"})
    post = Post(id="one", text={"pl": "Raz\n---\nDwa"})
    telling = announcement(post, channel=replace(TWITTER, type="email"))
    draft = Renderer([tmp_path]).draft(telling, form=Form.MAIL, reader=Reader(address="a@example.org"))
    assert (draft.text, "---" in draft.html, draft.parts) == ("Raz\n\nDwa", False, ())


# --- what each part must keep to ------------------------------------------------------------------------------


def test_each_part_has_a_weight_of_its_own_and_the_whole_that_of_the_heaviest() -> None:
    payload = composed("a" * 280, "b" * 200, "c" * 30)
    assert ([part.weight for part in payload.parts], payload.weight, payload.limit) == ([280, 200, 30], 280, 280)


def test_a_part_that_is_too_long_is_named() -> None:
    with pytest.raises(DraftTooLong) as caught:
        composed("One", "b" * 281, "Three")
    assert str(caught.value.message).startswith("Part 2 of 3: On X this is 281 of 280 characters")
    assert caught.value.remedy == "Shorten the text by 1. Or divide it with a line “---”."


def test_a_part_with_a_forbidden_character_is_named() -> None:
    with pytest.raises(RenderError, match=r"Part 2 of 2: X does not take the character U\+FEFF"):
        composed("One", "T\ufeffwo")


# --- bytes ----------------------------------------------------------------------------------------------------


def test_pictures_go_with_the_first_part_and_each_other_answers_the_one_before() -> None:
    payload = composed("One", "Two", "Three", media=(TRAM,))
    assert [json.loads(line) for line in payload.body.split(b"\n")] == [
        {"media": {"media_ids": ["{media:1}"]}, "text": "One"},
        {"reply": {"in_reply_to_tweet_id": "{part:1}"}, "text": "Two"},
        {"reply": {"in_reply_to_tweet_id": "{part:2}"}, "text": "Three"},
    ]
    assert [[media.sha256 for media in part.media] for part in payload.parts] == [[TRAM.sha256], [], []]
    assert (payload.media, payload.content_type) == (payload.parts[0].media, "application/jsonl")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\ufeff\uffff"), max_size=60)))
def test_the_whole_is_its_parts_a_line_each_whatever_they_say(texts: list[str]) -> None:
    parts = [text for text in texts if text.strip()] or ["One"]
    payload = composed(*parts)
    assert payload.body.split(b"\n") == [part.body for part in payload.parts]
    assert [read_body(part).text for part in payload.parts] == parts


def test_a_part_on_the_wire_differs_by_the_id_alone() -> None:
    (_, second) = composed("One {part:1}", "Two {part:1}").parts
    wire = answering(second, "1234")
    expected = {"reply": {"in_reply_to_tweet_id": "1234"}, "text": "Two {part:1}"}
    assert wire.body == requests.Request("POST", "http://h", json=expected).prepare().body


def test_a_part_whose_place_for_an_id_is_still_open_can_not_be_sent() -> None:
    (first, second) = composed("One", "Two").parts
    assert read_to_send(first).text == "One"
    with pytest.raises(Rejected, match="not composed by this version"):
        read_to_send(second)


def test_every_part_counts_for_an_approval() -> None:
    hashes = {
        composed(*parts).sha256 for parts in (("One", "Two"), ("One", "Two!"), ("Two", "One"), ("One", "T", "wo"))
    }
    assert len(hashes) == 4


@pytest.mark.parametrize(
    ("price", "cost"), [(Price(Decimal("0.015"), Decimal("0.2")), "0.23"), (Price(Decimal(1)), "3")]
)
def test_a_thread_costs_what_its_parts_cost(price: Price, cost: str) -> None:
    x = transport("twitter")
    assert isinstance(x, Bills)
    assert x.cost(composed("One", "Two https://example.org", "Three"), price) == Decimal(cost)


def test_facebook_takes_a_thread_as_one_text() -> None:
    channel = Channel(id="page", type="facebook", languages=("en",), calendar=Calendar(timezone="UTC"))
    due_at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    envelope = Envelope(key="fair", due_at=due_at, channel=channel, project=Project(name="Office"))
    draft = Draft(language="en", text="One\n\nTwo", parts=("One", "Two"))
    payload = transport("facebook").compose(draft, envelope)
    assert (payload.body, payload.parts) == (b"message=One%0A%0ATwo", ())


# --- what is said of one that is half out ----------------------------------------------------------------------


def parts(*states: DeliveryState) -> list[Part]:
    return [
        Part(number=number, body=b"{}", state=state, remote_url="https://x.com/i/status/7" if number == 1 else "")
        for number, state in enumerate(states, start=1)
    ]


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ((S.PENDING, S.PENDING), ""),
        ((S.SENT, S.PENDING, S.PENDING), "part 1 of 3 is out: https://x.com/i/status/7"),
        ((S.SENT, S.SENT, S.UNKNOWN), "parts 1 to 2 of 3 are out: https://x.com/i/status/7"),
    ],
)
def test_how_far_it_got_is_told_with_its_address(states: tuple[DeliveryState, ...], told: str) -> None:
    assert thread_words.how_far(parts(*states)) == told


@pytest.mark.parametrize(
    ("state", "then", "told"),
    [
        (S.FAILED, S.UNKNOWN, "part 2 was refused because of reasons → to go on with part 2: publisher retry fair;"),
        (S.RETRY_WAIT, S.RETRY_WAIT, "part 2 is tried again: said"),
        (S.UNKNOWN, S.UNKNOWN, "part 2 may be out or not: said"),
    ],
)
def test_what_stops_it_half_way_is_told_and_never_fails_as_a_whole(
    state: DeliveryState, then: DeliveryState, told: str
) -> None:
    known = parts(S.SENT, S.PENDING)
    result = Result(outcome=Outcome.UNKNOWN, state=state, reason="said", detail="words")
    half = thread_words.half_out(known, known[1], "fair", result=result, because="of reasons")
    assert (half.state, half.detail, half.remote_url) == (then, "part 2: words", "https://x.com/i/status/7")
    assert half.reason.startswith(f"part 1 of 2 is out: https://x.com/i/status/7; {told}")


def test_with_nothing_out_it_is_a_post_like_any_other() -> None:
    known = parts(S.PENDING, S.PENDING)
    result = Result(outcome=Outcome.REJECTED, state=S.FAILED, reason="said")
    assert thread_words.half_out(known, known[0], "fair", result=result, because="") == result
