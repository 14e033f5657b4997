"""A process that makes and hands over mails for a mailing, which another process accounts for.

It ends as soon as the other one is gone: whoever it was writing to is uncertain then, and nobody else is begun.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable

from publisher.bulk.errands import Came, Fate, NotHere, Writer
from publisher.bulk.frames import Frame, Frames, from_fate, to_recipient, to_server
from publisher.bulk.loops import new_loop
from publisher.bulk.pool import Pool

_MOMENT = 0.001  #: seconds


def serve(line: int, writer_of: Callable[[str], Writer]) -> None:
    """Work until the other end of the socket pair with this file descriptor is done.

    Signals to stop are for the other process, which lets this one finish what is under way.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_Worker(writer_of).work(line))


class _Worker:
    """The process at work."""

    def __init__(self, writer_of: Callable[[str], Writer]) -> None:
        self._writer_of = writer_of
        self._over = asyncio.Event()
        self._frames = Frames(heard=self._hear, ended=self._over.set)
        self._pool: Pool | None = None
        self._told: list[list[object]] = []
        self._closing: asyncio.Task[None] | None = None

    async def work(self, line: int) -> None:
        """Until the line ends."""
        await asyncio.get_running_loop().create_connection(lambda: self._frames, sock=socket.socket(fileno=line))
        await self._over.wait()

    def _hear(self, frame: Frame) -> None:
        if "server" in frame:
            write = self._writer_of(frame["writer"])
            self._pool = Pool(to_server(frame["server"]), write=write, news=self._tell)
            self._frames.say({"ready": True})
        elif self._pool is None:
            self._over.set()
        elif "give" in frame:
            self._pool.give([to_recipient(one) for one in frame["give"]])
        elif "stop" in frame:
            self._pool.stop()
        elif "close" in frame and self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close(self._pool))

    async def _close(self, pool: Pool) -> None:
        await pool.close()
        self._flush()
        self._frames.say({"closed": True})

    def _tell(self, fate: Fate | None) -> None:
        """What came within a moment is told together."""
        if not self._told:
            asyncio.get_running_loop().call_later(_MOMENT, self._flush)
        if fate is not None and fate.came is Came.UNWRITTEN and isinstance(fate.fault, NotHere):
            self._told.append([fate.recipient.id])
        else:
            self._told.append(from_fate(fate) if fate is not None else [])

    def _flush(self) -> None:
        told, self._told = self._told, []
        whole, numbers = [one for one in told if len(one) > 1], [one[0] for one in told if len(one) == 1]
        frame: Frame = {"fates": whole, "not_here": numbers}
        if self._pool is not None and (trouble := self._pool.trouble) is not None:
            frame["trouble"] = [type(trouble).__name__, trouble.message, trouble.code, trouble.detail, trouble.remedy]
        self._frames.say(frame)
