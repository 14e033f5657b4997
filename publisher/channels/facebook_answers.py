"""What the Graph API's answers mean. Pure.

Source: Graph API documentation, pages "Handling errors" and "Rate limits". The platform's own ``is_transient`` is not
believed on publishing: posts did appear after "please retry your request later" (arsduo/koala#699, #397).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from publisher.channels.answers import LOOK_FIRST, Answer, as_mapping, as_text, undecided
from publisher.errors import (
    Blocked,
    CredentialsBroken,
    DuplicateRefused,
    RateLimited,
    Rejected,
    TemporaryError,
    TransportError,
)

USUAL_WAIT = timedelta(minutes=60)
"""How long Facebook counts calls, when it does not say when to come back."""

BUSINESS_USAGE = "x-business-use-case-usage"

_BLOCKED_FOR_POLICY = 368
_DUPLICATE = 506
_LINK_NOT_READ = 1609005
_LIMITS = frozenset({4, 17, 32, 341, 613, *range(80001, 80015)})
_PERMISSIONS = frozenset({3, 10, *range(200, 300)})
_SESSIONS = frozenset({102, 190})
_MAYBE_CARRIED_OUT = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


@dataclass(frozen=True, slots=True)
class _Fault:
    """The ``error`` object of an answer. ``number`` is 0 when there is none."""

    number: int
    code: str  #: ``190/463``
    detail: str


def is_fault(answer: Answer) -> bool:
    """Whether an answer is no success: Facebook also sends errors with status 200."""
    return not answer.succeeded or "error" in answer.fields()


def classify(answer: Answer, *, publishing: bool, now: datetime) -> TransportError:
    """The error for an answer that is no success. ``publishing``: the call was the one that makes the post visible."""
    fault = _read(answer)
    if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        for numbers, judge in _JUDGES:
            if fault.number in numbers:
                return judge(fault, now)
        if fault.number in _LIMITS or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            return _rate_limited(fault, answer=answer, now=now)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return _credentials(fault, now)
        if _is_refusal(answer.status, fault):
            return _rejected(fault)
    return undecided(answer, publishing=publishing, code=fault.code, detail=fault.detail, now=now)


def _is_refusal(status: int, fault: _Fault) -> bool:
    """A client error with a number that means something. 1, 2 and numbers below zero mean "don't know"."""
    by_status = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return by_status and status not in _MAYBE_CARRIED_OUT and fault.number > 2  # noqa: PLR2004  see above


def _credentials(fault: _Fault, _now: datetime) -> TransportError:
    return CredentialsBroken(
        "Facebook does not accept the page's token",
        code=fault.code,
        detail=fault.detail,
        remedy="get a new one with publisher login, or set PAGE_TOKEN; what is not too late goes out then",
    )


def _permission(fault: _Fault, _now: datetime) -> TransportError:
    return CredentialsBroken(
        "Facebook does not let this token post to the page",
        code=fault.code,
        detail=fault.detail,
        remedy="give the app pages_manage_posts and pages_read_engagement, and its user the task “Create content”",
    )


def _blocked(fault: _Fault, now: datetime) -> TransportError:
    """368 has two meanings; only its words tell them apart (arsduo/koala#422).

    Facebook does not say how long a block lasts ("temporarily", says the page "Handling errors").
    """
    if "already posted" in fault.detail.lower():
        return _duplicate(fault, now)
    return Blocked(
        "Facebook has blocked the page or app for a while",
        code=fault.code,
        detail=fault.detail,
        remedy="look at the page's quality in Facebook; post nothing by hand until the block is over",
    )


def _duplicate(fault: _Fault, _now: datetime) -> TransportError:
    return DuplicateRefused(
        "Facebook says that it has this post already", code=fault.code, detail=fault.detail, remedy=LOOK_FIRST
    )


def _link_not_read(fault: _Fault, _now: datetime) -> TransportError:
    return TemporaryError(
        "Facebook could not read the page that the link leads to",
        code=fault.code,
        detail=fault.detail,
        remedy="check the link; it is tried again",
    )


def _rejected(fault: _Fault) -> TransportError:
    return Rejected(
        "Facebook refuses this post",
        code=fault.code,
        detail=fault.detail,
        remedy="change what Facebook's words name in the file or the template, then: publisher retry KEY",
    )


def _rate_limited(fault: _Fault, *, answer: Answer, now: datetime) -> TransportError:
    named = [now + timedelta(minutes=minutes) for minutes in _minutes_to_wait(answer.headers) if minutes > 0]
    asked = answer.retry_after(now)
    waits = [*named, asked] if asked is not None else named
    return RateLimited(
        "Facebook asks to wait",
        code=fault.code,
        detail=fault.detail,
        retry_at=max(waits, default=now + USUAL_WAIT),
        remedy="nothing to do: it is tried again then",
    )


_JUDGES: tuple[tuple[frozenset[int], Callable[[_Fault, datetime], TransportError]], ...] = (
    (_SESSIONS, _credentials),
    (_PERMISSIONS, _permission),
    (frozenset({_BLOCKED_FOR_POLICY}), _blocked),
    (frozenset({_DUPLICATE}), _duplicate),
    (frozenset({_LINK_NOT_READ}), _link_not_read),
)


def _read(answer: Answer) -> _Fault:
    fields = answer.fields()
    error = as_mapping(fields.get("error"))
    number = _integer(error.get("code"))
    subcode = _integer(error.get("error_subcode"))
    code = f"{number}/{subcode}" if number and subcode else str(number or answer.status)
    number = subcode if subcode == _LINK_NOT_READ else number  # it comes as code 100, too
    parts = (error.get("message"), error.get("error_user_title"), error.get("error_user_msg"), fields.get("error"))
    words = " — ".join(filter(None, map(as_text, parts)))
    return _Fault(number, code, words or answer.words())


def _integer(thing: object) -> int:
    if isinstance(thing, int):
        return thing
    text = as_text(thing)
    return int(text) if text.isascii() and text.isdigit() else 0


def _minutes_to_wait(headers: Mapping[str, str]) -> Iterator[int]:
    """``{"<id>": [{"type": "pages", …, "estimated_time_to_regain_access": 12}]}``, in minutes."""
    try:
        usage = as_mapping(json.loads(headers.get(BUSINESS_USAGE, "")))
    except ValueError:
        return
    for entries in usage.values():
        for entry in entries if isinstance(entries, list) else ():
            yield min(_integer(as_mapping(entry).get("estimated_time_to_regain_access")), 7 * 24 * 60)
