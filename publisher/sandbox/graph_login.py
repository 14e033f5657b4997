"""How a person's token becomes a page's: what Facebook Login and Graph's batches do besides posting.

Sources: "Long-Lived Access Tokens", "/{user-id}/accounts" and "Batch Requests" in Facebook's documentation.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse, Response

from publisher.sandbox.accounts import PageAccount
from publisher.sandbox.exchange import Exchange, Part
from publisher.sandbox.graph_answers import Refused, bad_token, wrong_param
from publisher.sandbox.world import World

_MOST_IN_BATCH = 50


def user_token(account: PageAccount) -> str:
    """What the Graph API Explorer gives to the user who manages all pages, for this page's app: good for an hour."""
    return f"EAAU{account.proof('user token')}"


def _long_lived(account: PageAccount) -> str:
    return f"EAAL{account.proof('long-lived user token')}"


class GraphLogin:
    """Answers what is asked with a person's token."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, exchange: Exchange, steps: list[str], *, token: str, parts: list[Part]) -> Response | None:
        """The answer, or None when something else is asked. Raises `Refused`."""
        params = dict(exchange.params) | {part.name: part.content.decode("utf-8", "replace") for part in parts}
        match steps:
            case ["oauth", "access_token"]:
                return self._exchanged(params)
            case ["me", "accounts"] if (user := self._user(token)) is not None:
                return JSONResponse(self._accounts(user, params, token=token))
        return None

    def _exchanged(self, params: Mapping[str, str]) -> Response:
        if params.get("grant_type") != "fb_exchange_token":
            raise wrong_param("The sandbox takes grant_type fb_exchange_token only")
        for account in self._world.accounts.pages():
            if account.app_id == params.get("client_id"):
                if not hmac.compare_digest(account.app_secret, params.get("client_secret", "")):
                    raise Refused(1, "Error validating client secret.")
                if params.get("fb_exchange_token") != user_token(account):
                    raise bad_token()
                lives = 60 * 24 * 3600
                return JSONResponse({"access_token": _long_lived(account), "token_type": "bearer", "expires_in": lives})
        raise Refused(101, "Error validating application. Cannot get application info due to a system error.")

    def _user(self, token: str) -> PageAccount | None:
        return next((account for account in self._world.accounts.pages() if token == _long_lived(account)), None)

    def _accounts(self, user: PageAccount, params: Mapping[str, str], *, token: str) -> dict[str, Any]:
        if params.get("appsecret_proof") != user.proof(token):
            raise Refused(100, "Invalid appsecret_proof provided in the API argument", type="GraphMethodException")
        pages = [
            {"id": page.page_id, "name": page.name, "access_token": page.page_token}
            for page in self._world.accounts.pages()
        ]
        return {"data": pages, "paging": {"cursors": {"before": "a", "after": "b"}}}


def single_calls(exchange: Exchange, batch: str) -> Iterator[Exchange]:
    """The GETs in a batch. Raises `Refused`."""
    try:
        listed = json.loads(batch)
    except ValueError:
        listed = None
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_IN_BATCH:
        raise wrong_param("Param batch must be an array of at most 50 requests")
    for call in listed:
        if not isinstance(call, dict) or call.get("method") != "GET":
            raise wrong_param("The sandbox takes GET in a batch only")
        path, _, query = str(call.get("relative_url", "")).partition("?")
        version = exchange.path.strip("/").partition("/")[0]
        yield replace(exchange, method="GET", path=f"/{version}/{path}", query=query, body=b"")


def own_token(exchange: Exchange) -> str:
    """The token of a single call in a batch, if it has its own."""
    return dict(parse_qsl(exchange.query)).get("access_token", "")


def as_single(answer: Response) -> dict[str, object]:
    """How one answer stands in that to a batch."""
    return {"code": answer.status_code, "body": bytes(answer.body).decode()}
