"""How often one and the same may ask: in memory, for a bounded number of askers, forgotten when the program ends."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MOST_ASKERS = 20_000


@dataclass
class Limit:
    """``most`` times within ``span``, for each asker. Safe to use from several threads.

    When there are more askers than can be remembered, the one who asked longest ago is forgotten.
    """

    most: int
    span: timedelta
    askers: int = _MOST_ASKERS
    _asked: OrderedDict[bytes, list[datetime]] = field(default_factory=OrderedDict, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def allows(self, asker: bytes, *, now: datetime) -> bool:
        """Whether this asker may go on; it counts as asked only then."""
        with self._lock:
            recent = [moment for moment in self._asked.pop(asker, []) if now - moment < self.span]
            is_allowed = len(recent) < self.most
            self._asked[asker] = [*recent, now] if is_allowed else recent
            while len(self._asked) > self.askers:
                self._asked.popitem(last=False)
        return is_allowed

    def __len__(self) -> int:
        return len(self._asked)
