"""Headless Chromium as a person without a mouse uses it: addresses, keys, and what is on the screen.

Spoken to through two pipes (``--remote-debugging-pipe``): a JSON text each way, ended by a null byte.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from browser import AXE, chromium

PHONE, DESKTOP = (390, 844), (1280, 900)
_KEYS = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    "Space": (32, " "),
    **{digit: (ord(digit), digit) for digit in "0123456789"},
}
_READ, _WRITE = 3, 4  # the browser's ends


class Tab:
    """One page in the browser."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        self._left = b""
        self._number = 0
        self._session = ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")
        self._call("Runtime.enable")

    def open(self, address: str) -> None:
        """Go there, as with the address bar."""
        self._call("Page.navigate", url=address)
        self._loaded()

    def looks(self, size: tuple[int, int], *, dark: bool = False) -> None:
        """On a screen of this size, light or dark."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self._call("Emulation.setDeviceMetricsOverride", **metrics)
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[feature])

    def ask(self, script: str) -> Any:  # noqa: ANN401  whatever the script gives
        """What a script in the page gives back; the page's own policy stays in force."""
        given = self._call(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            allowUnsafeEvalBlockedByCSP=True,
        )
        assert "exceptionDetails" not in given, given["exceptionDetails"]
        return given["result"].get("value")

    def press(self, key: str, *, shift: bool = False) -> None:
        """One key, down and up."""
        code, text = _KEYS[key]
        name = " " if key == "Space" else key
        common = {"key": name, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self._call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self._call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """Write into whatever has the focus."""
        self._call("Input.insertText", text=text)

    def tab_to(self, selector: str, *, most: int = 60) -> None:
        """Press Tab until this has the focus."""
        for _ in range(most):
            self.press("Tab")
            if self.ask(f"document.activeElement.matches({json.dumps(selector)})"):
                return
        raise AssertionError(f"Tab never comes to {selector}")

    def submit(self) -> None:
        """Enter on what has the focus, and the page after it."""
        self.ask("window.wasHere = true")
        self.press("Enter")
        self._loaded()

    @property
    def title(self) -> str:
        """What the window says."""
        return str(self.ask("document.title"))

    @property
    def words(self) -> str:
        """What can be read on the page."""
        return str(self.ask("document.querySelector('main').innerText"))

    def axe(self) -> list[Any]:
        """What axe finds to complain about; the size of targets is new in WCAG 2.2, and has to be asked for."""
        self.ask(AXE.read_text(encoding="utf-8") + "; 0")
        options = "{resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}"
        told = "one => [one.id, one.help, one.nodes.slice(0, 3).map(node => node.html)]"
        return list(self.ask(f"axe.run(document, {options}).then(report => report.violations.map({told}))"))

    def picture(self, file: Path) -> None:
        """Save what the whole page looks like."""
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self._call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def _loaded(self) -> None:
        """Wait until a page is there that was not there before."""
        for _ in range(1200):
            with suppress(_GoneMeanwhile):
                if self.ask("document.readyState === 'complete' && !window.wasHere && location.href !== 'about:blank'"):
                    return
            time.sleep(0.05)
        raise AssertionError("the page does not load")

    def _call(self, method: str, **parameters: Any) -> Any:  # noqa: ANN401  JSON
        self._number += 1
        call: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            call["sessionId"] = self._session
        os.write(self._writing, json.dumps(call).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise _GoneMeanwhile(f"{method}: {answer['error']}")
                return answer["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            got = os.read(self._reading, 65536)
            assert got, "the browser has ended"
            self._left += got
        first, _, self._left = self._left.partition(b"\0")
        return dict(json.loads(first))


class _GoneMeanwhile(Exception):
    """The page that was asked is gone: another one comes in its place."""


@contextmanager
def browsing(profile: Path) -> Iterator[Tab]:
    """A browser with one empty page."""
    from_us, to_us = os.pipe(), os.pipe()
    command = [
        "bash", "-c", f'exec "$@" {_READ}<&{from_us[0]} {_WRITE}>&{to_us[1]}', "bash",
        chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-first-run", "--remote-debugging-pipe",
        f"--user-data-dir={profile}", "--lang=en",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, pass_fds=(from_us[0], to_us[1]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for end in (from_us[0], to_us[1]):
        os.close(end)
    try:
        yield Tab(to_us[0], from_us[1])
    finally:
        process.terminate()
        process.wait(60)
        for end in (to_us[0], from_us[1]):
            os.close(end)
