"""One HTTP request, read once, and the answers that are no answers: silence and a broken connection."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from publisher.sandbox.world import BODY_KEPT, Received, World

LARGEST_BODY = 40_000_000
_REDACTED = "[redacted]"
_SECRET_HEADERS = frozenset({"authorization", "cookie"})


class TooLarge(Exception):
    """The body is above `LARGEST_BODY`."""


class Malformed(Exception):
    """The body is not what its content type says; the text says why."""


async def _nobody_listens(_request: Request, _error: Exception) -> Response:
    """Whoever asked hung up before the whole request was there: nothing was asked, and nobody hears this."""
    return Response(status_code=400)


HUNG_UP = {ClientDisconnect: _nobody_listens}
"""The exception handlers of an app that reads requests."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a ``multipart/form-data`` body (RFC 7578)."""

    name: str
    content: bytes
    filename: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that has been read to its end. ``path`` and ``query`` are as on the wire."""

    method: str
    path: str  #: below the platform's prefix
    query: str
    headers: dict[str, str]  #: by name in lower case
    body: bytes = field(repr=False)

    @classmethod
    async def read(cls, request: Request) -> Exchange:
        """Read a request. Raises `TooLarge`."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise TooLarge
        raw_path = request.scope["raw_path"].decode("ascii")
        return cls(
            method=request.method,
            path=raw_path.removeprefix(request.scope.get("root_path", "")),
            query=request.scope["query_string"].decode("ascii"),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=bytes(body),
        )

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def params(self) -> list[tuple[str, str]]:
        """The query, decoded."""
        return parse_qsl(self.query, keep_blank_values=True)

    def parts(self) -> list[Part]:
        """The fields of a form, in either encoding. Raises `Malformed`."""
        if self.content_type == "multipart/form-data":
            return _multipart(self.body, self.headers["content-type"])
        if self.content_type == "application/x-www-form-urlencoded":
            fields = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)
            return [Part(name, value.encode()) for name, value in fields]
        if self.body:
            raise Malformed("the body is not a form")
        return []

    def json(self) -> Any:  # noqa: ANN401  JSON is whatever was sent
        """The body as JSON. Raises `Malformed`."""
        if self.content_type != "application/json":
            raise Malformed("the content type is not application/json")
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Malformed("the body is not JSON") from error

    def received(self, world: World, *, token_in: str = "", hide_body: bool = False) -> Received:
        """How the request is remembered: without secrets."""
        secrets = world.accounts.secrets()
        body = _REDACTED.encode() if hide_body else self.body[:BODY_KEPT]
        return Received(
            method=self.method,
            path=self.path,
            query=_without(self.query, secrets),
            headers={name: _safe_header(name, value, secrets) for name, value in self.headers.items()},
            body=_without_bytes(body, secrets),
            at=world.clock.now(),
            token_in=token_in,
        )


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _REDACTED).replace(quote(secret, safe=""), _REDACTED)
    return text


def _without_bytes(body: bytes, secrets: Iterable[str]) -> bytes:
    for secret in secrets:
        body = body.replace(secret.encode(), _REDACTED.encode()).replace(
            quote(secret, safe="").encode(), _REDACTED.encode()
        )
    return body


def _safe_header(name: str, value: str, secrets: Iterable[str]) -> str:
    if name in _SECRET_HEADERS:
        return f"{value.partition(' ')[0]} {_REDACTED}"
    return _without(value, secrets)


def _multipart(body: bytes, content_type: str) -> list[Part]:
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_boundary("").encode()
    if not boundary:
        raise Malformed("the multipart body has no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004  a preamble and an end at least
        raise Malformed("the multipart body does not end with its boundary")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, separator, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    if not separator:
        raise Malformed("a part of the multipart body has no header")
    header = Message()
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        header[name] = value.strip()
    field_name = header.get_param("name", header="content-disposition")
    if not isinstance(field_name, str):
        raise Malformed("a part of the multipart body has no name")
    return Part(field_name, content, str(header.get_filename("")))


def own_origin(headers: dict[str, str]) -> bool:
    """Whether a request comes from nobody's page or from the sandbox's own."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


class Broken(Response):
    """Resets the connection (RST) instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Break it, and wait until the server has noticed."""
        del send
        transport: asyncio.Transport = scope["state"]["transport"]
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await _gone(receive)


class Silent(Response):
    """Never answers: ends when the client gives up or the sandbox stops."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for either end."""
        del scope, send
        await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
