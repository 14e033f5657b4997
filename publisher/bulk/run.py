"""One spell of a mailing: claim, hand out, hear what came of it, write it down, claim again.

Claims and results share a commit, and never more than `MOST` readers are claimed. The ledger is written in between, in
a millisecond or two: the servers have mails to chew on meanwhile, and two threads would only take turns. But to wait
for the disk is left to a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from publisher.bulk.errands import Came, Fate
from publisher.bulk.judging import Judged, Slower, all_unclear, is_unclear, judge, slower
from publisher.bulk.loops import new_loop, undisturbed
from publisher.bulk.pace import Pace
from publisher.bulk.servers import Server, Servers
from publisher.bulk.succession import Succession
from publisher.errors import CredentialsBroken, PublisherError, TransportError
from publisher.interfaces import Clock
from publisher.ledger.rates import Rate
from publisher.ledger.records import Recipient

MOST = 100
"""Readers who are claimed at once, and so uncertain at worst when the program is killed."""

#: After so many readers in a row without a clear answer, the server is the reason and not the readers.
_TOO_MANY = 5
_LINGER = timedelta(seconds=5)  #: it is worth while to wait so long for who is due next
_IN_VAIN = 3
_LOOK = 0.2  #: seconds between looks at whether to stop
_MOMENT = 0.01  #: seconds that what came of a mail waits for others
_SHARE = 2  #: so many parts of those who are claimed: one is written down while others are under way
_TAKEN = Came.TAKEN  # nearly all of them


@dataclass(frozen=True, slots=True)
class Turn:
    """Readers who were claimed, and whether more are to be claimed after them."""

    claimed: list[Recipient]
    goes_on: bool = True  #: nobody paused the channel, or waits for it to be free


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a spell is over: an error that stops everybody, or that nobody is due before ``again_at`` (aware UTC)."""

    error: TransportError | None = None
    again_at: datetime | None = None


class Book(Protocol):
    """The ledger's account of one mailing."""

    def turn(self, judged: Sequence[Judged], *, room: int, rates: Sequence[Rate]) -> Callable[[], Turn]:
        """Write down what came of some readers, and claim up to ``room`` others, in one commit.

        It is committed by what this gives, which may be called from another thread. Both raise `LedgerError`: then
        nothing more may be sent, and what was to be written is kept.
        """
        ...

    def next_at(self) -> datetime | None:
        """When the next reader is due (aware UTC), if one waits; at once when one was not tried yet."""
        ...


class Crew(Protocol):
    """Who hands mails to one server."""

    @property
    def trouble(self) -> TransportError | None:
        """Why the server is of no use now, if that is so."""
        ...

    def give(self, recipients: list[Recipient]) -> None:
        """Write to these; each of them has a fate in the end."""
        ...

    def stop(self) -> None:
        """Begin nothing more."""
        ...

    async def close(self) -> None:
        """Let what is under way end; every fate has been told by then."""
        ...


Crews: TypeAlias = Callable[[Server, Callable[[Fate | None], None]], Crew]
"""Begins to work with one server; a function is told each fate, and None when there is something else to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """All that one spell needs."""

    book: Book
    servers: Servers
    crews: Crews
    pace: Pace
    clock: Clock
    is_stopping: Callable[[], bool]
    most: int = MOST

    def run(self) -> Ending:
        """Write to everybody who is due. Raises `LedgerError`."""
        with undisturbed(), asyncio.Runner(loop_factory=new_loop) as runner:
            return runner.run(_Spell(self).run())


class _Spell:
    """A dispatch under way."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._with = dispatch
        self._now = dispatch.clock.now
        self._news = asyncio.Event()
        self._many = asyncio.Event()  # much has been told
        self._enough = dispatch.most // _SHARE
        self._told: list[Judged] = []
        self._claimed = 0  # readers who are claimed in the ledger
        self._goes_on = True
        self._unclear = 0
        self._in_vain = 0  # looks in a row at which somebody was due, and nobody could be claimed
        self._error: TransportError | None = None
        self._again_at: datetime | None = None
        self._servers = Succession(dispatch.servers, pace=dispatch.pace, now=self._now)
        self._fails: TransportError | None = None  # why the next server is to be asked
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")
        self._crew: Crew | None = None

    async def run(self) -> Ending:
        """Until nobody is due, or something stops it."""
        try:
            while await self._turn():
                pass
        finally:
            await self._wind_up()
        return Ending(self._error, self._again_at)

    async def _turn(self) -> bool:
        """Settle and claim once, when there is something to; False when it is over."""
        self._news.clear()
        await self._look_after_server()
        await self._gather()
        if self._error is not None or not self._goes_on or self._with.is_stopping():
            return False
        free = self._with.most - self._claimed + len(self._told)
        room = self._with.pace.room(self._servers.asked, now=self._now(), most=free)
        if (self._told or room) and await self._settle(room):
            return True
        if self._claimed:
            await self._wait(_LOOK)
            return True
        return await self._linger()

    async def _gather(self) -> None:
        """A commit for one reader costs nearly what one for many does: wait for others while as many are under way."""
        if 0 < len(self._told) < self._enough <= self._claimed - len(self._told):
            self._many.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_MOMENT):
                    await self._many.wait()

    async def _settle(self, room: int) -> bool:
        """Gives whether anybody was claimed."""
        told, self._told = self._told, []
        rates = self._with.pace.changed()
        commit = self._with.book.turn(told, room=room, rates=rates)
        turn = await asyncio.get_running_loop().run_in_executor(self._disk, commit)
        self._claimed += len(turn.claimed) - len(told)
        self._goes_on = turn.goes_on
        self._hand_out(turn.claimed)
        if turn.claimed:
            self._in_vain = 0
        return bool(turn.claimed)

    def _hand_out(self, claimed: list[Recipient]) -> None:
        now, pace, ready = self._now(), self._with.pace, []
        for recipient in claimed:
            at = pace.promise(recipient, now=now)
            if at <= now:
                ready.append(recipient)
            else:
                self._told.append(Judged(Fate(recipient, Came.UNSENT), not_before=at))
        if ready:
            pace.spend(self._servers.asked, len(ready), now=now)
            if self._crew is None:
                self._crew = self._with.crews(self._servers.asked, self._hear)
            self._crew.give(ready)

    async def _linger(self) -> bool:
        """Wait for who is due in a moment, by the clock of the plan; False when that is long, or the clock stands."""
        if self._told:
            return True
        now, next_at = self._now(), self._with.book.next_at()
        if next_at is None:
            return False
        self._again_at = max(next_at, self._with.pace.next_room(self._servers.asked, now=now))
        if self._again_at <= now:  # it became due this moment; or it can't be claimed, and another spell sees why
            self._in_vain += 1
            return self._in_vain < _IN_VAIN
        if self._again_at - now > _LINGER:
            return False
        await self._wait(min(_LOOK, (self._again_at - now).total_seconds()))
        return self._now() > now

    async def _wait(self, seconds: float) -> None:
        """Until there is news, and no longer than that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    async def _wind_up(self) -> None:
        """Let what is under way end, and write it down."""
        try:
            if self._crew is not None:
                await self._crew.close()
            rates = self._with.pace.changed()
            if self._told or rates:
                told, self._told = self._told, []
                self._with.book.turn(told, room=0, rates=rates)()
        finally:
            self._disk.shutdown()

    # --- what came of it ------------------------------------------------------------------------------------

    def _hear(self, fate: Fate | None) -> None:
        self._news.set()
        if fate is None:
            return
        judged = judge(fate)
        if judged.error is not None:
            judged = self._consider(judged, judged.error)
        elif fate.came is _TAKEN:
            self._unclear = 0
        self._told.append(judged)
        if len(self._told) >= self._enough or self._error is not None:
            self._many.set()

    def _consider(self, judged: Judged, error: PublisherError) -> Judged:
        """What one answer means for the others, and when its reader's turn comes."""
        now, pace = self._now(), self._with.pace
        if isinstance(error, TransportError) and error.stops_channel:
            stop = self._give_up_server if isinstance(error, CredentialsBroken) else self._stop
            stop(error)  # and its reader comes behind those who were not tried yet
            return judged._replace(fate=judged.fate._replace(came=Came.UNSENT), not_before=now)
        self._unclear = self._unclear + 1 if is_unclear(judged) else 0
        if self._unclear == _TOO_MANY and isinstance(error, TransportError):
            self._give_up_server(all_unclear(error, readers=_TOO_MANY))
        match slower(judged.fate):
            case Slower.DOMAIN:
                return judged._replace(not_before=pace.complain(judged.fate.recipient, now=now))
            case Slower.SERVER:
                return judged._replace(not_before=pace.complain_of_all(self._servers.asked, now=now))
            case None:
                return judged

    def _stop(self, error: TransportError) -> None:
        """Everybody else would meet the same: begin nothing more."""
        self._error = self._error or error
        if self._crew is not None:
            self._crew.stop()

    # --- servers --------------------------------------------------------------------------------------------

    def _give_up_server(self, error: TransportError) -> None:
        """With this server everybody else would meet the same; with another one perhaps not."""
        if not self._servers.has_more:
            self._stop(error)
            return
        self._fails = self._fails or error
        if self._crew is not None:
            self._crew.stop()

    async def _look_after_server(self) -> None:
        """Take another server when the one that is asked has become useless."""
        if self._crew is None or (trouble := self._crew.trouble or self._fails) is None:
            return
        crew, self._crew = self._crew, None
        await crew.close()
        self._fails, self._unclear = None, 0
        if not self._servers.go_on(trouble):
            self._stop(trouble)
