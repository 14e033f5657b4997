"""What X's answers mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from publisher.channels.answers import Answer
from publisher.channels.twitter_answers import classify
from publisher.errors import (
    CredentialsBroken,
    DuplicateRefused,
    OutcomeUnknown,
    OutOfQuota,
    RateLimited,
    Rejected,
    TemporaryError,
    TransportError,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PROBLEMS = "https://api.twitter.com/2/problems/"
PROBLEMS_X = "https://api.x.com/2/problems/"


def judged(status: int, body: object = None, *, publishing: bool = True, **headers: str) -> TransportError:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return classify(Answer(status, named, json.dumps(body).encode()), publishing=publishing, now=NOW)


def problem(detail: str = "", kind: str = "about:blank", title: str = "Forbidden") -> dict[str, str]:
    return {"detail": detail, "type": kind, "title": title}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, problem("One or more parameters to your request was invalid.", PROBLEMS + "invalid-request"), Rejected),
        (401, problem("Unauthorized"), CredentialsBroken),
        (402, problem("You have no credits", PROBLEMS + "credits", "CreditsDepleted"), OutOfQuota),
        (402, None, OutOfQuota),
        (403, problem("You have no credits", title="CreditsDepleted"), OutOfQuota),
        (403, problem("The spend cap of this project is reached"), OutOfQuota),
        (403, problem("Usage cap exceeded", PROBLEMS_X + "usage-capped"), OutOfQuota),
        (429, problem("Usage cap exceeded", PROBLEMS + "usage-capped", "UsageCapExceeded"), OutOfQuota),
        (403, problem("You are not allowed to create a Tweet with duplicate content."), DuplicateRefused),
        (403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}, DuplicateRefused),
        (403, problem("odd", PROBLEMS + "client-forbidden"), CredentialsBroken),
        (403, problem("odd", PROBLEMS_X + "unsupported-authentication"), CredentialsBroken),
        (403, problem("Your account is suspended and is not permitted to access this feature."), CredentialsBroken),
        (403, problem("To protect our users from spam, this account is temporarily locked."), CredentialsBroken),
        (403, problem("You are not permitted to perform this action."), Rejected),
        (403, problem("Reply to this conversation is not allowed because you have not been mentioned"), Rejected),
        (403, problem("You have been blocked from replying to this user."), Rejected),
        (404, problem("Not Found"), Rejected),
        (413, None, Rejected),
        (429, problem("Too Many Requests"), RateLimited),
        (408, None, OutcomeUnknown),
        (500, None, OutcomeUnknown),
        (503, problem("Service Unavailable"), OutcomeUnknown),
        (303, None, OutcomeUnknown),
        (307, None, TemporaryError),
    ],
)
def test_each_answer_has_its_meaning(status: int, body: object, expected: type[TransportError]) -> None:
    error = judged(status, body)
    assert type(error) is expected
    assert error.code == str(status)
    assert error.remedy


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 303])
def test_an_upload_without_a_clear_answer_is_temporary(status: int) -> None:
    assert type(judged(status, publishing=False)) is TemporaryError


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b"3", b'{"errors":null}', b'{"errors":[1,null]}', b"[" * 99999]
)
@pytest.mark.parametrize(("status", "expected"), [(403, Rejected), (429, RateLimited), (500, OutcomeUnknown)])
def test_odd_bodies_are_judged_by_their_status(status: int, body: bytes, expected: type[TransportError]) -> None:
    assert type(classify(Answer(status, {}, body), publishing=True, now=NOW)) is expected


def test_the_words_of_x_are_kept() -> None:
    assert judged(403, problem("Not permitted.")).detail == "Not permitted."
    assert judged(400, {"errors": [{"message": "text is bad"}], "title": "Invalid Request"}).detail == "Invalid Request"
    assert (
        classify(Answer(500, {}, b"<html>\n sorry </html>"), publishing=True, now=NOW).detail == "<html> sorry </html>"
    )


def test_an_upload_that_is_put_off_waits_as_long_as_it_is_asked_to() -> None:
    assert judged(503, publishing=False, retry_after="120").retry_at == NOW + timedelta(minutes=2)


def epoch(minutes: int) -> str:
    return str(int((NOW + timedelta(minutes=minutes)).timestamp()))


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({}, 15),
        ({"x_rate_limit_reset": epoch(7)}, 7),
        ({"x_rate_limit_reset": epoch(7), "x_rate_limit_remaining": "0"}, 7),
        ({"x_rate_limit_reset": epoch(7), "x_rate_limit_remaining": "5"}, 15),
        (
            {
                "x_rate_limit_reset": epoch(7),
                "x_rate_limit_remaining": "0",
                "x_app_limit_24hour_reset": epoch(600),
                "x_app_limit_24hour_remaining": "0",
                "x_user_limit_24hour_reset": epoch(900),
                "x_user_limit_24hour_remaining": "3",
            },
            600,
        ),
        ({"x_rate_limit_reset": "soon"}, 15),
        ({"x_rate_limit_reset": "9" * 30}, 15),
        ({"x_rate_limit_reset": epoch(-5)}, 1),
        ({"x_rate_limit_reset": epoch(60 * 24 * 365)}, 15),
        ({"retry_after": "1800"}, 30),
        ({"retry_after": "Mon, 02 Mar 2026 09:40:00 GMT"}, 40),
        ({"retry_after": "1800", "x_rate_limit_reset": epoch(40)}, 40),
        ({"retry_after": "soon"}, 15),
        ({"retry_after": "-5"}, 15),
        ({"retry_after": "9" * 30}, 15),
    ],
)
def test_the_next_try_is_after_the_latest_limit_that_is_used_up(headers: dict[str, str], minutes: int) -> None:
    assert judged(429, **headers).retry_at == NOW + timedelta(minutes=minutes)
