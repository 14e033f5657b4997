"""What an HTTP platform answered, read without trusting its shape."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from publisher.errors import OutcomeUnknown, TemporaryError, TransportError

LOOK_FIRST = (
    "nothing to do yet: publisher looks into it; to settle it yourself: publisher resolve KEY --sent or --not-sent"
)
_DETAIL_LENGTH = 500
_SHORTEST_SECRET = 8
_LONGEST_WAIT = timedelta(days=7)  # more than that is a mistake of a server on the way


@dataclass(frozen=True, slots=True)
class Answer:
    """One response. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def succeeded(self) -> bool:
        """Whether the status is one of 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004  RFC 9110 section 15.3

    def fields(self) -> Mapping[str, object]:
        """The JSON object in the body; empty for a list, a word, HTML or nothing."""
        try:
            return as_mapping(json.loads(self.body))
        except (ValueError, RecursionError):
            return {}

    def retry_after(self, now: datetime) -> datetime | None:
        """The instant that ``Retry-After`` names, in seconds or as a date (RFC 9110 section 10.2.3), if it does."""
        text = self.headers.get("retry-after", "").strip()
        try:
            at = now + timedelta(seconds=int(text)) if text.isdecimal() else parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(at, now + _LONGEST_WAIT) if at > now else None

    def without(self, *secrets: str) -> Answer:
        """The same answer with our secrets struck out: platforms repeat them in their words, which are written down.

        Short ones stay: no platform gives keys like that, and striking them out would tear the answer's own words.
        """
        body = self.body
        for secret in (one for one in secrets if len(one) >= _SHORTEST_SECRET):
            body = body.replace(secret.encode(), b"(redacted)")
        return replace(self, body=body)

    def words(self) -> str:
        """The beginning of the body on one line, for a person to read."""
        return " ".join(self.body[: 2 * _DETAIL_LENGTH].decode("utf-8", "replace").split())[:_DETAIL_LENGTH]


def as_mapping(thing: object) -> Mapping[str, object]:
    """The JSON object, or an empty one when it is something else."""
    return thing if isinstance(thing, dict) else {}


def as_list(thing: object) -> Sequence[object]:
    """The JSON list, or an empty one when it is something else."""
    return thing if isinstance(thing, list) else ()


def as_text(thing: object) -> str:
    """The JSON string, or an empty one when it is something else."""
    return thing if isinstance(thing, str) else ""


def uncertain(message: str, *, publishing: bool, code: str = "", detail: str = "") -> TransportError:
    """The error for a call of which nobody can tell whether it was carried out.

    Only the call that publishes makes that matter: an upload may be repeated.
    """
    if publishing:
        return OutcomeUnknown(message, code=code, detail=detail, remedy=LOOK_FIRST)
    return TemporaryError(message, code=code, detail=detail, remedy="nothing to do: it is tried again")


def undecided(answer: Answer, *, publishing: bool, code: str, detail: str, now: datetime) -> TransportError:
    """The error for an answer that neither succeeds nor refuses. ``now`` is what a ``Retry-After`` counts from.

    A redirect that keeps the method was not carried out (RFC 9110 sections 15.4.8 and 15.4.9). None is followed: the
    request and the credentials belong to one address.
    """
    if answer.status in {HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}:
        return TemporaryError(
            "the platform sends the request to another address; nothing was published",
            code=code,
            detail=answer.headers.get("location", ""),
            remedy="let whoever set publisher up check ENDPOINT and the proxy; it is tried again",
        )
    what = "the post is out" if publishing else "it did what was asked"
    error = uncertain(
        f"the platform answered with an error that does not say whether {what}",
        publishing=publishing,
        code=code,
        detail=detail,
    )
    error.retry_at = answer.retry_after(now)
    return error
