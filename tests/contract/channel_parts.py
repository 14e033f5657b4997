"""What the contract tests of channels share: a channel, words, settings, and servers that follow a script."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from publisher.errors import MissingCredential
from publisher.model import Calendar, Channel, Contact, Draft, Envelope, Media, Payload, Project, Reader

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


class RealClock:
    """The time of the machine: signatures hold it."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


class DictSettings:
    """Settings of one channel, from a dictionary."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def require(self, name: str) -> str:
        if name not in self.values:
            raise MissingCredential(f"PUBLISHER_TEST_{name}", channel_id="test")
        return self.values[name]


def channel(type_: str, *, id_: str = "office", account: str = "") -> Channel:
    return Channel(id=id_, type=type_, languages=("en",), calendar=Calendar(timezone="Europe/Warsaw"), account=account)


def envelope(of: Channel, *, reader: Reader | None = None, settings: Mapping[str, str] | None = None) -> Envelope:
    contact = Contact(name="Project Office", email="office@example.org")
    return Envelope(
        key="events/open-day/first",
        due_at=NOW,
        channel=of,
        project=Project(name="Open Days", contact=contact),
        reader=reader,
        settings=settings or {},
    )


def picture(
    folder: Path, *, alt: str = "A yellow tram at a stop", name: str = "tram.png", content: bytes = PNG
) -> Media:
    path = folder / name
    path.write_bytes(content)
    return Media(
        path=path, alt=alt, sha256=hashlib.sha256(content).hexdigest(), size=len(content), content_type="image/png"
    )


def draft(text: str = "Open day on Friday", **more: object) -> Draft:
    return Draft(language="en", text=text, **more)  # type: ignore[arg-type]


def as_payload(body: bytes) -> Payload:
    return Payload(body=body, content_type="application/json")


@dataclass
class Received:
    """A request as its bytes came in."""

    head: str
    body: bytes


@dataclass
class ScriptedHttp:
    """Gives one scripted answer after the other, one connection each; ``None`` never answers."""

    answers: list[bytes | None]
    tls: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._given_up = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._given_up.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def go_on(self) -> None:
        """Hang up on who waits for an answer that never comes, and serve the next."""
        self._given_up.set()

    def _serve(self) -> None:
        for answer in self.answers:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                self._answer(connection, answer)

    def _answer(self, plain: socket.socket, answer: bytes | None) -> None:
        plain.settimeout(5)
        try:
            with self.tls.wrap_socket(plain, server_side=True) if self.tls else plain as connection:
                self.received.append(_read_request(connection))
                if answer is None:
                    self._given_up.wait(5)
                else:
                    connection.sendall(answer)
        except OSError:
            return


def _read_request(connection: socket.socket) -> Received:
    seen = b""
    while b"\r\n\r\n" not in seen:
        seen += connection.recv(65536)
    head, _, body = seen.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return Received(head.decode("latin-1"), body)


def http_answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def no_tls(answer: bytes) -> Iterator[int]:
    """A server that answers a TLS greeting with these bytes and hangs up; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer_once() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1)
                connection.sendall(answer)

        thread = threading.Thread(target=answer_once, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)
