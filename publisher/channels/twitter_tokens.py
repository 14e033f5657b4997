"""OAuth 2 for X: access tokens that live for two hours, from refresh tokens that are good for one use.

Source: X documentation, "OAuth 2.0 Authorization Code Flow with PKCE"; RFC 6749 section 6. A spent refresh token opens
nothing any more, so the one that came for it is written down before anything else is done with the answer.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Self

import httpx

from publisher.abilities import KeepsSettings
from publisher.channels.answers import Answer, as_mapping, as_text
from publisher.channels.forms import FORM, encode_form
from publisher.channels.twitter_answers import retry_at
from publisher.channels.wire import Wire
from publisher.errors import CredentialsBroken, RateLimited, SettingsError, TemporaryError, TransportError
from publisher.interfaces import Clock, Settings

TOKEN_PATH = "/2/oauth2/token"  # noqa: S105  an address
KEPT_AS = "OAUTH2"
"""The setting under which the present pair is kept."""

MARGIN = timedelta(minutes=5)
"""So long before its end a token is not used any more: a post with pictures takes a while."""

_SECRET_FIELDS = ("refresh_token", "code", "code_verifier")
_USUAL_LIFE = 7200  #: seconds, when X does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The present tokens, as they are kept."""

    seed: str  #: digest of the refresh token in the settings that this line of tokens began with
    refresh_token: str
    access_token: str = ""
    expires_at: str = ""  #: ISO 8601, UTC
    scope: str = ""
    asked_at: str = ""  #: when the refresh token was last sent out, as long as no answer was written down

    @classmethod
    def first(cls, refresh_token: str) -> Self:
        """What a refresh token in the settings begins."""
        return cls(seed=_digest(refresh_token), refresh_token=refresh_token)

    def is_fresh(self, now: datetime) -> bool:
        """Whether the access token can be used for a while."""
        return bool(self.access_token and self.expires_at) and now + MARGIN < datetime.fromisoformat(self.expires_at)


class TokenSource:
    """Gives access tokens, and changes them for new ones in time. Processes that share the settings take turns."""

    def __init__(self, settings: Settings, wire: Wire, *, channel_id: str, clock: Clock) -> None:
        self._settings = settings
        self._wire = wire
        self._channel_id = channel_id
        self._clock = clock
        self._client_id = settings.require("CLIENT_ID")
        self._client_secret = settings.get("CLIENT_SECRET") or ""
        settings.require("REFRESH_TOKEN")
        if not isinstance(settings, KeepsSettings):
            raise SettingsError(
                "these settings can't keep a new refresh token", subject=channel_id, remedy="use the keys of OAuth 1.0a"
            )
        self._keeper = settings

    def access_token(self) -> str:
        """One that holds for some minutes at least. Raises a `TransportError`."""
        return self.pair().access_token

    def pair(self) -> Pair:
        """The tokens that hold now. Raises a `TransportError`: nothing was published."""
        try:
            with self._keeper.exclusively():
                kept = self._read()
                return kept if kept.is_fresh(self._clock.now()) else self._change(kept)
        except SettingsError as error:
            raise TemporaryError(
                "the tokens of X can't be read or kept, so none was asked for",
                detail=str(error),
                remedy=error.remedy,
            ) from error

    def distrust(self) -> None:
        """Use the present access token no more: X refused it."""
        with self._keeper.exclusively():
            self._keep(replace(self._read(), access_token="", expires_at=""))

    def _read(self) -> Pair:
        configured = self._settings.require("REFRESH_TOKEN")
        first = Pair.first(configured)
        try:
            kept = Pair(**json.loads(self._settings.get(KEPT_AS) or "{}"))
        except (ValueError, TypeError):
            return first
        return kept if kept.seed == first.seed else first

    def _keep(self, pair: Pair) -> None:
        self._keeper.keep(KEPT_AS, json.dumps(asdict(pair)))

    def _change(self, old: Pair) -> Pair:
        """Written down before and after: before, so that a crash in between is known, and a full disk noticed."""
        now = self._clock.now()
        self._keep(replace(old, access_token="", expires_at="", asked_at=old.asked_at or now.isoformat()))
        try:
            answer = ask_for_tokens(
                self._wire,
                {"grant_type": "refresh_token", "refresh_token": old.refresh_token},
                client=(self._client_id, self._client_secret),
            )
        except NotSentError as error:
            self._keep(old)
            raise error.words from error
        if not answer.succeeded:
            self._after_refusal(answer, old)
        new = read_pair(answer, old, now=now)
        self._keep(new)
        return new

    def _after_refusal(self, answer: Answer, old: Pair) -> None:
        error = refused(answer, now=self._clock.now())
        if isinstance(error, CredentialsBroken) and old.asked_at:
            raise CredentialsBroken(
                f"X does not take the refresh token: an exchange at {old.asked_at[:16]}Z was cut off, and the new "
                "token that came for it was lost",
                code=error.code,
                detail=error.detail,
                remedy=f"run: publisher login {self._channel_id}",
            )
        if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            self._keep(replace(old, access_token="", expires_at=""))  # a clear answer: the old token was not spent
        error.remedy = error.remedy or f"run: publisher login {self._channel_id}"
        raise error


class NotSentError(Exception):
    """The request never left; ``words`` is what to raise."""

    def __init__(self, words: TransportError) -> None:
        super().__init__(str(words))
        self.words = words


def ask_for_tokens(wire: Wire, form: dict[str, str], *, client: tuple[str, str]) -> Answer:
    """``POST /2/oauth2/token``. A client without a secret names itself in the form (RFC 6749 section 2.3.1).

    Raises `NotSentError`, and `TemporaryError` when no answer came.
    """
    client_id, client_secret = client
    fields = form if client_secret else {**form, "client_id": client_id}
    try:
        with httpx.Client(
            timeout=httpx.Timeout(wire.timeouts.read, connect=wire.timeouts.connect),
            verify=wire.tls,
            proxy=wire.proxy,
            trust_env=False,
        ) as http:
            response = http.post(
                wire.endpoint + TOKEN_PATH,
                content=encode_form(fields),
                headers={"Content-Type": FORM},
                auth=httpx.BasicAuth(client_id, client_secret) if client_secret else httpx.Auth(),
            )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
        words = TemporaryError("X can't be reached for a new token", remedy="nothing to do: it is tried again")
        raise NotSentError(words) from error
    except httpx.HTTPError as error:
        raise TemporaryError(
            "the connection to X broke before a new token came", remedy="nothing to do: it is tried again"
        ) from error
    answer = Answer(response.status_code, dict(response.headers), response.content)
    spent = (client_secret, *(form.get(name, "") for name in _SECRET_FIELDS))
    return answer if answer.succeeded else answer.without(*spent)


def read_pair(answer: Answer, old: Pair, *, now: datetime) -> Pair:
    """The tokens in an answer; without a new refresh token the old one stays. Raises `TemporaryError`."""
    fields = as_mapping(answer.fields())
    access_token = as_text(fields.get("access_token"))
    if not access_token:
        raise TemporaryError("X said yes but gave no token", code=str(answer.status), remedy="it is tried again")
    seconds = fields.get("expires_in")
    life = timedelta(seconds=seconds if isinstance(seconds, int) else _USUAL_LIFE)
    return Pair(
        seed=old.seed,
        refresh_token=as_text(fields.get("refresh_token")) or old.refresh_token,
        access_token=access_token,
        expires_at=(now + life).astimezone(UTC).isoformat(),
        scope=as_text(fields.get("scope")) or old.scope,
    )


def refused(answer: Answer, *, now: datetime) -> TransportError:
    """The error for an answer without tokens."""
    fields = answer.fields()
    code = str(answer.status)
    detail = as_text(fields.get("error_description")) or as_text(fields.get("detail")) or answer.words()
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(
            "X asks to wait before it gives a new token",
            code=code,
            detail=detail,
            retry_at=retry_at(answer, now),
            remedy="nothing to do: it is tried again then",
        )
    if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return CredentialsBroken("X does not take the refresh token or the client's secret", code=code, detail=detail)
    return TemporaryError("X gives no new token now", code=code, detail=detail, remedy="it is tried again")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
