"""What X's answers mean. Pure.

Sources: X API v2 documentation, pages "Response codes & errors" and "Rate limits"; the OpenAPI description's `Problem`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from publisher.channels.answers import LOOK_FIRST, Answer, as_mapping, as_text, undecided
from publisher.errors import (
    CredentialsBroken,
    DuplicateRefused,
    OutOfQuota,
    RateLimited,
    Rejected,
    TransportError,
)

USUAL_WINDOW = timedelta(minutes=15)
"""How long X counts calls before it counts anew."""

_LONGEST_WINDOW = timedelta(hours=25)  # X counts within 24 hours at most; a later reset is no reset

_LIMITS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")
_QUOTA_TYPES = frozenset({"credits", "usage-capped"})
_QUOTA_WORDS = ("creditsdepleted", "spend cap", "spend-cap", "spendcap")
_CREDENTIAL_TYPES = frozenset({"client-forbidden", "unsupported-authentication", "oauth1-permissions"})
_ACCOUNT_CLOSED = re.compile(r"\baccount\b.*\b(suspended|locked)\b")
_CHANGE_IT = "change what X's words name in the file or the template, then: publisher retry KEY"
_DUPLICATE_WORDS = ("duplicate content", "status is a duplicate")
_MAYBE_CARRIED_OUT = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


@dataclass(frozen=True, slots=True)
class _Said:
    """The parts of a problem document. ``type`` is the last segment of its URL: two hosts occur in front."""

    type: str
    detail: str
    all_words: str  #: lower case, for looking for words in


def classify(answer: Answer, *, publishing: bool, now: datetime) -> TransportError:
    """The error for an answer that is no success. ``publishing``: the call was the one that makes the post visible."""
    said = _read(answer)
    code = str(answer.status)
    if _is_about_money(answer.status, said):
        return OutOfQuota(
            "X asks for credit, or the spending limit is reached",
            code=code,
            detail=said.detail,
            remedy="buy credit or raise the limit in X's developer console, then: publisher retry KEY",
        )
    match answer.status:
        case HTTPStatus.UNAUTHORIZED:
            return _credentials("X does not accept the credentials", code=code, detail=said.detail)
        case HTTPStatus.FORBIDDEN:
            return _forbidden(said)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited(
                "X asks to wait",
                code=code,
                detail=said.detail,
                retry_at=retry_at(answer, now),
                remedy="nothing to do: it is tried again then",
            )
        case status if 400 <= status < 500 and status not in _MAYBE_CARRIED_OUT:  # noqa: PLR2004  RFC 9110 section 15.5
            return _rejected("X refuses this post", code=code, detail=said.detail)
    return undecided(answer, publishing=publishing, code=code, detail=said.detail, now=now)


def _forbidden(said: _Said) -> TransportError:
    code = str(HTTPStatus.FORBIDDEN.value)
    if any(words in said.all_words for words in _DUPLICATE_WORDS):
        return DuplicateRefused(
            "X says that it has this post already", code=code, detail=said.detail, remedy=LOOK_FIRST
        )
    if said.type in _CREDENTIAL_TYPES or _ACCOUNT_CLOSED.search(said.all_words):
        return _credentials("X does not let this app or account post", code=code, detail=said.detail)
    return _rejected("X does not permit this post", code=code, detail=said.detail)


def _credentials(message: str, *, code: str, detail: str) -> CredentialsBroken:
    return CredentialsBroken(
        message,
        code=code,
        detail=detail,
        remedy=(
            "it goes out when that is mended: publisher doctor says what is wrong, publisher login gets new keys; "
            "look also at the app's permission “Read and write” and the state of the account"
        ),
    )


def _rejected(message: str, *, code: str, detail: str) -> Rejected:
    return Rejected(message, code=code, detail=detail, remedy=_CHANGE_IT)


def _read(answer: Answer) -> _Said:
    fields = answer.fields()
    listed = fields.get("errors")
    errors = [as_mapping(error) for error in listed] if isinstance(listed, list) else []
    parts = [as_text(source.get(name)) for source in (fields, *errors) for name in ("detail", "message", "title")]
    detail = next(filter(None, parts), "") or answer.words()
    kind = as_text(fields.get("type")).rstrip("/").rpartition("/")[2]
    return _Said(type=kind, detail=detail, all_words=" ".join(parts).lower())


def _is_about_money(status: int, said: _Said) -> bool:
    if status == HTTPStatus.PAYMENT_REQUIRED:
        return True
    refused = status in {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
    return refused and (said.type in _QUOTA_TYPES or any(words in said.all_words for words in _QUOTA_WORDS))


def retry_at(answer: Answer, now: datetime) -> datetime:
    """The latest reset among the limits that are used up: until then every call would count and fail."""
    asked = answer.retry_after(now)
    named = [at for at in (asked, *_exhausted_resets(answer)) if at is not None and at <= now + _LONGEST_WINDOW]
    latest = max(named, default=now + USUAL_WINDOW)
    return latest if latest > now else now + timedelta(minutes=1)


def _exhausted_resets(answer: Answer) -> Iterator[datetime]:
    for limit in _LIMITS:
        if answer.headers.get(f"{limit}-remaining", "0").strip() != "0":
            continue
        try:
            yield datetime.fromtimestamp(int(answer.headers[f"{limit}-reset"]), tz=UTC)
        except (KeyError, ValueError, OverflowError, OSError):
            continue
