"""The mailbox where bounces arrive, over IMAP. Mails are moved to folders, and never deleted.

imap-tools does the talking. Each round opens a connection of its own, so a server that hung up costs one round.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.mailbox import BaseMailBox

from publisher.errors import CredentialsBroken, TemporaryError
from publisher.incoming.imap_url import ImapEncryption, ImapServer

TIMEOUT = 60.0
"""Seconds of silence that are borne from the server."""


class Folder(StrEnum):
    """Where a mail goes once it was read."""

    PROCESSED = "Processed"
    UNRECOGNISED = "Unrecognised"
    PEOPLE = "People"


Treat: TypeAlias = Callable[[bytes], Folder | None]
"""Does what a mail asks for and says where it goes; None: it stays, and is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """One folder of one mailbox."""

    server: ImapServer
    tls: ssl.SSLContext

    def round(self, treat: Treat, *, is_stopping: Callable[[], bool], patience: float = TIMEOUT) -> int:
        """Read every mail that is there, oldest first; gives how many were moved. Raises a `TransportError`.

        ``patience`` is in seconds: as much silence is borne from the server.
        """
        with self._open(patience) as mailbox:
            names = _folders(mailbox, self.server.folder)
            moved = 0
            for uid in mailbox.uids("ALL"):
                if is_stopping():
                    break
                content = _content(mailbox, uid)
                folder = treat(content) if content is not None else None
                if folder is not None:
                    mailbox.move([uid], names[folder])
                    moved += 1
            return moved

    @contextmanager
    def _open(self, patience: float) -> Iterator[BaseMailBox]:
        try:
            with closing(_Line(self._dial(patience))) as line:
                line.mailbox.login(self.server.user, self.server.password, self.server.folder)
                yield line.mailbox
        except MailboxLoginError as error:
            raise CredentialsBroken(
                "the mailbox for bounces does not accept the user and the password",
                remedy="check PUBLISHER_BOUNCES_IMAP_URL",
            ) from error
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            raise TemporaryError(
                f"the mailbox for bounces at {self.server.host}:{self.server.port} can't be read",
                detail=str(error).replace(self.server.password, "(redacted)")[:200],
                remedy="check PUBLISHER_BOUNCES_IMAP_URL and its folder; it is tried again",
            ) from error

    def _dial(self, patience: float) -> BaseMailBox:
        host, port = self.server.host, self.server.port
        if self.server.encryption is ImapEncryption.NEVER:
            return MailBoxUnencrypted(host, port, timeout=patience)
        kind = MailBox if self.server.encryption is ImapEncryption.FROM_THE_START else MailBoxStartTls
        return kind(host, port, timeout=patience, ssl_context=self.tls)


@dataclass(frozen=True, slots=True)
class _Line:
    """A connection that is given back in the end, whatever became of it."""

    mailbox: BaseMailBox

    def close(self) -> None:
        """Take leave, and hang up where that fails."""
        try:
            self.mailbox.logout()
        except (ImapToolsError, imaplib.IMAP4.error, OSError):
            with suppress(OSError):
                self.mailbox.client.shutdown()


def _content(mailbox: BaseMailBox, uid: str) -> bytes | None:
    """A mail as it is there; None when somebody took it away meanwhile. BODY.PEEK leaves it unread."""
    status, answer = mailbox.client.uid("FETCH", uid, "(BODY.PEEK[])")
    if status != "OK":
        raise UnexpectedCommandStatusError((status, answer), "OK")
    return next((bytes(one[1]) for one in answer if isinstance(one, tuple)), None)


def _folders(mailbox: BaseMailBox, inbox: str) -> dict[Folder, str]:
    """The folders that we move to, made where they are missing; below the inbox on servers that want it so."""
    known = {one.name: one for one in mailbox.folder.list()}
    delimiter = next((one.delim for one in known.values() if one.delim), "/")
    names = {folder: (str(folder), f"{inbox}{delimiter}{folder}") for folder in Folder}
    return {
        folder: next((one for one in wanted if one in known), "") or _made(mailbox, wanted)
        for folder, wanted in names.items()
    }


def _made(mailbox: BaseMailBox, names: tuple[str, str]) -> str:
    """The first of these folders that the server lets us make."""
    beside, below = names
    try:
        mailbox.folder.create(beside)
    except ImapToolsError:
        mailbox.folder.create(below)
        return below
    return beside
