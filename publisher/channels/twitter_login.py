"""Getting the credentials of an account at X: the four keys of OAuth 1.0a, or leave by OAuth 2 with PKCE.

Sources: X documentation, "OAuth 2.0 Authorization Code Flow with PKCE"; RFC 7636; RFC 8252 section 7.3 (a page on this
machine takes the answer).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from urllib.parse import parse_qs, urlencode, urlsplit

from publisher.abilities import Login
from publisher.channels.landing import Landing, landing_address
from publisher.channels.twitter_examination import SCOPES
from publisher.channels.twitter_http import HOST
from publisher.channels.twitter_tokens import KEPT_AS, NotSentError, Pair, ask_for_tokens, read_pair, refused
from publisher.channels.wire import Wire, read_wire
from publisher.errors import CredentialsBroken, SettingsError
from publisher.interfaces import Settings

AUTHORIZE = "https://x.com/i/oauth2/authorize"
_KEYS = ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
_CLIENT = ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN", KEPT_AS)
_WAYS = {
    "keys": "the four keys of the developer console (OAuth 1.0a): they don't expire",
    "browser": "leave in a browser on this machine (OAuth 2)",
    "elsewhere": "leave in a browser on another machine (OAuth 2)",
}
_PATIENCE = 300.0
"""Seconds for a person in the browser."""


def log_in(login: Login) -> Mapping[str, str | None]:
    """The settings of one of the two ways; those of the other way must not stay."""
    ways = {"keys": _by_keys, "browser": _by_browser, "elsewhere": _by_pasting}
    return ways[login.prompts.choose("How shall publisher prove who it is to X?", _WAYS)](login)


def _by_keys(login: Login) -> dict[str, str | None]:
    login.prompts.tell("They stand in X's developer console, under “Keys and tokens” of an app with “Read and write”.")
    names = {
        "CONSUMER_KEY": "API key (consumer key)",
        "CONSUMER_SECRET": "API key secret",
        "ACCESS_TOKEN": "Access token",
        "ACCESS_TOKEN_SECRET": "Access token secret",
    }
    given = {name: login.prompts.ask_secret(words) for name, words in names.items()}
    return {**dict.fromkeys(_CLIENT), **given}


def _by_browser(login: Login) -> dict[str, str | None]:
    with Landing(_port(login)) as landing:
        return _by_leave(login, landing.address, lambda: landing.wait(_PATIENCE))


def _by_pasting(login: Login) -> dict[str, str | None]:
    def pasted() -> str:
        login.prompts.tell("Afterwards the browser shows that it reaches nothing. Copy the address that it shows then.")
        return urlsplit(login.prompts.ask_secret("The whole address")).query

    return _by_leave(login, landing_address(_port(login)), pasted)


def _by_leave(login: Login, address: str, came_back: Callable[[], str]) -> dict[str, str | None]:
    prompts = login.prompts
    wire = read_wire(login.channel, login.settings, endpoint=HOST)
    prompts.tell("In X's developer console, under “User authentication settings”: “Web App”, “Read and write”,")
    prompts.tell(f"and the callback address {address}")
    client = (prompts.ask("Client ID"), prompts.ask_secret("Client secret (empty when the app has none)"))
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(24)
    prompts.tell("Open this in a browser in which you are logged in to the account, within five minutes:")
    prompts.tell(_leave_address(login.settings, client[0], address, state=state, verifier=verifier))
    form = {
        "grant_type": "authorization_code",
        "code": _code(came_back(), state=state),
        "redirect_uri": address,
        "code_verifier": verifier,
    }
    return _settings(client, _exchange(login, wire, form, client=client))


def _port(login: Login) -> int:
    text = login.prompts.ask("Port for the answer on this machine", default="8912")
    if text.isascii() and text.isdecimal() and 0 < int(text) < 65536:  # noqa: PLR2004  TCP
        return int(text)
    raise SettingsError(f"“{text}” is no port", subject=login.channel.id, remedy="write a number such as 8912")


def _leave_address(settings: Settings, client_id: str, address: str, *, state: str, verifier: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    endpoint = settings.get("ENDPOINT")
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": address,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    page = f"{endpoint.rstrip('/')}/i/oauth2/authorize" if endpoint else AUTHORIZE
    return f"{page}?{urlencode(query)}"


def _code(query: str, *, state: str) -> str:
    """The code that the browser brought. Raises `CredentialsBroken`."""
    brought = {name: values[0] for name, values in parse_qs(query).items()}
    if not secrets.compare_digest(brought.get("state", "").encode(), state.encode()):
        raise CredentialsBroken("the browser came back from another login", remedy="run: publisher login again")
    if "code" not in brought:
        raise CredentialsBroken(
            "X was told not to let publisher in", code=brought.get("error", ""), remedy="run: publisher login again"
        )
    return brought["code"]


def _exchange(login: Login, wire: Wire, form: dict[str, str], *, client: tuple[str, str]) -> Pair:
    now = login.clock.now()
    try:
        answer = ask_for_tokens(wire, form, client=client)
    except NotSentError as error:
        raise error.words from error
    if not answer.succeeded:
        refusal = refused(answer, now=now)
        refusal.remedy = refusal.remedy or "check client ID and secret, then run: publisher login again"
        raise refusal
    pair = read_pair(answer, Pair.first(""), now=now)
    if not pair.refresh_token:
        raise CredentialsBroken(
            "X gave no refresh token", remedy="allow “offline.access” for the app, then run: publisher login again"
        )
    return pair


def _settings(client: tuple[str, str], pair: Pair) -> dict[str, str | None]:
    kept = replace(pair, seed=Pair.first(pair.refresh_token).seed)
    return {
        **dict.fromkeys(_KEYS),
        "CLIENT_ID": client[0],
        "CLIENT_SECRET": client[1] or None,
        "REFRESH_TOKEN": pair.refresh_token,
        KEPT_AS: json.dumps(asdict(kept)),
    }
