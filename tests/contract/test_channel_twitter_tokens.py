"""OAuth 2 for X: refresh tokens are good for one use, so the new one is kept before anything else happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from channel_parts import RealClock, ScriptedHttp, channel, draft, envelope, http_answer

from publisher.channels.twitter import TwitterTransport
from publisher.channels.twitter_tokens import TokenSource
from publisher.channels.wire import read_wire
from publisher.clock import SimulatedClock
from publisher.errors import CredentialsBroken, OutcomeUnknown, RateLimited, TemporaryError
from publisher.sandbox import Sandbox
from publisher.settings import ChannelSettings

CHANNEL = channel("twitter", id_="office")
CLOCK = RealClock()
NEW_PAIR = http_answer(
    "200 OK",
    b'{"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 7200, "scope": "tweet.write"}',
    content_type="application/json",
)
REFUSAL = http_answer(
    "400 Bad Request",
    b'{"error": "invalid_request", "error_description": "Value passed for the token was invalid."}',
    content_type="application/json",
)
POSTED = http_answer("201 Created", b'{"data": {"id": "77", "text": "x"}}', content_type="application/json")

ONE_POST = """
import sys, json
from publisher.channels.twitter import TwitterTransport
from publisher.clock import SystemClock
from publisher.model import Calendar, Channel
from publisher.settings import ChannelSettings
channel = Channel(id="office", type="twitter", languages=("en",), calendar=Calendar(timezone="UTC"))
connection = TwitterTransport().connect(channel, ChannelSettings("office", json.loads(sys.argv[1])), SystemClock())
print(connection.me().status)
"""


def values(folder: Path, url: str, **more: str) -> dict[str, str]:
    given = {"CLIENT_ID": "app", "CLIENT_SECRET": "app-secret", "REFRESH_TOKEN": "refresh-1", "ENDPOINT": url, **more}
    return {"PUBLISHER_CREDENTIALS": str(folder), **{f"PUBLISHER_OFFICE_{name}": text for name, text in given.items()}}


def settings(folder: Path, url: str, **more: str) -> ChannelSettings:
    return ChannelSettings("office", values(folder, url, **more))


def source(of: ChannelSettings) -> TokenSource:
    wire = read_wire(CHANNEL, of, endpoint="https://api.twitter.com")
    return TokenSource(of, wire, channel_id="office", clock=CLOCK)


def kept(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "PUBLISHER_OFFICE_OAUTH2").read_text(encoding="utf-8"))
    return found


def post(of: ChannelSettings) -> str:
    transport = TwitterTransport()
    with closing(transport.connect(CHANNEL, of, CLOCK)) as connection:
        return connection.send(transport.compose(draft(), envelope(CHANNEL))).remote_id


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=CLOCK) as running:
        running.settings_for(CHANNEL)
        yield running


def of_sandbox(folder: Path, sandbox: Sandbox) -> dict[str, str]:
    given = sandbox.oauth2_settings_for(CHANNEL)
    return values(folder, given.pop("ENDPOINT"), **given)


def exchanges(sandbox: Sandbox) -> int:
    return sum(request.path == "/2/oauth2/token" for request in sandbox.requests(""))


def test_a_post_gets_an_access_token_first_and_the_next_one_uses_it_again(tmp_path: Path, sandbox: Sandbox) -> None:
    of = ChannelSettings("office", of_sandbox(tmp_path, sandbox))
    transport = TwitterTransport()
    for text in ("One", "Two"):
        with closing(transport.connect(CHANNEL, of, CLOCK)) as connection:
            connection.send(transport.compose(draft(text), envelope(CHANNEL)))
    assert [one.text for one in sandbox.posted("office")] == ["One", "Two"]
    assert exchanges(sandbox) == 1


def test_what_is_kept_is_for_nobody_else(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = tmp_path / "credentials"
    source(ChannelSettings("office", of_sandbox(folder, sandbox))).access_token()
    assert [oct(file.stat().st_mode & 0o777) for file in (folder, folder / "PUBLISHER_OFFICE_OAUTH2")] == [
        "0o700",
        "0o600",
    ]
    assert sorted(file.name for file in folder.iterdir()) == [".lock", "PUBLISHER_OFFICE_OAUTH2"]


def test_a_token_that_ends_soon_is_changed_with_the_refresh_token_that_came_last(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    of = ChannelSettings("office", of_sandbox(tmp_path, sandbox))
    wire = read_wire(CHANNEL, of, endpoint="https://api.twitter.com")
    clock = SimulatedClock(CLOCK.now())
    tokens = TokenSource(of, wire, channel_id="office", clock=clock)
    first = tokens.access_token()
    assert tokens.access_token() == first
    clock.advance_to(clock.now() + timedelta(minutes=116))
    assert tokens.access_token() != first
    assert exchanges(sandbox) == 2


def test_the_new_refresh_token_is_kept_before_the_access_token_is_used(tmp_path: Path) -> None:
    with ScriptedHttp([NEW_PAIR, None]) as server, pytest.raises(OutcomeUnknown):
        post(settings(tmp_path, server.url, TIMEOUT="0.3"))
    assert kept(tmp_path)["refresh_token"] == "refresh-2"
    assert "Bearer access-2" in server.received[1].head


def test_where_nothing_can_be_kept_no_refresh_token_is_spent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with ScriptedHttp([NEW_PAIR]) as server, pytest.raises(TemporaryError, match="none was asked for"):
        post(settings(tmp_path / "file" / "credentials", server.url))
    assert server.received == []


def test_processes_that_want_a_token_at_once_take_turns_and_one_of_them_asks(tmp_path: Path, sandbox: Sandbox) -> None:
    given = json.dumps(of_sandbox(tmp_path, sandbox))
    command = [sys.executable, "-c", ONE_POST, given]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) for _ in range(3)]
    assert [process.communicate(timeout=50)[0].strip() for process in started] == ["200"] * 3
    assert exchanges(sandbox) == 1


def test_a_process_killed_in_the_exchange_leaves_a_note_and_the_next_one_says_what_happened(tmp_path: Path) -> None:
    with ScriptedHttp([None, REFUSAL]) as server:
        of = values(tmp_path, server.url)
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        with subprocess.Popen([sys.executable, "-c", ONE_POST, json.dumps(of)], env=environment) as process:
            while not server.received:
                assert process.poll() is None
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        assert kept(tmp_path)["refresh_token"] == "refresh-1"
        server.go_on()
        with pytest.raises(CredentialsBroken, match="was cut off") as refused:
            post(ChannelSettings("office", of))
    assert "publisher login office" in refused.value.remedy


def test_an_exchange_that_was_cut_off_before_x_heard_of_it_is_simply_made_again(tmp_path: Path) -> None:
    with ScriptedHttp([None, NEW_PAIR, POSTED]) as server:
        of = settings(tmp_path, server.url, TIMEOUT="0.3")
        with pytest.raises(TemporaryError):
            post(of)
        server.go_on()
        assert post(settings(tmp_path, server.url)) == "77"
    assert kept(tmp_path)["asked_at"] == ""


def test_a_server_that_can_not_be_reached_spends_nothing(tmp_path: Path) -> None:
    with ScriptedHttp([]) as server:
        url = server.url
    with pytest.raises(TemporaryError, match="can't be reached"):
        source(settings(tmp_path, url)).access_token()
    assert kept(tmp_path)["asked_at"] == ""


def test_a_refusal_asks_for_a_login_and_a_busy_server_for_patience(tmp_path: Path) -> None:
    busy = http_answer("429 Too Many Requests", b"{}", x_rate_limit_remaining="0", x_rate_limit_reset="4102444800")
    broken = http_answer("503 Service Unavailable")
    with ScriptedHttp([REFUSAL, busy, broken]) as server:
        tokens = source(settings(tmp_path, server.url))
        with pytest.raises(CredentialsBroken) as refused:
            tokens.access_token()
        assert (refused.value.code, refused.value.remedy) == ("400", "run: publisher login office")
        with pytest.raises(RateLimited) as limited:
            tokens.access_token()
        assert limited.value.retry_at is not None
        with pytest.raises(TemporaryError):
            tokens.access_token()


def test_another_refresh_token_in_the_settings_begins_anew(tmp_path: Path) -> None:
    with ScriptedHttp([NEW_PAIR, NEW_PAIR]) as server:
        source(settings(tmp_path, server.url)).access_token()
        source(settings(tmp_path, server.url, REFRESH_TOKEN="refresh-of-a-new-login")).access_token()
    assert b"refresh-of-a-new-login" in server.received[1].body


def test_a_refused_access_token_is_changed_before_the_next_try(tmp_path: Path) -> None:
    unauthorized = http_answer("401 Unauthorized", b'{"title": "Unauthorized"}')
    with ScriptedHttp([NEW_PAIR, unauthorized, NEW_PAIR, POSTED]) as server:
        of = settings(tmp_path, server.url)
        with pytest.raises(CredentialsBroken):
            post(of)
        assert post(of) == "77"
    assert b"refresh-2" in server.received[2].body


def test_secrets_that_a_server_repeats_are_struck_out(tmp_path: Path) -> None:
    echo = http_answer("400 Bad Request", b'{"error_description": "bad: refresh-1 of app-secret"}')
    with ScriptedHttp([echo]) as server, pytest.raises(CredentialsBroken) as refused:
        source(settings(tmp_path, server.url)).access_token()
    assert refused.value.detail == "bad: (redacted) of (redacted)"
    with (
        ScriptedHttp([NEW_PAIR, http_answer("403 Forbidden", b'{"detail": "no: access-2"}')]) as server,
        pytest.raises(Exception, match="not permit") as forbidden,
    ):
        post(settings(tmp_path, server.url))
    assert forbidden.value.detail == "no: (redacted)"
