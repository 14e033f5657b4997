"""What the Graph API's answers mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from publisher.channels.answers import Answer
from publisher.channels.facebook_answers import classify, is_fault
from publisher.errors import (
    Blocked,
    CredentialsBroken,
    DuplicateRefused,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    TemporaryError,
    TransportError,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def judged(code: object, *, status: int = 400, publishing: bool = True, **more: object) -> TransportError:
    body = json.dumps({"error": {"message": "odd", "code": code, **more}}).encode()
    return classify(Answer(status, {}, body), publishing=publishing, now=NOW)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((1, 2, -1, 0, None, "x", True), OutcomeUnknown),
        ((4, 17, 32, 341, 613, 80001, 80002, 80014), RateLimited),
        ((190, 102, "190"), CredentialsBroken),
        ((3, 10, 200, 294, 299), CredentialsBroken),
        ((100, 324, 33, 80015, 300), Rejected),
        ((1609005,), TemporaryError),
        ((368,), Blocked),
        ((506,), DuplicateRefused),
    ],
)
def test_each_code_has_its_meaning(codes: tuple[object, ...], expected: type[TransportError]) -> None:
    assert {type(judged(code)) for code in codes} == {expected}
    assert all(judged(code).remedy for code in codes)


@pytest.mark.parametrize("code", [1, 2, 100, 190, 200, 506, None])
@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failing_server_leaves_a_post_unknown_whatever_it_says(code: int | None, status: int) -> None:
    assert type(judged(code, status=status, is_transient=True)) is OutcomeUnknown
    assert type(judged(code, status=status, publishing=False)) is TemporaryError


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492, 493])
def test_the_subcode_is_part_of_the_code(subcode: int) -> None:
    error = judged(190, error_subcode=subcode)
    assert error.code == f"190/{subcode}"
    assert type(error) is CredentialsBroken


def test_a_link_that_could_not_be_read_is_tried_again_under_either_code() -> None:
    error = judged(100, error_subcode=1609005)
    assert (type(error), error.code) == (TemporaryError, "100/1609005")


def test_facebook_does_not_say_how_long_a_block_for_policy_lasts() -> None:
    assert judged(368).retry_at is None


def test_retry_after_counts_when_it_is_later_than_what_facebook_estimates() -> None:
    usage = '{"1":[{"estimated_time_to_regain_access":12}]}'
    limited = Answer(429, {"x-business-use-case-usage": usage, "retry-after": "1200"}, b"{}")
    assert classify(limited, publishing=True, now=NOW).retry_at == NOW + timedelta(minutes=20)


def test_368_with_other_words_is_a_duplicate() -> None:
    words = "You've already posted this. Posting the same content repeatedly on Facebook isn't allowed."
    assert type(judged(368, message=words)) is DuplicateRefused
    assert (
        type(judged(368, message="Blocked", error_user_msg="It looks like you already posted it")) is DuplicateRefused
    )


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, CredentialsBroken), (429, RateLimited), (403, OutcomeUnknown), (303, OutcomeUnknown), (307, TemporaryError)],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"true", b'{"error":null}', b'{"error":[1]}', b'{"foo":1}'])
def test_bodies_without_a_code_are_judged_by_their_status(
    status: int, body: bytes, expected: type[TransportError]
) -> None:
    assert type(classify(Answer(status, {}, body), publishing=True, now=NOW)) is expected


def test_an_error_with_status_200_is_a_fault() -> None:
    assert is_fault(Answer(200, {}, b'{"error":{"code":506}}'))
    assert is_fault(Answer(500, {}, b'{"id":"1"}'))
    assert not is_fault(Answer(200, {}, b'{"id":"1"}'))


@pytest.mark.parametrize(
    ("usage", "minutes"),
    [
        (None, 60),
        ("odd", 60),
        ("[]", 60),
        ('{"1":[{"type":"pages","estimated_time_to_regain_access":12}]}', 12),
        ('{"1":[{"estimated_time_to_regain_access":12},{"estimated_time_to_regain_access":40}],"2":[]}', 40),
        ('{"1":[{"estimated_time_to_regain_access":0}]}', 60),
        ('{"1":{"estimated_time_to_regain_access":5},"2":[null,7]}', 60),
        ('{"1":[{"estimated_time_to_regain_access":999999999999}]}', 7 * 24 * 60),
    ],
)
def test_the_next_try_is_when_facebook_says(usage: str | None, minutes: int) -> None:
    headers = {"x-business-use-case-usage": usage} if usage else {}
    limited = Answer(400, headers, b'{"error":{"code":32}}')
    assert classify(limited, publishing=True, now=NOW).retry_at == NOW + timedelta(minutes=minutes)


def test_all_words_of_facebook_are_kept() -> None:
    error = judged(100, message="Invalid parameter", error_user_title="Sorry", error_user_msg="No such place")
    assert error.detail == "Invalid parameter — Sorry — No such place"
