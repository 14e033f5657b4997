"""Which mail server is asked, and which one comes after it when it is of no use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from publisher.bulk.pace import Pace
from publisher.bulk.servers import Server, Servers
from publisher.errors import TransportError

_RESTS = timedelta(minutes=1)

_log = structlog.get_logger("publisher.bulk")


class Succession:
    """The servers of a channel during one spell. ``now`` gives aware UTC."""

    def __init__(self, servers: Servers, *, pace: Pace, now: Callable[[], datetime]) -> None:
        self._each = servers.each
        self._pace = pace
        self._now = now
        self._useless: list[Server] = []
        self.asked = self._first_left()

    @property
    def has_more(self) -> bool:
        """Whether there is another one after the one that is asked."""
        return len(self._useless) + 1 < len(self._each)

    def go_on(self, trouble: TransportError) -> bool:
        """Leave the one that is asked alone for a while, and take the next one; False when there is none."""
        now, failed, has_more = self._now(), self.asked, self.has_more
        self._pace.rest(failed, until=now + _RESTS, now=now)
        self._useless.append(failed)
        if has_more:
            self.asked = self._first_left()
            _log.warning(
                "mail server failed, the next one is asked",
                failed=failed.address.name,
                reason=str(trouble),
                next=self.asked.address.name,
            )
        return has_more

    def _first_left(self) -> Server:
        """The first one that did not fail a moment ago, in this spell or the one before it; else the first one left."""
        now, left = self._now(), [one for one in self._each if one not in self._useless]
        return next((one for one in left if not self._pace.rests(one, now=now)), left[0])
