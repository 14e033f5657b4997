"""One account at X: a client of tweepy's, how it proves who it is, and the adapter that it talks through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from tweepy.client import Client

from publisher.channels.twitter_http import HOST, WireAdapter, mount
from publisher.channels.twitter_tokens import TokenSource
from publisher.channels.wire import read_wire
from publisher.errors import SettingsError
from publisher.interfaces import Clock, Settings
from publisher.model import Channel


class TwitterClient(Protocol):
    """What is used of `tweepy.Client`, which has no types."""

    bearer_token: str | None

    def request(
        self,
        method: str,
        route: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
        user_auth: bool,
    ) -> object:
        """A signed call to any route."""
        ...

    def create_tweet(
        self, *, text: str | None, media_ids: Sequence[str] | None, in_reply_to_tweet_id: str | None, user_auth: bool
    ) -> object:
        """The call that publishes."""
        ...


class TwitterAccount:
    """``user_auth`` is tweepy's word for OAuth 1.0a; with OAuth 2 ``tokens`` gives the bearer token of the moment."""

    def __init__(
        self, client: TwitterClient, adapter: WireAdapter, *, user_auth: bool, tokens: TokenSource | None = None
    ) -> None:
        self.client = client
        self.adapter = adapter
        self.user_auth = user_auth
        self.tokens = tokens

    def authorise(self) -> None:
        """Have a token that still holds. Raises a `TransportError`; nothing was published then."""
        if self.tokens is not None:
            token = self.tokens.access_token()
            self.client.bearer_token = token
            self.adapter.secrets = (token,)

    def distrust(self) -> None:
        """Take another token the next time, because this one was refused."""
        if self.tokens is not None:
            with suppress(SettingsError):  # then it is refused once more, and told of again
                self.tokens.distrust()


def open_account(channel: Channel, settings: Settings, clock: Clock) -> TwitterAccount:
    """The account of a channel: by OAuth 2 when CLIENT_ID is set, else by OAuth 1.0a. Makes no call.

    Raises `MissingCredential` or `SettingsError`.
    """
    if settings.get("CLIENT_ID") is None:
        return _by_keys(channel, settings)
    wire = read_wire(channel, settings, endpoint=HOST)
    token = settings.get("ACCESS_TOKEN")
    if token is not None and settings.get("REFRESH_TOKEN") is None:
        return _by_one_token(token, WireAdapter(wire))
    tokens = TokenSource(settings, wire, channel_id=channel.id, clock=clock)
    return _by_one_token("", WireAdapter(wire), tokens)


def _by_keys(channel: Channel, settings: Settings) -> TwitterAccount:
    names = ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
    keys = {name.lower(): settings.require(name) for name in names}
    client = Client(**keys)  # type: ignore[no-untyped-call]  # tweepy has no types
    adapter = WireAdapter(read_wire(channel, settings, endpoint=HOST))
    adapter.secrets = tuple(keys.values())
    mount(client.session, adapter)
    return TwitterAccount(client, adapter, user_auth=True)


def _by_one_token(token: str, adapter: WireAdapter, tokens: TokenSource | None = None) -> TwitterAccount:
    client = Client(bearer_token=token)  # type: ignore[no-untyped-call]  # tweepy has no types
    adapter.secrets = (token,)
    mount(client.session, adapter)
    return TwitterAccount(client, adapter, user_auth=False, tokens=tokens)
