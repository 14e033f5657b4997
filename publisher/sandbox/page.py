"""The page to look at what has become public, and the HTTP controls beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from importlib import resources
from math import ceil
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from publisher.errors import SettingsError
from publisher.sandbox.cards import Tile, by_day, html_of, thread_of, tile_of_mail, tile_of_post
from publisher.sandbox.exchange import own_origin
from publisher.sandbox.faults import Fault
from publisher.sandbox.world import Mail, Posted, World

ON_A_PAGE = 50

_COMMON_HEADERS = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store"}
_PAGE_HEADERS = _COMMON_HEADERS | {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
_MAIL_HEADERS = _COMMON_HEADERS | {
    "content-security-policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
}


class _FaultWanted(BaseModel):
    """The body of ``POST /sandbox/faults``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: str
    fault: Fault
    times: int = Field(default=1, ge=1)
    after: int = Field(default=0, ge=0)


class Pages:
    """The pages over the world; ``inject`` and ``reset`` are the sandbox's own."""

    def __init__(self, world: World, *, inject: Callable[..., None], reset: Callable[[], None]) -> None:
        self._world = world
        self._inject = inject
        self._reset = reset
        self._templates = Environment(
            loader=PackageLoader("publisher.sandbox", "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._style = resources.files("publisher.sandbox").joinpath("pages/style.css").read_text("utf-8")

    def app(self) -> Starlette:
        """The ASGI application at the root. Other names than this machine's are refused, against DNS rebinding."""
        routes = [
            Route("/", self._wall),
            Route("/posts/{remote_id}", self._post),
            Route("/mails/{number:int}", self._mail),
            Route("/mails/{number:int}/html", self._mail_html),
            Route("/pictures/{sha256}", self._picture),
            Route("/style.css", self._stylesheet),
            Route("/sandbox/faults", self._plan_fault, methods=["POST"]),
            Route("/sandbox/reset", self._forget, methods=["POST"]),
            Route("/sandbox/posts", self._posts),
            Route("/sandbox/mails", self._mails),
        ]
        local = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
        return Starlette(routes=routes, middleware=[local], exception_handlers={HTTPException: self._nothing_here})

    async def _wall(self, request: Request) -> Response:
        channel_id = request.query_params.get("channel") or None
        counts = self._world.counts()
        found: list[Posted | Mail] = [*self._world.posts(channel_id), *self._world.mails(channel_id)]
        found.sort(key=lambda shown: shown.at)
        found.reverse()
        pages = max(1, ceil(len(found) / ON_A_PAGE))
        page = min(max(1, _whole(request.query_params.get("page", ""))), pages)
        tiles = [_tile(shown) for shown in found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]]
        return self._html(
            "wall.html",
            days=by_day(tiles),
            channel=channel_id,
            counts=counts,
            total=len(found),
            page=page,
            pages=pages,
            link_to=lambda number: _address(channel_id, number),
            channel_link=lambda name: _address(name, 1),
        )

    async def _post(self, request: Request) -> Response:
        post = self._world.post(request.path_params["remote_id"])
        if post is None or post.at > self._world.clock.now():
            raise HTTPException(404)
        found = thread_of(post, self._world.posts(post.channel_id))
        thread = [tile_of_post(one) for one in found] if len(found) > 1 else []
        return self._html("one.html", card=tile_of_post(post), thread=thread)

    async def _mail(self, request: Request) -> Response:
        return self._html("one.html", card=tile_of_mail(self._find_mail(request)), thread=[])

    async def _mail_html(self, request: Request) -> Response:
        return HTMLResponse(html_of(self._find_mail(request)), headers=_MAIL_HEADERS)

    async def _picture(self, request: Request) -> Response:
        found = self._world.picture(request.path_params["sha256"])
        if found is None:
            raise HTTPException(404)
        content_type, content = found
        sandboxed = _COMMON_HEADERS | {"content-security-policy": "sandbox; default-src 'none'"}
        return Response(content, media_type=content_type, headers=sandboxed)

    async def _stylesheet(self, request: Request) -> Response:
        del request
        return Response(self._style, media_type="text/css", headers=_COMMON_HEADERS)

    async def _posts(self, request: Request) -> Response:
        posts = self._world.posts(request.query_params.get("channel") or None)
        return JSONResponse([_post_facts(post) for post in posts], headers=_COMMON_HEADERS)

    async def _mails(self, request: Request) -> Response:
        mails = self._world.mails(request.query_params.get("channel") or None)
        return JSONResponse([_mail_facts(mail) for mail in mails], headers=_COMMON_HEADERS)

    async def _plan_fault(self, request: Request) -> Response:
        try:
            wanted = _FaultWanted.model_validate(await _control(request))
            self._inject(wanted.channel, wanted.fault, times=wanted.times, after=wanted.after)
        except ValidationError as error:
            problems = [f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors()]
            raise HTTPException(400, "; ".join(problems)) from error
        except SettingsError as error:
            raise HTTPException(400, str(error)) from error
        return JSONResponse({"planned": wanted.model_dump(mode="json")}, 201)

    async def _forget(self, request: Request) -> Response:
        await _control(request)
        self._reset()
        return JSONResponse({"reset": True})

    async def _nothing_here(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if request.url.path.startswith("/sandbox/"):
            detail = error.detail if isinstance(error, HTTPException) else ""
            return JSONResponse({"error": detail}, status)
        return self._html("nothing.html", status=status)

    def _find_mail(self, request: Request) -> Mail:
        number = request.path_params["number"]
        found = next((mail for mail in self._world.mails() if mail.number == number), None)
        if found is None:
            raise HTTPException(404)
        return found

    def _html(self, template: str, *, status: int = 200, **names: object) -> Response:
        text = self._templates.get_template(template).render(**names)
        return HTMLResponse(text, status, headers=_PAGE_HEADERS)


async def _control(request: Request) -> dict[str, object]:
    """The JSON of a control call. A page of another site can't send one: its browser would have to ask first."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "send JSON with content-type application/json")
    if not own_origin(dict(request.headers)):
        raise HTTPException(403, "not from another site's page")
    try:
        wanted = await request.json() if await request.body() else {}
    except ValueError as error:
        raise HTTPException(400, "the body is not JSON") from error
    if not isinstance(wanted, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return wanted


def _tile(shown: Posted | Mail) -> Tile:
    return tile_of_mail(shown) if isinstance(shown, Mail) else tile_of_post(shown)


def _address(channel_id: str | None, page: int) -> str:
    query = {"channel": channel_id} if channel_id else {}
    query |= {"page": str(page)} if page > 1 else {}
    return f"/?{urlencode(query)}" if query else "/"


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 1


def _post_facts(post: Posted) -> dict[str, object]:
    facts = {name: value for name, value in asdict(post).items() if name != "body"}
    media = [found._asdict() for found in post.media]
    return facts | {"at": post.at.isoformat(), "media": media}


def _mail_facts(mail: Mail) -> dict[str, object]:
    return asdict(mail) | {"at": mail.at.isoformat(), "content": mail.content.decode("utf-8", "replace")}
