"""Words made ahead: what is due within a minute is composed while nothing else is to be done.

They are the bytes that composing at the moment of sending would give: they are used only with the very composer that
made them, and only for a delivery that is as it was then. Composing is pure; what else it reads are pictures and
mailing lists, and what has those is not made ahead.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from publisher.composing import Composed, Composer
from publisher.ledger.records import Delivery
from publisher.model import Channel, Form
from publisher.plan import is_approved

#: How long before it is due a post is composed.
AHEAD = timedelta(minutes=1)
#: So many at most: they are held in memory.
MOST = 5_000
#: Seconds of composing at a time; then the loop looks again at what is due.
_SPELL = 1.0


@dataclass(frozen=True, slots=True)
class Ready:
    """A post that needs no more than its call."""

    delivery: Delivery
    channel: Channel
    composed: Composed
    composer: Composer


class Ahead:
    """The posts that are ready. Filled by the loop, emptied by the lanes."""

    def __init__(self, *, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._lock = threading.Lock()
        self._ready: dict[str, Ready] = {}
        self._seen: dict[str, tuple[Delivery, Composer]] = {}

    def prepare(self, upcoming: Iterable[Delivery], *, composer: Composer) -> bool:
        """Compose what is not ready yet, for a while; gives whether all was looked at. Forgets everything else."""
        wanted = {row.key: row for row in list(upcoming)[:MOST]}
        self._forget(wanted, composer)
        until = self._steady() + _SPELL
        for row in wanted.values():
            if row.key in self._seen:
                continue
            if self._steady() > until:
                return False
            self._seen[row.key] = (row, composer)
            if (made := _made(row, composer)) is not None:
                with self._lock:
                    self._ready[row.key] = made
        return True

    def take(self, delivery: Delivery, *, composer: Composer) -> Ready | None:
        """What is ready for this delivery, if it is as it was and the same plan is in force."""
        with self._lock:
            made = self._ready.pop(delivery.key, None)
        return made if made is not None and made.composer is composer and made.delivery == delivery else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is ready."""
        with self._lock:
            return not self._ready

    def _forget(self, wanted: dict[str, Delivery], composer: Composer) -> None:
        now = {key: (row, composer) for key, row in wanted.items()}
        self._seen = {key: seen for key, seen in self._seen.items() if now.get(key) == seen}
        with self._lock:
            self._ready = {key: made for key, made in self._ready.items() if key in self._seen}


def _made(row: Delivery, composer: Composer) -> Ready | None:
    """None for what takes more than composing: pictures, parts, readers, somebody's approval, or money."""
    entry, channel = composer.schedule.entry(row.entry_name), composer.schedule.channels.get(row.channel)
    if entry is None or channel is None or composer.form(channel) is Form.MAIL or not is_approved(channel.approval, 0):
        return None
    if row.attempts:  # a part of a thread may be out
        return None
    try:
        composed = composer.sound(row, entry, channel=channel, language=row.languages[0], now=row.due_at)
        is_free = composer.cost(composed.payload, channel=channel) is None
    except Exception:  # noqa: BLE001  its lane meets the same fault when it is due, and says so
        return None
    is_one_call = not (composed.payload.media or composed.payload.parts)
    return Ready(row, channel, composed, composer) if is_free and is_one_call else None
