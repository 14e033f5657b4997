"""``publisher preview --watch``: the page, served on this computer alone, and made anew after each edit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.cli.common import Globals, say
from publisher.cli.previewdata import Wanted, gather, showing
from publisher.edits import PATIENCE
from publisher.errors import PublisherError, SettingsError
from publisher.mistakes import of_the_file
from publisher.model import Problem, Project, Severity
from publisher.previewpage.board import Showing
from publisher.previewpage.page import preview_page

if TYPE_CHECKING:
    from publisher.app import App

_HOST = "127.0.0.1"
_LOOK_SECONDS = 0.5
_ANSWER_SECONDS = 20.0
_SCRIPT = """\
(async () => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const now = await (await fetch("/version")).text();
  for (;;) {
    try {
      if ((await (await fetch(`/version?after=${now}`)).text()) !== now) return location.reload();
    } catch { await wait(1000); }
  }
})();
"""
"""Asks which version there is; the answer comes when there is a newer one, or after a while."""


class NewestPage:
    """The newest page, and its number. Safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._page = b""
        self._number = 0

    @property
    def page(self) -> bytes:
        """The newest one."""
        with self._changed:
            return self._page

    def put(self, page: str) -> None:
        """Take a newer one."""
        with self._changed:
            self._page = page.encode()
            self._number += 1
            self._changed.notify_all()

    def number(self, *, after: int | None = None) -> int:
        """The number of the newest one; waits a while for one ``after`` another."""
        with self._changed:
            if after is not None:
                self._changed.wait_for(lambda: self._number != after, _ANSWER_SECONDS)
            return self._number


class Studio:
    """Makes the page. What was good last stays below the problems of a file that is broken."""

    def __init__(self, options: Globals, wanted: Wanted) -> None:
        self._options = options
        self._wanted = wanted
        self._last: Showing | None = None
        self.app: App = options.app()
        self.folders: tuple[Path, ...] = ()

    def page(self) -> str:
        """The page as files and ledger are now."""
        self.app = self._options.app()
        shown = self._showing()
        self.folders = tuple(self._watched(shown))
        return preview_page(shown, live_script=_SCRIPT)

    def _showing(self) -> Showing:
        try:
            view = gather(self.app, self._wanted)
            try:
                self._last = showing(view, self.app)
            finally:
                if view.ledger is not None:
                    view.ledger.close()
            errors = [one for one in view.loaded.problems if one.severity is Severity.ERROR]
            return replace(self._last, broken=errors)
        except PublisherError as error:
            return replace(self._last or self._nothing(), broken=self._problems(error))

    def _problems(self, error: PublisherError) -> list[Problem]:
        """What is wrong with the file, else the error itself."""
        try:
            found = [one for one in self.app.load().problems if one.severity is Severity.ERROR]
        except PublisherError:
            found = []
        return found or [of_the_file(error, str(self._options.schedules))]

    def _nothing(self) -> Showing:
        return Showing(
            project=Project(name="publisher"),
            file=self._options.schedules,
            planned=(),
            previews=(),
            now=self.app.clock.now(),
        )

    def _watched(self, shown: Showing) -> Iterator[Path]:
        """Folders of templates and pictures; that of the file itself is watched anyway."""
        home = shown.file.resolve().parent
        pictures = {media.path.resolve().parent for one in shown.previews if one.draft for media in one.draft.media}
        yield from self.app.template_folders
        yield from sorted(folder for folder in pictures if folder != home)


def serve(options: Globals, wanted: Wanted, *, port: int) -> None:
    """Serve until Ctrl-C. Raises `SettingsError` when the port is taken."""
    from publisher.watching import Watch

    studio, pages, rung = Studio(options, wanted), NewestPage(), threading.Event()
    pages.put(studio.page())
    with _served(pages, port=port) as address:
        say(f"Look: {address}   (Ctrl-C ends)")
        watch = Watch(options.schedules, folders=studio.folders, ring=rung.set)
        try:
            _follow(studio, pages, rung)
        except KeyboardInterrupt:
            say()
        finally:
            watch.close()


def _follow(studio: Studio, pages: NewestPage, rung: threading.Event) -> None:
    """Make the page anew after each edit, when nobody has written for a moment."""
    while True:
        if not rung.wait(_LOOK_SECONDS):
            continue
        while rung.is_set():
            rung.clear()
            rung.wait(PATIENCE.total_seconds())
        pages.put(studio.page())
        say("shown anew")


@contextmanager
def _served(pages: NewestPage, *, port: int) -> Iterator[str]:
    try:
        server = ThreadingHTTPServer((_HOST, port), _answering(pages))
    except OSError as error:
        raise SettingsError(
            f"the page can't be served: {error.strerror}", subject=f"--port {port}", remedy="take another port"
        ) from None
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="preview", daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answering(pages: NewestPage) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        """Two addresses: the page, and its number."""

        timeout = 60

        def do_GET(self) -> None:
            """Answer."""
            path, _, query = self.path.partition("?")
            after = query.removeprefix("after=")
            if self.headers.get("Host", "").partition(":")[0] not in (_HOST, "localhost"):
                self._say(b"", HTTPStatus.FORBIDDEN)  # a page from elsewhere that calls us by another name
            elif path == "/":
                self._say(pages.page, HTTPStatus.OK)
            elif path == "/version":
                number = pages.number(after=int(after) if after.isdecimal() else None)
                self._say(str(number).encode(), HTTPStatus.OK)
            else:
                self._say(b"", HTTPStatus.NOT_FOUND)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _say(self, body: bytes, status: HTTPStatus) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

    return Answering
