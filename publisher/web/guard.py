"""What stands before every page: whose name the request calls, how much it sends and how slowly, and what goes back."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_HEAD = 16 * 1024
"""Bytes of all headers of a request together."""

MOST_BODY = 32 * 1024
"""Bytes of a form. The longest that a person can fill in has a tenth of it."""

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""Nothing from elsewhere, no script at all, and in nobody's frame."""

_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""Unless the page says otherwise itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds: how long the head of a request may take, then its form, then all of it with who fetches slowly."""

    head: float = 15.0
    body: float = 10.0
    answer: float = 60.0


DEADLINES = Deadlines()


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets a request through to the pages, or not. ``hosts`` are the names that the pages may be called by.

    ``prefix`` is the path of the public address (``/letters``), with which a proxy may call, or without.
    """

    app: ASGIApp
    hosts: Collection[str]
    prefix: str = ""
    deadlines: Deadlines = DEADLINES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer (ASGI)."""
        if scope["type"] != "http":
            return
        try:
            async with asyncio.timeout(self.deadlines.answer):
                await self._answer(scope, receive, _with_headers(send))
        except TimeoutError:
            return  # the server closes the connection

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if _host(headers.get("host", "")) not in self.hosts:
            await PlainTextResponse("These pages are not known by this name.\n", 421)(scope, receive, send)
            return
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEAD:
            await PlainTextResponse("Too large.\n", 431, {"Connection": "close"})(scope, receive, send)
            return
        if scope["path"].startswith(f"{self.prefix}/"):
            scope["path"] = scope["path"].removeprefix(self.prefix)
        try:
            async with asyncio.timeout(self.deadlines.body):
                body = await _body(headers, receive)
        except TimeoutError:
            await PlainTextResponse("Too slow.\n", 408, {"Connection": "close"})(scope, receive, send)
            return
        if body is None:
            await PlainTextResponse("Too large.\n", 413, {"Connection": "close"})(scope, receive, send)
            return
        await self.app(scope, _received(body), send)


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """The whole body; None when there is too much of it."""
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > MOST_BODY:
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _received(body: bytes) -> Receive:
    """Hands the body to the pages, as if it had just come."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


def _host(value: str) -> str:
    """The name in a Host header, without its port."""
    name, _, port = value.rpartition(":")
    return (name if name and port.isdecimal() else value).lower().rstrip(".")
