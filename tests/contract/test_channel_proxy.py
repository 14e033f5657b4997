"""The proxy of the environment, for the channels that speak HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from channel_parts import DictSettings, FixedClock, ScriptedHttp, channel, draft, envelope, http_answer

from publisher.channels import transport
from publisher.errors import TemporaryError
from publisher.interfaces import Connection

KEYS = {
    "CONSUMER_KEY": "key",
    "CONSUMER_SECRET": "app",
    "ACCESS_TOKEN": "token",
    "ACCESS_TOKEN_SECRET": "user",
    "PAGE_ID": "1234",
    "PAGE_TOKEN": "token",
}
CREATED = http_answer("201 Created", b'{"id":"1_2","data":{"id":"12"}}')
TYPES = pytest.mark.parametrize("type_", ["twitter", "facebook"])


def connect(type_: str, endpoint: str) -> Connection:
    settings = DictSettings({**KEYS, "ENDPOINT": endpoint, "TIMEOUT": "2"})
    return transport(type_).connect(channel(type_), settings, FixedClock())


def send(type_: str, endpoint: str) -> None:
    connection = connect(type_, endpoint)
    connection.send(transport(type_).compose(draft(), envelope(channel(type_))))
    connection.close()


@TYPES
def test_the_proxy_is_asked_for_a_tunnel(type_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedHttp([http_answer("403 Forbidden")]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "other.invalid")
        with pytest.raises(TemporaryError, match="nothing was sent"):
            send(type_, "https://platform.invalid")
    assert proxy.received[0].head.startswith("CONNECT platform.invalid:443 ")
    assert "token" not in proxy.received[0].head


@TYPES
@pytest.mark.parametrize("exempt", ["", "127.0.0.1"])
def test_this_machine_is_reached_without_the_proxy(type_: str, exempt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedHttp([CREATED]) as proxy, ScriptedHttp([CREATED]) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", exempt)
        send(type_, server.url)
    assert len(server.received) == 1
    assert not proxy.received


@TYPES
def test_no_proxy_names_where_the_proxy_is_not_used(type_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedHttp([http_answer("403 Forbidden")]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "platform.invalid")
        with pytest.raises(TemporaryError, match="nothing was sent"):
            send(type_, "https://platform.invalid")
    assert not proxy.received


@TYPES
def test_credentials_in_netrc_are_left_alone(type_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with ScriptedHttp([CREATED]) as server:
        send(type_, server.url)
    assert "Authorization: Basic" not in server.received[0].head
