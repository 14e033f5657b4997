"""The stand-in for the Graph API of Facebook pages: ``/graph/v26.0/…`` for ``https://graph.facebook.com/v26.0/…``."""

from __future__ import annotations

import hmac
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.accounts import PageAccount
from publisher.sandbox.exchange import Exchange, Malformed, Part, TooLarge
from publisher.sandbox.graph_answers import (
    GraphAnswers,
    Refused,
    answering_version,
    bad_token,
    missing_object,
    no_proof,
    usage_headers,
    wrong_param,
)
from publisher.sandbox.graph_login import GraphLogin, as_single, own_token, single_calls
from publisher.sandbox.graph_nodes import GraphPosts, token_facts
from publisher.sandbox.graph_rules import COMMON, feed_post, photo_post
from publisher.sandbox.publishing import Publishing
from publisher.sandbox.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request by a page whose token and proof are right."""

    account: PageAccount
    exchange: Exchange
    parts: list[Part]
    params: Mapping[str, str]  #: query and form fields


class GraphApi:
    """Graph over the world."""

    def __init__(self, world: World, publishing: Publishing) -> None:
        self._world = world
        self._publishing = publishing
        self._posts = GraphPosts(world)
        self._login = GraphLogin(world)
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()

    def clear(self) -> None:
        """Forget posts and photos."""
        self._posts.clear()

    async def answer(self, request: Request) -> Response:
        """Every call below ``/graph``."""
        version, page_id = "", ""
        try:
            exchange = await Exchange.read(request)
            steps = [unquote(step) for step in exchange.path.strip("/").split("/")]
            parts, unreadable = _read_parts(exchange)
            token, token_in = _token(exchange, parts)
            page_id = self._record(exchange, steps, token=token, token_in=token_in)
            version = answering_version(steps[0])
            if unreadable is not None:
                raise wrong_param(str(unreadable))
            found = self._login.answer(exchange, steps[1:], token=token, parts=parts)
            answer = found or await self._dispatch(self._admit(exchange, parts, token), steps[1:])
        except TooLarge:
            answer = Refused(1, "Please reduce the amount of data you're asking for", status=413).response()
        except Refused as refused:
            answer = refused.response()
        return self._dressed(answer, version, page_id)

    def _record(self, exchange: Exchange, steps: list[str], *, token: str, token_in: str) -> str:
        """Remember the request with the page that it names or whose token it carries; returns that page's id."""
        pages = self._world.accounts.pages()
        named = [page for page in pages if any(page.page_id == step.partition("_")[0] for step in steps)]
        owner = next(iter(named or [page for page in pages if page.page_token == token]), None)
        self._world.record(owner.channel_id if owner else "", exchange.received(self._world, token_in=token_in))
        return owner.page_id if owner else ""

    def _dressed(self, answer: Response, version: str, page_id: str) -> Response:
        if version:
            answer.headers["facebook-api-version"] = version
        if page_id and "x-app-usage" not in answer.headers:
            with self._lock:
                self._calls[page_id] += 1
            answer.headers.update(usage_headers(page_id, calls=self._calls[page_id]))
        return answer

    def _admit(self, exchange: Exchange, parts: list[Part], token: str) -> Call:
        params = dict(exchange.params) | {part.name: part.content.decode("utf-8", "replace") for part in parts}
        if not token:
            text = "An active access token must be used to query information about the current user."
            raise Refused(2500, text)
        for page in self._world.accounts.pages():
            if hmac.compare_digest(page.page_token.encode(), token.encode()):
                _check_proof(page, token, params)
                return Call(account=page, exchange=exchange, parts=parts, params=params)
            if token == f"{page.app_id}|{page.app_secret}":
                return Call(account=page, exchange=exchange, parts=parts, params=params)
        raise bad_token()

    async def _dispatch(self, call: Call, steps: list[str]) -> Response:
        match (call.exchange.method, steps):
            case ("POST", []):
                return await self._batch(call)
            case ("GET", ["debug_token"]):
                return JSONResponse({"data": token_facts(self._world, call.params.get("input_token", ""))})
            case ("GET", ["me"]):
                return JSONResponse(self._posts.page(call.account, call.params))
            case (_, [node, *edge]) if len(edge) <= 1:
                return await self._node(call, node, edge[0] if edge else "")
        raise Refused(2500, f"Unknown path components: /{'/'.join(steps[1:])}")

    async def _batch(self, call: Call) -> Response:
        """Several GETs in one request; each with the token of all, unless it has its own."""
        answers = []
        for exchange in single_calls(call.exchange, call.params.get("batch", "")):
            steps = exchange.path.strip("/").split("/")[1:]
            single = replace(call, exchange=exchange, parts=[], params=dict(exchange.params))
            try:
                if token := own_token(exchange):
                    single = self._admit(exchange, [], token)
                answers.append(await self._dispatch(single, steps))
            except Refused as refused:
                answers.append(refused.response())
        return JSONResponse([as_single(answer) for answer in answers])

    async def _node(self, call: Call, node: str, edge: str) -> Response:
        page_id = call.account.page_id if node == "me" else node
        if any(page.page_id == page_id for page in self._world.accounts.pages()):
            _check_own(call, page_id)
            return await self._page(call, edge)
        post = self._posts.own(call.account, node)
        if edge or post is None:
            raise missing_object(node)
        match call.exchange.method:
            case "GET":
                return JSONResponse(self._posts.node(post, call.params))
            case "DELETE":
                self._posts.delete(post)
                return JSONResponse({"success": True})
        raise Refused(100, f"Unsupported {call.exchange.method.lower()} request.", type="GraphMethodException")

    async def _page(self, call: Call, edge: str) -> Response:
        match (call.exchange.method, edge):
            case ("GET", ""):
                return JSONResponse(self._posts.page(call.account, call.params))
            case ("GET", "published_posts" | "posts" | "feed"):
                return JSONResponse(self._posts.listed(call.account, call.params))
            case ("GET", "scheduled_posts"):
                return JSONResponse(self._posts.scheduled(call.account, call.params))
            case ("POST", "feed"):
                return await self._feed(call)
            case ("POST", "photos"):
                return await self._photo(call)
        text = f"Unsupported {call.exchange.method.lower()} request. Edge '{edge}' of a page does not take it."
        raise Refused(100, text, type="GraphMethodException")

    async def _feed(self, call: Call) -> Response:
        wanted = feed_post(_all_parts(call), now=self._world.clock.now())

        def publish() -> Response:
            return JSONResponse({"id": self._posts.publish(call.account, wanted, body=call.exchange.body)})

        return await self._publish(call, publish)

    async def _photo(self, call: Call) -> Response:
        wanted = photo_post(_all_parts(call), now=self._world.clock.now())
        photo_id = self._posts.keep_photo(call.account, wanted)
        if wanted.public_at is None:
            return JSONResponse({"id": photo_id})

        def publish() -> Response:
            post_id = self._posts.publish_photo(call.account, wanted, photo_id=photo_id, body=call.exchange.body)
            return JSONResponse({"id": photo_id, "post_id": post_id})

        return await self._publish(call, publish)

    async def _publish(self, call: Call, publish: Callable[[], Response]) -> Response:
        def act() -> Response:
            try:
                return publish()
            except Refused as refused:
                return refused.response()

        return await self._publishing.run(call.account.channel_id, act, GraphAnswers(call.account.page_id))


def _read_parts(exchange: Exchange) -> tuple[list[Part], Malformed | None]:
    try:
        return exchange.parts(), None
    except Malformed as error:
        return [], error


def _all_parts(call: Call) -> list[Part]:
    """Fields of the form and of the query: Graph takes them alike."""
    return [*call.parts, *(Part(name, value.encode()) for name, value in call.exchange.params if name not in COMMON)]


def _token(exchange: Exchange, parts: list[Part]) -> tuple[str, str]:
    """The token, and where it was."""
    scheme, _, credential = exchange.headers.get("authorization", "").partition(" ")
    if scheme.lower() in {"bearer", "oauth"} and credential:
        return credential, "header"
    in_form = next((part.content.decode("utf-8", "replace") for part in parts if part.name == "access_token"), "")
    if in_form:
        return in_form, "form"
    in_query = dict(exchange.params).get("access_token", "")
    return in_query, "query" if in_query else ""


def _check_proof(page: PageAccount, token: str, params: Mapping[str, str]) -> None:
    proof = params.get("appsecret_proof")
    if proof is None:
        raise no_proof("API calls from the server require an appsecret_proof argument")
    if not hmac.compare_digest(page.proof(token).encode(), proof.encode()):
        raise no_proof("Invalid appsecret_proof provided in the API argument")


def _check_own(call: Call, page_id: str) -> None:
    if page_id == call.account.page_id:
        return
    if call.exchange.method == "POST":
        text = (
            "(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts "
            "as an admin with sufficient administrative permission"
        )
        raise Refused(200, text, status=403)
    text = "(#10) This endpoint requires the 'pages_read_engagement' permission"
    raise Refused(10, text, status=403)
