"""The connections to one mail server: as many as there is work for, opened anew when they end, given up together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

import structlog

from publisher.bulk.conversation import Conversation
from publisher.bulk.errands import Came, Errand, Fate, Outgoing, Writer
from publisher.bulk.opening import Line, open_line
from publisher.bulk.servers import Server
from publisher.channels.email_answers import Reply, not_handed_over
from publisher.errors import PublisherError, RenderError, TemporaryError, TransportError
from publisher.ledger.records import Recipient

_EACH = 4  #: mails in the queue that make another connection worth while
_STRIKES = 2  #: so often a connection may end at one mail, then the mail is the reason
_LOOK = 0.05  #: seconds between looks at what waits too long
_STOOD_STILL = 1.0  #: seconds after which we are the reason: what the servers said meanwhile is to be heard first

_log = structlog.get_logger("publisher.bulk")


class Pool:
    """Hands mails to one server. Everything happens in the event loop; nothing here blocks.

    ``news`` is told of every fate, and called with None when there is something else to look at.
    """

    def __init__(self, server: Server, *, write: Writer, news: Callable[[Fate | None], None]) -> None:
        self._server = server
        self._write = write
        self._news = news
        self._queue: deque[Errand] = deque()
        self._most = server.limits.connections
        self._conversations: set[Conversation] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._is_closing = False
        self._chunks = True  # until the server shows that it does not do what it announces
        self._changed = asyncio.Event()
        self._watch = asyncio.get_running_loop().create_task(self._watch_deadlines())
        self.trouble: TransportError | None = None  #: why the server is of no use now

    def give(self, recipients: Iterable[Recipient]) -> None:
        """Write to these; each of them has a fate in the end."""
        self._queue.extend(map(Errand, recipients))
        if self._is_closing or self.trouble is not None:
            self._return_queue()
        self._go_on()

    def stop(self) -> None:
        """Begin nothing more."""
        self._is_closing = True
        self._return_queue()
        for task in self._opening:
            task.cancel()

    async def close(self) -> None:
        """Begin nothing more, let what is under way end, and say goodbye; with a limit of time."""
        self.stop()
        patience = self._server.patience
        await self._until_quiet(patience.stopping)
        for one in list(self._conversations):
            one.leave()
        await self._until_quiet(patience.farewell)
        for one in list(self._conversations):
            one.give_up("publisher stopped before the mail server answered")
        self._watch.cancel()
        await asyncio.gather(self._watch, *self._opening, return_exceptions=True)

    # --- what the conversations ask and tell ----------------------------------------------------------------

    def take(self) -> tuple[Errand, Outgoing] | None:
        """The next mail, made at this moment."""
        while self._queue and not self._is_closing:
            errand = self._queue.popleft()
            if errand.is_stale:
                self.report(errand.fate(Came.UNSENT))
                continue
            try:
                return errand, self._write(errand.recipient)
            except PublisherError as fault:
                self._unwritten(errand, fault)
            except Exception as fault:  # noqa: BLE001  a fault of ours with one reader must not keep the others waiting
                _log.exception("unforeseen error with the words for a reader", key=errand.recipient.key)
                self._unwritten(errand, RenderError(f"publisher itself failed: {type(fault).__name__}"))
        return None

    def report(self, fate: Fate) -> None:
        """What became of a mail."""
        self._changed.set()
        self._news(fate)

    def over(self, conversation: Conversation, *, unsent: list[Errand], why: Reply) -> None:
        """A connection has ended: what it had not handed over goes over another one, if there is a use in that."""
        self._changed.set()
        self._conversations.discard(conversation)
        was_fruitless = conversation.begun == len(unsent) and not conversation.has_left
        self._chunks = self._chunks and not conversation.chunking.is_refused
        if unsent and not (conversation.left_uncertain or conversation.chunking.is_refused):
            unsent[0].strikes += 1
        stumbled = [errand for errand in unsent if errand.strikes >= _STRIKES]
        for errand in stumbled:
            self.report(errand.fate(Came.STUMBLED, why))
        self._queue.extendleft(reversed([errand for errand in unsent if errand not in stumbled]))
        if was_fruitless and self._queue:
            self._fail(not_handed_over(why))
        if self._is_closing or self.trouble is not None:
            self._return_queue()
        self._go_on()
        self._news(None)

    # --- connections ----------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Wake who is idle, and open what is missing."""
        for one in list(self._conversations):
            if not self._queue:
                return
            if one.is_idle:
                one.go_on()
        while self._wants_another():
            task = asyncio.get_running_loop().create_task(self._open())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    def _wants_another(self) -> bool:
        there = len(self._conversations) + len(self._opening)
        is_worth = len(self._queue) > _EACH * there
        return is_worth and there < self._most and not self._is_closing and self.trouble is None

    async def _open(self) -> None:
        failure: TransportError | None = None
        try:
            line = await open_line(self._server)
        except TransportError as error:
            failure = error
        except Exception as error:  # noqa: BLE001  a fault of ours must not leave everybody waiting
            _log.exception("unforeseen error while reaching a mail server", server=self._server.address.name)
            failure = TemporaryError(f"publisher itself failed: {type(error).__name__}")
        finally:
            self._opening.difference_update({asyncio.current_task()})
        if failure is None:
            self._converse(line)
        else:
            self._fail(failure)
            self._news(None)

    def _converse(self, line: Line) -> None:
        limits, patience = self._server.limits, self._server.patience
        powers = replace(line.powers, chunking=line.powers.chunking and self._chunks)
        conversation = Conversation(self, powers, patience=patience, limits=limits)
        self._conversations.add(conversation)
        conversation.speak(line.transport)

    def _fail(self, error: TransportError) -> None:
        """The server turned a connection away. With others open it wants fewer; without, it is of no use now."""
        if self._conversations or self._opening:
            self._most = max(1, len(self._conversations) + len(self._opening))
            return
        self.trouble = error
        self._return_queue()

    async def _watch_deadlines(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        while True:
            before = now
            await asyncio.sleep(_LOOK)
            now = loop.time()
            if now - before > _STOOD_STILL:
                continue
            for one in list(self._conversations):
                if 0 < one.deadline < now:
                    one.give_up("the mail server did not answer in time")

    async def _until_quiet(self, seconds: float) -> None:
        """Until no mail is under way, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while any(not one.is_idle for one in self._conversations):
                    self._changed.clear()
                    await self._changed.wait()

    # --- mails that go nowhere ------------------------------------------------------------------------------

    def _return_queue(self) -> None:
        while self._queue:
            self.report(self._queue.popleft().fate(Came.UNSENT))

    def _unwritten(self, errand: Errand, fault: PublisherError) -> None:
        self.report(errand.fate(Came.UNWRITTEN)._replace(fault=fault))
