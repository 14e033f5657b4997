"""A mail server for tests, on loopback: strict about what may follow what, and misbehaving when told to.

It keeps what it took responsibility for: what a mail's account is compared with.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CLOSE = "close"  #: breaks the connection without a word
SILENCE = "silence"  #: never answers
TAKE_AND_CLOSE = "take and close"  #: takes the mail, then breaks the connection
TAKE_AND_SILENCE = "take and silence"  #: takes the mail, and never answers

Answer = Callable[["Session", str, str], str | None]
"""What the server says to a verb and its argument, for a session; None for what is usual. A dot: the end of a mail."""


def usual(_session: Session, _verb: str, _argument: str) -> str | None:
    """A server without faults."""
    return None


@dataclass
class MailServer:
    """A server and what arrived. Words in ``offers`` stand in the answer to EHLO."""

    offers: tuple[str, ...] = ("PIPELINING", "SIZE 1000000")
    answer: Answer = usual
    greeting: str = "220 ready"
    after_starttls: ssl.SSLContext | None = None
    piece: int = 0  #: bytes of a reply that are written at once; 0: all of them
    keeps_refused: bool = (
        False  #: whether a transaction stays open after its mail was refused; by chunks it always does
    )
    reads_refused_chunks: bool = True  #: whether a refused BDAT is followed by a mail, and not by commands
    delay: float = 0.0  #: seconds before each reply
    logins: tuple[str, ...] = ()  #: base64 words that AUTH PLAIN takes

    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    port: int = 0
    most_at_once: int = 0

    @property
    def reached(self) -> list[str]:
        """Who got a mail, as often as they got one."""
        return [recipient for _, recipient, _ in self.mails]

    @asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[MailServer]:
        """Serve on a free port of loopback."""
        tasks: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            session = Session(self, reader, writer, number=len(self.sessions))
            self.sessions.append(session)
            tasks.add(asyncio.current_task())  # type: ignore[arg-type]
            self.most_at_once = max(self.most_at_once, sum(not one.is_over for one in self.sessions))
            await session.talk()

        server = await asyncio.start_server(serve, "127.0.0.1", self.port, ssl=tls, limit=4_000_000)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class _Over(Exception):
    """The connection ends."""


class Session:
    """One connection."""

    def __init__(
        self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, number: int
    ) -> None:
        self.server = server
        self.number = number
        self.taken = 0
        self.is_over = False
        self.sender: str | None = None
        self.recipients: list[str] = []
        self._reader, self._writer = reader, writer

    async def talk(self) -> None:
        """Until it is over."""
        try:
            await self._say(self.server.greeting)
            while line := await self._reader.readline():
                text = line.decode("latin-1").rstrip("\r\n")
                self.server.heard.append(text)
                verb, _, argument = text.partition(" ")
                await self._do(verb.upper(), argument)
        except (_Over, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.is_over = True
            self._writer.transport.abort()

    async def _do(self, verb: str, argument: str) -> None:
        content = b""
        if verb == "BDAT":
            size, _, last = argument.partition(" ")
            assert last == "LAST"
        told = self.server.answer(self, "." if verb == "BDAT" else verb, argument)
        if verb == "BDAT" and (told is None or self.server.reads_refused_chunks):
            content = await self._reader.readexactly(int(size))
        if verb == "BDAT":
            await self._take(content, told)
        elif told is not None:
            await self._say(told)
        else:
            await getattr(self, f"_{verb.lower()}", self._unknown)(argument)

    async def _say(self, reply: str) -> None:
        if reply == CLOSE:
            raise _Over
        if reply == SILENCE:
            await asyncio.Event().wait()
        if self.server.delay:
            await asyncio.sleep(self.server.delay)
        data = reply.encode("latin-1") + b"\r\n"
        step = self.server.piece or len(data)
        for begin in range(0, len(data), step):
            self._writer.write(data[begin : begin + step])
            await self._writer.drain()
            if self.server.piece:
                await asyncio.sleep(0)
        if reply.startswith("421"):
            raise _Over

    async def _ehlo(self, _argument: str) -> None:
        words = ("mail.example.org", *self.server.offers)
        lines = [f"250{' ' if number == len(words) else '-'}{word}" for number, word in enumerate(words, start=1)]
        await self._say("\r\n".join(lines))

    async def _helo(self, _argument: str) -> None:
        await self._say("250 mail.example.org")

    async def _starttls(self, _argument: str) -> None:
        assert self.server.after_starttls is not None
        await self._say("220 go ahead")
        await self._writer.start_tls(self.server.after_starttls)

    async def _auth(self, argument: str) -> None:
        is_known = argument.rpartition(" ")[2] in self.server.logins
        await self._say("235 welcome" if is_known else f"535 5.7.8 not with {argument}")

    async def _rset(self, _argument: str) -> None:
        self.sender, self.recipients = None, []
        await self._say("250 2.0.0 flushed")

    async def _mail(self, argument: str) -> None:
        if self.sender is not None:
            await self._say("503 5.5.1 nested MAIL command")
            return
        self.sender = argument.partition("<")[2].partition(">")[0]
        await self._say("250 2.1.0 sender")

    async def _rcpt(self, argument: str) -> None:
        if self.sender is None:
            await self._say("503 5.5.1 need MAIL")
            return
        self.recipients.append(argument.partition("<")[2].partition(">")[0])
        await self._say("250 2.1.5 recipient")

    async def _data(self, _argument: str) -> None:
        if not self.recipients:
            await self._say("554 5.5.1 no valid recipients")
            return
        await self._say("354 go on")
        lines = []
        while (line := await self._reader.readline()) != b".\r\n":
            if not line:
                raise _Over
            lines.append(line.removeprefix(b"."))
        await self._take(b"".join(lines), self.server.answer(self, ".", ""))

    async def _take(self, content: bytes, told: str | None) -> None:
        """The end of a mail. What is open after a refusal by chunks, RFC 3030 leaves undefined."""
        if not self.recipients:
            await self._say(told or "503 5.5.1 no valid recipients")
            return
        if told in (None, TAKE_AND_CLOSE, TAKE_AND_SILENCE) or (told is not None and told.startswith("2")):
            for recipient in self.recipients:
                self.server.mails.append((self.sender or "", recipient, content))
            self.taken += 1
            self.sender, self.recipients = None, []
        elif "CHUNKING" not in self.server.offers and not self.server.keeps_refused:
            self.sender, self.recipients = None, []
        words = {None: "250 2.0.0 Ok: queued", TAKE_AND_CLOSE: CLOSE, TAKE_AND_SILENCE: SILENCE}
        await self._say(words.get(told, told or ""))

    async def _quit(self, _argument: str) -> None:
        await self._say("221 bye")
        raise _Over

    async def _unknown(self, _argument: str) -> None:
        await self._say("500 5.5.2 what")
