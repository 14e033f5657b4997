"""What Facebook says of our page and our token. Nothing is published.

Source: Graph API documentation, pages "Batch Requests", "Page" (fields ``tasks``) and "Debug Token".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from publisher.abilities import Examination
from publisher.channels.answers import as_mapping, as_text
from publisher.channels.clocks import compare
from publisher.channels.facebook_answers import classify, is_fault
from publisher.model.findings import Finding, broken, doubtful, fine

if TYPE_CHECKING:
    from publisher.channels.facebook import FacebookConnection

SCOPES = ("pages_manage_posts", "pages_read_engagement")
TASK = "CREATE_CONTENT"

_SOON = timedelta(days=14)


def examine(examination: Examination, connection: FacebookConnection) -> Iterator[Finding]:
    """Page, token, permissions and clock. Raises a `TransportError`."""
    channel_id, asked_at = examination.channel.id, examination.clock.now()
    # The tasks by themselves: an unknown field spoils the whole answer, and not every kind of token may ask for them.
    questions = ("me?fields=id,name", "me?fields=tasks", f"debug_token?{urlencode(_about_token(examination))}")
    answers = connection.graph.ask_all(*questions)
    now = examination.clock.now()
    if len(answers) != len(questions):
        yield doubtful(channel_id, "Facebook did not answer what was asked", mend="try again later")
        return
    me, tasks, token = answers
    if is_fault(me):
        raise classify(me, publishing=False, now=now)
    yield from _page(channel_id, {**tasks.fields(), **me.fields()}, page_id=connection.page_id)
    if is_fault(token):
        yield doubtful(
            channel_id,
            "Facebook does not tell how long the token holds and what it permits",
            mend="set APP_ID and APP_SECRET too",
        )
    else:
        yield from _token(channel_id, as_mapping(token.fields().get("data")), now=now)
    yield from compare(me, asked_at=asked_at, now=now, platform="Facebook")


def _about_token(examination: Examination) -> dict[str, str]:
    """The question in ``debug_token``: asked by the app when its number is known, else by the token itself."""
    settings = examination.settings
    app_id, app_secret = settings.get("APP_ID"), settings.get("APP_SECRET")
    asker = {"access_token": f"{app_id}|{app_secret}"} if app_id and app_secret else {}
    return {"input_token": settings.require("PAGE_TOKEN"), **asker}


def _page(subject: str, fields: Mapping[str, object], *, page_id: str) -> Iterator[Finding]:
    found, name = as_text(fields.get("id")), as_text(fields.get("name"))
    if found != page_id:
        yield broken(
            subject,
            f"PAGE_TOKEN belongs to “{name}” ({found}), which is not the page of PAGE_ID ({page_id})",
            mend=f"run: publisher login {subject}",
        )
        return
    yield fine(subject, f"Facebook accepts the token, as the page “{name}”")
    tasks = fields.get("tasks")
    if isinstance(tasks, list) and TASK not in tasks:
        yield broken(subject, "the token's user may not post on the page", mend="give them the task “Create content”")


def _token(subject: str, facts: Mapping[str, object], *, now: datetime) -> Iterator[Finding]:
    mend = f"run: publisher login {subject}"
    if facts.get("is_valid") is not True:
        why = as_text(as_mapping(facts.get("error")).get("message"))
        yield broken(subject, f"the page token is not valid{f': {why}' if why else ''}", mend=mend)
        return
    yield _until(subject, "the page token", facts.get("expires_at"), now=now)
    yield _until(subject, "the access to the page's data", facts.get("data_access_expires_at"), now=now)
    scopes = facts.get("scopes")
    missing = [scope for scope in SCOPES if isinstance(scopes, list) and scope not in scopes]
    if missing:
        yield broken(subject, f"the token lacks {_listed(missing)}", mend=f"{mend}, and allow that")
    else:
        yield fine(subject, f"the token has {_listed(SCOPES)}")


def _until(subject: str, what: str, seconds: object, *, now: datetime) -> Finding:
    """``seconds`` since 1970; 0 stands for never."""
    if not isinstance(seconds, int) or seconds <= 0:
        return fine(subject, f"{what} does not expire")
    end = datetime.fromtimestamp(min(seconds, 253402300799), tz=UTC)
    mend = f"run: publisher login {subject}"
    if end <= now:
        return broken(subject, f"{what} expired on {end:%d %B %Y}", mend=mend)
    if end <= now + _SOON:
        return doubtful(subject, f"{what} expires on {end:%d %B %Y}", mend=mend)
    return fine(subject, f"{what} holds until {end:%d %B %Y}")


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)
