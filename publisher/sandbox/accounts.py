"""Accounts on the stand-in platforms, one per channel.

Names and keys are derived from the channel's id, so that a rehearsal gives the same accounts every time. They open
nothing but the sandbox.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote

from publisher.errors import SettingsError
from publisher.model import Channel


def _derived(channel_id: str, purpose: str, length: int) -> str:
    """``length`` letters and digits that depend on the channel and the purpose alone."""
    seed = hashlib.sha512(f"sandbox {purpose} {channel_id}".encode()).digest()
    letters = base64.b64encode(seed).decode().translate(str.maketrans("+/=", "xyz"))
    return letters[:length]


def _number(channel_id: str, purpose: str, digits: int) -> str:
    seed = int.from_bytes(hashlib.sha256(f"sandbox {purpose} {channel_id}".encode()).digest())
    return str(10 ** (digits - 1) + seed % (9 * 10 ** (digits - 1)))


def _name(channel: Channel) -> str:
    return channel.account.lstrip("@") or channel.id


@dataclass(frozen=True, slots=True, kw_only=True)
class XAccount:
    """A user of X who allowed an app to post, by OAuth 1.0a and by OAuth 2."""

    channel_id: str
    user_id: str
    username: str
    name: str
    consumer_key: str
    consumer_secret: str
    access_token: str
    access_token_secret: str
    client_id: str
    client_secret: str
    refresh_token: str

    @classmethod
    def for_channel(cls, channel: Channel) -> XAccount:
        """The account of this channel."""
        user_id = _number(channel.id, "user", 10)
        return cls(
            channel_id=channel.id,
            user_id=user_id,
            username=re.sub(r"\W", "_", _name(channel), flags=re.ASCII)[:15],
            name=_name(channel),
            consumer_key=_derived(channel.id, "consumer key", 25),
            consumer_secret=_derived(channel.id, "consumer secret", 50),
            access_token=f"{user_id}-{_derived(channel.id, 'access token', 40)}",
            access_token_secret=_derived(channel.id, "access token secret", 45),
            client_id=_derived(channel.id, "client id", 34),
            client_secret=_derived(channel.id, "client secret", 50),
            refresh_token=_derived(channel.id, "refresh token", 60),
        )

    def settings(self, http_url: str) -> dict[str, str]:
        """OAuth 1.0a settings by name."""
        return {
            "CONSUMER_KEY": self.consumer_key,
            "CONSUMER_SECRET": self.consumer_secret,
            "ACCESS_TOKEN": self.access_token,
            "ACCESS_TOKEN_SECRET": self.access_token_secret,
            "ENDPOINT": f"{http_url}/x",
        }

    def oauth2_settings(self, http_url: str) -> dict[str, str]:
        """OAuth 2 settings by name; the refresh token is good for one use."""
        return {
            "CLIENT_ID": self.client_id,
            "CLIENT_SECRET": self.client_secret,
            "REFRESH_TOKEN": self.refresh_token,
            "ENDPOINT": f"{http_url}/x",
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (
            self.consumer_secret,
            self.access_token,
            self.access_token_secret,
            self.client_secret,
            self.refresh_token,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAccount:
    """A Facebook page, and the token of an app that has "Require App Secret" switched on."""

    channel_id: str
    page_id: str
    name: str
    page_token: str
    app_id: str
    app_secret: str

    @classmethod
    def for_channel(cls, channel: Channel) -> PageAccount:
        """The page of this channel."""
        return cls(
            channel_id=channel.id,
            page_id=_number(channel.id, "page", 15),
            name=_name(channel),
            page_token=f"EAAG{_derived(channel.id, 'page token', 80)}",
            app_id=_number(channel.id, "app", 16),
            app_secret=hashlib.md5(channel.id.encode(), usedforsecurity=False).hexdigest(),
        )

    def settings(self, http_url: str) -> dict[str, str]:
        """Settings by name."""
        return {
            "PAGE_ID": self.page_id,
            "PAGE_TOKEN": self.page_token,
            "APP_SECRET": self.app_secret,
            "ENDPOINT": f"{http_url}/graph",
        }

    def proof(self, token: str) -> str:
        """``appsecret_proof`` for a token (Graph API, "Securing requests")."""
        return hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.page_token, self.app_secret, self.proof(self.page_token))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccount:
    """A user of the mail server; the user name is the channel's id."""

    channel_id: str
    password: str
    sender: str

    @classmethod
    def for_channel(cls, channel: Channel) -> MailAccount:
        """The mail account of this channel."""
        return cls(
            channel_id=channel.id,
            password=_derived(channel.id, "password", 24),
            sender="announcements@example.org",
        )

    def settings(self, smtp_host: str) -> dict[str, str]:
        """Settings by name; ``smtp_host`` is host and port."""
        user, password = quote(self.channel_id, safe=""), quote(self.password, safe="")
        return {"SMTP_URL": f"smtp://{user}:{password}@{smtp_host}", "FROM": self.sender}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.password,)


Account: TypeAlias = XAccount | PageAccount | MailAccount

_KINDS: Mapping[str, type[XAccount | PageAccount | MailAccount]] = {
    "twitter": XAccount,
    "facebook": PageAccount,
    "email": MailAccount,
}


@dataclass(slots=True)
class Accounts:
    """All accounts, found by what a request carries."""

    by_channel: dict[str, Account] = field(default_factory=dict)

    def open(self, channel: Channel) -> Account:
        """The channel's account, made when it is asked for first. Raises `SettingsError` for an unknown type."""
        kind = _KINDS.get(channel.type)
        if kind is None:
            raise SettingsError(
                f"the sandbox has no stand-in for channels of type {channel.type!r}",
                subject=channel.id,
                remedy=f"use one of: {', '.join(_KINDS)}",
            )
        known = self.by_channel.get(channel.id)
        if not isinstance(known, kind):
            known = self.by_channel[channel.id] = kind.for_channel(channel)
        return known

    def x(self) -> list[XAccount]:
        """All users of X."""
        return [account for account in list(self.by_channel.values()) if isinstance(account, XAccount)]

    def pages(self) -> list[PageAccount]:
        """All Facebook pages."""
        return [account for account in list(self.by_channel.values()) if isinstance(account, PageAccount)]

    def mail(self, user: str) -> MailAccount | None:
        """The mail account of this user name."""
        account = self.by_channel.get(user)
        return account if isinstance(account, MailAccount) else None

    def secrets(self) -> list[str]:
        """Everything that must not be shown, the longest first."""
        every = {secret for account in list(self.by_channel.values()) for secret in account.secrets}
        return sorted(every, key=len, reverse=True)
