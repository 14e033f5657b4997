"""How a planned fault bends a publishing call over HTTP, the same for X and for Graph."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from starlette.responses import HTMLResponse, RedirectResponse, Response

from publisher.sandbox.exchange import Broken, Silent
from publisher.sandbox.faults import HTTP_FAULTS, Fault
from publisher.sandbox.world import World

_REFUSED = frozenset(
    {
        Fault.RATE_LIMITED,
        Fault.UNAUTHORIZED,
        Fault.OUT_OF_CREDIT,
        Fault.DUPLICATE,
        Fault.FORBIDDEN,
        Fault.INVALID,
        Fault.ERROR,
        Fault.UNAVAILABLE,
    }
)
_WEB_PAGE = "<!DOCTYPE html><html><head><title>Sorry</title></head><body><p>Something went wrong.</p></body></html>"


class Answers(Protocol):
    """A platform's own words for what a fault makes it say."""

    def refusal(self, fault: Fault) -> Response:
        """The answer of a call that fails with this fault."""
        ...

    def without_id(self) -> Response:
        """A success that does not name what was made."""
        ...


class Publishing:
    """Runs publishing calls through the planned faults."""

    def __init__(self, world: World, *, slow_seconds: float) -> None:
        self._world = world
        self._slow_seconds = slow_seconds

    async def run(self, channel_id: str, act: Callable[[], Response], answers: Answers) -> Response:
        """Publish by ``act``, or fail as planned. A call that ``act`` refuses is answered so, whatever was planned."""
        fault = self._world.faults.take(channel_id, HTTP_FAULTS)
        if fault is None:
            answer = act()
            if answer.status_code < 400:  # noqa: PLR2004  the first status of a refusal
                self._world.faults.let_through(channel_id)
            return answer
        return self._before(fault, answers) or await self._after(fault, act(), answers)

    def _before(self, fault: Fault, answers: Answers) -> Response | None:
        if fault in _REFUSED:
            return answers.refusal(fault)
        if fault is Fault.TIMEOUT_BEFORE:
            return Silent()
        if fault is Fault.RESET_BEFORE:
            return Broken()
        if fault is Fault.REDIRECT:
            return RedirectResponse("/elsewhere", status_code=307)
        return None

    async def _after(self, fault: Fault, answer: Response, answers: Answers) -> Response:
        if answer.status_code >= 400:  # noqa: PLR2004  the first status of a refusal
            return answer
        if fault is Fault.SLOW:
            await asyncio.sleep(self._slow_seconds)
            return answer
        bent: dict[Fault, Callable[[], Response]] = {
            Fault.ERROR_BUT_POSTED: lambda: answers.refusal(fault),
            Fault.TIMEOUT_AFTER: Silent,
            Fault.RESET_AFTER: Broken,
            Fault.NO_ID: answers.without_id,
            Fault.NOT_JSON: lambda: HTMLResponse(_WEB_PAGE, status_code=answer.status_code),
        }
        return bent[fault]()
