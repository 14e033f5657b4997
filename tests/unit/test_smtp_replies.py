"""Replies of mail servers, in pieces of any size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.bulk.replies import NoReply, ReplyReader


def read(*pieces: bytes) -> list[tuple[int, bytes]]:
    reader = ReplyReader()
    return [reply for piece in pieces for reply in reader.feed(piece)]


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"250 2.0.0 Ok: queued\r\n", (250, b"2.0.0 Ok: queued")),
        (b"250\r\n", (250, b"")),
        (b"250 ok\n", (250, b"ok")),
        (b"250-first\r\n250-second\r\n250 third\r\n", (250, b"first\nsecond\nthird")),
        (b"354 go on\r\n", (354, b"go on")),
    ],
)
def test_a_reply_is_a_code_and_words(line: bytes, reply: tuple[int, bytes]) -> None:
    assert read(line) == [reply]


@pytest.mark.parametrize(
    "line", [b"hello\r\n", b"25 ok\r\n", b"150 no\r\n", b"650 no\r\n", b"250ok\r\n", b"\r\n", b"2\n"]
)
def test_anything_else_is_no_reply(line: bytes) -> None:
    with pytest.raises(NoReply):
        read(line)


def test_replies_before_garbage_still_count() -> None:
    reader = ReplyReader()
    assert reader.feed(b"250 ok\r\nwhat\r\n") == [(250, b"ok")]
    assert reader.is_stuck
    with pytest.raises(NoReply):
        reader.feed(b"")


@pytest.mark.parametrize("flood", [b"2" * 70_000, b"250-x\r\n" * 20_000])
def test_a_reply_without_an_end_is_given_up(flood: bytes) -> None:
    with pytest.raises(NoReply):
        read(flood)


REPLIES = st.lists(
    st.tuples(st.integers(200, 559), st.lists(st.text("abc .<>-", max_size=8), min_size=1, max_size=3)), max_size=8
)


@given(REPLIES, st.lists(st.integers(1, 9), min_size=1))
def test_it_makes_no_difference_how_the_bytes_are_cut(replies: list[tuple[int, list[str]]], cuts: list[int]) -> None:
    whole = b"".join(
        b"".join(
            f"{code}{' ' if number == len(lines) else '-'}{words}\r\n".encode()
            for number, words in enumerate(lines, start=1)
        )
        for code, lines in replies
    )
    pieces, at, turn = [], 0, 0
    while at < len(whole):
        step = cuts[turn % len(cuts)]
        pieces.append(whole[at : at + step])
        at, turn = at + step, turn + 1
    expected = [(code, "\n".join(words.rstrip() for words in lines).encode()) for code, lines in replies]
    assert read(*pieces) == read(whole) == expected
