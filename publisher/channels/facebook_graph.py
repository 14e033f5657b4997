"""The HTTP under facebook-sdk: its `GraphAPI` with one method replaced.

facebook-sdk 3.1 (2018) ends at version 3.1, puts the token into URLs and bodies, never looks at the status and takes a
JSON body without ``error`` at status 500 for a success. What it offers to callers (`put_object`, `put_photo`) stays.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import facebook
import httpx
import structlog

from publisher.channels.answers import Answer, as_mapping, as_text, uncertain
from publisher.channels.facebook_answers import classify, is_fault
from publisher.channels.forms import FORM, encode_form
from publisher.channels.wire import Wire
from publisher.errors import TemporaryError, TransportError
from publisher.interfaces import Clock

_USAGE_HEADERS = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
_VERSION_HEADER = "facebook-api-version"
_PUBLISHING_EDGE = "feed"
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKeys:
    """What proves who we are."""

    token: str
    app_secret: str | None = None

    def proof(self) -> dict[str, str]:
        """Facebook's ``appsecret_proof`` for the query, if there is a secret (Graph API, "Secure requests")."""
        if self.app_secret is None:
            return {}
        mac = hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256)
        return {"appsecret_proof": mac.hexdigest()}


class PageGraph(facebook.GraphAPI):
    """facebook-sdk over httpx. Every call raises a `TransportError`, nothing else."""

    def __init__(self, keys: PageKeys, wire: Wire, *, version: str, clock: Clock) -> None:
        super().__init__(keys.token)  # type: ignore[no-untyped-call]  # facebook-sdk has no types
        self.version = version
        self.usage: dict[str, object] = {}  #: what Facebook last said of the limits, by header
        self._keys = keys
        self._endpoint = wire.endpoint
        self._clock = clock
        self._drifted = False
        self.settle_time: timedelta = wire.timeouts.settle  #: how long a request may still be on its way
        self._http = httpx.Client(
            timeout=httpx.Timeout(wire.timeouts.read, connect=wire.timeouts.connect),
            # A fresh connection each time: one that a firewall forgot would turn a post into an unknown outcome.
            limits=httpx.Limits(max_keepalive_connections=0),
            verify=wire.tls,
            proxy=wire.proxy,
            trust_env=False,
            follow_redirects=False,
            headers={"Authorization": f"Bearer {keys.token}"},
        )

    def close(self) -> None:
        """Give back sockets."""
        self._http.close()

    def request(  # noqa: PLR0917  the signature is the library's
        self,
        path: str,
        args: Mapping[str, str] | None = None,
        post_args: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
        method: str | None = None,
    ) -> Mapping[str, object]:
        """Carry out one call and give back its JSON object."""
        verb = method or ("GET" if post_args is None else "POST")
        publishing = verb == "POST" and path.rpartition("/")[2] == _PUBLISHING_EDGE
        request = self._http.build_request(
            verb,
            f"{self._endpoint}/{path}",
            params={**(args or {}), **self._keys.proof()},
            **_body(post_args, files),
        )
        answer = self._exchange(request, publishing=publishing)
        self._look_at(answer.headers)
        if is_fault(answer):
            raise classify(answer, publishing=publishing, now=self._clock.now())
        return answer.fields()

    def ask_all(self, *questions: str) -> list[Answer]:
        """The answers to several GETs, made in one call (Graph API, "Batch Requests").

        What they ask about may be a token: in a batch it stands in the body, and not in an address.
        """
        batch = json.dumps([{"method": "GET", "relative_url": question} for question in questions])
        request = self._http.build_request(
            "POST", f"{self._endpoint}/{self.version}/", params=self._keys.proof(), **_body({"batch": batch}, None)
        )
        answer = self._exchange(request, publishing=False)
        if is_fault(answer):
            raise classify(answer, publishing=False, now=self._clock.now())
        return [replace(answer, status=status, body=body) for status, body in _single_answers(answer)]

    def _exchange(self, request: httpx.Request, *, publishing: bool) -> Answer:
        try:
            response = self._http.send(request)
        except _NOT_SENT as error:
            raise TemporaryError(
                "Facebook can't be reached; nothing was sent", remedy="nothing to do: it is tried again"
            ) from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise _broken(publishing=publishing) from error
        # Facebook repeats a malformed token in its words; they end up in the ledger and in logs.
        body = response.content.replace(self._keys.token.encode(), b"(token)")
        answer = Answer(response.status_code, dict(response.headers), body)
        return answer.without(self._keys.app_secret or "", *self._keys.proof().values())

    def _look_at(self, headers: Mapping[str, str]) -> None:
        self.usage.update({name: _json(headers[name]) for name in _USAGE_HEADERS if name in headers})
        answered = headers.get(_VERSION_HEADER, self.version)
        if answered != self.version and not self._drifted:
            self._drifted = True
            log.warning("facebook-version-drift", asked=self.version, answered=answered)


def _body(fields: Mapping[str, str] | None, files: Mapping[str, Any] | None) -> dict[str, Any]:
    if fields is None:
        return {}
    if files:
        return {"data": fields, "files": files}
    return {"content": encode_form(fields), "headers": {"Content-Type": FORM}}


def _single_answers(answer: Answer) -> Iterator[tuple[int, bytes]]:
    """Status and body of each answer in a batch; what was not answered in time is null there."""
    try:
        listed = json.loads(answer.body)
    except ValueError:
        listed = []
    for single in listed if isinstance(listed, list) else []:
        status = as_mapping(single).get("code")
        yield status if isinstance(status, int) else 0, as_text(as_mapping(single).get("body")).encode()


def _broken(*, publishing: bool) -> TransportError:
    return uncertain("the connection to Facebook broke before an answer came", publishing=publishing)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
