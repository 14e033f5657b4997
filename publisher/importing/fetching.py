"""The only network of an import: one file over http or https, with every limit counted while it arrives.

A name is looked up once for each hop, every address that it has is checked, and the connection goes to one of the
addresses that were checked: the request is made to the number, the name stands in ``Host`` and in the TLS handshake.
So an answer of the name server that changes between check and use (DNS rebinding) changes nothing. For the same reason
no proxy is used, whatever the environment says: it would look the name up again, out of our sight.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from typing import TypeAlias

import certifi
import httpx

from publisher.importing.addresses import Address, AddressPolicy, is_public
from publisher.importing.errors import SourceRefused, SourceTooLarge, SourceUnreachable

MAX_BYTES = 5 * 1024 * 1024
_DOWNLOAD = "open it in a browser, save the file, and import the file"
_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535
_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPT = (
    "text/calendar, application/ld+json, application/rss+xml, application/atom+xml, text/html, text/csv, */*;q=0.5"
)
_ADDRESSES_TRIED = 3

Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""Name and port → the addresses of the name, as texts. Raises `OSError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    size: int = MAX_BYTES  #: on the wire and after decompression
    redirects: int = 5
    connect: float = 10.0  #: for one address
    total: float = 20.0  #: for everything, names and redirects too


async def look_up(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver gives.

    It has no deadline of its own, so it works in a thread that nobody waits for once the time is up.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str] | OSError) -> None:
        if answer.done():
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def ask() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found: list[str] | OSError = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except (OSError, ValueError) as error:
            found = error if isinstance(error, OSError) else OSError(str(error))
        with suppress(RuntimeError):  # the loop is closed: too late
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=ask, daemon=True, name="look-up").start()
    return await answer


@cache
def _trusted() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How sources are reached; what stands here is what holds outside of tests."""

    is_allowed: AddressPolicy = is_public
    limits: Limits = field(default_factory=Limits)
    resolve: Resolver = look_up
    tls: Callable[[], ssl.SSLContext] = _trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What arrived, from where in the end, and what the server called it."""

    content: bytes
    url: str
    content_type: str


def fetch(url: str, network: Network) -> Fetched:
    """The file at an address. Raises `SourceRefused`, `SourceUnreachable`, `SourceTooLarge`."""
    return asyncio.run(_in_time(url, network))


async def _in_time(url: str, network: Network) -> Fetched:
    try:
        async with asyncio.timeout(network.limits.total):
            return await _follow(url, network)
    except TimeoutError:
        raise SourceUnreachable(
            f"the server took longer than {network.limits.total:g} seconds",
            subject=_shown(url),
            remedy="try again later, or " + _DOWNLOAD,
        ) from None


async def _follow(given: str, network: Network) -> Fetched:
    """One request after the other, as long as the server sends us on; each hop is checked like the first."""
    timeout = httpx.Timeout(network.limits.total, connect=network.limits.connect)
    transport = httpx.AsyncHTTPTransport(verify=network.tls(), trust_env=False)
    url = checked_url(given)
    async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=timeout) as http:
        for _ in range(network.limits.redirects + 1):
            answer = await _ask(http, url, network)
            if isinstance(answer, Fetched):
                return answer
            url = checked_url(answer, base=url)
    raise SourceUnreachable(
        f"the server redirects more than {network.limits.redirects} times", subject=_shown(given), remedy=_DOWNLOAD
    )


def checked_url(text: str, *, base: httpx.URL | None = None) -> httpx.URL:
    """An address that may be asked for, on its own or relative to another. Raises `SourceRefused`."""
    try:
        url = base.join(text) if base else httpx.URL(text)
        is_whole = bool(url.host) and (url.port is None or 0 < url.port <= _LAST_PORT)
    except (ValueError, TypeError, httpx.InvalidURL):
        raise SourceRefused("this is no web address", subject=_shown(text), remedy="check how it is spelt") from None
    if url.scheme not in _PORTS or not is_whole:
        raise SourceRefused(
            "only addresses with http:// or https:// are fetched",
            subject=_shown(text),
            remedy="for a file on this computer give its name",
        )
    if url.userinfo:
        raise SourceRefused(
            "there is a user name or password in this address",
            subject=url.host,
            remedy="secrets do not belong into addresses; " + _DOWNLOAD,
        )
    return url


async def _ask(http: httpx.AsyncClient, url: httpx.URL, network: Network) -> Fetched | str:
    """The file, or the address to which the server redirects."""
    addresses = await _checked_addresses(url, network)
    try:
        for address in addresses[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await _ask_at(address, http, url, limits=network.limits)
        return await _ask_at(addresses[-1], http, url, limits=network.limits)
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, ValueError) as error:
        raise SourceUnreachable(
            "the source can't be read", subject=_shown(str(url)), remedy="check the address in a browser"
        ) from error


async def _checked_addresses(url: httpx.URL, network: Network) -> list[Address]:
    """Some addresses of the host, after all of them were checked."""
    try:
        found = await network.resolve(_ascii_host(url), url.port or _PORTS[url.scheme])
        addresses = [ip_address(one) for one in found]
    except (OSError, ValueError) as error:
        raise SourceUnreachable(
            "there is no computer of this name", subject=url.host, remedy="check how it is spelt, and the connection"
        ) from error
    if not addresses or not all(network.is_allowed(one) for one in addresses):
        raise SourceRefused(
            "this address lies within a private network or on this computer itself",
            subject=url.host,
            remedy="only sources on the public internet are fetched; " + _DOWNLOAD,
        )
    return addresses[:_ADDRESSES_TRIED]


async def _ask_at(address: Address, http: httpx.AsyncClient, url: httpx.URL, *, limits: Limits) -> Fetched | str:
    request = http.build_request(
        "GET",
        url.copy_with(host=str(address)),
        headers={
            "Host": url.netloc.decode("ascii"),
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip",
            "User-Agent": "publisher-import",
        },
        extensions={"sni_hostname": _ascii_host(url)},
    )
    response = await http.send(request, stream=True)
    try:
        if response.status_code in _REDIRECTS and "location" in response.headers:
            return response.headers["location"]
        _check_status(response, url)
        content = await _content(response, limits.size, subject=url.host)
    finally:
        await response.aclose()
    return Fetched(content=content, url=str(url), content_type=response.headers.get("content-type", ""))


def _ascii_host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _check_status(response: httpx.Response, url: httpx.URL) -> None:
    if response.status_code != httpx.codes.OK:
        raise SourceUnreachable(
            f"the server answers {response.status_code} instead of the file",
            subject=_shown(str(url)),
            remedy="check the address in a browser; a calendar must be shared publicly",
        )


async def _content(response: httpx.Response, most: int, *, subject: str) -> bytes:
    """The body, unpacked here and not by httpx: that unpacks whole pieces, however large they become."""
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise SourceUnreachable(f"the server packs the file as {packed[:20]!r}", subject=subject, remedy=_DOWNLOAD)
    pieces = _limited(response.aiter_raw(), most, subject=subject)
    received = bytearray()
    async for piece in pieces if packed in ("identity", "") else _unpacked(pieces, most):
        received += piece
        _check_size(len(received), most, subject=subject)
    return bytes(received)


async def _limited(pieces: AsyncIterator[bytes], most: int, *, subject: str) -> AsyncIterator[bytes]:
    """Pieces as they come over the wire, counted: packed ones can be endless and unpack to nothing."""
    received = 0
    async for piece in pieces:
        received += len(piece)
        _check_size(received, most, subject=subject)
        yield piece


def _check_size(size: int, most: int, *, subject: str) -> None:
    if size > most:
        raise SourceTooLarge(
            f"the file has more than {most // 1024:,} KiB",
            subject=subject,
            remedy="import a part of it: a single calendar, a shorter feed",
        )


async def _unpacked(pieces: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    """Pieces of gzip (in one or more members) or zlib unpacked, never more than one byte above the limit."""
    left = most + 1
    unpacker = _unpacker()
    async for piece in pieces:
        rest = piece
        while rest:
            unpacker = _unpacker() if unpacker.eof else unpacker
            try:
                unpacked = unpacker.decompress(rest, left)
            except zlib.error as error:
                raise ValueError("the packed file is damaged") from error
            left -= len(unpacked)
            yield unpacked
            if left <= 0:
                return
            rest = unpacker.unused_data
    if not unpacker.eof:
        raise ValueError("the packed file ends too early")


def _unpacker() -> zlib._Decompress:
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)


def _shown(url: str) -> str:
    """An address as an error names it: without what may be a secret in it, and short."""
    return url.partition("?")[0].rpartition("@")[2][:120]
