"""Twitter/X over real HTTP: against the sandbox, and against a server that follows a script."""

from __future__ import annotations

import base64
import json
import logging
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from channel_parts import (
    DictSettings,
    FixedClock,
    RealClock,
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

from publisher.channels import transport
from publisher.errors import (
    CredentialsBroken,
    DuplicateRefused,
    MissingCredential,
    OutcomeUnknown,
    OutOfQuota,
    RateLimited,
    Rejected,
    SettingsError,
    TemporaryError,
    TransportError,
)
from publisher.interfaces import Connection
from publisher.model import Payload
from publisher.sandbox import Fault, Sandbox

X = channel("twitter", account="@open_days")
KEYS = {
    "CONSUMER_KEY": "key-of-the-app",
    "CONSUMER_SECRET": "secret-of-the-app",
    "ACCESS_TOKEN": "1-token-of-the-user",
    "ACCESS_TOKEN_SECRET": "secret-of-the-user",
}
CREATED = http_answer("201 Created", b'{"data":{"id":"1234","text":"x"}}', Content_Type="application/json")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=RealClock()) as running:
        yield running


def connect(settings: dict[str, str]) -> Connection:
    return transport("twitter").connect(X, DictSettings(settings), FixedClock())


def to(server: ScriptedHttp, **more: str) -> Connection:
    return connect({**KEYS, "ENDPOINT": server.url, "TIMEOUT": "2", **more})


def composed(text: str = "Open day on Friday – https://example.org/open-day") -> Payload:
    return transport("twitter").compose(draft(text), envelope(X))


def failing(sandbox: Sandbox, fault: Fault) -> TransportError:
    settings = {**sandbox.settings_for(X), "TIMEOUT": "0.5" if "timeout" in fault else "30"}
    sandbox.inject(X.id, fault)
    connection = connect(settings)
    with pytest.raises(TransportError) as caught:
        connection.send(composed())
    connection.close()
    return caught.value


def test_the_bytes_of_the_preview_are_the_bytes_that_arrive(sandbox: Sandbox) -> None:
    payload = composed("Dzień otwarty 🚋 “jutro” – https://example.org/open-day")
    receipt = connect(sandbox.settings_for(X)).send(payload)
    (posted,) = sandbox.posted(X.id)
    assert posted.body == payload.body
    assert receipt.remote_id == posted.remote_id
    assert receipt.remote_url == f"https://x.com/open_days/status/{posted.remote_id}"


def test_pictures_arrive_with_their_descriptions(sandbox: Sandbox, tmp_path: Path) -> None:
    media = (picture(tmp_path, alt="A yellow tram"), picture(tmp_path, alt="", name="two.png"))
    payload = transport("twitter").compose(draft("Look {media:1}", media=media), envelope(X))
    connect(sandbox.settings_for(X)).send(payload)
    (posted,) = sandbox.posted(X.id)
    assert [(shown.alt, shown.sha256) for shown in posted.media] == [(one.alt, one.sha256) for one in media]
    assert json.loads(posted.body)["text"] == "Look {media:1}"


def test_a_picture_that_was_changed_after_composing_is_not_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    media = picture(tmp_path)
    payload = transport("twitter").compose(draft(media=(media,)), envelope(X))
    media.path.write_bytes(b"another picture")
    with pytest.raises(Rejected, match="was changed"):
        connect(sandbox.settings_for(X)).send(payload)
    assert not sandbox.requests(X.id)


def test_a_picture_that_is_gone_is_looked_for_again_later(sandbox: Sandbox, tmp_path: Path) -> None:
    media = picture(tmp_path)
    payload = transport("twitter").compose(draft(media=(media,)), envelope(X))
    media.path.unlink()
    with pytest.raises(TemporaryError, match="can't be read"):
        connect(sandbox.settings_for(X)).send(payload)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.RATE_LIMITED, RateLimited),
        (Fault.UNAUTHORIZED, CredentialsBroken),
        (Fault.OUT_OF_CREDIT, OutOfQuota),
        (Fault.DUPLICATE, DuplicateRefused),
        (Fault.FORBIDDEN, Rejected),
        (Fault.INVALID, Rejected),
        (Fault.REDIRECT, TemporaryError),
    ],
)
def test_a_refusal_is_told_apart_and_nothing_is_posted(
    sandbox: Sandbox, fault: Fault, expected: type[TransportError]
) -> None:
    error = failing(sandbox, fault)
    assert type(error) is expected
    assert error.subject == X.id
    assert error.remedy
    assert not sandbox.posted(X.id)


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


def test_a_rate_limit_says_until_when(sandbox: Sandbox) -> None:
    sandbox.inject(X.id, Fault.RATE_LIMITED)
    connection = transport("twitter").connect(X, DictSettings(sandbox.settings_for(X)), RealClock())
    with pytest.raises(RateLimited) as caught:
        connection.send(composed())
    assert caught.value.retry_at is not None
    assert caught.value.retry_at > datetime.now(UTC)


def test_the_same_words_twice_are_a_duplicate(sandbox: Sandbox) -> None:
    connection = connect(sandbox.settings_for(X))
    connection.send(composed())
    with pytest.raises(DuplicateRefused):
        connection.send(composed())


def test_one_connection_posts_again_after_a_failure(sandbox: Sandbox) -> None:
    connection = connect(sandbox.settings_for(X))
    sandbox.inject(X.id, Fault.INVALID)
    with pytest.raises(Rejected):
        connection.send(composed("first"))
    connection.send(composed("second"))
    assert [posted.text for posted in sandbox.posted(X.id)] == ["second"]


def test_oauth_2_sends_the_access_token_as_a_bearer() -> None:
    with ScriptedHttp([CREATED]) as server:
        settings = {"CLIENT_ID": "app", "ACCESS_TOKEN": "bearer-token", "ENDPOINT": server.url}
        connect(settings).send(composed())
    assert "Authorization: Bearer bearer-token" in server.received[0].head


def test_oauth_1_signs_for_the_platform_itself() -> None:
    with ScriptedHttp([CREATED]) as server:
        to(server).send(composed())
    head = server.received[0].head
    assert 'oauth_consumer_key="key-of-the-app"' in head
    assert "secret" not in head


def test_no_secret_is_in_an_address_a_log_or_an_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    refusal = http_answer("401 Unauthorized", b'{"title":"Unauthorized","status":401}')
    with ScriptedHttp([refusal]) as server, pytest.raises(CredentialsBroken) as caught:
        to(server).send(composed())
    seen = server.received[0].head.splitlines()[0] + caplog.text + str(caught.value)
    assert not [secret for secret in KEYS.values() if secret in seen]
    assert "oauth_signature" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http_answer("201 Created", b'{"errors":[{"detail":"odd"}]}'), OutcomeUnknown),
        (http_answer("201 Created", b'{"data":{"id":1234}}'), OutcomeUnknown),
        (http_answer("201 Created", b"[]"), OutcomeUnknown),
        (http_answer("201 Created", b""), OutcomeUnknown),
        (http_answer("403 Forbidden", b'["odd"]'), Rejected),
        (http_answer("403 Forbidden", b'{"errors":null}'), Rejected),
        (http_answer("400 Bad Request", b"<html>odd</html>"), Rejected),
        (http_answer("401 Unauthorized", b"null"), CredentialsBroken),
        (http_answer("402 Payment Required", b"\xff\xfe"), OutOfQuota),
        (http_answer("429 Too Many Requests", b"slow down", x_rate_limit_reset="soon"), RateLimited),
        (http_answer("503 Service Unavailable", b"[]"), OutcomeUnknown),
        (http_answer("302 Found", b"", Location="https://example.org/"), OutcomeUnknown),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 400\r\n\r\n{", OutcomeUnknown),
        (b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", OutcomeUnknown),
        (b"this is not HTTP\r\n\r\n", OutcomeUnknown),
        (None, OutcomeUnknown),
    ],
)
def test_odd_answers_are_judged_by_what_they_prove(answer: bytes | None, expected: type[TransportError]) -> None:
    with ScriptedHttp([answer]) as server, pytest.raises(TransportError) as caught:
        to(server, TIMEOUT="0.5").send(composed())
    assert type(caught.value) is expected
    assert len(server.received) == 1


def test_a_redirect_is_not_followed() -> None:
    with (
        ScriptedHttp([CREATED]) as elsewhere,
        ScriptedHttp([http_answer("307 Temporary Redirect", b"", Location=f"{elsewhere.url}/2/tweets")]) as server,
        pytest.raises(TemporaryError, match="another address"),
    ):
        to(server).send(composed())
    assert not elsewhere.received


@pytest.mark.parametrize("answer", [http_answer("503 Service Unavailable"), None, b"", http_answer("200 OK", b"[]")])
def test_an_upload_that_fails_is_tried_again(answer: bytes | None, tmp_path: Path) -> None:
    payload = transport("twitter").compose(draft(media=(picture(tmp_path),)), envelope(X))
    with ScriptedHttp([answer]) as server, pytest.raises(TransportError) as caught:
        to(server, TIMEOUT="0.5").send(payload)
    assert type(caught.value) is TemporaryError


def test_an_upload_is_base64_in_json(tmp_path: Path) -> None:
    media = picture(tmp_path, alt="")
    payload = transport("twitter").compose(draft(media=(media,)), envelope(X))
    with ScriptedHttp([http_answer("200 OK", b'{"data":{"id":"77"}}'), CREATED]) as server:
        to(server).send(payload)
    upload, publish = (json.loads(request.body) for request in server.received)
    assert base64.b64decode(upload["media"]) == media.path.read_bytes()
    assert publish == {"media": {"media_ids": ["77"]}, "text": "Open day on Friday"}


def test_a_picture_that_x_can_not_use_is_rejected(tmp_path: Path) -> None:
    payload = transport("twitter").compose(draft(media=(picture(tmp_path),)), envelope(X))
    failed = http_answer("200 OK", b'{"data":{"id":"77","processing_info":{"state":"failed"}}}')
    with ScriptedHttp([failed]) as server, pytest.raises(Rejected, match="can't use the picture"):
        to(server).send(payload)


def test_a_server_that_is_not_there_was_certainly_not_sent_to() -> None:
    connection = connect({**KEYS, "ENDPOINT": f"http://127.0.0.1:{closed_port()}"})
    with pytest.raises(TemporaryError, match="nothing was sent"):
        connection.send(composed())


def test_a_failure_before_sending_does_not_colour_the_next_call() -> None:
    absent = connect({**KEYS, "ENDPOINT": f"http://127.0.0.1:{closed_port()}"})
    with ScriptedHttp([b""]) as server:
        try:
            absent.send(composed())
        except TemporaryError:
            with pytest.raises(OutcomeUnknown):
                to(server).send(composed())
    assert len(server.received) == 1


def test_a_name_that_does_not_exist_was_certainly_not_sent_to() -> None:
    connection = connect({**KEYS, "ENDPOINT": "https://nowhere.invalid"})
    with pytest.raises(TemporaryError, match="nothing was sent"):
        connection.send(composed())


def test_a_certificate_of_nobody_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with ScriptedHttp([CREATED, CREATED], tls=context) as server:
        with pytest.raises(TemporaryError, match="nothing was sent"):
            to(server).send(composed())
        assert not server.received
        to(server, CA_FILE=str(tmp_path / "ca.pem")).send(composed())


@pytest.mark.parametrize("answer", [b"", http_answer("400 Bad Request")])
def test_a_server_that_breaks_off_the_handshake_was_certainly_not_sent_to(answer: bytes) -> None:
    with no_tls(answer) as port, pytest.raises(TemporaryError, match="nothing was sent"):
        connect({**KEYS, "ENDPOINT": f"https://127.0.0.1:{port}", "TIMEOUT": "2"}).send(composed())


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "a",  "x": 1}',
        b'{"text":"no spaces"}',
        b"[]",
        b"\xff",
        b"{",
        b'{"text": "a", "media": {"media_ids": ["{media:1}"]}}',
    ],
)
def test_bytes_that_were_not_composed_here_are_not_sent(body: bytes) -> None:
    with ScriptedHttp([CREATED]) as server, pytest.raises(Rejected) as caught:
        to(server).send(as_payload(body))
    assert caught.value.code == "other-bytes"
    assert not server.received


@pytest.mark.parametrize("missing", KEYS)
def test_a_missing_key_is_named(missing: str) -> None:
    keys = {name: value for name, value in KEYS.items() if name != missing}
    with pytest.raises(MissingCredential, match=missing):
        connect(keys)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENDPOINT", "http://api.example.org"),
        ("ENDPOINT", "api.example.org"),
        ("TIMEOUT", "soon"),
        ("TIMEOUT", "0"),
        ("CA_FILE", "/nonexistent/ca.pem"),
    ],
)
def test_a_setting_that_can_not_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        connect({**KEYS, name: value})


def test_closing_twice_is_fine(sandbox: Sandbox) -> None:
    connection = connect(sandbox.settings_for(X))
    connection.send(composed())
    connection.close()
    connection.close()
