"""The HTTP under tweepy: an adapter that adds what tweepy 4 lacks.

tweepy has no timeout, follows redirects and offers no base URL (tweepy/tweepy#2024); its exceptions lose the answer
when an error body is a list or null. The adapter gives timeouts, refuses redirects, replaces the address, keeps the
answer, and lets nothing leave that differs from what the preview showed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from traceback import walk_tb

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.exceptions import ProxyError as TunnelError

from publisher.channels.answers import Answer
from publisher.channels.wire import Wire
from publisher.errors import Rejected

HOST = "https://api.twitter.com"
"""What tweepy has in its code, and what OAuth 1.0a signatures are made over."""

_NOT_SENT = (
    NewConnectionError,
    ConnectTimeoutError,
    TunnelError,
    requests.exceptions.ConnectTimeout,
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,
)


class WireAdapter(HTTPAdapter):
    """Carries requests of one tweepy client."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(max_retries=0)
        self._wire = wire
        self._expected: bytes | None = None
        self.answer: Answer | None = None  #: to the last request
        self.started = False  #: whether the last request got as far as the network
        self.secrets: tuple[str, ...] = ()  #: struck out of answers
        self.poolmanager.connection_pool_kw["ssl_context"] = wire.tls
        if wire.proxy is not None:
            self.proxy_manager_for(wire.proxy, ssl_context=wire.tls)

    @property
    def settle_time(self) -> timedelta:
        """How long a request may still be on its way."""
        return self._wire.timeouts.settle

    def expect(self, body: bytes | None) -> None:
        """Forget the last answer; let the next request go only if its body is this, or any if it is None."""
        self.answer = None
        self.started = False
        self._expected = body

    def send(  # type: ignore[override]  # requests.Session passes everything but the request by name
        self, request: requests.PreparedRequest, **_: object
    ) -> requests.Response:
        """Carry out one request. Raises `Rejected` when it is not the one that was announced."""
        if self._expected is not None and request.body != self._expected:
            raise Rejected(
                "the library would send other bytes than the preview showed; nothing was sent",
                code="other-bytes",
                remedy="this is a fault of the program: report it, with the versions of tweepy and requests",
            )
        request.url = self._wire.endpoint + (request.url or "").removeprefix(HOST)
        # A fresh connection each time: one that a firewall forgot would turn a post into an unknown outcome.
        request.headers["Connection"] = "close"
        self.started = True
        response = super().send(
            request,
            timeout=(self._wire.timeouts.connect, self._wire.timeouts.read),
            proxies={"all": self._wire.proxy} if self._wire.proxy else {},
        )
        headers = {name.lower(): text for name, text in response.headers.items()}
        self.answer = Answer(response.status_code, headers, response.content).without(*self.secrets)
        return response


def mount(session: requests.Session, adapter: WireAdapter) -> None:
    """Make the adapter the only way out of a session."""
    session.trust_env = False
    session.max_redirects = 0
    session.adapters.clear()
    session.mount(HOST, adapter)


def was_not_sent(error: BaseException) -> bool:
    """Whether a failure certainly came before a byte of the request left.

    requests has one `ConnectionError` for both sides of that line, so the errors beneath decide: name, address,
    connection and proxy, and everything that happened in a TLS handshake.
    """
    return any(isinstance(link, _NOT_SENT) or _in_handshake(link) for link in _chain(error))


def bottom_of(error: BaseException) -> BaseException:
    """What it came from in the end: requests and urllib3 wrap "connection refused" into half a page of addresses."""
    return [link for link in _chain(error) if link is error or str(link)][-1]


def _in_handshake(error: BaseException) -> bool:
    return any(frame.f_code.co_name == "do_handshake" for frame, _ in walk_tb(error.__traceback__))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from: as its cause, as an argument, or as urllib3's ``reason``.

    Not ``__context__``: that may be the failure of an earlier call, during whose handling this one was made.
    """
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        beneath = itertools.chain(link.args, (link.__cause__, getattr(link, "reason", None)))
        waiting.extend(thing for thing in beneath if isinstance(thing, BaseException))
