"""A page on this machine at which a login in the browser ends (RFC 8252 section 7.3)."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self

from publisher.errors import SettingsError

_HOST = "127.0.0.1"
_PATH = "/publisher"
_WORDS = b"<!doctype html><title>publisher</title><p>Thank you. You can close this window and go back to the terminal."


def landing_address(port: int) -> str:
    """The address of the page."""
    return f"http://{_HOST}:{port}{_PATH}"


class Landing:
    """Takes one visit. Used as a context manager; raises `SettingsError` when the port is taken."""

    def __init__(self, port: int) -> None:
        self._came = threading.Event()
        self._query = ""
        landing = self

        class Visit(BaseHTTPRequestHandler):
            timeout = 10  #: seconds for a browser to finish its request

            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                self.send_response(200 if path == _PATH else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                if path == _PATH:
                    self.wfile.write(_WORDS)
                    landing.take(query)

            def log_message(self, *_: object) -> None:
                """Say nothing: the address holds a code."""

        try:
            self._server = HTTPServer((_HOST, port), Visit)
        except OSError as error:
            raise SettingsError(f"port {port} is taken", subject=_HOST, remedy="choose another one") from error
        self.address = landing_address(port)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def take(self, query: str) -> None:
        """Remember what the browser brought, the first time."""
        if not self._came.is_set():
            self._query = query
            self._came.set()

    def wait(self, seconds: float) -> str:
        """The query of the address. Raises `SettingsError` when nobody came."""
        if not self._came.wait(seconds):
            raise SettingsError(
                "nobody came back from the browser", subject=self.address, remedy="try again, with more haste"
            )
        return self._query
