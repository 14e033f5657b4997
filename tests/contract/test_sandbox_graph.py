"""The stand-in for the Graph API refuses what Meta refuses, and what Meta would ignore in silence."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Self

import httpx
import pytest

from publisher.errors import SettingsError
from publisher.model import Calendar, Channel
from publisher.sandbox import Fault, Sandbox

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
CHANNEL = Channel(id="fb-en", type="facebook", languages=("en",), calendar=Calendar(timezone="UTC"))
OTHER = Channel(id="fb-pl", type="facebook", languages=("pl",), calendar=Calendar(timezone="UTC"))


class SetClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class Graph:
    """Sends forms with token and proof."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.page = settings["PAGE_ID"]
        self.token = settings["PAGE_TOKEN"]
        self.endpoint = settings["ENDPOINT"]
        self.proof = hmac.new(settings["APP_SECRET"].encode(), self.token.encode(), hashlib.sha256).hexdigest()
        self.http = httpx.Client(timeout=5, headers={"authorization": f"Bearer {self.token}"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **params: str) -> httpx.Response:
        return self.http.get(f"{self.endpoint}/v26.0/{path}", params={"appsecret_proof": self.proof, **params})

    def post(self, edge: str, *, files: object = None, timeout: float = 5, **fields: str) -> httpx.Response:
        form = {"appsecret_proof": self.proof, **fields}
        return self.http.post(f"{self.endpoint}/v26.0/{self.page}/{edge}", data=form, files=files, timeout=timeout)

    def photo(self, **fields: str) -> httpx.Response:
        return self.post("photos", files={"source": ("source", PNG)}, **fields)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def sandbox(clock: SetClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, slow_seconds=0.2) as sandbox:
        yield sandbox


@pytest.fixture
def graph(sandbox: Sandbox) -> Iterator[Graph]:
    with Graph(sandbox.settings_for(CHANNEL)) as graph:
        yield graph


def code_of(answer: httpx.Response) -> int:
    error = answer.json()["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= error.keys()
    return int(error["code"])


def test_a_post_with_pictures_is_public_and_reads_back(sandbox: Sandbox, graph: Graph) -> None:
    photo_id = graph.photo(published="false", alt_text_custom="A hall full of people").json()["id"]
    attached = json.dumps([{"media_fbid": photo_id}])
    made = graph.post("feed", message="Open day & more\n„Zażółć”", attached_media=attached)
    posted = sandbox.posted("fb-en")[0]
    assert made.json() == {"id": posted.remote_id}
    assert posted.remote_id.startswith(f"{graph.page}_")
    assert posted.text == "Open day & more\n„Zażółć”"
    assert posted.media == (("A hall full of people", hashlib.sha256(PNG).hexdigest(), "image/png"),)
    fields = "id,message,created_time,permalink_url,attachments{media,description}"
    listed = graph.get(f"{graph.page}/published_posts", fields=fields).json()["data"]
    assert listed[0]["message"] == "Open day & more\n„Zażółć”"
    assert listed[0]["created_time"] == "2026-03-02T09:00:00+0000"
    assert listed[0]["permalink_url"] == posted.url
    assert listed[0]["attachments"]["data"][0]["description"] == "A hall full of people"


def test_attached_pictures_can_come_by_index(sandbox: Sandbox, graph: Graph) -> None:
    ids = [graph.photo(published="false").json()["id"] for _ in range(2)]
    indexed = {f"attached_media[{index}]": json.dumps({"media_fbid": photo}) for index, photo in enumerate(ids)}
    assert graph.post("feed", **indexed).status_code == 200
    assert len(sandbox.posted("fb-en")[0].media) == 2


def test_a_published_photo_is_a_post(sandbox: Sandbox, graph: Graph) -> None:
    answer = graph.photo(caption="Come", alt_text_custom="A poster").json()
    assert answer.keys() == {"id", "post_id"}
    assert sandbox.posted("fb-en")[0].text == "Come"
    assert code_of(graph.post("feed", message="x", attached_media=json.dumps([{"media_fbid": answer["id"]}]))) == 100


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"message": " "},
        {"message": "Hello", "mesage": "x"},
        {"message": "Hello", "alt_text_custom": "x"},
        {"message": "Hello", "published": "True"},
        {"message": "Hello", "published": "0"},
        {"message": "a" * 63_207},
        {"message": "Hello", "link": "example.org"},
        {"message": "Hello", "link": "ftp://example.org/"},
        {"message": "Hello", "link": ""},
        {"message": "Hello", "attached_media": "media_fbid"},
        {"message": "Hello", "attached_media": '{"media_fbid": "1"}'},
        {"message": "Hello", "attached_media": '[{"media_fbid": 1}]'},
        {"message": "Hello", "attached_media": '[{"media_fbid": "1"}]'},
        {"message": "Hello", "attached_media[1]": '{"media_fbid": "1"}'},
        {"message": "Hello", "scheduled_publish_time": "1772445600"},
        {"message": "Hello", "published": "false", "scheduled_publish_time": "1772442300"},
    ],
)
def test_a_malformed_post_gets_code_100(sandbox: Sandbox, graph: Graph, fields: dict[str, str]) -> None:
    answer = graph.post("feed", **fields)
    assert (answer.status_code, code_of(answer)) == (400, 100)
    assert sandbox.posted("fb-en") == []


def test_a_json_body_is_no_form(graph: Graph) -> None:
    answer = graph.http.post(f"{graph.endpoint}/v26.0/{graph.page}/feed", json={"message": "Hello"})
    assert code_of(answer) == 100


def test_a_picture_is_attached_once_by_its_own_page(sandbox: Sandbox, graph: Graph) -> None:
    with Graph(sandbox.settings_for(OTHER)) as other:
        theirs = other.photo(published="false").json()["id"]
    own = graph.photo(published="false").json()["id"]
    assert code_of(graph.post("feed", message="a", attached_media=json.dumps([{"media_fbid": theirs}]))) == 100
    assert graph.post("feed", message="b", attached_media=json.dumps([{"media_fbid": own}])).status_code == 200
    assert code_of(graph.post("feed", message="c", attached_media=json.dumps([{"media_fbid": own}]))) == 100


@pytest.mark.parametrize(("content", "code"), [(b"text", 324), (PNG + bytes(10_000_000), 1366046)])
def test_only_pictures_of_up_to_ten_megabytes_are_taken(graph: Graph, content: bytes, code: int) -> None:
    answer = graph.post("photos", files={"source": ("source", content)}, published="false")
    assert code_of(answer) == code


def test_a_photo_needs_a_file_or_an_address(graph: Graph) -> None:
    assert code_of(graph.post("photos", published="false")) == 324
    assert graph.post("photos", published="false", url="https://example.org/a.png").status_code == 200
    assert code_of(graph.photo(published="false", url="https://example.org/a.png")) == 324


def test_the_same_post_again_gets_code_506(sandbox: Sandbox, graph: Graph) -> None:
    graph.post("feed", message="Hello", link="https://example.org/")
    assert code_of(graph.post("feed", message="Hello", link="https://example.org/")) == 506
    assert graph.post("feed", message="Something else").status_code == 200
    assert graph.post("feed", message="Hello", link="https://example.org/").status_code == 200
    assert len(sandbox.posted("fb-en")) == 3


def test_the_app_secret_proof_is_required_and_checked(sandbox: Sandbox, graph: Graph) -> None:
    path = f"{graph.endpoint}/v26.0/{graph.page}/feed"
    missing = graph.http.post(path, data={"message": "Hello"})
    wrong = graph.http.post(path, data={"message": "Hello", "appsecret_proof": "0" * 64})
    assert missing.json()["error"]["type"] == wrong.json()["error"]["type"] == "GraphMethodException"
    assert code_of(missing) == code_of(wrong) == 100
    assert sandbox.posted("fb-en") == []


def test_where_the_token_was_is_remembered_and_the_token_is_not(sandbox: Sandbox, graph: Graph) -> None:
    path = f"{graph.endpoint}/v26.0/{graph.page}"
    graph.get(graph.page)
    httpx.get(path, params={"access_token": graph.token, "appsecret_proof": graph.proof})
    httpx.post(f"{path}/feed", data={"access_token": graph.token, "appsecret_proof": graph.proof, "message": "a"})
    httpx.get(path)
    requests = sandbox.requests("fb-en")
    assert [request.token_in for request in requests] == ["header", "query", "form", ""]
    assert graph.token not in repr(requests)
    assert all(graph.token.encode() not in request.body for request in requests)


def test_unknown_and_missing_tokens_are_refused(graph: Graph) -> None:
    path = f"{graph.endpoint}/v26.0/{graph.page}/feed"
    unknown = httpx.post(path, data={"message": "a"}, headers={"authorization": "OAuth nobody"})
    missing = httpx.post(path, data={"message": "a"})
    assert [code_of(unknown), code_of(missing)] == [190, 2500]


def test_another_page_gives_a_permission_error(sandbox: Sandbox, graph: Graph) -> None:
    with Graph(sandbox.settings_for(OTHER)) as other:
        written = graph.http.post(
            f"{graph.endpoint}/v26.0/{other.page}/feed", data={"message": "a", "appsecret_proof": graph.proof}
        )
        read = graph.get(f"{other.page}/published_posts")
    assert [code_of(written), code_of(read)] == [200, 10]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("v26.0", "v26.0"), ("v23.0", "v23.0"), ("v2.8", "v21.0"), ("v20.0", "v21.0"), ("v99.0", "v26.0")],
)
def test_the_answer_names_the_version_that_gave_it(graph: Graph, asked: str, answered: str) -> None:
    answer = graph.http.get(f"{graph.endpoint}/{asked}/me", params={"appsecret_proof": graph.proof})
    assert (answer.status_code, answer.headers["facebook-api-version"]) == (200, answered)
    assert {"x-app-usage", "x-business-use-case-usage"} <= answer.headers.keys()


@pytest.mark.parametrize(
    "path", ["me", "26.0/me", "v26.0", "v26.0/me/feed/more", "v26.0/123456/feed", "v26.0/me/events"]
)
def test_paths_that_graph_does_not_have_are_refused(graph: Graph, path: str) -> None:
    answer = graph.http.post(f"{graph.endpoint}/{path}", data={"appsecret_proof": graph.proof, "name": "x"})
    assert code_of(answer) in {100, 2500}


def test_a_scheduled_post_becomes_public_at_its_time(sandbox: Sandbox, graph: Graph, clock: SetClock) -> None:
    at = clock.at + timedelta(hours=1)
    graph.post("feed", message="Later", published="false", scheduled_publish_time=str(int(at.timestamp())))
    before = sandbox.posted("fb-en")
    waiting = graph.get(f"{graph.page}/scheduled_posts", fields="id,is_published,scheduled_publish_time").json()["data"]
    clock.at = at
    assert before == []
    assert waiting[0]["scheduled_publish_time"] == int(at.timestamp())
    assert [post.text for post in sandbox.posted("fb-en")] == ["Later"]
    assert graph.get(f"{graph.page}/feed").json()["data"][0]["message"] == "Later"


def test_unpublished_posts_never_show(sandbox: Sandbox, graph: Graph) -> None:
    graph.post("feed", message="Hidden", published="false")
    assert sandbox.posted("fb-en") == []
    assert graph.get(f"{graph.page}/published_posts").json()["data"] == []


def test_lists_have_pages_bounds_and_known_fields(graph: Graph, clock: SetClock) -> None:
    for number in range(3):
        graph.post("feed", message=f"Post {number}")
        clock.at += timedelta(hours=1)
    first = graph.get(f"{graph.page}/posts", limit="2").json()
    rest = graph.get(f"{graph.page}/posts", limit="2", after=first["paging"]["cursors"]["after"]).json()
    since = graph.get(f"{graph.page}/posts", since="2026-03-02T11:00:00+00:00").json()
    assert [post["message"] for post in first["data"] + rest["data"]] == ["Post 2", "Post 1", "Post 0"]
    assert "next" not in rest["paging"]
    assert [post["message"] for post in since["data"]] == ["Post 2"]
    assert code_of(graph.get(f"{graph.page}/posts", fields="id,likes_of_all")) == 100
    assert code_of(graph.get(f"{graph.page}/posts", limit="101")) == 100


def test_a_deleted_post_is_gone_everywhere(sandbox: Sandbox, graph: Graph) -> None:
    post_id = graph.post("feed", message="Hello").json()["id"]
    path = f"{graph.endpoint}/v26.0/{post_id}"
    assert graph.get(post_id, fields="message").json() == {"id": post_id, "message": "Hello"}
    assert graph.http.delete(path, params={"appsecret_proof": graph.proof}).json() == {"success": True}
    assert graph.get(post_id).json()["error"]["error_subcode"] == 33
    assert sandbox.posted("fb-en") == []


def test_the_page_and_its_token_can_be_looked_at(graph: Graph) -> None:
    assert graph.get("me", fields="id,name").json() == {"id": graph.page, "name": "fb-en"}
    facts = graph.get("debug_token", input_token=graph.token).json()["data"]
    assert (facts["is_valid"], facts["profile_id"]) == (True, graph.page)
    assert "pages_manage_posts" in facts["scopes"]
    assert graph.get("debug_token", input_token="x").json()["data"]["is_valid"] is False


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.RATE_LIMITED, (403, 32, 0)),
        (Fault.UNAUTHORIZED, (401, 190, 0)),
        (Fault.OUT_OF_CREDIT, (400, 368, 0)),
        (Fault.DUPLICATE, (400, 506, 0)),
        (Fault.FORBIDDEN, (403, 200, 0)),
        (Fault.INVALID, (400, 100, 0)),
        (Fault.ERROR, (500, 1, 0)),
        (Fault.ERROR_BUT_POSTED, (500, 2, 1)),
        (Fault.UNAVAILABLE, (503, 2, 0)),
    ],
)
def test_a_planned_fault_acts_once(
    *, sandbox: Sandbox, graph: Graph, fault: Fault, expected: tuple[int, int, int]
) -> None:
    sandbox.inject("fb-en", fault)
    answer = graph.post("feed", message="Hello")
    assert (answer.status_code, code_of(answer), len(sandbox.posted("fb-en"))) == expected
    assert graph.post("feed", message="Something else").status_code == 200


@pytest.mark.parametrize(
    ("fault", "error", "posts"),
    [
        (Fault.TIMEOUT_BEFORE, httpx.ReadTimeout, 0),
        (Fault.TIMEOUT_AFTER, httpx.ReadTimeout, 1),
        (Fault.RESET_BEFORE, httpx.ReadError, 0),
        (Fault.RESET_AFTER, httpx.ReadError, 1),
    ],
)
def test_a_connection_can_fail(
    *, sandbox: Sandbox, graph: Graph, fault: Fault, error: type[Exception], posts: int
) -> None:
    sandbox.inject("fb-en", fault)
    with pytest.raises(error):
        graph.post("feed", timeout=0.3, message="Hello")
    assert len(sandbox.posted("fb-en")) == posts


def test_the_rate_limit_says_how_many_minutes(sandbox: Sandbox, graph: Graph) -> None:
    sandbox.inject("fb-en", Fault.RATE_LIMITED)
    usage = json.loads(graph.post("feed", message="Hello").headers["x-business-use-case-usage"])
    assert usage[graph.page][0]["estimated_time_to_regain_access"] == 15


def test_uploads_are_no_publishing_calls(sandbox: Sandbox, graph: Graph) -> None:
    sandbox.inject("fb-en", Fault.UNAVAILABLE)
    assert graph.photo(published="false").status_code == 200
    assert graph.photo(caption="Now").status_code == 503


def test_a_fault_of_another_kind_of_channel_is_refused(sandbox: Sandbox, graph: Graph) -> None:
    del graph
    with pytest.raises(SettingsError, match="can't happen"):
        sandbox.inject("fb-en", Fault.SMTP_BUSY)
