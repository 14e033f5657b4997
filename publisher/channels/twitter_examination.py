"""What X says of our account and our app. Nothing is published.

Source: X API documentation, "Authentication, app permissions": each answer to a user's request has ``x-access-level``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from publisher.abilities import Examination
from publisher.channels.answers import as_mapping, as_text
from publisher.channels.clocks import compare
from publisher.model.findings import Finding, broken, doubtful, fine

if TYPE_CHECKING:
    from publisher.channels.twitter import TwitterConnection

SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
"""What posting with pictures needs; ``offline.access`` gives refresh tokens."""

_ACCESS_LEVEL = "x-access-level"


def examine(examination: Examination, connection: TwitterConnection) -> Iterator[Finding]:
    """Credentials, account, permission and clock. Raises a `TransportError`."""
    channel = examination.channel
    asked_at = examination.clock.now()
    answer = connection.me()
    name = as_text(as_mapping(answer.fields().get("data")).get("username"))
    yield fine(channel.id, f"X accepts the credentials, as @{name}")
    wanted = channel.account.removeprefix("@")
    if wanted and name and wanted.casefold() != name.casefold():
        yield broken(
            channel.id,
            f"the schedule file says @{wanted}, but posts would appear as @{name}",
            mend=f"run: publisher login {channel.id}, as @{wanted}; or correct the account in the file",
        )
    yield _permission(channel.id, answer.headers.get(_ACCESS_LEVEL, ""), connection.scope())
    yield from compare(answer, asked_at=asked_at, now=examination.clock.now(), platform="X")


def _permission(subject: str, level: str, scope: str) -> Finding:
    if level == "read":
        return broken(
            subject,
            "the app may only read",
            mend="set its permission to “Read and write” in X's developer console, then make new access tokens",
        )
    missing = [one for one in SCOPES if scope and one not in scope.split()]
    if missing:
        return broken(
            subject, f"the tokens lack the scope {', '.join(missing)}", mend=f"run: publisher login {subject}"
        )
    if level or scope:
        return fine(subject, f"may post ({level or scope})")
    return doubtful(
        subject,
        "X does not say whether the app may post",
        mend="check in X's developer console that its permission is “Read and write”",
    )
