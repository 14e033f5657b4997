"""The stand-in for a mailbox: IMAP4rev1 (RFC 3501) with MOVE (RFC 6851) as far as a reader of mails needs it.

One account, folders in memory. It is as strict as a real server about state: who has not logged in or selected a folder
is told so, and a mail keeps its number (UID) as long as it is in its folder.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Self

from publisher.sandbox.server import HOST, START_SECONDS, STOP_SECONDS

_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^()]*(?:\([^()]*\)[^()]*)*\)|[^\s"]+)')
_LONGEST_LINE = 65_536


@dataclass(slots=True)
class KeptMail:
    """A mail in a folder."""

    uid: int
    content: bytes
    flags: set[str] = field(default_factory=set)


@dataclass(slots=True)
class ImapAccount:
    """What the server knows. ``is_below`` folders can only be made below the inbox, as some servers want it."""

    user: str = "bounces"
    password: str = "sandbox"  # noqa: S105  nothing real is behind it
    can_move: bool = True
    is_below: bool = False
    breaks_after: int = -1  #: commands after which the connection breaks, once; -1: never
    hangs: bool = False  #: takes connections and says nothing
    folders: dict[str, list[KeptMail]] = field(default_factory=lambda: {"INBOX": []})
    last_uid: int = 0

    def deliver(self, content: bytes, folder: str = "INBOX") -> None:
        """A mail arrives."""
        self.last_uid += 1
        self.folders[folder].append(KeptMail(self.last_uid, content))

    def contents(self, folder: str) -> list[bytes]:
        """The mails in a folder; none when there is no such folder."""
        return [mail.content for mail in self.folders.get(folder, [])]


class MailboxServer:
    """Serves an account on loopback while it is entered."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandbox-imap", daemon=True)
        self._stack = AsyncExitStack()
        self._port = 0

    @property
    def url(self) -> str:
        """For ``PUBLISHER_BOUNCES_IMAP_URL``."""
        return f"imap://{self._account.user}:{self._account.password}@{HOST}:{self._port}/INBOX"

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(START_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)
        self._loop.close()

    async def _start(self) -> None:
        server = await asyncio.start_server(self._serve, HOST, 0, limit=_LONGEST_LINE)
        self._stack.callback(server.close)
        self._port = int(server.sockets[0].getsockname()[1])

    async def _stop(self) -> None:
        await self._stack.aclose()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _ImapSession(self._account)
        try:
            if self._account.hangs:
                await asyncio.Event().wait()
            writer.write(b"* OK sandbox ready\r\n")
            while line := await reader.readline():
                if self._breaks():
                    writer.transport.abort()
                    return
                writer.writelines(session.answers(line.rstrip(b"\r\n")))
                await writer.drain()
        except ConnectionError:
            return
        finally:
            with suppress(RuntimeError):
                writer.close()

    def _breaks(self) -> bool:
        left = self._account.breaks_after
        self._account.breaks_after = left - 1 if left >= 0 else -1
        return left == 0


class _ImapSession:
    """One connection."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._is_in = False
        self._folder = ""

    def answers(self, line: bytes) -> Iterator[bytes]:
        """The lines that answer a command."""
        words = [_unquoted(match) for match in _WORD.finditer(line)]
        if len(words) < 2:  # noqa: PLR2004  a tag and a command
            yield b"* BAD a tag and a command are needed\r\n"
            return
        tag, name, *rest = words
        command = f"uid {rest.pop(0)}".lower() if name.lower() == "uid" and rest else name.lower()
        act = _COMMANDS.get(command)
        if act is None:
            yield _line(f"{tag} BAD unknown command")
        elif not self._is_in and command not in _BEFORE_LOGIN:
            yield _line(f"{tag} BAD log in first")
        elif command in _IN_FOLDER and not self._folder:
            yield _line(f"{tag} BAD select a folder first")
        else:
            yield from (
                _line(f"{tag} {answer[1:]}") if answer[:1] == "=" else _raw(answer) for answer in act(self, rest)
            )

    def capability(self, _rest: list[str]) -> Iterator[str]:
        yield f"* CAPABILITY IMAP4rev1{' MOVE' if self._account.can_move else ''}\r\n"
        yield "=OK done"

    def login(self, rest: list[str]) -> Iterator[str]:
        wanted = f"{self._account.user}\0{self._account.password}"
        self._is_in = hmac.compare_digest("\0".join(rest[:2]).encode(), wanted.encode())
        yield "=OK logged in" if self._is_in else "=NO [AUTHENTICATIONFAILED] wrong user or password"

    def logout(self, _rest: list[str]) -> Iterator[str]:
        yield "* BYE see you\r\n"
        yield "=OK done"

    def noop(self, _rest: list[str]) -> Iterator[str]:
        yield "=OK done"

    def select(self, rest: list[str]) -> Iterator[str]:
        if rest[0] not in self._account.folders:
            yield "=NO there is no such folder"
            return
        self._folder = rest[0]
        yield f"* {len(self._mails)} EXISTS\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [UIDVALIDITY 1] valid\r\n"
        yield "=OK [READ-WRITE] selected"

    def list_folders(self, _rest: list[str]) -> Iterator[str]:
        for name in self._account.folders:
            yield f'* LIST (\\HasNoChildren) "." "{name}"\r\n'
        yield "=OK done"

    def create(self, rest: list[str]) -> Iterator[str]:
        if self._account.is_below and not rest[0].startswith("INBOX."):
            yield "=NO folders are made below INBOX only"
            return
        self._account.folders.setdefault(rest[0], [])
        yield "=OK made"

    def uid_search(self, _rest: list[str]) -> Iterator[str]:
        yield f"* SEARCH {' '.join(str(mail.uid) for mail in self._mails)}".rstrip() + "\r\n"
        yield "=OK done"

    def uid_fetch(self, rest: list[str]) -> Iterator[str]:
        for number, mail in enumerate(self._mails, start=1):
            if str(mail.uid) in rest[0].split(","):
                text = mail.content.decode("latin-1")
                yield f"* {number} FETCH (UID {mail.uid} BODY[] {{{len(mail.content)}}}\r\n{text})\r\n"
        yield "=OK done"

    def uid_move(self, rest: list[str]) -> Iterator[str]:
        if not self._account.can_move:
            yield "=BAD unknown command"
            return
        yield from self.uid_copy(rest)
        self._account.folders[self._folder] = [mail for mail in self._mails if str(mail.uid) not in rest[0].split(",")]

    def uid_copy(self, rest: list[str]) -> Iterator[str]:
        if rest[1] not in self._account.folders:
            yield "=NO [TRYCREATE] there is no such folder"
            return
        for mail in list(self._mails):
            if str(mail.uid) in rest[0].split(","):
                self._account.deliver(mail.content, rest[1])
        yield "=OK done"

    def uid_store(self, rest: list[str]) -> Iterator[str]:
        for mail in self._mails:
            if str(mail.uid) in rest[0].split(","):
                mail.flags |= set(rest[2].strip("()").split())
        yield "=OK done"

    def expunge(self, _rest: list[str]) -> Iterator[str]:
        self._account.folders[self._folder] = [mail for mail in self._mails if "\\Deleted" not in mail.flags]
        yield "=OK done"

    @property
    def _mails(self) -> list[KeptMail]:
        return self._account.folders[self._folder]


_COMMANDS: dict[str, Callable[[_ImapSession, list[str]], Iterator[str]]] = {
    "capability": _ImapSession.capability,
    "login": _ImapSession.login,
    "logout": _ImapSession.logout,
    "noop": _ImapSession.noop,
    "select": _ImapSession.select,
    "list": _ImapSession.list_folders,
    "create": _ImapSession.create,
    "uid search": _ImapSession.uid_search,
    "uid fetch": _ImapSession.uid_fetch,
    "uid move": _ImapSession.uid_move,
    "uid copy": _ImapSession.uid_copy,
    "uid store": _ImapSession.uid_store,
    "expunge": _ImapSession.expunge,
}
_BEFORE_LOGIN = frozenset({"capability", "login", "logout", "noop"})
_IN_FOLDER = frozenset({"uid search", "uid fetch", "uid move", "uid copy", "uid store", "expunge"})


def _unquoted(match: re.Match[bytes]) -> str:
    quoted, plain = match[1], match[2]
    word = plain if quoted is None else re.sub(rb"\\(.)", rb"\1", quoted)
    return word.decode("utf-8", "replace")


def _line(text: str) -> bytes:
    return f"{text}\r\n".encode()


def _raw(text: str) -> bytes:
    return text.encode("latin-1")
