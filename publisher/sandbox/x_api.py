"""The stand-in for X API v2: ``/x/2/…`` for ``https://api.twitter.com/2/…``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from publisher.sandbox.accounts import XAccount
from publisher.sandbox.exchange import HUNG_UP, Exchange, Malformed, TooLarge
from publisher.sandbox.publishing import Publishing
from publisher.sandbox.world import POSTS_KEPT, Posted, World
from publisher.sandbox.x_answers import (
    WINDOW_SECONDS,
    Refused,
    XAnswers,
    duplicate,
    forbidden,
    invalid,
    not_found,
    plain,
    rate_headers,
)
from publisher.sandbox.x_auth import XAuth
from publisher.sandbox.x_media import XMedia
from publisher.sandbox.x_rules import CreatePost, Query, check_post, parsed
from publisher.sandbox.x_timeline import FIELDS, XPost, between, checked_id, links, page_of, shown, wrapped

SAME_WORDS_WITHIN = timedelta(hours=24)
"""How long X remembers words for its duplicate check is not published; a day is an assumption."""

_SHAPE = frozenset({"tweet.fields", "expansions", "media.fields", "poll.fields", "user.fields", "place.fields"})
_LIMITS = {
    "create": 100,
    "delete": 50,
    "timeline": 900,
    "me": 75,
    "upload": 500,
    "pieces": 1875,
    "metadata": 500,
    "lookup": 900,
}

Endpoint: TypeAlias = Callable[[XAccount, Exchange, str], Response]
"""Account, request, and the id in the path (empty where there is none)."""


class XApi:
    """X API v2 over the world."""

    def __init__(self, world: World, publishing: Publishing) -> None:
        self._world = world
        self._publishing = publishing
        self._auth = XAuth(world)
        self._media = XMedia(world)
        self._lock = threading.Lock()
        self._posts: dict[str, XPost] = {}
        self._used: dict[tuple[str, str], tuple[int, int]] = {}

    def clear(self) -> None:
        """Forget posts and uploads."""
        with self._lock:
            self._posts.clear()
            self._used.clear()
        self._media.clear()

    def app(self) -> Starlette:
        """The ASGI application below ``/x``."""
        media = self._media
        routes = [
            Route("/2/tweets", self._create, methods=["POST"]),
            Route("/2/oauth2/token", self._token, methods=["POST"]),
            Route("/i/oauth2/authorize", self._authorize, methods=["GET"]),
            self._route("GET", "/2/tweets/{id}", self._lookup, limit="lookup"),
            self._route("DELETE", "/2/tweets/{id}", self._delete, limit="delete"),
            self._route("GET", "/2/users/me", self._me, limit="me"),
            self._route("GET", "/2/users/{id}/tweets", self._timeline, limit="timeline"),
            self._route("POST", "/2/media/upload", media.upload, limit="upload"),
            self._route("GET", "/2/media/upload", media.status, limit="upload"),
            self._route("POST", "/2/media/upload/initialize", media.initialize, limit="pieces"),
            self._route("POST", "/2/media/upload/{id}/append", media.append, limit="pieces"),
            self._route("POST", "/2/media/upload/{id}/finalize", media.finalize, limit="pieces"),
            self._route("POST", "/2/media/metadata", media.describe, limit="metadata"),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _unrouted, **HUNG_UP})

    def _route(self, method: str, path: str, endpoint: Endpoint, *, limit: str) -> Route:
        async def answer(request: Request) -> Response:
            try:
                account, exchange = await self._admit(request)
                found = endpoint(account, exchange, str(request.path_params.get("id", "")))
            except Refused as refused:
                return self._limited(refused.response(), "", limit=limit)
            return self._limited(found, account.user_id, limit=limit)

        return Route(path, answer, methods=[method])

    async def _admit(self, request: Request) -> tuple[XAccount, Exchange]:
        """Read, record and authenticate a request."""
        try:
            exchange = await Exchange.read(request)
        except TooLarge as error:
            raise plain(413, "Content Too Large") from error
        owner = self._auth.owner(exchange)
        self._world.record(owner.channel_id if owner else "", exchange.received(self._world))
        return self._auth.account(exchange), exchange

    def _limited(self, answer: Response, user_id: str, *, limit: str) -> Response:
        """Every answer says how much of the allowance is left. The sandbox counts, but refuses only by a fault."""
        if "x-rate-limit-limit" not in answer.headers:
            window = int(self._world.clock.now().timestamp()) // WINDOW_SECONDS
            with self._lock:
                last_window, used = self._used.get((user_id, limit), (window, 0))
                used = used + 1 if last_window == window else 1
                self._used[user_id, limit] = window, used
            answer.headers.update(rate_headers(self._world.clock, limit=_LIMITS[limit], used=used))
        return answer

    async def _token(self, request: Request) -> Response:
        exchange = await Exchange.read(request)
        self._world.record("", exchange.received(self._world, hide_body=True))
        try:
            return JSONResponse(self._auth.grant(exchange))
        except Refused as refused:
            return refused.response()

    async def _authorize(self, request: Request) -> Response:
        try:
            return RedirectResponse(self._auth.leave(await Exchange.read(request)), 302)
        except Refused as refused:
            return refused.response()

    async def _create(self, request: Request) -> Response:
        try:
            account, exchange = await self._admit(request)
            post = _parsed_post(exchange)
        except Refused as refused:
            return self._limited(refused.response(), "", limit="create")

        def act() -> Response:
            try:
                return self._publish(account, post, exchange.body)
            except Refused as refused:
                return refused.response()

        answers = XAnswers(self._world.clock, account_id=account.user_id)
        answer = await self._publishing.run(account.channel_id, act, answers)
        return self._limited(answer, account.user_id, limit="create")

    def _publish(self, account: XAccount, post: CreatePost, body: bytes) -> Response:
        self._check_reply(account, post)
        self._check_new(account, post.text)
        media = self._media.take(account, post.media.media_ids) if post.media else ()
        post_id, at = self._world.next_id(), self._world.clock.now()
        photo = f"https://x.com/{account.username}/status/{post_id}/photo/1" if media else ""
        text, urls = wrapped(post.text, post_id=post_id, media_url=photo)
        found = links(post.text)
        posted = Posted(
            channel_id=account.channel_id,
            remote_id=post_id,
            platform="x",
            text=post.text,
            link=found[0] if found else "",
            media=media,
            body=body,
            at=at,
            url=self._world.url_of(post_id),
            author=account.name,
            handle=account.username,
            answers=post.reply.in_reply_to_tweet_id if post.reply else "",
        )
        with self._lock:
            answered = self._posts.get(posted.answers)
            root = answered.conversation if answered else post_id
            self._posts[post_id] = XPost(posted=posted, author=account, text=text, urls=urls, conversation=root)
            if len(self._posts) > POSTS_KEPT:
                del self._posts[next(iter(self._posts))]
        self._world.publish(posted)
        return JSONResponse({"data": {"id": post_id, "text": text, "edit_history_tweet_ids": [post_id]}}, 201)

    def _check_reply(self, account: XAccount, post: CreatePost) -> None:
        """Apps without a contract may answer the account's own posts only (X changelog, 2026-02-23)."""
        if post.reply is None:
            return
        target = self._posts.get(post.reply.in_reply_to_tweet_id)
        if target is None:
            raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
        if target.author.user_id != account.user_id:
            raise forbidden("You can only reply to or quote posts where you are mentioned or are the author.")

    def _check_new(self, account: XAccount, text: str) -> None:
        since = self._world.clock.now() - SAME_WORDS_WITHIN
        recent = reversed(self._of(account.user_id))
        if text and any(post.posted.text == text for post in recent if post.posted.at > since):
            raise duplicate()

    def _of(self, user_id: str) -> list[XPost]:
        with self._lock:
            return [post for post in self._posts.values() if post.author.user_id == user_id]

    def _lookup(self, account: XAccount, exchange: Exchange, node: str) -> Response:
        del account
        fields = Query(exchange.params, _SHAPE).several("tweet.fields", FIELDS)
        post_id = checked_id(node)
        post = self._posts.get(post_id)
        if post is None:
            return JSONResponse({"errors": [not_found("tweet", post_id)]})
        return JSONResponse({"data": shown(post, fields)})

    def _delete(self, account: XAccount, exchange: Exchange, node: str) -> Response:
        Query(exchange.params, frozenset())
        post_id = checked_id(node)
        post = self._posts.get(post_id)
        if post is None:
            raise Refused(404, {"errors": [not_found("tweet", post_id)]})
        if post.author.user_id != account.user_id:
            raise forbidden("You are not authorized to delete this Tweet.")
        with self._lock:
            self._posts.pop(post_id, None)
        self._world.withdraw(post_id)
        return JSONResponse({"data": {"deleted": True}})

    def _me(self, account: XAccount, exchange: Exchange, node: str) -> Response:
        del node
        Query(exchange.params, frozenset({"user.fields", "expansions", "tweet.fields"}))
        shown = {"id": account.user_id, "name": account.name, "username": account.username}
        return JSONResponse({"data": shown}, headers={"x-access-level": "read-write"})

    def _timeline(self, account: XAccount, exchange: Exchange, node: str) -> Response:
        del account
        known = {"max_results", "pagination_token", "exclude", "start_time", "end_time", "since_id", "until_id"}
        query = Query(exchange.params, _SHAPE | known)
        fields = query.several("tweet.fields", FIELDS)
        left_out = query.several("exclude", frozenset({"replies", "retweets"}))
        size = query.number("max_results", least=5, most=100, default=10)
        fits = between(query)
        user_id = checked_id(node)
        posts = [post for post in reversed(self._of(user_id)) if fits(post)]
        if "replies" in left_out:
            posts = [post for post in posts if not post.posted.answers]
        if user_id not in {account.user_id for account in self._world.accounts.x()}:
            return JSONResponse({"errors": [not_found("user", user_id)]})
        begin = int(query.text("pagination_token", r"[0-9]{1,9}") or 0)
        return JSONResponse(page_of(posts, fields, size=size, begin=begin))


def _parsed_post(exchange: Exchange) -> CreatePost:
    try:
        post = parsed(CreatePost, exchange.json())
    except Malformed as error:
        raise invalid([("body", str(error))]) from error
    check_post(post)
    return post


async def _unrouted(request: Request, error: Exception) -> Response:
    """Paths that X does not have, and methods that it does not take there."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 404
    titles = {404: "Not Found", 405: "Method Not Allowed"}
    return plain(status, titles.get(status, "Error")).response()
