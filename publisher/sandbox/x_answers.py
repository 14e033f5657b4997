"""What X says: problem documents and rate-limit headers (docs.x.com: "Response codes and errors", "Rate limits")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from publisher.interfaces import Clock
from publisher.sandbox.faults import Fault

PROBLEMS = "https://api.twitter.com/2/problems"
WINDOW_SECONDS = 15 * 60


class Refused(Exception):
    """X refuses the request: status, body, and the reason that X itself would not tell."""

    def __init__(self, status: int, body: Mapping[str, Any], *, reason: str = "") -> None:
        super().__init__(reason or str(body.get("detail", "")))
        self.status = status
        self.body = body
        self.reason = reason

    def response(self) -> Response:
        """The answer. Its header ``x-sandbox-reason`` is ours, for the person who looks for the mistake."""
        headers = {"x-sandbox-reason": self.reason} if self.reason else {}
        return JSONResponse(self.body, self.status, headers)


def plain(status: int, title: str, detail: str = "", *, reason: str = "") -> Refused:
    """A problem without a type of its own."""
    body = {"title": title, "type": "about:blank", "status": status, "detail": detail or title}
    return Refused(status, body, reason=reason)


def unauthorized(reason: str) -> Refused:
    """401, which never says why."""
    return plain(401, "Unauthorized", reason=reason)


def forbidden(detail: str = "You are not permitted to perform this action.", *, reason: str = "") -> Refused:
    """403."""
    return plain(403, "Forbidden", detail, reason=reason)


def duplicate() -> Refused:
    """403 for the same words again; the earlier post is not named."""
    return forbidden("You are not allowed to create a Tweet with duplicate content.")


def invalid(problems: Sequence[tuple[str, str]]) -> Refused:
    """400 that names the parameters: pairs of name and what is wrong."""
    body = {
        "errors": [{"parameters": {name: []}, "message": message} for name, message in problems],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{PROBLEMS}/invalid-request",
    }
    return Refused(400, body)


def not_found(kind: str, value: str) -> dict[str, Any]:
    """The entry of ``errors`` for something that does not exist."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with id: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": "id",
        "resource_id": value,
        "type": f"{PROBLEMS}/resource-not-found",
    }


def out_of_credit(account_id: str) -> Refused:
    """402, as seen since plans are paid by use."""
    body = {
        "account_id": account_id,
        "title": "CreditsDepleted",
        "detail": f"Your enrolled account [{account_id}] does not have any credits to fulfill this request.",
        "type": f"{PROBLEMS}/credits",
    }
    return Refused(402, body)


def rate_headers(clock: Clock, *, limit: int, used: int) -> dict[str, str]:
    """``x-rate-limit-*``; the window ends with the quarter of an hour of the sandbox's clock."""
    now = int(clock.now().timestamp())
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(max(0, limit - used)),
        "x-rate-limit-reset": str(now - now % WINDOW_SECONDS + WINDOW_SECONDS),
    }


class XAnswers:
    """X's words for planned faults on ``POST /2/tweets``."""

    def __init__(self, clock: Clock, *, account_id: str) -> None:
        self._clock = clock
        self._account_id = account_id

    def refusal(self, fault: Fault) -> Response:
        """The answer of a call that fails with this fault."""
        refused = {
            Fault.RATE_LIMITED: plain(429, "Too Many Requests"),
            Fault.UNAUTHORIZED: plain(401, "Unauthorized"),
            Fault.OUT_OF_CREDIT: out_of_credit(self._account_id),
            Fault.DUPLICATE: duplicate(),
            Fault.FORBIDDEN: forbidden(),
            Fault.INVALID: invalid([("text", "The sandbox was asked to refuse this post.")]),
            Fault.UNAVAILABLE: plain(503, "Service Unavailable"),
        }.get(fault, plain(500, "Internal Server Error"))
        answer = refused.response()
        if fault is Fault.RATE_LIMITED:
            answer.headers.update(rate_headers(self._clock, limit=100, used=100))
        return answer

    def without_id(self) -> Response:
        """A success that does not name the post, with errors only, as X can send it."""
        return JSONResponse({"errors": [{"title": "Field Error", "detail": "id", "type": "about:blank"}]}, 201)
