"""Facebook over real HTTP: against the sandbox, and against a server that follows a script."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from channel_parts import (
    NOW,
    DictSettings,
    FixedClock,
    RealClock,
    Received,
    ScriptedHttp,
    as_payload,
    channel,
    closed_port,
    draft,
    envelope,
    http_answer,
    no_tls,
    picture,
)
from structlog.testing import capture_logs

from publisher.channels import transport
from publisher.channels.facebook import FacebookConnection
from publisher.errors import (
    Blocked,
    CredentialsBroken,
    DuplicateRefused,
    MissingCredential,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    SettingsError,
    TemporaryError,
    TransportError,
)
from publisher.model import Payload
from publisher.sandbox import Fault, Sandbox

PAGE = channel("facebook")
KEYS = {"PAGE_ID": "1234", "PAGE_TOKEN": "EAAGtokenOfThePage"}
POSTED = http_answer("200 OK", b'{"id":"1234_5678"}', Content_Type="application/json")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=RealClock()) as running:
        yield running


def connect(settings: Mapping[str, str]) -> FacebookConnection:
    connection = transport("facebook").connect(PAGE, DictSettings(settings), FixedClock())
    assert isinstance(connection, FacebookConnection)
    return connection


def to(server: ScriptedHttp, **more: str) -> FacebookConnection:
    return connect({**KEYS, "ENDPOINT": server.url, "TIMEOUT": "2", **more})


def composed(text: str = "Open day on Friday & Saturday", link: str = "https://example.org/open-day") -> Payload:
    return transport("facebook").compose(draft(text, link=link), envelope(PAGE))


def with_picture(folder: Path) -> Payload:
    return transport("facebook").compose(draft("Look", media=(picture(folder),)), envelope(PAGE))


def graph_error(code: object, message: str = "odd", **more: object) -> bytes:
    return json.dumps({"error": {"code": code, "message": message, **more}}).encode()


def path_of(request: Received) -> str:
    return request.head.split(" ")[1]


def failing(sandbox: Sandbox, fault: Fault) -> TransportError:
    settings = {**sandbox.settings_for(PAGE), "TIMEOUT": "0.5" if "timeout" in fault else "30"}
    sandbox.inject(PAGE.id, fault)
    connection = connect(settings)
    with pytest.raises(TransportError) as caught:
        connection.send(composed())
    connection.close()
    return caught.value


def test_the_bytes_of_the_preview_are_the_bytes_that_arrive(sandbox: Sandbox) -> None:
    payload = composed("Dzień otwarty 🚋 & “jutro”\n50 % + 1 = {media:1}")
    receipt = connect(sandbox.settings_for(PAGE)).send(payload)
    (posted,) = sandbox.posted(PAGE.id)
    assert posted.body == payload.body
    assert posted.link == "https://example.org/open-day"
    assert receipt.remote_id == posted.remote_id
    assert receipt.remote_url == f"https://www.facebook.com/{posted.remote_id}"


def test_pictures_arrive_in_one_post_with_their_descriptions(sandbox: Sandbox, tmp_path: Path) -> None:
    media = (picture(tmp_path, alt="A yellow tram"), picture(tmp_path, alt="", name="żółty.png"))
    payload = transport("facebook").compose(
        draft("Look {media:1}", media=media, link="https://example.org/"), envelope(PAGE)
    )
    connect(sandbox.settings_for(PAGE)).send(payload)
    (posted,) = sandbox.posted(PAGE.id)
    assert [(shown.alt, shown.sha256) for shown in posted.media] == [(one.alt, one.sha256) for one in media]
    assert posted.text == "Look {media:1}\nhttps://example.org/"


def test_the_token_is_only_ever_in_the_header(sandbox: Sandbox, tmp_path: Path) -> None:
    connect(sandbox.settings_for(PAGE)).send(with_picture(tmp_path))
    assert [request.token_in for request in sandbox.requests(PAGE.id)] == ["header", "header"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.RATE_LIMITED, RateLimited),
        (Fault.UNAUTHORIZED, CredentialsBroken),
        (Fault.OUT_OF_CREDIT, Blocked),
        (Fault.DUPLICATE, DuplicateRefused),
        (Fault.FORBIDDEN, CredentialsBroken),
        (Fault.INVALID, Rejected),
        (Fault.REDIRECT, TemporaryError),
    ],
)
def test_a_refusal_is_told_apart_and_nothing_is_posted(
    sandbox: Sandbox, fault: Fault, expected: type[TransportError]
) -> None:
    error = failing(sandbox, fault)
    assert type(error) is expected
    assert error.subject == PAGE.id
    assert error.remedy
    assert not sandbox.posted(PAGE.id)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.ERROR,
        Fault.ERROR_BUT_POSTED,
        Fault.UNAVAILABLE,
        Fault.TIMEOUT_BEFORE,
        Fault.TIMEOUT_AFTER,
        Fault.RESET_BEFORE,
        Fault.RESET_AFTER,
        Fault.NO_ID,
        Fault.NOT_JSON,
    ],
)
def test_what_may_have_been_posted_is_unknown(sandbox: Sandbox, fault: Fault) -> None:
    assert type(failing(sandbox, fault)) is OutcomeUnknown


def test_every_call_names_the_version_and_proves_the_secret(tmp_path: Path) -> None:
    proof = hmac.new(b"app-secret", KEYS["PAGE_TOKEN"].encode(), hashlib.sha256).hexdigest()
    with ScriptedHttp([http_answer("200 OK", b'{"id":"77"}'), POSTED]) as server:
        to(server, APP_SECRET="app-secret").send(with_picture(tmp_path))
    assert [path_of(request) for request in server.received] == [
        f"/v26.0/1234/photos?appsecret_proof={proof}",
        f"/v26.0/1234/feed?appsecret_proof={proof}",
    ]


def test_without_a_secret_there_is_no_proof_and_another_version_may_be_set() -> None:
    with ScriptedHttp([POSTED]) as server:
        to(server, VERSION="25.0").send(composed())
    assert path_of(server.received[0]) == "/v25.0/1234/feed"


def test_an_upload_is_unpublished_and_keeps_name_and_type(tmp_path: Path) -> None:
    with ScriptedHttp([http_answer("200 OK", b'{"id":"77"}'), POSTED]) as server:
        to(server).send(with_picture(tmp_path))
    upload, publish = server.received
    for part in (b'name="published"\r\n\r\nfalse', b'name="source"; filename="tram.png"', b"Content-Type: image/png"):
        assert part in upload.body
    fields = parse_qs(publish.body.decode())
    assert fields["attached_media"] == ['[{"media_fbid": "77"}]']


def test_no_secret_is_in_an_address_a_log_or_an_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    refusal = http_answer("400 Bad Request", graph_error(190, f"Malformed access token {KEYS['PAGE_TOKEN']}"))
    with ScriptedHttp([refusal]) as server, pytest.raises(CredentialsBroken) as caught:
        to(server, APP_SECRET="app-secret").send(composed())
    told = f"{caught.value} {caught.value.detail} {caplog.text}"
    assert KEYS["PAGE_TOKEN"] not in told + path_of(server.received[0])
    assert "appsecret_proof" not in told
    assert "(token)" in caught.value.detail


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http_answer("200 OK", b'{"id":12345678}'), OutcomeUnknown),
        (http_answer("200 OK", b"true"), OutcomeUnknown),
        (http_answer("200 OK", b""), OutcomeUnknown),
        (http_answer("200 OK", graph_error(506)), DuplicateRefused),
        (http_answer("500 Internal Server Error", b'{"foo":1}'), OutcomeUnknown),
        (http_answer("500 Internal Server Error", graph_error(190)), OutcomeUnknown),
        (http_answer("400 Bad Request", graph_error(2, is_transient=True)), OutcomeUnknown),
        (http_answer("400 Bad Request", b"<html>odd</html>"), OutcomeUnknown),
        (http_answer("400 Bad Request", graph_error(None)), OutcomeUnknown),
        (http_answer("400 Bad Request", b'{"error":"odd"}'), OutcomeUnknown),
        (http_answer("400 Bad Request", graph_error(1609005)), TemporaryError),
        (http_answer("302 Found", b"", Location="https://example.org/"), OutcomeUnknown),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{", OutcomeUnknown),
        (http_answer("200 OK", b"not gzip", Content_Encoding="gzip"), OutcomeUnknown),
        (b"this is not HTTP\r\n\r\n", OutcomeUnknown),
        (None, OutcomeUnknown),
    ],
)
def test_odd_answers_are_judged_by_what_they_prove(answer: bytes | None, expected: type[TransportError]) -> None:
    with ScriptedHttp([answer]) as server, pytest.raises(TransportError) as caught:
        to(server, TIMEOUT="0.5").send(composed())
    assert type(caught.value) is expected
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "answer",
    [
        http_answer("500 Internal Server Error", graph_error(2)),
        http_answer("200 OK", b"true"),
        http_answer("503 Service Unavailable", b"<html>"),
        b"",
        None,
    ],
)
def test_an_upload_that_fails_is_tried_again(answer: bytes | None, tmp_path: Path) -> None:
    with ScriptedHttp([answer]) as server, pytest.raises(TransportError) as caught:
        to(server, TIMEOUT="0.5").send(with_picture(tmp_path))
    assert type(caught.value) is TemporaryError


def test_a_redirect_is_not_followed() -> None:
    with (
        ScriptedHttp([POSTED]) as elsewhere,
        ScriptedHttp([http_answer("308 Permanent Redirect", b"", Location=f"{elsewhere.url}/feed")]) as server,
        pytest.raises(TemporaryError, match="another address"),
    ):
        to(server).send(composed())
    assert not elsewhere.received


def test_a_server_that_is_not_there_was_certainly_not_sent_to() -> None:
    connection = connect({**KEYS, "ENDPOINT": f"http://127.0.0.1:{closed_port()}"})
    with pytest.raises(TemporaryError, match="nothing was sent"):
        connection.send(composed())


@pytest.mark.parametrize("answer", [b"", http_answer("400 Bad Request")])
def test_a_server_that_breaks_off_the_handshake_was_certainly_not_sent_to(answer: bytes) -> None:
    with no_tls(answer) as port, pytest.raises(TemporaryError, match="nothing was sent"):
        connect({**KEYS, "ENDPOINT": f"https://127.0.0.1:{port}", "TIMEOUT": "2"}).send(composed())


def test_a_rate_limit_says_until_when() -> None:
    usage = json.dumps({"1234": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 17}]})
    limited = http_answer("400 Bad Request", graph_error(80001), X_Business_Use_Case_Usage=usage)
    with ScriptedHttp([limited]) as server, pytest.raises(RateLimited) as caught:
        to(server).send(composed())
    assert caught.value.retry_at == NOW + timedelta(minutes=17)


def test_what_facebook_says_of_its_limits_is_kept() -> None:
    answer = http_answer("200 OK", b'{"id":"1_2"}', X_App_Usage='{"call_count":28}', X_Page_Usage="odd")
    with ScriptedHttp([answer]) as server:
        connection = to(server)
        connection.send(composed())
    assert connection.usage == {"x-app-usage": {"call_count": 28}, "x-page-usage": "odd"}


def test_an_answer_by_another_version_is_told_once() -> None:
    drifted = http_answer("200 OK", b'{"id":"1_2"}', facebook_api_version="v27.0")
    with ScriptedHttp([drifted, drifted]) as server, capture_logs() as logs:
        connection = to(server)
        connection.send(composed("first"))
        connection.send(composed("second"))
    (told,) = [entry for entry in logs if entry["event"] == "facebook-version-drift"]
    assert (told["asked"], told["answered"]) == ("v26.0", "v27.0")


@pytest.mark.parametrize(
    "body", [b"message=a b", b"attached_media=%5B%5D&message=a", b"message=a&message=b", b"{}", b"\xff"]
)
def test_bytes_that_were_not_composed_here_are_not_sent(body: bytes) -> None:
    with ScriptedHttp([POSTED]) as server, pytest.raises(Rejected) as caught:
        to(server).send(as_payload(body))
    assert caught.value.code == "other-bytes"
    assert not server.received


@pytest.mark.parametrize("missing", KEYS)
def test_a_missing_credential_is_named(missing: str) -> None:
    with pytest.raises(MissingCredential, match=missing):
        connect({name: value for name, value in KEYS.items() if name != missing})


@pytest.mark.parametrize(("name", "value"), [("PAGE_ID", "my-page"), ("VERSION", "latest"), ("PAGE_ID", "../1")])
def test_a_setting_that_can_not_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        connect({**KEYS, name: value})


def test_closing_twice_is_fine(sandbox: Sandbox) -> None:
    connection = connect(sandbox.settings_for(PAGE))
    connection.send(composed())
    connection.close()
    connection.close()
