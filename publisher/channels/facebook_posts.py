"""Reading back a Facebook page: what it has published, the newest post first.

Source: Graph API reference, "Page Published Posts". The words come back as they were sent; a link that is no part of
them stands in the attachment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from publisher.channels.answers import as_list, as_mapping, as_text
from publisher.channels.recognition import PostWords, Shown
from publisher.errors import TemporaryError

Get: TypeAlias = Callable[[str, Mapping[str, str]], Mapping[str, object]]
"""Carries out a GET with a path and a query; raises a `TransportError`."""

_PAGE = 100
_MOST_PAGES = 10


def posts_since(get: Get, page: str, since: datetime) -> Iterator[Shown]:
    """Everything that the page has published since then; ``page`` is its path: ``v26.0/1234``.

    Raises a `TransportError` unless that is all of it.
    """
    query = {
        "fields": "id,message,created_time,permalink_url,attachments{unshimmed_url,url}",
        "since": str(int(since.timestamp())),
        "limit": str(_PAGE),
    }
    for _ in range(_MOST_PAGES):
        fields = get(f"{page}/published_posts", query)
        posts = fields.get("data")
        if not isinstance(posts, list):
            raise TemporaryError("Facebook does not show the page's posts", remedy="look at the page")
        yield from (_shown(as_mapping(post)) for post in posts)
        paging = as_mapping(fields.get("paging"))
        if not as_text(paging.get("next")):
            return
        query["after"] = as_text(as_mapping(paging.get("cursors")).get("after"))
    raise TemporaryError("the page has published too much since then to look through", remedy="look at the page")


def _shown(post: Mapping[str, object]) -> Shown:
    attached = map(as_mapping, as_list(as_mapping(post.get("attachments")).get("data")))
    links = [as_text(one.get("unshimmed_url")) or as_text(one.get("url")) for one in attached]
    return Shown(
        id=as_text(post.get("id")),
        words=PostWords(text=as_text(post.get("message")), links=tuple(filter(None, links))),
        url=as_text(post.get("permalink_url")),
    )
