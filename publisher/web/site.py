"""The addresses of the pages, and how a request becomes a visit and a reply an answer."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from publisher.errors import PublisherError
from publisher.interfaces import Clock
from publisher.web import archive, confirming, leaving, settings, signup
from publisher.web.address import WebAddress
from publisher.web.languages import negotiated
from publisher.web.pages import PageWriter
from publisher.web.reception import Reception
from publisher.web.visit import Elsewhere, Fields, Raw, Visit, VisitReply, problem

_MOST_FIELDS = 200
_USUAL_FORM = "application/x-www-form-urlencoded"
_FOREVER = "public, max-age=31536000, immutable"
_ROBOTS = "User-agent: *\nDisallow: /u/\nDisallow: /p/\nDisallow: /confirm/\n"

Handler = Callable[[Reception, Visit], VisitReply]
_Endpoint = Callable[[Request], Awaitable[Response]]

_log = structlog.get_logger("publisher.web")

_PAGES: Mapping[str, Mapping[str, Handler]] = {
    "/subscribe": {"GET": signup.show_form, "POST": signup.take_form},
    "/confirm/{token}": {"GET": confirming.ask, "POST": confirming.act},
    "/u/{token}": {"GET": leaving.ask, "POST": leaving.act},
    "/u/{token}/undo": {"GET": leaving.ask, "POST": leaving.undo},
    "/p/{token}": {"GET": settings.show, "POST": settings.save},
    "/p/{token}/leave": {"GET": settings.show, "POST": settings.leave_all},
    "/p/{token}/data": {"GET": settings.download},
    "/p/{token}/erase": {"GET": settings.ask_erasing, "POST": settings.erase},
    "/archive/{list}": {"GET": archive.of_list},
    "/archive/{list}/": {"GET": archive.of_list},
    "/archive/{list}/{language}": {"GET": archive.entries},
    "/archive/{list}/{language}/rss.xml": {"GET": archive.feed},
    "/archive/{list}/{language}/-/{key:path}": {"GET": archive.mail_alone},
    "/archive/{list}/{language}/{key:path}": {"GET": archive.mail},
    "/": {"GET": lambda _reception, visit: Elsewhere(f"/subscribe?lang={visit.words.language}")},
}


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of one installation, as an ASGI application: see `app`."""

    reception: Reception
    address: WebAddress
    clock: Clock
    pages: PageWriter

    def endpoint(self, handlers: Mapping[str, Handler]) -> _Endpoint:
        """Answers requests for one address."""

        async def answer(request: Request) -> Response:
            if "\0" in request.scope["path"]:  # a database may not even ask for that
                raise HTTPException(HTTPStatus.NOT_FOUND)
            handler = handlers["GET" if request.method == "HEAD" else request.method]
            form = await _form(request) if request.method == "POST" else Fields()
            return await run_in_threadpool(self._answered, handler, request, form)

        return answer

    async def refuse(self, request: Request, error: Exception) -> Response:
        """No such page, or not in this way."""
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        page = problem("form" if status == HTTPStatus.BAD_REQUEST else "lost", status=HTTPStatus(status))
        visit = await run_in_threadpool(self._visit, request, Fields())
        response = await run_in_threadpool(self._response, page, visit)
        response.headers.update((error.headers if isinstance(error, HTTPException) else None) or {})
        return response

    async def style(self, _request: Request) -> Response:
        """The style sheet; its address changes with it."""
        return Response(self.pages.style, media_type="text/css", headers={"Cache-Control": _FOREVER})

    def _answered(self, handler: Handler, request: Request, form: Fields) -> Response:
        visit = self._visit(request, form)
        try:
            return self._response(handler(self.reception, visit), visit)
        except PublisherError as error:
            _log.error("a subscriber page can't be shown", reason=str(error))
        except Exception:  # noqa: BLE001  people get a page that says so
            _log.exception("unforeseen error with a subscriber page")
        return self._response(problem("fault", status=HTTPStatus.SERVICE_UNAVAILABLE), visit)

    def _response(self, reply: VisitReply, visit: Visit) -> Response:
        if isinstance(reply, Elsewhere):
            location = f"{self.address.prefix}{reply.address}"
            return Response(status_code=HTTPStatus.SEE_OTHER, headers={"Location": location})
        if isinstance(reply, Raw):
            return Response(reply.content, headers={"Content-Type": reply.content_type, **reply.headers})
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Language": visit.words.language}
        if not reply.is_public:
            headers["X-Robots-Tag"] = "noindex, nofollow"
        if reply.is_public:
            headers["Vary"] = "Accept-Language"
        return Response(self.pages.html(reply, visit), reply.status, headers={**headers, **reply.headers})

    def _visit(self, request: Request, form: Fields) -> Visit:
        query = Fields(request.query_params.multi_items())
        header, usual = request.headers.get("accept-language", ""), self.reception.office.language
        asked = query.one("lang") or form.one("lang")
        own = "" if asked else self._own_language(request.path_params)
        return Visit(
            now=self.clock.now(),
            words=self.reception.words[negotiated(asked, header, own=own, usual=usual)],
            client=self._client(request),
            address=_below(request.scope["path"]),
            path=request.path_params,
            query=query,
            form=form,
        )

    def _own_language(self, path: Mapping[str, str]) -> str:
        """That of the mails in an archive, or of the reader whose link it is: they came from a mail in it."""
        with suppress(PublisherError):  # a ledger that can't be read is told by the page itself
            return path.get("language") or self.reception.language_of(path.get("token", ""))
        return ""

    def _client(self, request: Request) -> bytes:
        """Stands for a client's network address, which is kept nowhere."""
        host = request.client.host if request.client else ""
        return self.reception.key.tag("web client address", network_of(host), size=16)


def app(reception: Reception, *, address: WebAddress, clock: Clock) -> ASGIApp:
    """The pages of one installation, to stand behind a `Guard`."""
    site = Site(reception, address, clock, PageWriter(reception, address))
    routes = [Route(path, site.endpoint(handlers), methods=list(handlers)) for path, handlers in _PAGES.items()]
    routes.append(Route("/site.css", site.style))
    routes.append(Route("/robots.txt", lambda _request: PlainTextResponse(_ROBOTS)))
    handlers: Mapping[Any, Any] = {HTTPException: site.refuse}
    starlette = Starlette(routes=routes, exception_handlers=handlers)
    starlette.router.redirect_slashes = False
    return starlette


def network_of(host: str) -> str:
    """Whose limit it is: an IPv4 address, or the network of 64 bits that a household gets with IPv6."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _below(path: str) -> str:
    """A path as it may stand in a link; what begins with two slashes would name another host."""
    return "/" + quote(path.lstrip("/"), safe="/:@!$&'()*+,;=~-._")


async def _form(request: Request) -> Fields:
    """What was sent, as a form of either kind. Raises `HTTPException` for anything else."""
    try:
        if request.headers.get("content-type", _USUAL_FORM).lower().startswith(_USUAL_FORM):
            return Fields(_pairs(await request.body()))
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    except (HTTPException, MultiPartException, ValueError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return Fields([(name, value) for name, value in form.multi_items() if isinstance(value, str)])


def _pairs(body: bytes) -> list[tuple[str, str]]:
    """A form of the usual kind. Raises `ValueError` when it has too many fields.

    All of it is UTF-8, escaped or not; Starlette takes what is not escaped for Latin-1.
    """
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
