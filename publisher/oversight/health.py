"""A small HTTP server for those who watch over the daemon: ``/healthz`` and ``/metrics``."""

from __future__ import annotations

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from publisher.errors import SettingsError
from publisher.interfaces import Clock
from publisher.oversight.figures import CONTENT_TYPE, Figures
from publisher.oversight.turns import Turns

_PLAIN = "text/plain; charset=utf-8"
_SILENCE = 5.0  #: seconds that a client may be silent


class HealthServer:
    """Listens until it is closed. Raises `SettingsError` when the address can't be had."""

    def __init__(self, address: tuple[str, int], *, turns: Turns, figures: Figures, clock: Clock) -> None:
        try:
            self._server = _Server(address, turns=turns, figures=figures, clock=clock)
        except (OSError, OverflowError) as error:
            raise SettingsError(
                "this address can't be listened at",
                subject="PUBLISHER_HEALTH_ADDRESS",
                remedy="take another port, like 127.0.0.1:9470",
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="health", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def close(self) -> None:
        """Stop listening. May be called twice."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client that says nothing keeps nobody from stopping

    def __init__(self, address: tuple[str, int], *, turns: Turns, figures: Figures, clock: Clock) -> None:
        self.turns, self.figures, self.clock = turns, figures, clock
        super().__init__(address, _Answer)

    def page(self, path: str) -> tuple[HTTPStatus, str, str]:
        """Status, type and words of a page."""
        if path == "/metrics":
            return HTTPStatus.OK, CONTENT_TYPE, self.figures.text(self.clock.now())
        if path != "/healthz":
            return HTTPStatus.NOT_FOUND, _PLAIN, "there are /healthz and /metrics\n"
        complaint = self.turns.complaint()
        status = HTTPStatus.SERVICE_UNAVAILABLE if complaint else HTTPStatus.OK
        return status, _PLAIN, f"{complaint or 'ok'}\n"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


class _Answer(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SILENCE
    server_version, sys_version = "publisher", ""

    def do_GET(self) -> None:
        status, content_type, words = self.server.page(self.path.partition("?")[0])
        body = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Asked every few seconds; nobody wants to read that."""
