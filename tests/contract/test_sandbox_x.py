"""The stand-in for X refuses what X refuses, and answers as X answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
import requests
import tweepy
from oauthlib.oauth1 import Client as Signer
from requests.adapters import HTTPAdapter

from publisher.model import Calendar, Channel
from publisher.sandbox import Fault, Sandbox

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
CHANNEL = Channel(id="tw-en", type="twitter", languages=("en",), calendar=Calendar(timezone="UTC"), account="@example")
OTHER = Channel(id="tw-pl", type="twitter", languages=("pl",), calendar=Calendar(timezone="UTC"))


class SetClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class ToSandbox(HTTPAdapter):
    """Sends what is meant (and signed) for api.twitter.com to the sandbox."""

    def __init__(self, endpoint: str) -> None:
        super().__init__()
        self.endpoint = urlsplit(endpoint)

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        parts = urlsplit(request.url or "")
        path = self.endpoint.path + str(parts.path)
        request.url = urlunsplit((self.endpoint.scheme, self.endpoint.netloc, path, str(parts.query), ""))
        kwargs["timeout"] = 5
        return super().send(request, *args, **kwargs)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def sandbox(clock: SetClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, slow_seconds=0.2) as sandbox:
        yield sandbox


@pytest.fixture
def x(sandbox: Sandbox) -> Iterator[X]:
    with X(sandbox.settings_for(CHANNEL)) as x:
        yield x


class X:
    """Signs with oauthlib and sends with httpx."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.http = httpx.Client(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def call(self, method: str, path: str, *, timeout: float = 5, **kwargs: object) -> httpx.Response:
        signer = Signer(
            self.settings["CONSUMER_KEY"],
            self.settings["CONSUMER_SECRET"],
            self.settings["ACCESS_TOKEN"],
            self.settings["ACCESS_TOKEN_SECRET"],
        )
        _, headers, _ = signer.sign(f"https://api.twitter.com{path}", method)
        return self.http.request(method, self.settings["ENDPOINT"] + path, headers=headers, timeout=timeout, **kwargs)

    def post(self, **body: object) -> httpx.Response:
        return self.call("POST", "/2/tweets", json=body)

    def upload(self, content: bytes = PNG) -> httpx.Response:
        body = {"media": base64.b64encode(content).decode(), "media_category": "tweet_image"}
        return self.call("POST", "/2/media/upload", json=body)


def tweepy_client(settings: dict[str, str]) -> tweepy.Client:
    client = tweepy.Client(
        consumer_key=settings["CONSUMER_KEY"],
        consumer_secret=settings["CONSUMER_SECRET"],
        access_token=settings["ACCESS_TOKEN"],
        access_token_secret=settings["ACCESS_TOKEN_SECRET"],
    )
    client.session.mount("https://api.twitter.com", ToSandbox(settings["ENDPOINT"]))
    return client


def test_tweepy_posts_uploads_describes_and_reads_back(sandbox: Sandbox) -> None:
    client = tweepy_client(sandbox.settings_for(CHANNEL))
    with client.session:
        upload = {"media": base64.b64encode(PNG).decode(), "media_category": "tweet_image"}
        uploaded = client.request("POST", "/2/media/upload", json=upload, user_auth=True).json()["data"]
        described = {"id": uploaded["id"], "metadata": {"alt_text": {"text": "A hall full of people"}}}
        client.request("POST", "/2/media/metadata", json=described, user_auth=True)
        made = client.create_tweet(text="Open day & more: https://example.org/open", media_ids=[uploaded["id"]])
        me = client.get_me(user_auth=True)
        found = client.get_users_tweets(
            me.data.id, max_results=5, start_time="2026-03-02T08:00:00Z", tweet_fields=["entities"], user_auth=True
        )
    posted = sandbox.posted("tw-en")[0]
    assert posted.remote_id == made.data["id"]
    assert posted.text == "Open day & more: https://example.org/open"
    assert posted.link == "https://example.org/open"
    assert posted.media[0].alt == "A hall full of people"
    assert posted.media[0].content_type == "image/png"
    assert json.loads(posted.body)["media"] == {"media_ids": [uploaded["id"]]}
    assert posted.at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert found.data[0].text.startswith("Open day &amp; more: https://t.co/")
    urls = found.data[0].entities["urls"]
    assert urls[0]["expanded_url"] == "https://example.org/open"
    assert found.data[0].text[urls[0]["start"] : urls[0]["end"]] == urls[0]["url"]


def test_a_wrong_secret_gives_401(sandbox: Sandbox) -> None:
    settings = sandbox.settings_for(CHANNEL) | {"ACCESS_TOKEN_SECRET": "wrong"}
    with X(settings) as x:
        answer = x.post(text="Hello")
    assert answer.status_code == 401
    assert answer.json() == {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
    assert answer.headers["x-sandbox-reason"] == "the signature does not match"
    assert sandbox.posted("tw-en") == []


def test_a_signature_over_another_query_is_refused(sandbox: Sandbox, x: X) -> None:
    del sandbox
    signer = Signer(*(x.settings[name] for name in ("CONSUMER_KEY", "CONSUMER_SECRET")), x.settings["ACCESS_TOKEN"])
    signer.resource_owner_secret = x.settings["ACCESS_TOKEN_SECRET"]
    url = "https://api.twitter.com/2/users/me?user.fields=id"
    _, headers, _ = signer.sign(url)
    right = x.http.get(x.settings["ENDPOINT"] + "/2/users/me?user.fields=id", headers=headers)
    again = x.http.get(x.settings["ENDPOINT"] + "/2/users/me?user.fields=id", headers=headers)
    _, headers, _ = signer.sign(url)
    other = x.http.get(x.settings["ENDPOINT"] + "/2/users/me?user.fields=name", headers=headers)
    assert [right.status_code, again.status_code, other.status_code] == [200, 401, 401]


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nobody", "OAuth", "OAuth x", "Basic eA=="])
def test_requests_without_a_known_token_get_401(sandbox: Sandbox, authorization: str) -> None:
    settings = sandbox.settings_for(CHANNEL)
    headers = {"authorization": authorization} if authorization else {}
    answer = httpx.post(settings["ENDPOINT"] + "/2/tweets", json={"text": "Hello"}, headers=headers)
    assert answer.status_code == 401
    assert "x-rate-limit-remaining" in answer.headers


def test_oauth2_refresh_tokens_are_good_for_one_use(sandbox: Sandbox, clock: SetClock) -> None:
    settings = sandbox.oauth2_settings_for(CHANNEL)
    ask = {
        "grant_type": "refresh_token",
        "refresh_token": settings["REFRESH_TOKEN"],
        "client_id": settings["CLIENT_ID"],
    }
    client = (settings["CLIENT_ID"], settings["CLIENT_SECRET"])
    first = httpx.post(settings["ENDPOINT"] + "/2/oauth2/token", data=ask, auth=client)
    second = httpx.post(settings["ENDPOINT"] + "/2/oauth2/token", data=ask, auth=client)
    bearer = {"authorization": f"Bearer {first.json()['access_token']}"}
    posted = httpx.post(settings["ENDPOINT"] + "/2/tweets", json={"text": "Hello"}, headers=bearer)
    clock.at += timedelta(hours=2)
    late = httpx.post(settings["ENDPOINT"] + "/2/tweets", json={"text": "Hello again"}, headers=bearer)
    assert [first.status_code, second.status_code] == [200, 400]
    assert [posted.status_code, late.status_code] == [201, 401]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "Hello", "status": "x"},
        {"text": 1},
        {"text": None},
        {"text": "Hello", "media": {"media_ids": []}},
        {"text": "Hello", "media": {"media_ids": [1]}},
        {"text": "Hello", "media": {"media_ids": ["1", "2", "3", "4", "5"]}},
        {"text": "Hello", "media": {"media_ids": ["123"]}},
        {"text": "Hello", "media": {"media_ids": ["123"]}, "poll": {"options": ["a", "b"], "duration_minutes": 5}},
        {"text": "Hello", "poll": {"options": ["a"], "duration_minutes": 5}},
        {"text": "Hello", "reply_settings": "nobody"},
        {"text": "Hello", "reply": {}},
    ],
)
def test_a_body_that_breaks_the_schema_gets_400(sandbox: Sandbox, x: X, body: dict[str, Any]) -> None:
    answer = x.post(**body)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/invalid-request")
    assert sandbox.posted("tw-en") == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 280, 201),
        ("a" * 281, 403),
        ("日" * 140, 201),
        ("日" * 141, 403),
        ("a" * 256 + " https://example.org/" + "b" * 200, 201),
        ("Buy $ABC", 201),
        ("Buy $ABC and $DEF", 403),
        ("From $5 to $10", 201),
    ],
)
def test_words_are_weighed_as_twitter_text_does(*, sandbox: Sandbox, x: X, text: str, status: int) -> None:
    assert x.post(text=text).status_code == status
    assert len(sandbox.posted("tw-en")) == (status == 201)


def test_the_same_words_again_are_a_duplicate_for_a_day(sandbox: Sandbox, x: X, clock: SetClock) -> None:
    first = x.post(text="Hello")
    again = x.post(text="Hello")
    clock.at += timedelta(days=1)
    later = x.post(text="Hello")
    assert [first.status_code, again.status_code, later.status_code] == [201, 403, 201]
    assert again.json() == {
        "detail": "You are not allowed to create a Tweet with duplicate content.",
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
    }
    assert len(sandbox.posted("tw-en")) == 2


def test_quotes_need_another_plan_and_strangers_get_no_reply(sandbox: Sandbox, x: X) -> None:
    with X(sandbox.settings_for(OTHER)) as other:
        theirs = other.post(text="Cześć").json()["data"]["id"]
    own = x.post(text="First").json()["data"]["id"]
    assert x.post(text="Look", quote_tweet_id=theirs).status_code == 403
    assert x.post(text="Yes", reply={"in_reply_to_tweet_id": theirs}).status_code == 403
    assert x.post(text="Second", reply={"in_reply_to_tweet_id": own}).status_code == 201


def test_a_picture_is_good_for_one_post_of_its_owner(sandbox: Sandbox, x: X) -> None:
    with X(sandbox.settings_for(OTHER)) as other:
        theirs = other.upload().json()["data"]["id"]
    own = x.upload().json()["data"]["id"]
    assert x.post(text="Not mine", media={"media_ids": [theirs]}).status_code == 400
    assert x.post(media={"media_ids": [own]}).status_code == 201
    assert x.post(text="Twice", media={"media_ids": [own]}).status_code == 400


def test_a_picture_expires(x: X, clock: SetClock) -> None:
    uploaded = x.upload().json()["data"]
    clock.at += timedelta(seconds=uploaded["expires_after_secs"])
    assert x.post(text="Late", media={"media_ids": [uploaded["id"]]}).status_code == 400


@pytest.mark.parametrize(
    ("content", "status"), [(b"not a picture", 400), (PNG + bytes(5_000_000), 413), (b"", 400), (PNG, 200)]
)
def test_only_pictures_of_up_to_five_megabytes_are_taken(x: X, content: bytes, status: int) -> None:
    assert x.upload(content).status_code == status


def test_uploads_refuse_unknown_fields_and_broken_base64(x: X) -> None:
    good = base64.b64encode(PNG).decode()
    stale = {"media": good, "media_category": "tweet_image", "command": "INIT"}
    broken = {"media": "!" + good, "media_category": "tweet_image"}
    assert x.call("POST", "/2/media/upload", json=stale).status_code == 400
    assert x.call("POST", "/2/media/upload", json=broken).status_code == 400
    assert x.call("POST", "/2/media/upload", json={"media": good}).status_code == 400


def test_a_picture_can_come_as_multipart_and_in_pieces(x: X) -> None:
    form = x.call("POST", "/2/media/upload", files={"media": PNG}, data={"media_category": "tweet_image"})
    begin = {"media_type": "image/png", "total_bytes": len(PNG), "media_category": "tweet_image"}
    media_id = x.call("POST", "/2/media/upload/initialize", json=begin).json()["data"]["id"]
    for index, piece in enumerate((PNG[:30], PNG[30:])):
        body = {"media": base64.b64encode(piece).decode(), "segment_index": index}
        assert x.call("POST", f"/2/media/upload/{media_id}/append", json=body).status_code == 200
    assert x.call("POST", f"/2/media/upload/{media_id}/finalize").json()["data"]["size"] == len(PNG)
    status = x.call("GET", f"/2/media/upload?media_id={media_id}&command=STATUS").json()["data"]
    assert status["processing_info"]["state"] == "succeeded"
    both = {"media_ids": [form.json()["data"]["id"], media_id]}
    assert x.post(text="Two", media=both).status_code == 201


def test_a_description_has_at_most_a_thousand_characters(x: X) -> None:
    media_id = x.upload().json()["data"]["id"]
    for length, status in ((1000, 200), (1001, 400)):
        body = {"id": media_id, "metadata": {"alt_text": {"text": "a" * length}}}
        assert x.call("POST", "/2/media/metadata", json=body).status_code == status


def test_the_timeline_has_pages_and_checks_its_query(sandbox: Sandbox, x: X, clock: SetClock) -> None:
    ids = []
    for number in range(7):
        ids.append(x.post(text=f"Post {number}").json()["data"]["id"])
        clock.at += timedelta(minutes=1)
    me = x.call("GET", "/2/users/me").json()["data"]["id"]
    first = x.call("GET", f"/2/users/{me}/tweets?max_results=5").json()
    rest = x.call("GET", f"/2/users/{me}/tweets?max_results=5&pagination_token={first['meta']['next_token']}").json()
    since = x.call("GET", f"/2/users/{me}/tweets?since_id={ids[4]}&tweet.fields=created_at").json()
    nothing = x.call("GET", f"/2/users/{me}/tweets?start_time=2027-01-01T00:00:00Z").json()
    assert [post["id"] for post in first["data"] + rest["data"]] == ids[::-1]
    assert [post["created_at"] for post in since["data"]] == ["2026-03-02T09:06:00.000Z", "2026-03-02T09:05:00.000Z"]
    assert nothing == {"meta": {"result_count": 0}}
    for wrong in (
        "max_results=4",
        "max_results=101",
        "exclude=all",
        "count=5",
        "start_time=today",
        "tweet.fields=likes",
    ):
        assert x.call("GET", f"/2/users/{me}/tweets?{wrong}").status_code == 400
    assert [post.remote_id for post in sandbox.posted("tw-en")] == ids


def test_a_deleted_post_is_gone_everywhere(sandbox: Sandbox, x: X) -> None:
    post_id = x.post(text="Hello").json()["data"]["id"]
    with X(sandbox.settings_for(OTHER)) as other:
        assert other.call("DELETE", f"/2/tweets/{post_id}").status_code == 403
    assert x.call("GET", f"/2/tweets/{post_id}").json()["data"]["text"] == "Hello"
    assert x.call("DELETE", f"/2/tweets/{post_id}").json() == {"data": {"deleted": True}}
    assert "errors" in x.call("GET", f"/2/tweets/{post_id}").json()
    assert sandbox.posted("tw-en") == []


def test_unknown_paths_and_methods_are_problem_documents(x: X) -> None:
    for method, path, status in (("GET", "/2/nothing", 404), ("PUT", "/2/tweets", 405), ("POST", "/1.1/statuses", 404)):
        answer = x.call(method, path)
        assert answer.status_code == status
        assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("fault", "status", "posts"),
    [
        (Fault.RATE_LIMITED, 429, 0),
        (Fault.UNAUTHORIZED, 401, 0),
        (Fault.OUT_OF_CREDIT, 402, 0),
        (Fault.DUPLICATE, 403, 0),
        (Fault.FORBIDDEN, 403, 0),
        (Fault.INVALID, 400, 0),
        (Fault.ERROR, 500, 0),
        (Fault.ERROR_BUT_POSTED, 500, 1),
        (Fault.UNAVAILABLE, 503, 0),
        (Fault.SLOW, 201, 1),
        (Fault.NO_ID, 201, 1),
        (Fault.NOT_JSON, 201, 1),
        (Fault.REDIRECT, 307, 0),
    ],
)
def test_a_planned_fault_acts_once(*, sandbox: Sandbox, x: X, fault: Fault, status: int, posts: int) -> None:
    sandbox.inject("tw-en", fault)
    answer = x.post(text="Hello")
    assert (answer.status_code, len(sandbox.posted("tw-en"))) == (status, posts)
    assert x.post(text="Something else").status_code == 201


def test_the_rate_limit_says_until_when(sandbox: Sandbox, x: X, clock: SetClock) -> None:
    sandbox.inject("tw-en", Fault.RATE_LIMITED)
    answer = x.post(text="Hello")
    assert answer.headers["x-rate-limit-remaining"] == "0"
    assert int(answer.headers["x-rate-limit-reset"]) == int((clock.at + timedelta(minutes=15)).timestamp())


def test_a_success_without_an_id_or_without_json_is_possible(sandbox: Sandbox, x: X) -> None:
    sandbox.inject("tw-en", Fault.NO_ID)
    sandbox.inject("tw-en", Fault.NOT_JSON)
    assert "data" not in x.post(text="One").json()
    assert x.post(text="Two").text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(("fault", "posts"), [(Fault.RESET_BEFORE, 0), (Fault.RESET_AFTER, 1)])
def test_a_reset_breaks_the_connection(*, sandbox: Sandbox, x: X, fault: Fault, posts: int) -> None:
    sandbox.inject("tw-en", fault)
    with pytest.raises(httpx.ReadError):
        x.post(text="Hello")
    assert len(sandbox.posted("tw-en")) == posts


@pytest.mark.parametrize(("fault", "posts"), [(Fault.TIMEOUT_BEFORE, 0), (Fault.TIMEOUT_AFTER, 1)])
def test_a_timeout_never_answers(*, sandbox: Sandbox, x: X, fault: Fault, posts: int) -> None:
    sandbox.inject("tw-en", fault)
    with pytest.raises(httpx.ReadTimeout):
        x.call("POST", "/2/tweets", json={"text": "Hello"}, timeout=0.3)
    assert len(sandbox.posted("tw-en")) == posts


def test_a_fault_can_wait_for_calls_to_go_through(sandbox: Sandbox, x: X) -> None:
    sandbox.inject("tw-en", Fault.UNAVAILABLE, times=2, after=1)
    assert [x.post(text=f"Post {number}").status_code for number in range(4)] == [201, 503, 503, 201]


def test_requests_are_remembered_without_secrets(sandbox: Sandbox, x: X) -> None:
    x.post(text="Hello")
    request = sandbox.requests("tw-en")[0]
    assert (request.method, request.path, request.body) == ("POST", "/2/tweets", b'{"text":"Hello"}')
    shown = repr(request)
    assert not any(x.settings[name] in shown for name in x.settings if name != "ENDPOINT")


def test_many_posts_arrive_each_once(sandbox: Sandbox, x: X) -> None:
    for number in range(300):
        x.post(text=f"Post {number}")
    assert len({post.text for post in sandbox.posted("tw-en")}) == 300
    assert sandbox.counts() == {"tw-en": 300}
