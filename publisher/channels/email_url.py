"""SMTP_URL: where mails are handed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from publisher.channels.server_url import SPECIAL, read_server_url
from publisher.channels.wire import is_loopback
from publisher.errors import SettingsError

_REMEDY = (
    "write it like smtp+starttls://user:password@mail.example.org:587 or smtps://user:password@mail.example.org, "
    f"{SPECIAL}"
)


class Encryption(StrEnum):
    """When TLS begins."""

    WHEN_OFFERED = "smtp"
    REQUIRED = "smtp+starttls"
    FROM_THE_START = "smtps"


_SCHEMES = ("smtp", "smtps", "smtp+starttls")
_PORTS = {Encryption.WHEN_OFFERED: 25, Encryption.REQUIRED: 587, Encryption.FROM_THE_START: 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server and what we say to it to be let in."""

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """``mail.example.org:587``."""
        return f"{self.host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether it is this very machine."""
        return is_loopback(self.host)

    def starts_tls(self, *, offered: bool) -> bool:
        """Whether to say STARTTLS.

        Not to a server on this machine unless it is asked for: nothing leaves the machine, and the certificate that
        distributions give a local server is signed by nobody.
        """
        if self.encryption is Encryption.WHEN_OFFERED:
            return offered and not self.is_here
        return self.encryption is Encryption.REQUIRED


def read_servers(urls: str, *, channel_id: str) -> tuple[MailServer, ...]:
    """The servers in one URL or several, with spaces or line ends between them; the first one is asked first.

    Raises `SettingsError`.
    """
    return tuple(read_server(url, channel_id=channel_id) for url in urls.split() or [urls])


def read_server(url: str, *, channel_id: str) -> MailServer:
    """The server in a URL. Raises `SettingsError`, whose words never hold the URL: it has a password in it."""

    def bad(what: str) -> SettingsError:
        return SettingsError(f"SMTP_URL {what}", subject=channel_id, remedy=_REMEDY)

    found = read_server_url(url, schemes=_SCHEMES, bad=bad)
    if found.rest:
        raise bad("has something behind the server and port")
    if bool(found.user) != bool(found.password):
        raise bad("has a user without a password, or a password without a user")
    encryption = Encryption(found.scheme)
    return MailServer(
        host=found.host,
        port=found.port or _PORTS[encryption],
        encryption=encryption,
        user=found.user,
        password=found.password,
    )
