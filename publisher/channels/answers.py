"""What an HTTP platform answered, read without trusting its shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from publisher.errors import OutcomeUnknown, TemporaryError, TransportError

LOOK_FIRST = "look at the account, then: publisher resolve KEY --sent or --not-sent"
_DETAIL_LENGTH = 500


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

    def without(self, *secrets: str) -> Answer:
        """The same answer with our secrets struck out: platforms repeat them in their words, which are written down."""
        body = self.body
        for secret in filter(None, secrets):
            body = body.replace(secret.encode(), b"(redacted)")
        return replace(self, body=body)

    def words(self) -> str:
        """The beginning of the body on one line, for a person to read."""
        return " ".join(self.body[: 2 * _DETAIL_LENGTH].decode("utf-8", "replace").split())[:_DETAIL_LENGTH]


def as_mapping(thing: object) -> Mapping[str, object]:
    """The JSON object, or an empty one when it is something else."""
    return thing if isinstance(thing, dict) else {}


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


def undecided(answer: Answer, *, publishing: bool, code: str, detail: str) -> TransportError:
    """The error for an answer that neither succeeds nor refuses.

    A redirect that keeps the method was not carried out (RFC 9110 sections 15.4.8 and 15.4.9). None is followed: the
    request and the credentials belong to one address.
    """
    if answer.status in {HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}:
        return TemporaryError(
            "the platform sends the request to another address; nothing was published",
            code=code,
            detail=answer.headers.get("location", ""),
            remedy="check ENDPOINT and the proxy; it is tried again",
        )
    return uncertain(
        f"the platform answered {code}, which does not say whether it did what was asked",
        publishing=publishing,
        code=code,
        detail=detail,
    )
