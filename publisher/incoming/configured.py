"""What the environment says about bounces: ``PUBLISHER_BOUNCES_…``, each also as ``…_FILE`` or systemd credential."""

from __future__ import annotations

import math
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from publisher.bounces.scoring import Policy
from publisher.channels.addresses import Mailbox, read_mailbox
from publisher.channels.email_dial import MailRoute
from publisher.channels.email_url import read_server
from publisher.channels.wire import Timeouts, trust
from publisher.errors import SettingsError
from publisher.incoming.imap_url import read_imap
from publisher.incoming.mailbox import Inbox
from publisher.incoming.outgoing import MailWay
from publisher.settings import ChannelSettings, variable

NAME = "bounces"
"""Stands where a channel's settings have the name of the channel."""

_ALERTS = "alert"
_READ_TIMEOUT = 30.0
_USUAL_MINUTES = 5.0
_MOST_MINUTES = 24 * 60.0
_MOST_DAYS = 3650.0
_HIGHEST = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSettings:
    """What is wanted; without an inbox nothing is fetched."""

    inbox: Inbox | None
    post: MailWay | None
    contact: str  #: to whom people's mails are passed on; empty: to nobody that was named
    policy: Policy
    every: timedelta


def asked(values: Mapping[str, str]) -> MailboxSettings:
    """All of it. Raises `SettingsError`."""
    settings = ChannelSettings(NAME, values)
    contact = settings.get("PASS_ON_TO")
    return MailboxSettings(
        inbox=_inbox(settings),
        post=_post(settings) or _post(ChannelSettings(_ALERTS, values)),
        contact=_mailbox(contact, variable(NAME, "PASS_ON_TO")).address if contact else "",
        policy=policy(values),
        every=timedelta(minutes=_number(settings, "MINUTES", usual=_USUAL_MINUTES, most=_MOST_MINUTES)),
    )


def policy(values: Mapping[str, str]) -> Policy:
    """How soon bounces suppress: ``PUBLISHER_BOUNCES_HALF_LIFE`` in days, and ``…_LIMIT``. Raises `SettingsError`."""
    settings, usual = ChannelSettings(NAME, values), Policy()
    days = _number(settings, "HALF_LIFE", usual=usual.half_life / timedelta(days=1), most=_MOST_DAYS)
    limit = _number(settings, "LIMIT", usual=usual.limit, most=_HIGHEST)
    return Policy(half_life=timedelta(days=days), limit=limit)


def _inbox(settings: ChannelSettings) -> Inbox | None:
    url = settings.get("IMAP_URL")
    if not url:
        return None
    server = read_imap(url, subject=variable(NAME, "IMAP_URL"))
    return Inbox(server=server, tls=_trust(settings))


def _post(settings: ChannelSettings) -> MailWay | None:
    url, sender = settings.get("SMTP_URL"), settings.get("FROM")
    if not url or not sender:
        return None
    name = settings.channel_id
    route = MailRoute(
        server=read_server(url, channel_id=variable(name, "SMTP_URL")),
        timeouts=Timeouts(read=_READ_TIMEOUT),
        tls=_trust(settings),
        confirmation=_READ_TIMEOUT,
    )
    return MailWay(route=route, sender=_mailbox(sender, variable(name, "FROM")))


def _trust(settings: ChannelSettings) -> ssl.SSLContext:
    return trust(settings.get("CA_FILE"), subject=variable(settings.channel_id, "CA_FILE"))


def _mailbox(text: str, subject: str) -> Mailbox:
    try:
        return read_mailbox(text.strip())
    except ValueError as error:
        raise SettingsError(
            f"the address can't be used: {error}", subject=subject, remedy="write it like office@example.org"
        ) from None


def _number(settings: ChannelSettings, name: str, *, usual: float, most: float) -> float:
    text = settings.get(name)
    try:
        number = float(text) if text is not None else usual
    except ValueError:
        number = math.nan
    if not 0 < number <= most:
        raise SettingsError(
            f"“{text}” is no number that makes sense here",
            subject=variable(NAME, name),
            remedy=f"write a number up to {most:g}; {usual:g} is usual",
        )
    return number
