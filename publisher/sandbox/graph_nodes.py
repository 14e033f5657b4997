"""Posts and photos of Facebook pages, and how Graph shows them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from publisher.sandbox.accounts import PageAccount
from publisher.sandbox.graph_answers import LIVING, Refused, duplicate, wrong_param
from publisher.sandbox.graph_rules import FeedPost, PhotoPost, node_fields
from publisher.sandbox.world import POSTS_KEPT, Posted, PostedMedia, World

_PAGE_FIELDS = frozenset(
    {"about", "category", "fan_count", "id", "link", "name", "tasks", "username", "verification_status"}
)
_POST_FIELDS = frozenset(
    {
        "attachments",
        "created_time",
        "from",
        "full_picture",
        "id",
        "is_hidden",
        "is_published",
        "message",
        "permalink_url",
        "scheduled_publish_time",
        "shares",
        "status_type",
        "story",
        "updated_time",
    }
)
_LISTED_AT_MOST = 100


@dataclass(slots=True)
class _Photo:
    owner: str
    media: PostedMedia
    used: bool


@dataclass(slots=True)
class GraphPost:
    """A post of a page. ``posted`` is None as long as it is to stay unpublished."""

    owner: str
    post_id: str
    wanted: FeedPost | PhotoPost
    posted: Posted | None
    made_at: datetime
    media: tuple[PostedMedia, ...] = field(default=())

    @property
    def message(self) -> str:
        """Its words."""
        return self.wanted.message if isinstance(self.wanted, FeedPost) else self.wanted.caption

    @property
    def link(self) -> str:
        """Its link."""
        return self.wanted.link if isinstance(self.wanted, FeedPost) else ""


class GraphPosts:
    """Posts and photos of all pages."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._posts: dict[str, GraphPost] = {}
        self._photos: dict[str, _Photo] = {}

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._posts.clear()
            self._photos.clear()

    def keep_photo(self, account: PageAccount, wanted: PhotoPost) -> str:
        """Keep an uploaded photo; returns its id. A published one can't be attached to a post any more."""
        digest = self._world.keep_picture(wanted.content, wanted.content_type) if wanted.content else ""
        media = PostedMedia(wanted.alt, digest, wanted.content_type)
        photo_id = self._world.next_id()
        with self._lock:
            self._photos[photo_id] = _Photo(account.page_id, media, used=wanted.public_at is not None)
        return photo_id

    def publish(self, account: PageAccount, wanted: FeedPost, *, body: bytes) -> str:
        """Publish a feed post; returns its id. Raises `Refused`; then no photo is spent."""
        photos = self._attachable(account, wanted.attached)
        media = tuple(photo.media for photo in photos)
        self._check_new(account, (wanted.message, wanted.link, media))
        for photo in photos:
            photo.used = True
        return self._add(account, wanted, media=media, body=body)

    def publish_photo(self, account: PageAccount, wanted: PhotoPost, *, photo_id: str, body: bytes) -> str:
        """Publish a photo as a post of its own; returns the post's id."""
        media = (self._photos[photo_id].media,)
        self._check_new(account, (wanted.caption, "", media))
        return self._add(account, wanted, media=media, body=body)

    def own(self, account: PageAccount, post_id: str) -> GraphPost | None:
        """A post of this page."""
        post = self._posts.get(post_id)
        return post if post is not None and post.owner == account.page_id else None

    def delete(self, post: GraphPost) -> None:
        """Take a post away."""
        with self._lock:
            self._posts.pop(post.post_id, None)
        self._world.withdraw(post.post_id)

    def page(self, account: PageAccount, params: Mapping[str, str]) -> dict[str, Any]:
        """The page itself."""
        names = node_fields(params.get("fields", "id,name"), _PAGE_FIELDS, node="Page")
        known = {
            "id": account.page_id,
            "name": account.name,
            "link": f"https://www.facebook.com/{account.page_id}",
            "category": "Community organisation",
            "tasks": ["CREATE_CONTENT", "MODERATE", "ANALYZE"],
        }
        return {"id": account.page_id} | {name: known[name] for name in names if name in known}

    def node(self, post: GraphPost, params: Mapping[str, str]) -> dict[str, Any]:
        """One post, with the fields that were asked for."""
        names = node_fields(params.get("fields", "id,message,created_time"), _POST_FIELDS, node="Post")
        return {"id": post.post_id} | {name: value for name in names if (value := self._value(post, name)) is not None}

    def listed(self, account: PageAccount, params: Mapping[str, str]) -> dict[str, Any]:
        """The published posts of a page, newest first, a page of them at a time."""
        now = self._world.clock.now()
        since, until = _bound(params, "since"), _bound(params, "until")
        posts = [
            post
            for post in self._of(account)
            if post.posted is not None
            and post.posted.at <= now
            and (since is None or post.posted.at >= since)
            and (until is None or post.posted.at <= until)
        ]
        return self._listing(account, posts, params=params)

    def scheduled(self, account: PageAccount, params: Mapping[str, str]) -> dict[str, Any]:
        """The posts of a page whose time is still to come."""
        now = self._world.clock.now()
        posts = [post for post in self._of(account) if post.posted and post.posted.at > now]
        return self._listing(account, posts, params=params)

    def _of(self, account: PageAccount) -> list[GraphPost]:
        with self._lock:
            posts = [post for post in self._posts.values() if post.owner == account.page_id]
        return posts[::-1]

    def _listing(self, account: PageAccount, posts: list[GraphPost], *, params: Mapping[str, str]) -> dict[str, Any]:
        size = _whole(params, "limit", default=25)
        begin = _whole(params, "after", default=0)
        if size > _LISTED_AT_MOST:
            raise wrong_param(f"Please reduce the amount of data you're asking for: limit is {_LISTED_AT_MOST}")
        answer: dict[str, Any] = {"data": [self.node(post, params) for post in posts[begin : begin + size]]}
        if answer["data"]:
            answer["paging"] = {"cursors": {"before": str(begin), "after": str(begin + size)}}
        if begin + size < len(posts):
            edge = f"{self._world.http_url}/graph/{LIVING[-1]}/{account.page_id}/published_posts"
            answer["paging"]["next"] = f"{edge}?limit={size}&after={begin + size}"
        return answer

    def _value(self, post: GraphPost, name: str) -> object:
        now = self._world.clock.now()
        at = post.posted.at if post.posted else post.made_at
        public = post.posted is not None and at <= now
        values: dict[str, object] = {
            "message": post.message or None,
            "created_time": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "updated_time": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "permalink_url": self._world.url_of(post.post_id),
            "is_published": public,
            "is_hidden": False,
            "scheduled_publish_time": int(at.timestamp()) if at > now else None,
            "status_type": "added_photos" if post.media else "shared_story" if post.link else "mobile_status_update",
            "attachments": {"data": self._attachments(post)} if post.media or post.link else None,
            "full_picture": self._picture_url(post.media[0]) if post.media else None,
        }
        return values.get(name)

    def _attachments(self, post: GraphPost) -> list[dict[str, Any]]:
        photos = [
            {"type": "photo", "description": media.alt, "media": {"image": {"src": self._picture_url(media)}}}
            for media in post.media
        ]
        share = [{"type": "share", "unshimmed_url": post.link, "url": post.link}] if post.link else []
        return [*photos, *share]

    def _picture_url(self, media: PostedMedia) -> str:
        return f"{self._world.http_url}/pictures/{media.sha256}"

    def _attachable(self, account: PageAccount, photo_ids: tuple[str, ...]) -> list[_Photo]:
        if len(set(photo_ids)) < len(photo_ids):
            raise wrong_param("Param attached_media names a photo twice")
        photos = [self._photos.get(photo_id) for photo_id in photo_ids]
        good = [photo for photo in photos if photo is not None and photo.owner == account.page_id and not photo.used]
        if len(good) < len(photo_ids):
            raise Refused(
                100, "(#100) Param attached_media has photos that are unknown, of another page, or used already"
            )
        return good

    def _check_new(self, account: PageAccount, words: tuple[str, str, tuple[PostedMedia, ...]]) -> None:
        """Graph refuses what is the same as the page's previous post (code 506)."""
        previous = next(iter(self._of(account)), None)
        if previous is not None and (previous.message, previous.link, previous.media) == words:
            raise duplicate()

    def _add(
        self, account: PageAccount, wanted: FeedPost | PhotoPost, *, media: tuple[PostedMedia, ...], body: bytes
    ) -> str:
        post_id = f"{account.page_id}_{self._world.next_id()}"
        post = GraphPost(account.page_id, post_id, wanted, None, self._world.clock.now(), media)
        if wanted.public_at is not None:
            post.posted = Posted(
                channel_id=account.channel_id,
                remote_id=post_id,
                platform="facebook",
                text=post.message,
                link=post.link,
                media=media,
                body=body,
                at=wanted.public_at,
                url=self._world.url_of(post_id),
                author=account.name,
            )
            self._world.publish(post.posted)
        with self._lock:
            self._posts[post_id] = post
            if len(self._posts) > POSTS_KEPT:
                del self._posts[next(iter(self._posts))]
        return post_id


def token_facts(world: World, token: str) -> dict[str, Any]:
    """``/debug_token`` (Facebook Login, "Debugging and error handling")."""
    page = next((page for page in world.accounts.pages() if page.page_token == token), None)
    if page is None:
        error = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"}
        return {"error": error, "is_valid": False, "scopes": []}
    return {
        "app_id": page.app_id,
        "application": "publisher",
        "type": "PAGE",
        "is_valid": True,
        "expires_at": 0,
        "data_access_expires_at": 0,
        "profile_id": page.page_id,
        "scopes": ["pages_show_list", "pages_read_engagement", "pages_manage_posts"],
    }


def _whole(params: Mapping[str, str], name: str, *, default: int) -> int:
    text = params.get(name, str(default))
    if not (text.isdecimal() and text.isascii()):
        raise wrong_param(f"Param {name} must be an integer")
    return int(text)


def _bound(params: Mapping[str, str], name: str) -> datetime | None:
    text = params.get(name)
    if text is None:
        return None
    if text.isdecimal():
        return datetime.fromtimestamp(int(text), UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise wrong_param(f"Param {name} must be a time") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
