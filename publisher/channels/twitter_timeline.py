"""Reading back an account of X: its own timeline, the newest post first.

Source: X API v2, "GET /2/users/:id/tweets". The text comes back with ``&<>`` escaped and every link replaced by a
``t.co`` address; ``entities.urls`` undoes that. A picture's address stands at the end.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import TypeAlias

from publisher.channels.answers import Answer, as_list, as_mapping, as_text
from publisher.channels.recognition import PostWords, Shown, recognised
from publisher.errors import TemporaryError

Get: TypeAlias = Callable[[str, Mapping[str, str]], Answer]
"""Carries out a GET with a route and a query; raises a `TransportError`."""

_PAGE = 100
_MOST_PAGES = 10
_PICTURE = re.compile(r"https?://(www\.)?(x|twitter)\.com/\S+/(photo|video)/\d+")


class Timeline:
    """The timeline of one account."""

    def __init__(self, get: Get) -> None:
        self._get = get
        self._user_id = ""

    def find(self, text: str, *, since: datetime, besides: AbstractSet[str], answers: str = "") -> str:
        """The id of the post with these words, or nothing. Raises a `TransportError` when it can't be read.

        ``answers`` is the id of the post that it is an answer to, if it is one: one thread may say much the same twice.
        """
        self._user_id = self._user_id or self._own_id()
        posts = (post for post in self._posts(since) if answers in ("", post.answers))
        found = recognised(PostWords(text=text), posts, besides=besides)
        return found.id if found else ""

    def _own_id(self) -> str:
        answer = self._get("/2/users/me", {})
        user_id = as_text(as_mapping(answer.fields().get("data")).get("id"))
        if not user_id:
            raise _unreadable(answer)
        return user_id

    def _posts(self, since: datetime) -> Iterator[Shown]:
        """Everything that the account has posted since then, page by page."""
        query = {
            "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "max_results": str(_PAGE),
            "exclude": "retweets",
            "tweet.fields": "created_at,entities,referenced_tweets",
        }
        for _ in range(_MOST_PAGES):
            answer = self._get(f"/2/users/{self._user_id}/tweets", query)
            meta = as_mapping(answer.fields().get("meta"))
            posts = as_list(answer.fields().get("data"))
            if not posts and meta.get("result_count") != 0:
                raise _unreadable(answer)
            yield from (_shown(as_mapping(post)) for post in posts)
            following = as_text(meta.get("next_token"))
            if not following:
                return
            query["pagination_token"] = following
        raise TemporaryError("the account has posted too much since then to look through", remedy="look at the account")


def _shown(post: Mapping[str, object]) -> Shown:
    text = as_text(post.get("text"))
    for entity in map(as_mapping, as_list(as_mapping(post.get("entities")).get("urls"))):
        short, target = as_text(entity.get("url")), as_text(entity.get("expanded_url"))
        is_picture = "media_key" in entity or _PICTURE.fullmatch(target)
        if short:
            text = text.replace(short, "" if is_picture else target)
    words = PostWords(text=html.unescape(text))
    return Shown(id=as_text(post.get("id")), words=words, answers=_answered(post))


def _answered(post: Mapping[str, object]) -> str:
    """The id of the post that this one is an answer to, if it is one."""
    references = map(as_mapping, as_list(post.get("referenced_tweets")))
    return next((as_text(one.get("id")) for one in references if one.get("type") == "replied_to"), "")


def _unreadable(answer: Answer) -> TemporaryError:
    return TemporaryError(
        "X does not show the account", code=str(answer.status), detail=answer.words(), remedy="look at the account"
    )
