"""Who asks: OAuth 1.0a signatures (RFC 5849) and OAuth 2 bearer tokens, as X checks them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from oauthlib.oauth1.rfc5849 import signature  # type: ignore[import-untyped]

from publisher.sandbox.accounts import XAccount
from publisher.sandbox.exchange import Exchange, Malformed
from publisher.sandbox.world import World
from publisher.sandbox.x_answers import Refused, unauthorized

SIGNED_HOSTS = ("https://api.twitter.com", "https://api.x.com")
CLOCK_SKEW_SECONDS = 300
ACCESS_TOKEN_LIVES = timedelta(hours=2)
_NONCES_KEPT = 20_000
_ALL_SCOPES = "tweet.read tweet.write users.read media.write offline.access"


class _Signed(NamedTuple):
    """What oauthlib verifies: its own request has these attributes."""

    uri: str
    http_method: str
    params: list[tuple[str, str]]
    signature: str


@dataclass(slots=True)
class _Grant:
    """The OAuth 2 tokens that hold for a user now. A refresh token is good for one use."""

    refresh_token: str
    access_token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Leave:
    """What a person in a browser allowed; its code is good for one exchange."""

    client_id: str
    redirect_uri: str
    challenge: str
    scope: str


class XAuth:
    """Checks requests against the accounts of the world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._grants: dict[str, _Grant] = {}
        self._nonces: OrderedDict[tuple[str, str, str], None] = OrderedDict()
        self._leaves: dict[str, _Leave] = {}

    def owner(self, exchange: Exchange) -> XAccount | None:
        """Whom the request names, whether or not it may: for the record of requests."""
        scheme, _, credential = exchange.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._by_bearer(credential)
        oauth = _oauth_params(exchange)
        return self._by_token(oauth.get("oauth_token", ""))

    def account(self, exchange: Exchange) -> XAccount:
        """The account that may make this request. Raises `Refused` with 401."""
        scheme, _, credential = exchange.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            account = self._by_bearer(credential)
            if account is None:
                raise unauthorized("unknown or expired bearer token")
            return account
        if scheme.lower() == "oauth":
            return self._signed(exchange)
        raise unauthorized("no Authorization header with OAuth or Bearer")

    def leave(self, exchange: Exchange) -> str:
        """``GET /i/oauth2/authorize``, as if a person had said yes: the address to go on to. Raises `Refused`."""
        asked = dict(exchange.params)
        if asked.get("client_id") not in {account.client_id for account in self._world.accounts.x()}:
            raise _oauth_error("invalid_request", "Unknown client_id.")
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            raise _oauth_error("invalid_request", "The sandbox takes response_type code with S256 only.")
        redirect_uri = asked.get("redirect_uri", "")
        if urlsplit(redirect_uri).hostname != "127.0.0.1":
            raise _oauth_error("invalid_request", "The sandbox leads back to 127.0.0.1 only.")
        code = secrets.token_urlsafe(40)
        self._leaves[code] = _Leave(
            asked["client_id"], redirect_uri, asked.get("code_challenge", ""), asked.get("scope", "")
        )
        return f"{redirect_uri}?{urlencode({'state': asked.get('state', ''), 'code': code})}"

    def grant(self, exchange: Exchange) -> dict[str, Any]:
        """``POST /2/oauth2/token``: a new pair; the old one is void. Raises `Refused`."""
        try:
            form = {part.name: part.content.decode() for part in exchange.parts()}
        except (Malformed, UnicodeDecodeError):
            form = {}
        account = self._client(exchange, form)
        kinds = {"refresh_token": self._by_refresh_token, "authorization_code": self._by_code}
        check = kinds.get(form.get("grant_type", ""))
        if check is None:
            raise _oauth_error("unsupported_grant_type", f"The sandbox takes {' and '.join(kinds)} only.")
        scope = check(account, form)
        fresh = _Grant(
            refresh_token=secrets.token_urlsafe(60),
            access_token=secrets.token_urlsafe(70),
            expires_at=self._world.clock.now() + ACCESS_TOKEN_LIVES,
        )
        self._grants[account.channel_id] = fresh
        return {
            "token_type": "bearer",
            "expires_in": int(ACCESS_TOKEN_LIVES.total_seconds()),
            "access_token": fresh.access_token,
            "scope": scope,
            "refresh_token": fresh.refresh_token,
        }

    def _by_refresh_token(self, account: XAccount, form: Mapping[str, str]) -> str:
        given, right = form.get("refresh_token", ""), self._grant(account).refresh_token
        if not hmac.compare_digest(given.encode(), right.encode()):
            raise _oauth_error("invalid_request", "Value passed for the token was invalid.")
        return _ALL_SCOPES

    def _by_code(self, account: XAccount, form: Mapping[str, str]) -> str:
        leave = self._leaves.pop(form.get("code", ""), None)
        if leave is None or leave.client_id != account.client_id or leave.redirect_uri != form.get("redirect_uri"):
            raise _oauth_error("invalid_request", "Value passed for the authorization code was invalid.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != leave.challenge:
            raise _oauth_error(
                "invalid_request", "Value passed for the code verifier did not match the code challenge."
            )
        return leave.scope

    def _client(self, exchange: Exchange, form: Mapping[str, str]) -> XAccount:
        scheme, _, credential = exchange.headers.get("authorization", "").partition(" ")
        client_id, client_secret = form.get("client_id", ""), ""
        if scheme.lower() == "basic":
            try:
                client_id, _, client_secret = base64.b64decode(credential, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise _oauth_error("unauthorized_client", "Missing valid authorization header", status=401) from error
        for account in self._world.accounts.x():
            if account.client_id == client_id and hmac.compare_digest(account.client_secret, client_secret):
                return account
        raise _oauth_error("unauthorized_client", "Missing valid authorization header", status=401)

    def _grant(self, account: XAccount) -> _Grant:
        # Until the first refresh there is an access token that nobody has been told.
        first = _Grant(account.refresh_token, secrets.token_urlsafe(70), self._world.clock.now() + ACCESS_TOKEN_LIVES)
        return self._grants.setdefault(account.channel_id, first)

    def _by_bearer(self, token: str) -> XAccount | None:
        for account in self._world.accounts.x():
            grant = self._grant(account)
            if hmac.compare_digest(grant.access_token.encode(), token.encode()):
                return account if self._world.clock.now() < grant.expires_at else None
        return None

    def _by_token(self, token: str) -> XAccount | None:
        return next((account for account in self._world.accounts.x() if account.access_token == token), None)

    def _signed(self, exchange: Exchange) -> XAccount:
        oauth = _oauth_params(exchange)
        account = self._by_token(oauth.get("oauth_token", ""))
        if account is None or oauth.get("oauth_consumer_key") != account.consumer_key:
            raise unauthorized("unknown consumer key or access token")
        if oauth.get("oauth_signature_method") != "HMAC-SHA1" or oauth.get("oauth_version", "1.0") != "1.0":
            raise unauthorized("the signature must be OAuth 1.0 with HMAC-SHA1")
        # Clients sign with the machine's clock, also when the sandbox's own clock is a simulated one.
        stamp = oauth.get("oauth_timestamp", "")
        if not stamp.isdecimal() or abs(time.time() - int(stamp)) > CLOCK_SKEW_SECONDS:
            raise unauthorized("the timestamp is off by more than five minutes")
        if not _signature_holds(exchange, oauth.get("oauth_signature", ""), account):
            raise unauthorized("the signature does not match")
        self._spend((account.channel_id, stamp, oauth.get("oauth_nonce", "")))
        return account

    def _spend(self, nonce: tuple[str, str, str]) -> None:
        if not nonce[-1] or nonce in self._nonces:
            raise unauthorized("the nonce is missing or was used before")
        self._nonces[nonce] = None
        if len(self._nonces) > _NONCES_KEPT:
            self._nonces.popitem(last=False)


def _oauth_params(exchange: Exchange) -> dict[str, str]:
    header = {"Authorization": exchange.headers.get("authorization", "")}
    try:
        return dict(signature.collect_parameters(headers=header, exclude_oauth_signature=False))
    except ValueError:
        return {}


def _signature_holds(exchange: Exchange, given: str, account: XAccount) -> bool:
    form = exchange.body.decode("utf-8", "replace") if exchange.content_type.endswith("x-www-form-urlencoded") else ""
    header = {"Authorization": exchange.headers["authorization"]}
    try:
        params = signature.collect_parameters(uri_query=exchange.query, body=form, headers=header)
    except ValueError:
        return False
    return any(
        signature.verify_hmac_sha1(
            _Signed(host + exchange.path, exchange.method, params, given),
            account.consumer_secret,
            account.access_token_secret,
        )
        for host in SIGNED_HOSTS
    )


def _oauth_error(error: str, description: str, *, status: int = 400) -> Refused:
    return Refused(status, {"error": error, "error_description": description}, reason=description)
