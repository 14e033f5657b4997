"""The web server: uvicorn, with patience for slow clients that ends, and a stop that finishes what is under way."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from publisher.errors import SettingsError
from publisher.web.guard import DEADLINES, MOST_HEAD, Deadlines

_MOST_CONNECTIONS = 500
_KEPT_ALIVE_SECONDS = 5
_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where and how long to serve. ``proxies`` are believed about their clients' addresses."""

    sock: socket.socket
    proxies: Sequence[str]
    stop: threading.Event
    ready: Callable[[], None]
    deadlines: Deadlines = DEADLINES


class _Impatient(H11Protocol):
    """Hangs up on who opens a connection, or begins a request, and does not go on: uvicorn waits for ever."""

    head_seconds = DEADLINES.head
    _alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._calm()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Set the alarm while the head of a request is missing; what comes after it has limits of its own."""
        if self.conn.their_state is not h11.IDLE:
            self._calm()
        elif self._alarm is None:
            self._alarm = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _calm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


def listen(host: str, port: int) -> socket.socket:
    """A socket of this name and port; port 0 takes a free one. Raises `SettingsError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError, OverflowError) as error:
        raise _not_there(host, port) from error
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(address)
        sock.listen(256)
    except OSError as error:
        sock.close()
        raise _not_there(host, port) from error
    return sock


def serve(app: ASGIApp, service: Service) -> None:
    """Answer until it is to stop; then finish the requests under way."""
    protocol = type("Impatient", (_Impatient,), {"head_seconds": service.deadlines.head})
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # links in it act for readers
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(service.proxies),
        limit_concurrency=_MOST_CONNECTIONS,
        h11_max_incomplete_event_size=MOST_HEAD,
        timeout_keep_alive=_KEPT_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    asyncio.run(_StoppingServer(config, service).serve([service.sock]))


class _StoppingServer(uvicorn.Server):
    """Stops when an event says so; signals are the caller's business."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._service.ready()

    async def on_tick(self, counter: int) -> bool:
        """Look around, ten times a second."""
        return self._service.stop.is_set() or await super().on_tick(counter)


def _not_there(host: str, port: int) -> SettingsError:
    return SettingsError(
        "the pages can't be served there",
        subject=f"{host}:{port}",
        remedy="stop what uses this port, or choose others with --host and --port",
    )
