"""Results that the ledger could not take: the platform has answered, and the disk was full.

They are kept and written as soon as the ledger works again, before anything else is sent. When the program ends before
that, what they belong to is uncertain.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

import structlog

from publisher.errors import ClaimLost, IllegalTransition, LedgerError

Write: TypeAlias = Callable[[], None]
"""Writes one result to the ledger; may raise `LedgerError`, and may be called again then."""

_log = structlog.get_logger("publisher.delivery")


class Unwritten:
    """The results that are still to be written, oldest first. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writes: deque[Write] = deque()

    def write(self, act: Write) -> None:
        """Write a result, or keep it and raise the `LedgerError` that was in the way."""
        try:
            act()
        except (ClaimLost, IllegalTransition):
            raise
        except LedgerError:
            self.keep(act)
            raise

    def keep(self, act: Write) -> None:
        """Keep what could not be written just now."""
        with self._lock:
            self._writes.append(act)

    def flush(self) -> None:
        """Write what was kept. Raises `LedgerError` while that is not possible."""
        with self._lock:
            while self._writes:
                try:
                    self._writes[0]()
                except (ClaimLost, IllegalTransition) as error:
                    _log.warning("left alone", reason=str(error))
                self._writes.popleft()
