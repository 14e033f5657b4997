"""Which ways the environment names: ``PUBLISHER_ALERT_…``, each also as ``…_FILE`` or as a systemd credential."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from publisher.alerts.alert import Notifier, Silence
from publisher.alerts.outbox import Outbox
from publisher.alerts.ways import READ_TIMEOUT, Mail, Way, Webhook
from publisher.channels.addresses import Mailbox, read_mailbox
from publisher.channels.email_dial import MailRoute
from publisher.channels.email_url import read_server
from publisher.channels.wire import Timeouts, is_loopback, trust
from publisher.errors import SettingsError
from publisher.interfaces import Clock
from publisher.settings import ChannelSettings, variable

#: Stands where a channel's settings have the name of the channel.
NAME = "alert"


def notifier(values: Mapping[str, str], *, clock: Clock) -> Notifier:
    """Sends alerts by the ways that are configured. Raises `SettingsError` when one is named by halves."""
    ways = list(_ways(ChannelSettings(NAME, values)))
    return Outbox(ways, clock=clock) if ways else Silence()


def _ways(settings: ChannelSettings) -> Iterator[Way]:
    if url := settings.get("WEBHOOK"):
        yield _webhook(url)
    if recipients := settings.get("MAIL"):
        yield _mail(recipients, settings)


def _webhook(url: str) -> Webhook:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        raise SettingsError(
            "this is no address of a webhook",  # which is not repeated: it is secret
            subject=variable(NAME, "WEBHOOK"),
            remedy="copy the whole address from Slack, Mattermost or Teams; it begins with https://",
        )
    return Webhook(url)


def _mail(recipients: str, settings: ChannelSettings) -> Mail:
    server = read_server(_needed(settings, "SMTP_URL"), channel_id=variable(NAME, "SMTP_URL"))
    route = MailRoute(
        server=server,
        timeouts=Timeouts(read=READ_TIMEOUT),
        tls=trust(settings.get("CA_FILE"), subject=variable(NAME, "CA_FILE")),
        confirmation=READ_TIMEOUT,
    )
    sender = _mailbox(_needed(settings, "FROM"), "FROM")
    return Mail(
        route=route,
        sender=sender,
        recipients=tuple(_mailbox(one, "MAIL") for one in recipients.split(",") if one.strip()),
    )


def _needed(settings: ChannelSettings, name: str) -> str:
    value = settings.get(name)
    if value is None:
        raise SettingsError(
            f"{variable(NAME, 'MAIL')} is set, and {variable(NAME, name)} is not",
            remedy="alerts by mail need both (docs/credentials.md)",
        )
    return value


def _mailbox(text: str, name: str) -> Mailbox:
    try:
        return read_mailbox(text.strip())
    except ValueError as error:
        raise SettingsError(
            f"an address can't be used: {error}",
            subject=variable(NAME, name),
            remedy="write it like office@example.org; several with a comma between them",
        ) from None
