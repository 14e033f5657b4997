"""PUBLISHER_BOUNCES_IMAP_URL: the mailbox where bounces, answers and requests to leave arrive."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from publisher.channels.server_url import SPECIAL, read_server_url
from publisher.channels.wire import is_loopback
from publisher.errors import SettingsError

_REMEDY = f"write it like imaps://user:password@mail.example.org/INBOX, {SPECIAL}"
_USUAL_FOLDER = "INBOX"


class ImapEncryption(StrEnum):
    """When TLS begins."""

    NEVER = "imap"  #: to this very machine only
    REQUIRED = "imap+starttls"
    FROM_THE_START = "imaps"


_SCHEMES = ("imaps", "imap+starttls", "imap")
_PORTS = {ImapEncryption.NEVER: 143, ImapEncryption.REQUIRED: 143, ImapEncryption.FROM_THE_START: 993}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapServer:
    """A mailbox and what we say to be let in."""

    host: str
    port: int
    encryption: ImapEncryption
    user: str
    password: str = field(repr=False)
    folder: str = _USUAL_FOLDER


def read_imap(url: str, *, subject: str) -> ImapServer:
    """The mailbox in a URL. Raises `SettingsError`, whose words never hold the URL: it has a password in it."""

    def bad(what: str) -> SettingsError:
        return SettingsError(f"the address of the mailbox {what}", subject=subject, remedy=_REMEDY)

    found = read_server_url(url, schemes=_SCHEMES, bad=bad)
    encryption = ImapEncryption(found.scheme)
    if encryption is ImapEncryption.NEVER and not is_loopback(found.host):
        raise bad("would send the password in clear text")
    if not found.user or not found.password:
        raise bad("needs a user and a password")
    return ImapServer(
        host=found.host,
        port=found.port or _PORTS[encryption],
        encryption=encryption,
        user=found.user,
        password=found.password,
        folder=found.path or _USUAL_FOLDER,
    )
