"""How X hands a post back: links wrapped by t.co, ``&<>`` escaped, fields only when asked for."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from publisher.sandbox.accounts import XAccount
from publisher.sandbox.world import Posted
from publisher.sandbox.x_answers import invalid
from publisher.sandbox.x_rules import Query
from publisher.twittertext import library

_ID = r"[0-9]{1,19}"
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"

FIELDS = frozenset(
    {
        "article",
        "attachments",
        "author_id",
        "card_uri",
        "community_id",
        "context_annotations",
        "conversation_id",
        "created_at",
        "display_text_range",
        "edit_controls",
        "edit_history_tweet_ids",
        "entities",
        "geo",
        "id",
        "in_reply_to_user_id",
        "lang",
        "media_metadata",
        "non_public_metrics",
        "note_tweet",
        "organic_metrics",
        "possibly_sensitive",
        "promoted_metrics",
        "public_metrics",
        "referenced_tweets",
        "reply_settings",
        "scopes",
        "source",
        "suggested_source_links",
        "text",
        "withheld",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class XPost:
    """A post as X keeps it. ``text`` and ``urls`` are in the wrapped form; ``conversation`` is the id of its root."""

    posted: Posted
    author: XAccount
    text: str
    urls: tuple[dict[str, Any], ...]
    conversation: str


def links(text: str) -> list[str]:
    """The links of a text, as twitter-text finds them, with a scheme."""
    return [_with_scheme(found["url"]) for found in library().extract_urls_with_indices(text)]


def wrapped(text: str, *, post_id: str, media_url: str) -> tuple[str, tuple[dict[str, Any], ...]]:
    """The text with every link replaced by a t.co address, and ``entities.urls`` that undo it.

    ``media_url`` is where the picture can be seen, or empty; its address stands at the end, as X appends it.
    """
    pieces: list[str] = []
    entities: list[dict[str, Any]] = []
    length = position = 0

    def add(piece: str) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    def add_link(shown: str, target: str) -> None:
        short = _short(f"{post_id} {len(entities)} {target}")
        entities.append(
            {
                "start": length,
                "end": length + len(short),
                "url": short,
                "expanded_url": target,
                "display_url": shown[:27],
            }
        )
        add(short)

    for found in library().extract_urls_with_indices(text):
        begin, end = found["indices"]
        add(html.escape(text[position:begin], quote=False))
        add_link(_shown(found["url"]), _with_scheme(found["url"]))
        position = end
    add(html.escape(text[position:], quote=False))
    if media_url:
        add(" " if text else "")
        add_link(f"pic.x.com/{post_id[-10:]}", media_url)
        entities[-1]["media_key"] = f"3_{post_id}"
    return "".join(pieces), tuple(entities)


def shown(post: XPost, fields: frozenset[str]) -> dict[str, Any]:
    """A post as JSON: id, text and edit history always, the rest when asked for."""
    posted = post.posted
    optional: dict[str, Any] = {
        "author_id": post.author.user_id,
        "conversation_id": post.conversation,
        "created_at": in_their_form(posted.at),
        "entities": {"urls": list(post.urls)} if post.urls else None,
        "in_reply_to_user_id": post.author.user_id if posted.answers else None,
        "referenced_tweets": [{"type": "replied_to", "id": posted.answers}] if posted.answers else None,
        "lang": "und",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
    }
    always = {"id": posted.remote_id, "text": post.text, "edit_history_tweet_ids": [posted.remote_id]}
    return always | {name: value for name, value in optional.items() if name in fields and value is not None}


def between(query: Query) -> Callable[[XPost], bool]:
    """Whether a post lies within the times and ids that were asked for."""
    since_id, until_id = query.text("since_id", _ID), query.text("until_id", _ID)
    begin, end = query.text("start_time", _INSTANT), query.text("end_time", _INSTANT)
    try:
        begins = datetime.fromisoformat(begin) if begin else None
        ends = datetime.fromisoformat(end) if end else None
    except ValueError as error:
        raise invalid([("start_time", "The `start_time` or `end_time` query parameter value is not a date")]) from error

    def fits(post: XPost) -> bool:
        number = int(post.posted.remote_id)
        in_ids = int(since_id or 0) < number and (until_id is None or number < int(until_id))
        in_time = (begins is None or post.posted.at >= begins) and (ends is None or post.posted.at < ends)
        return in_ids and in_time

    return fits


def page_of(posts: list[XPost], fields: frozenset[str], *, size: int, begin: int) -> dict[str, Any]:
    """One page of a timeline."""
    page = posts[begin : begin + size]
    meta: dict[str, object] = {"result_count": len(page)}
    if not page:
        return {"meta": meta}
    meta |= {"newest_id": page[0].posted.remote_id, "oldest_id": page[-1].posted.remote_id}
    if begin + size < len(posts):
        meta["next_token"] = str(begin + size)
    return {"data": [shown(post, fields) for post in page], "meta": meta}


def checked_id(given: str) -> str:
    """An id in a path. Raises `Refused`."""
    if not (given.isdecimal() and given.isascii() and len(given) <= 19):  # noqa: PLR2004  digits of a 64-bit number
        raise invalid([("id", f"The `id` query parameter value [{given}] is not valid")])
    return given


def in_their_form(instant: datetime) -> str:
    """``2026-11-22T10:00:00.000Z``."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _short(seed: str) -> str:
    letters = hashlib.sha256(seed.encode()).hexdigest()
    return f"https://t.co/{letters[:10]}"


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"http://{url}"


def _shown(url: str) -> str:
    parts = urlsplit(_with_scheme(url))
    return f"{parts.netloc.removeprefix('www.')}{parts.path}".rstrip("/")
