"""Mailings that are held for the number of their readers, so that the list is not read again at every look."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

#: The list is read again this often: somebody may have mended it.
_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class HeldSize:
    """Why a mailing is held, for how many readers, and when that was found out."""

    reason: str
    size: int
    at: datetime


class HeldSizes:
    """Those of this process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, HeldSize] = {}

    def note(self, key: str, held: HeldSize) -> None:
        """It is held now."""
        with self._lock:
            self._held[key] = held

    def recent(self, key: str, *, now: datetime) -> HeldSize | None:
        """Why it was held a moment ago; None when that is not so, or long enough ago to look again."""
        with self._lock:
            held = self._held.get(key)
        return held if held is not None and held.at <= now < held.at + _AGAIN else None
