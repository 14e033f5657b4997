"""A small editor: starts yaml-language-server, opens a file in it, and asks what a person would see.

The Language Server Protocol, version 3.17: JSON with a ``Content-Length`` before it, over the standard streams.
"""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SERVER = ROOT / ".node" / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
#: No answer takes so long, even on a busy machine; shorter than the time limit of a test.
_PATIENCE = 45

#: What an editor tells about itself: documentation may be Markdown, completions may be snippets.
_CAPABILITIES = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
    },
    "workspace": {"configuration": True},
}
#: The store is a list of schemas on the internet, which tests must not need.
_SETTINGS = {
    "yaml": {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True},
    "http": {},
    "[yaml]": {},
    "editor": {},
    "files": {},
}


class Editor:
    """One running server. Positions count lines and UTF-16 units from 0, as the protocol does."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._arrived: queue.Queue[dict[str, Any]] = queue.Queue()
        self._number = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self, folder: Path) -> None:
        """Say hello, and wait until the server is ready."""
        self._ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": _CAPABILITIES})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": _SETTINGS})

    def stop(self) -> None:
        """End the server, and wait until all that it said is read."""
        self._process.kill()
        self._process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)

    def open(self, file: Path, text: str) -> list[dict[str, Any]]:
        """Open a file with this text; gives what the server finds wrong in it."""
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        while True:
            arrived = self._next()
            if arrived.get("method") == "textDocument/publishDiagnostics" and arrived["params"]["uri"] == file.as_uri():
                found: list[dict[str, Any]] = arrived["params"]["diagnostics"]
                return found

    def hover(self, file: Path, line: int, character: int) -> str:
        """What is shown when the pointer rests there."""
        found = self._ask("textDocument/hover", _at(file, line, character))
        return str(found["contents"]["value"]) if found else ""

    def completions(self, file: Path, line: int, character: int) -> dict[str, dict[str, Any]]:
        """What may be written there, by name."""
        found = self._ask("textDocument/completion", _at(file, line, character))
        return {item["label"]: item for item in found["items"]}

    # --- the protocol -----------------------------------------------------------------------------------

    def _ask(self, method: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401  whatever the method gives
        self._number += 1
        self._send({"id": self._number, "method": method, "params": parameters})
        while True:
            arrived = self._next()
            if arrived.get("id") == self._number and "method" not in arrived:
                assert "error" not in arrived, arrived["error"]
                return arrived["result"]

    def _tell(self, method: str, parameters: dict[str, Any]) -> None:
        self._send({"method": method, "params": parameters})

    def _next(self) -> dict[str, Any]:
        """The next piece that is not a question; the server's own questions are answered on the way."""
        while True:
            arrived = self._arrived.get(timeout=_PATIENCE)
            if "id" not in arrived or "method" not in arrived:
                return arrived
            sections = [asked.get("section") for asked in arrived["params"].get("items", [])]
            self._send({"id": arrived["id"], "result": [_SETTINGS.get(name) for name in sections] or None})

    def _send(self, content: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **content}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
                while stream.readline().strip():
                    pass
                if len(body := stream.read(length)) == length:
                    self._arrived.put(json.loads(body))


@contextmanager
def editor(folder: Path) -> Iterator[Editor]:
    """An editor with this folder open."""
    node = shutil.which("node")
    assert node, "the tests of completions need node: run “make test”, or install Debian's nodejs and npm"
    assert SERVER.exists(), "the tests of completions need yaml-language-server: run “make install-dev” first"
    with subprocess.Popen([node, SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        one = Editor(process)
        try:
            one.start(folder)
            yield one
        finally:
            one.stop()


def _at(file: Path, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": character}}
