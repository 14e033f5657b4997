"""The daily note: publisher is alive, and what goes out next. It may be late, but is never of yesterday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from publisher.alerts import Alert, AlertKind, Notifier
from publisher.bulletin import short
from publisher.interfaces import Clock
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
from publisher.oversight.turns import Turns
from publisher.timing.instants import to_local

NAME = "daily note"
_SHOWN = 5


class DailyNote:
    """Gives the note once a day, from ``at`` on, on the clock of the zone that ``zone`` names."""

    def __init__(self, ledger: Ledger, *, notifier: Notifier, clock: Clock, at: time, zone: Callable[[], str]) -> None:
        self._ledger = ledger
        self._notifier = notifier
        self._clock = clock
        self._at = at
        self._zone = zone

    def round(self, turns: Turns) -> None:
        """Give it, if it is due and all is well. Raises `LedgerError`."""
        now, zone = self._clock.now(), self._zone()
        local = to_local(now, zone)
        last = self._ledger.notes.last(NAME)
        if turns.complaint() or local.time() < self._at or (last and to_local(last, zone).date() >= local.date()):
            return
        upcoming = self._ledger.deliveries.next_due(after=now, most=_SHOWN)
        troubles = len(self._ledger.troubles.all())
        self._ledger.notes.give(NAME, now=now)
        self._notifier.notify(alive(upcoming, troubles=troubles, paused=len(self._ledger.pauses.all())))


def alive(upcoming: list[Delivery], *, troubles: int, paused: int) -> Alert:
    """What the note says."""
    lines = [f"  {short(row)}" for row in upcoming]
    head = f"The next {len(lines)} {'post' if len(lines) == 1 else 'posts'}:" if lines else "Nothing is planned."
    if troubles:
        lines.append(f"Something needs attention ({troubles}): publisher status")
    if paused:
        lines.append("Something is paused: publisher status")
    first = upcoming[0] if upcoming else None
    subject = f"next post {first.local:%Y-%m-%d %H:%M} {first.timezone}" if first else "nothing is planned"
    return Alert(kind=AlertKind.ALIVE, subject=subject, words="\n".join([head, *lines]))
