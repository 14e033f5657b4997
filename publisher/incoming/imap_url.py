"""PUBLISHER_BOUNCES_IMAP_URL: the mailbox where bounces, answers and requests to leave arrive."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from publisher.channels.wire import is_loopback
from publisher.errors import SettingsError

_REMEDY = (
    "write it like imaps://user:password@mail.example.org/INBOX, with special characters of user and password as in "
    "web addresses (@ as %40, / as %2F, # as %23, % as %25)"
)
_USUAL_FOLDER = "INBOX"


class ImapEncryption(StrEnum):
    """When TLS begins."""

    NEVER = "imap"  #: to this very machine only
    REQUIRED = "imap+starttls"
    FROM_THE_START = "imaps"


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
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise _bad("can't be read", subject) from None
    if parts.scheme not in set(ImapEncryption):
        raise _bad("does not begin with imaps:// or imap+starttls://", subject)
    if not parts.hostname:
        raise _bad("names no server", subject)
    encryption = ImapEncryption(parts.scheme)
    if encryption is ImapEncryption.NEVER and not is_loopback(parts.hostname):
        raise _bad("would send the password in clear text", subject)
    user, password, folder = _words(parts, subject)
    return ImapServer(
        host=parts.hostname,
        port=port or _PORTS[encryption],
        encryption=encryption,
        user=user,
        password=password,
        folder=folder or _USUAL_FOLDER,
    )


def _words(parts: SplitResult, subject: str) -> tuple[str, str, str]:
    try:
        raw = (parts.username or "", parts.password or "", parts.path.strip("/"))
        user, password, folder = (unquote(part, errors="strict") for part in raw)
    except UnicodeDecodeError:
        raise _bad("has a user, a password or a folder that is not UTF-8", subject) from None
    if not user or not password:
        raise _bad("needs a user and a password", subject)
    return user, password, folder


def _bad(what: str, subject: str) -> SettingsError:
    return SettingsError(f"the address of the mailbox {what}", subject=subject, remedy=_REMEDY)
