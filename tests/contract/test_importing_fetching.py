"""Fetching from real servers on this machine: the address policy is the only thing that differs from production."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme

from publisher.importing.errors import ImportFault, SourceRefused, SourceTooLarge, SourceUnreachable
from publisher.importing.fetching import Limits, Network, Resolver, fetch

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    port: int
    hosts: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.hosts.append(self.headers["Host"])
            server.paths.append(self.path)
            try:
                answer(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:  # noqa: ANN401
            """Nothing on standard error."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:  # noqa: ANN401
            """A client that hangs up is what some of these tests are about."""

    listening = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        listening.socket = tls.wrap_socket(listening.socket, server_side=True)
    server = Server(listening.server_port)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def sends(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def here(limits: Limits | None = None, resolve: Resolver | None = None) -> Network:
    given = {"resolve": resolve} if resolve else {}
    return Network(is_allowed=lambda one: one.is_loopback, limits=limits or Limits(), **given)


def names(**known: str) -> Resolver:
    async def resolve(host: str, _port: int) -> list[str]:
        return known[host.replace(".", "_")].split()

    return resolve


def test_a_file_arrives_with_its_type() -> None:
    with serving(sends(b"BEGIN:VCALENDAR", Content_Type="text/calendar")) as server:
        fetched = fetch(server.url("/a.ics?x=1"), here())
    assert (fetched.content, fetched.content_type) == (b"BEGIN:VCALENDAR", "text/calendar")
    assert server.paths == ["/a.ics?x=1"]


def test_this_computer_is_refused_without_asking_it() -> None:
    with serving(sends(b"secret")) as server:
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]"):
            with pytest.raises(ImportFault):
                fetch(server.url(host=host), Network())
    assert server.paths == []


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.99"]

    with serving(sends(b"x")) as server:
        fetch(server.url(host="events.example.org"), here(resolve=resolve))
        assert server.hosts == [f"events.example.org:{server.port}"]
    assert asked == ["events.example.org"]


def test_one_forbidden_address_of_a_name_is_enough_to_refuse() -> None:
    with serving(sends(b"x")) as server, pytest.raises(SourceRefused):
        fetch(server.url(host="a.b"), here(resolve=names(a_b="127.0.0.1 10.0.0.1")))
    assert server.paths == []


def test_another_address_is_tried_when_one_does_not_answer() -> None:
    with serving(sends(b"x")) as server:
        assert fetch(server.url(host="a.b"), here(resolve=names(a_b="127.0.0.77 127.0.0.1"))).content == b"x"


def test_redirects_are_followed_and_named() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/end":
            sends(b"x")(request)
        else:
            sends(b"", 302, Location="/end")(request)

    with serving(answer) as server:
        fetched = fetch(server.url("/begin"), here())
    assert fetched.url == server.url("/end")


@pytest.mark.parametrize(
    "location",
    [
        "http://inside.example.org/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "http://u:p@a.b/",
        "https://",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(location: str) -> None:
    resolve = names(a_b="127.0.0.1", inside_example_org="10.1.1.1", **{"10_0_0_1": "10.0.0.1"})
    with serving(sends(b"", 302, Location=location)) as server, pytest.raises(SourceRefused):
        fetch(server.url(host="a.b"), here(resolve=resolve))


def test_endless_redirects_end() -> None:
    with serving(sends(b"", 301, Location="/again")) as server, pytest.raises(SourceUnreachable, match="redirects"):
        fetch(server.url(), here())
    assert len(server.paths) == 6


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x", "https://", "http://:80/", "https://user:s3cr3t@example.org/", "http://a.b:99999/"]
)
def test_addresses_that_are_never_fetched(url: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        fetch(url, here())
    assert "s3cr3t" not in str(caught.value)


def test_an_unknown_name_is_told() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(SourceUnreachable, match="no computer of this name"):
        fetch("http://nowhere.example.org/", here(resolve=resolve))


@pytest.mark.parametrize("status", [404, 403, 500, 204, 304])
def test_any_other_status_is_told(status: int) -> None:
    with serving(sends(b"", status)) as server, pytest.raises(SourceUnreachable, match=str(status)):
        fetch(server.url(), here())


def test_too_large_a_file_is_given_up_while_it_arrives() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 65536)

    with serving(answer) as server, pytest.raises(SourceTooLarge):
        fetch(server.url(), here(Limits(size=100_000)))


def test_a_packed_file_is_unpacked() -> None:
    with serving(sends(gzip.compress(b"hello" * 1000), Content_Encoding="gzip")) as server:
        assert fetch(server.url(), here()).content == b"hello" * 1000


def test_a_bomb_is_given_up_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    with serving(sends(bomb, Content_Encoding="gzip")) as server, pytest.raises(SourceTooLarge):
        fetch(server.url(), here(Limits(size=100_000)))


@pytest.mark.parametrize(
    ("encoding", "body"), [("gzip", b"not packed"), ("gzip", gzip.compress(b"x" * 99, mtime=0)[:-9]), ("br", b"x")]
)
def test_a_damaged_or_strange_packing_is_told(encoding: str, body: bytes) -> None:
    with serving(sends(body, Content_Encoding=encoding)) as server, pytest.raises(SourceUnreachable):
        fetch(server.url(), here())


def drip_body(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    drip(request)


def drip(request: BaseHTTPRequestHandler) -> None:
    for _ in range(100):
        request.wfile.write(b"x")
        request.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [drip_body, drip])
def test_a_server_that_sends_drop_by_drop_is_given_up_in_time(answer: Answer) -> None:
    began = time.monotonic()
    with serving(answer) as server:
        with pytest.raises(SourceUnreachable, match="longer than"):
            fetch(server.url(), here(Limits(total=0.3)))
        assert time.monotonic() - began < 3


def test_a_name_server_that_does_not_answer_is_given_up_in_time() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        import asyncio

        await asyncio.sleep(30)
        return []

    with pytest.raises(SourceUnreachable, match="longer than"):
        fetch("http://slow.example.org/", here(Limits(total=0.1), resolve=resolve))


def test_a_connection_that_breaks_is_told() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"x")
        request.close_connection = True

    with serving(answer) as server, pytest.raises(SourceUnreachable):
        fetch(server.url(), here())


def test_no_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with serving(sends(b"x")) as server:
        assert fetch(server.url(), here()).content == b"x"


def test_the_certificate_must_be_for_the_name_and_not_for_the_number() -> None:
    authority = trustme.CA()
    server_side, client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("events.example.org").configure_cert(server_side)
    authority.configure_trust(client_side)
    resolve = names(events_example_org="127.0.0.1", other_example_org="127.0.0.1")
    network = Network(is_allowed=lambda one: one.is_loopback, resolve=resolve, tls=lambda: client_side)
    with serving(sends(b"x"), server_side) as server:
        assert fetch(server.url(host="events.example.org", scheme="https"), network).content == b"x"
        with pytest.raises(SourceUnreachable, match="CERTIFICATE_VERIFY_FAILED"):
            fetch(server.url(host="other.example.org", scheme="https"), network)


def test_a_packed_file_in_several_members_is_whole() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    with serving(sends(packed, Content_Encoding="gzip")) as server:
        assert fetch(server.url(), here()).content == b"one two"


def test_packed_bytes_that_unpack_to_nothing_are_counted_too() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Encoding", "gzip")
        request.end_headers()
        request.wfile.write(gzip.compress(b"")[:10])
        while True:
            request.wfile.write(b"\x00\x00\x00\xff\xff" * 10_000)

    with serving(answer) as server, pytest.raises(SourceTooLarge):
        fetch(server.url(), here(Limits(size=100_000)))


def test_endless_chunks_are_given_up_at_the_limit() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            request.wfile.write(b"400\r\n" + b"x" * 1024 + b"\r\n")

    with serving(answer) as server, pytest.raises(SourceTooLarge):
        fetch(server.url(), here(Limits(size=100_000)))


def test_endless_headers_are_given_up() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            request.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")

    with serving(answer) as server, pytest.raises(SourceUnreachable):
        fetch(server.url(), here())


def test_a_redirect_that_steers_a_terminal_is_told_without_that() -> None:
    with serving(sends(b"", 302, Location="file:///\x1b]0;x\x07")) as server, pytest.raises(ImportFault) as caught:
        fetch(server.url(), here())
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "localhost.", "LOCALHOST", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0",
        "0.0.0.0", "[::1]", "[::]", "[::ffff:10.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]", "[fd00::1]",  # noqa: S104
        "[64:ff9b::a00:1]",
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "１２７.0.0.1",
    ],
)  # fmt: skip
def test_every_way_to_write_a_private_address_is_refused(host: str) -> None:
    with pytest.raises(ImportFault) as caught:
        fetch(f"http://{host}:9/", Network(limits=Limits(total=3)))
    assert isinstance(caught.value, SourceRefused) or "no computer of this name" in str(caught.value)
