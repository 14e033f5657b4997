"""The sandbox's servers: HTTP and SMTP on one event loop in one thread."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
import weakref
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from publisher.errors import SettingsError
from publisher.sandbox.smtp import MailServer
from publisher.sandbox.world import World

HOST = "127.0.0.1"
START_SECONDS = 10
STOP_SECONDS = 5


class _OpenProtocol(H11Protocol):
    """Lets an answer reach its connection, to break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _PromptServer(uvicorn.Server):
    """Stops at once: uvicorn's own end waits for clients, and hanging calls are part of this house."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.closing = asyncio.Event()

    async def main_loop(self) -> None:
        """Keep the Date header up to date until the end."""
        while not self.closing.is_set():
            await self.on_tick(0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections and break those that are open."""
        del sockets
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            if isinstance(connection, H11Protocol):
                connection.transport.abort()


def listening_socket(port: int) -> socket.socket:
    """A socket on loopback; port 0 takes a free one. Raises `SettingsError` when the port is taken."""
    # asyncio switches Nagle's delay (40 ms an answer) off only where the protocol is named.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
    except OSError as error:
        sock.close()
        raise SettingsError(
            "the sandbox can't listen there",
            subject=f"{HOST}:{port}",
            remedy="stop what uses this port, or choose another one (0 takes any free port)",
        ) from error
    sock.listen(1024)
    return sock


class ServerThread:
    """Runs both servers from `start` to `stop`."""

    def __init__(self, world: World, http: socket.socket, smtp: socket.socket) -> None:
        self._world = world
        self._http_socket = http
        self._smtp_socket = smtp
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="publisher-sandbox", daemon=True)
        self._server: _PromptServer | None = None
        self._mail_connections: weakref.WeakSet[MailServer] = weakref.WeakSet()

    def start(self, app: ASGIApp) -> None:
        """Start serving; returns when the first request can be answered."""
        config = uvicorn.Config(
            app,
            http=_OpenProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=30,
        )
        self._server = _PromptServer(config)
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise SettingsError("the sandbox did not start", remedy="see the log for the reason, then try again")
            time.sleep(0.005)

    def stop(self) -> None:
        """End all connections, hanging ones too, and the thread. May be called twice."""
        if self._thread.is_alive():
            self._in_loop(self._begin_stop)
            self._thread.join(STOP_SECONDS)
        elif not self._thread.ident:
            self._loop.close()  # never started
        for sock in (self._http_socket, self._smtp_socket):
            sock.close()

    def _begin_stop(self) -> None:
        if self._server is not None:
            self._server.closing.set()
        for connection in self._mail_connections:
            connection.abort()

    def _in_loop(self, act: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(act)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        if self._server is None:
            return
        mail = await self._loop.create_server(self._mail_connection, sock=self._smtp_socket)
        try:
            await self._server.serve(sockets=[self._http_socket])
        finally:
            mail.close()

    def _mail_connection(self) -> MailServer:
        connection = MailServer(self._world, self._loop)
        self._mail_connections.add(connection)
        return connection
