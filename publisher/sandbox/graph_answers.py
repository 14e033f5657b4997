"""What Graph says: its error object, the version that answered, how busy the page is (Graph API, "Handling errors")."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from publisher.sandbox.faults import Fault

LIVING = ("v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0")
"""Versions that answered in November 2026 (Graph API changelog)."""

WAIT_MINUTES = 15


class Refused(Exception):
    """Graph refuses the request with one of its errors."""

    def __init__(self, code: int, text: str, *, status: int = 400, **more: object) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = status
        self.more = more

    def response(self) -> Response:
        """The answer."""
        trace = hashlib.sha256(f"{self.code} {self.text}".encode()).hexdigest()[:11]
        error = {"message": self.text, "type": "OAuthException", "code": self.code}
        return JSONResponse({"error": error | self.more | {"fbtrace_id": f"A{trace}"}}, self.status)


def wrong_param(text: str) -> Refused:
    """Code 100: a parameter that is unknown, missing or malformed."""
    return Refused(100, f"(#100) {text}")


def no_proof(text: str) -> Refused:
    """Code 100 for ``appsecret_proof``; it has a type of its own."""
    return Refused(100, text, type="GraphMethodException")


def expired() -> Refused:
    """Code 190 with the subcode for a token whose time is over."""
    text = "Error validating access token: Session has expired."
    return Refused(190, text, status=401, error_subcode=463)


def bad_token() -> Refused:
    """Code 190 for a token that means nothing."""
    return Refused(190, "Invalid OAuth access token - Cannot parse access token", status=401)


def missing_object(node: str) -> Refused:
    """Code 100/33: what is not there and what one may not see get the same answer."""
    text = (
        f"Unsupported request. Object with ID '{node}' does not exist, cannot be loaded due to missing permissions, "
        "or does not support this operation"
    )
    return Refused(100, text, type="GraphMethodException", error_subcode=33)


def duplicate() -> Refused:
    """Code 506."""
    return Refused(506, "Duplicate status message", error_user_title="Duplicate Status Update")


def answering_version(asked: str) -> str:
    """The version that serves a call: an ended one is served, in silence, by the next that still lives.

    Raises `Refused` for what is no version.
    """
    if not re.fullmatch(r"v\d{1,3}\.\d{1,2}", asked):
        raise Refused(2500, f"Unknown path components: /{asked}")
    number = float(asked[1:])
    return next((living for living in LIVING if float(living[1:]) >= number), LIVING[-1])


def usage_headers(page_id: str, *, calls: int, wait_minutes: int = 0) -> Mapping[str, str]:
    """``X-App-Usage`` and ``X-Business-Use-Case-Usage``: percentages, and the minutes until calls are taken again."""
    percent = 100 if wait_minutes else min(99, calls // 100)
    app = {"call_count": percent, "total_time": percent, "total_cputime": percent}
    page = {"type": "pages", **app, "estimated_time_to_regain_access": wait_minutes}
    return {"x-app-usage": json.dumps(app), "x-business-use-case-usage": json.dumps({page_id: [page]})}


_FAULTS: Mapping[Fault, Refused] = {
    Fault.RATE_LIMITED: Refused(32, "(#32) Page request limit reached", status=403),
    Fault.UNAUTHORIZED: expired(),
    Fault.OUT_OF_CREDIT: Refused(
        368,
        "The action attempted has been deemed abusive or is otherwise disallowed",
        error_subcode=1390008,
        error_user_title="You can't use this feature right now",
    ),
    Fault.DUPLICATE: duplicate(),
    Fault.FORBIDDEN: Refused(200, "(#200) Permissions error", status=403),
    Fault.INVALID: wrong_param("Invalid parameter"),
    Fault.ERROR: Refused(1, "An unknown error occurred", status=500),
    Fault.ERROR_BUT_POSTED: Refused(
        2,
        "An unexpected error has occurred. Please retry your request later.",
        status=500,
        is_transient=True,
    ),
    Fault.UNAVAILABLE: Refused(2, "Service temporarily unavailable", status=503, is_transient=True),
}


class GraphAnswers:
    """Graph's words for planned faults on a publishing call."""

    def __init__(self, page_id: str) -> None:
        self._page_id = page_id

    def refusal(self, fault: Fault) -> Response:
        """The answer of a call that fails with this fault."""
        answer = _FAULTS[fault].response()
        if fault is Fault.RATE_LIMITED:
            answer.headers.update(usage_headers(self._page_id, calls=0, wait_minutes=WAIT_MINUTES))
        return answer

    def without_id(self) -> Response:
        """A success that does not name the post."""
        return JSONResponse({"success": True})
