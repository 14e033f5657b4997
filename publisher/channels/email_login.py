"""Asking for the mail server and the account, and trying the login."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from publisher.abilities import Login
from publisher.channels.addresses import read_mailbox
from publisher.channels.email_dial import MailRoute, dial
from publisher.channels.email_dialogue import Lost
from publisher.channels.email_url import Encryption, read_server
from publisher.channels.wire import read_timeouts, tls_context
from publisher.errors import SettingsError, TemporaryError

_WAYS = {
    Encryption.FROM_THE_START.value: "encrypted from the start (port 465)",
    Encryption.REQUIRED.value: "encrypted with STARTTLS (port 587)",
    Encryption.WHEN_OFFERED.value: "a server on this machine (port 25)",
}


def log_in(login: Login) -> Mapping[str, str | None]:
    """SMTP_URL and FROM. Raises `SettingsError` or a `TransportError` when the server does not take them."""
    prompts = login.prompts
    way = prompts.choose("How is the mail server reached?", _WAYS)
    host = prompts.ask("Server, and its port if it has an unusual one (mail.example.org)")
    _check_server(f"{way}://{host}", login.channel.id)
    user = prompts.ask("User (empty if it wants none)")
    password = prompts.ask_secret("Password") if user else ""
    sender = prompts.ask("From (Project office <office@example.org>)")
    try:
        read_mailbox(sender)
    except ValueError as error:
        raise SettingsError(
            f"“{sender}” is no sender ({error})",
            subject=login.channel.id,
            remedy="write it like: Project office <office@example.org>",
        ) from None
    account = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    url = f"{way}://{account}{host}"
    _try(login, url)
    return {"SMTP_URL": url, "FROM": sender}


def _check_server(url: str, channel_id: str) -> None:
    """Before anybody types a password for it."""
    if url.endswith("://"):
        raise SettingsError(
            "no mail server was named", subject=channel_id, remedy="run it again, and write one like mail.example.org"
        )
    read_server(url, channel_id=channel_id)


def _try(login: Login, url: str) -> None:
    channel = login.channel
    route = MailRoute(
        server=read_server(url, channel_id=channel.id),
        timeouts=read_timeouts(channel, login.settings),
        tls=tls_context(channel, login.settings),
        confirmation=read_timeouts(channel, login.settings).read,
    )
    try:
        dial(route).quit()
    except Lost as lost:
        raise TemporaryError(
            "the mail server hung up", detail=lost.reply.words, remedy="check the server and its port"
        ) from lost
    except OSError:
        return  # the login went well; that the server did not wait for the goodbye does not matter
    login.prompts.tell(f"{urlsplit(url).hostname} takes the login.")
