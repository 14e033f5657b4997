"""A clock in the hands of a test, for the tests of several folders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class Hands:
    """What the clock shows, and how many seconds the computer has run."""

    wall: datetime
    ran: float

    def now(self) -> datetime:
        return self.wall

    def uptime(self) -> float:
        return self.ran

    def passes(self, span: timedelta) -> None:
        self.wall += span
        self.ran += span.total_seconds()
