"""Several processes that send for one mailing: filling in, signing and speaking to the server takes processors."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil

import structlog

from publisher import errors
from publisher.bulk.errands import Came, Fate
from publisher.bulk.frames import Frame, Frames, from_recipient, from_server, to_fate
from publisher.bulk.pool import Pool
from publisher.bulk.servers import Server
from publisher.errors import TemporaryError, TransportError
from publisher.ledger.records import Recipient

_HERE_COUNTS = 2  #: times: a mail in this process waits while the ledger is written, too
_SPARE = 5.0  #: seconds more than a worker itself takes to end

#: For glibc: mails come and go by the thousand, and each time it would give their memory back to the system.
_KEEPS_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "16777216", "MALLOC_TOP_PAD_": "2097152"}

_ENDED = "a process that sends mails ended unexpectedly"

_log = structlog.get_logger("publisher.bulk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """How workers are started, and what they need to write mails.

    ``writer`` is told to each worker; ``language_of`` gives the language in which a reader gets the mail. ``here``
    makes a pool in this process, which takes its share: until the workers are ready all of it, and whatever they lack
    something for.
    """

    count: int
    command: Sequence[str]
    writer: Callable[[], str]
    language_of: Callable[[Recipient], str]
    here: Callable[[Server, Callable[[Fate | None], None]], Pool]


class Workers:
    """Implements `publisher.bulk.run.Crew` with processes of their own, beside a pool in this one."""

    def __init__(self, staff: Staff, server: Server, news: Callable[[Fate | None], None]) -> None:
        self._language_of = staff.language_of
        self._patience = server.patience
        self._news = news
        shares = replace(server.limits, connections=ceil(server.limits.connections / (staff.count + 1)))
        part = replace(server, limits=shares)
        self._here = _Here(staff.here, part, news)
        start = {"server": from_server(part), "writer": staff.writer()}
        self._each = [_Worker(staff.command, start, heard=self._hear, lost=self._lose) for _ in range(staff.count)]

    @property
    def trouble(self) -> TransportError | None:
        """Why the server is of no use now: nobody can use it, or nobody could before the first worker was ready."""
        ready = [one for one in self._each if one.is_ready or one.trouble is not None]
        is_anybody_well = any(one.trouble is None for one in ready)
        return None if is_anybody_well else self._here.trouble

    def give(self, recipients: list[Recipient]) -> None:
        """Write to these; each of them has a fate in the end. Until a worker is ready, this process writes to all."""
        left = list(recipients)
        while left:
            idlest, share = self._idlest(len(left))
            given, left = left[:share], left[share:]
            if idlest is None:
                self._here.give(given)
            else:
                idlest.give(given, language_of=self._language_of)

    def _idlest(self, count: int) -> tuple[_Worker | None, int]:
        """Who has least to do, None for this process, and how many more make it as busy as the next one."""
        fit = [one for one in self._each if one.is_ready and one.trouble is None]
        if not fit:
            return None, count
        if self._here.trouble is not None:
            return min(fit, key=lambda one: len(one.outstanding)), ceil(count / len(fit))
        busy: list[tuple[int, _Worker | None]] = [(len(one.outstanding), one) for one in fit]
        busy.append((self._here.outstanding * _HERE_COUNTS, None))
        (least, idlest), (following, _) = sorted(busy, key=lambda one: one[0])[:2]
        return idlest, min(count, max(following - least, ceil(count / len(busy))))

    def stop(self) -> None:
        """Begin nothing more."""
        for one in self._each:
            one.say({"stop": True})
        self._here.stop()

    async def close(self) -> None:
        """Let what is under way end, in each of them; with a limit of time."""
        self.stop()
        seconds = self._patience.stopping + self._patience.farewell + _SPARE
        await asyncio.gather(self._here.close(), *(one.close(seconds) for one in self._each))

    def _hear(self, worker: _Worker, frame: Frame) -> None:
        for read in frame.get("fates", ()):
            self._news(to_fate(read, worker.outstanding.pop(read[0])))
        if missing := [worker.outstanding.pop(number) for number in frame.get("not_here", ())]:
            self._here.give(missing)
        self._news(None)

    def _lose(self, worker: _Worker) -> None:
        """A worker is gone. Before it was ready it was given nobody; else nobody knows how far it got."""
        came = Came.LOST if worker.is_ready else Came.UNSENT
        lost, worker.outstanding = worker.outstanding, {}
        for recipient in lost.values():
            self._news(Fate(recipient, came))
        self._news(None)


class _Here:
    """The pool in this process, and how many it has to write to."""

    def __init__(
        self,
        pool: Callable[[Server, Callable[[Fate | None], None]], Pool],
        server: Server,
        news: Callable[[Fate | None], None],
    ) -> None:
        self.outstanding = 0
        self._news = news
        self._pool = pool(server, self._hear)

    @property
    def trouble(self) -> TransportError | None:
        return self._pool.trouble

    def give(self, recipients: list[Recipient]) -> None:
        self.outstanding += len(recipients)
        self._pool.give(recipients)

    def stop(self) -> None:
        self._pool.stop()

    async def close(self) -> None:
        await self._pool.close()

    def _hear(self, fate: Fate | None) -> None:
        self.outstanding -= fate is not None
        self._news(fate)


class _Worker:
    """One process, and whom it was given."""

    def __init__(
        self,
        command: Sequence[str],
        start: Frame,
        *,
        heard: Callable[[_Worker, Frame], None],
        lost: Callable[[_Worker], None],
    ) -> None:
        self.trouble: TransportError | None = None
        self.outstanding: dict[int, Recipient] = {}
        self.is_ready = False
        self._heard, self._lost = heard, lost
        self._unsaid: list[Frame] = []  # until it is ready
        self._is_closing = False
        self._over = asyncio.Event()
        self._frames = Frames(heard=self._hear, ended=self._end)
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                [*command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=_KEEPS_MEMORY | os.environ,
            )
        loop = asyncio.get_running_loop()
        self._opening = loop.create_task(loop.create_connection(lambda: self._frames, sock=ours))
        self._frames.say(start)

    def say(self, frame: Frame) -> None:
        """Tell it something, when it is ready."""
        if self.is_ready:
            self._frames.say(frame)
        else:
            self._unsaid.append(frame)

    def give(self, recipients: list[Recipient], *, language_of: Callable[[Recipient], str]) -> None:
        """Write to these."""
        self.outstanding |= {one.id: one for one in recipients}
        self.say({"give": [from_recipient(one, language_of(one)) for one in recipients]})

    async def close(self, seconds: float) -> None:
        """Until it has told everything, or the time is over; then it is ended."""
        self._is_closing = True
        self.say({"close": True})
        try:
            async with asyncio.timeout(seconds):
                await self._opening
                await self._over.wait()
        except TimeoutError:
            self._process.kill()
        self._frames.close()
        self._lost(self)
        await asyncio.to_thread(self._process.wait)

    def _hear(self, frame: Frame) -> None:
        if "ready" in frame:
            self.is_ready = True
            unsaid, self._unsaid = self._unsaid, []
            for one in unsaid:
                self._frames.say(one)
        if "trouble" in frame and self.trouble is None:
            kind, message, code, detail, remedy = frame["trouble"]
            self.trouble = getattr(errors, kind)(message, code=code, detail=detail, remedy=remedy)
        self._heard(self, frame)
        if "closed" in frame:
            self._over.set()

    def _end(self) -> None:
        self._over.set()
        if not self._is_closing:
            _log.error(_ENDED, uncertain=len(self.outstanding) if self.is_ready else 0)
            self.trouble = self.trouble or TemporaryError(_ENDED)
            self._lost(self)
