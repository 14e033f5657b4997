"""Lanes: one per channel, so that a slow platform keeps nobody else waiting. Within a lane, one after the other."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog

from publisher.errors import PublisherError
from publisher.ledger.records import Delivery

_MOST_LANES = 32

_log = structlog.get_logger("publisher.delivery")


class Lanes:
    """Runs ``work`` for deliveries, in parallel by channel; ``at_end`` is told a channel that has no more of them."""

    def __init__(
        self, work: Callable[[Delivery], None], *, at_end: Callable[[str], None] = lambda _channel: None
    ) -> None:
        self._work = work
        self._at_end = at_end
        self._pool = ThreadPoolExecutor(max_workers=_MOST_LANES, thread_name_prefix="lane")
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[Delivery]] = {}
        self._queued: set[str] = set()
        self._busy: set[str] = set()
        self._told: dict[str, str] = {}
        self._stopping = False

    def feed(self, due: Iterable[Delivery]) -> None:
        """Queue deliveries that are not queued yet."""
        with self._changed:
            if self._stopping:
                return
            for delivery in due:
                if delivery.key in self._queued:
                    continue
                self._queued.add(delivery.key)
                self._waiting.setdefault(delivery.channel, deque()).append(delivery)
                if delivery.channel not in self._busy:
                    self._busy.add(delivery.channel)
                    self._pool.submit(self._run, delivery.channel)

    @property
    def are_idle(self) -> bool:
        """Whether every lane is empty."""
        with self._changed:
            return not self._busy

    def wait_until_idle(self) -> None:
        """Return when every lane is empty."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy)

    def stop(self) -> None:
        """Take nothing more; return when what is under way has been recorded."""
        with self._changed:
            self._stopping = True
        self._pool.shutdown(wait=True)

    def _run(self, channel: str) -> None:
        """Whatever ends the lane, as a log that can't be written does, the next look begins it anew."""
        try:
            self._drain(channel)
        except BaseException:
            with self._changed:
                self._queued -= {one.key for one in self._waiting.pop(channel, ())}
                self._busy.discard(channel)
                self._changed.notify_all()
            raise

    def _drain(self, channel: str) -> None:
        while True:
            while (delivery := self._next(channel)) is not None:
                try:
                    self._told_if_failing(delivery.key, partial(self._work, delivery))
                finally:
                    with self._changed:
                        self._queued.discard(delivery.key)
            self._told_if_failing(channel, partial(self._at_end, channel))
            if self._leaves(channel):
                return

    def _told_if_failing(self, name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except PublisherError as error:
            self._tell(name, str(error))
        except Exception:  # noqa: BLE001  one delivery's fault must not end the lane
            _log.exception("unforeseen error", key=name)
        else:
            self._told.pop(name, None)

    def _tell(self, key: str, reason: str) -> None:
        """Say once, not at every look at the ledger, why a delivery did not get out."""
        if self._told.get(key) != reason:
            self._told[key] = reason
            _log.error("not sent", key=key, reason=reason)

    def _next(self, channel: str) -> Delivery | None:
        with self._changed:
            lane = self._waiting.get(channel)
            return lane.popleft() if lane and not self._stopping else None

    def _leaves(self, channel: str) -> bool:
        """Mark the lane as idle, unless something came meanwhile."""
        with self._changed:
            if self._waiting.get(channel) and not self._stopping:
                return False
            self._busy.discard(channel)
            self._changed.notify_all()
            return True
