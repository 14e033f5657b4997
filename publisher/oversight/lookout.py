"""The lookout: sees in the ledger what the team has to know, and tells it once, many things in one alert.

What was taken by a way is written down, so that a restart tells nothing twice; what none took yet, it tells again.
A trouble that passes within the window is not told at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from publisher.alerts import AlertKind, Notifier
from publisher.bulletin import short
from publisher.delivery.connections import Rest
from publisher.delivery.wording import refusals, with_key
from publisher.interfaces import Clock
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery, Trouble
from publisher.model import DeliveryState, Outcome
from publisher.oversight.letters import alert_of

#: What happens within this time is told together.
WINDOW = timedelta(minutes=1)
#: What was over longer ago than this is no news, as after an update from a version that had no lookout.
_RECENT = timedelta(days=7)

KINDS = (
    AlertKind.FAILED,
    AlertKind.REFUSED,
    AlertKind.UNCERTAIN,
    AlertKind.EXPIRED,
    AlertKind.HELD,
    AlertKind.CREDENTIALS,
    AlertKind.QUOTA,
    AlertKind.BLOCKED,
)

_ENDED = {
    DeliveryState.FAILED: AlertKind.FAILED,
    DeliveryState.UNKNOWN: AlertKind.UNCERTAIN,
    DeliveryState.NEEDS_HUMAN: AlertKind.UNCERTAIN,
    DeliveryState.EXPIRED: AlertKind.EXPIRED,
}
_STOPPED = {
    Outcome.CREDENTIALS_BROKEN: AlertKind.CREDENTIALS,
    Outcome.OUT_OF_QUOTA: AlertKind.QUOTA,
    Outcome.BLOCKED: AlertKind.BLOCKED,
}
_MENDS = {
    AlertKind.FAILED: "when the reason is gone: publisher retry {key}",
    AlertKind.REFUSED: "the others have it; one by one: publisher why {key}",
    AlertKind.UNCERTAIN: "look whether it is there, then: publisher resolve {key} --sent (or --not-sent)",
    AlertKind.EXPIRED: "it is not sent any more; what happened: publisher why {key}",
    AlertKind.HELD: "it goes out when that is mended in time; what happened: publisher why {key}",
}

_log = structlog.get_logger("publisher.oversight")

RestOf: TypeAlias = Callable[[str], Rest | None]
"""From a channel to why it rests, if it does."""


class Lookout:
    """Looks at the ledger. `look` and `tell` are called again and again, from one thread."""

    def __init__(
        self, ledger: Ledger, *, notifier: Notifier, clock: Clock, rest_of: RestOf, window: timedelta = WINDOW
    ) -> None:
        self._ledger = ledger
        self._notifier = notifier
        self._clock = clock
        self._rest_of = rest_of
        self._window = window
        self._under_way: set[tuple[str, str]] = set()  # given to the notifier, which tries until it is taken

    def round(self) -> None:
        """Look, and tell what is new. Raises `LedgerError`."""
        self.look()
        self.tell()

    def look(self) -> None:
        """Write down what there is to know now. Raises `LedgerError`."""
        now = self._clock.now()
        rows = self._ledger.deliveries.needing_somebody(now=now, since=now - _RECENT)
        paused = {pause.channel for pause in self._ledger.pauses.all()}
        found = [*self._ended(rows, now), *self._held(rows, paused, now), *self._stopped(now), *self._refused(now)]
        self._ledger.troubles.settle(KINDS, found)

    def tell(self) -> None:
        """Send what nobody knows yet, when the first of it is old enough. Raises `LedgerError`."""
        now = self._clock.now()
        everything = {(one.kind, one.subject): one for one in self._ledger.troubles.untold()}
        self._under_way &= everything.keys()
        untold = [one for name, one in everything.items() if name not in self._under_way]
        if not untold or now - untold[0].since < self._window:
            return
        for one in untold:
            _log.warning(one.kind, subject=one.subject, words=one.words, mend=one.mend or None)
        self._under_way |= {(one.kind, one.subject) for one in untold}
        self._notifier.notify(alert_of(untold), taken=lambda: self._ledger.troubles.tell(untold, now=now))

    def _ended(self, rows: list[Delivery], now: datetime) -> Iterator[Trouble]:
        return (_about(row, _ENDED[row.state], now) for row in rows if row.state in _ENDED)

    def _held(self, rows: list[Delivery], paused: set[str], now: datetime) -> Iterator[Trouble]:
        """Due and not sent. Who paused a channel knows; what waits with its channel is told with the channel."""
        for row in rows:
            if row.state in _ENDED or "" in paused or row.channel in paused:
                continue
            rest = self._rest_of(row.channel)
            if rest is None or rest.reason == row.reason:
                yield _about(row, AlertKind.HELD, now)

    def _stopped(self, now: datetime) -> Iterator[Trouble]:
        """Channels whose platform refuses the credentials, wants money first, or shut the account: one trouble each."""
        found: dict[tuple[AlertKind, str], Trouble] = {}
        for channel, outcome, reason in self._ledger.attempts.last_refusals(tuple(_STOPPED)):
            kind = _STOPPED[outcome]
            words = f"{channel}: {reason}\nWhat is due there waits, and goes out if that is mended in time."
            found.setdefault((kind, channel), Trouble(kind=kind, subject=channel, since=now, words=words))
        return iter(found.values())

    def _refused(self, now: datetime) -> Iterator[Trouble]:
        """One trouble for each mailing with readers who were refused for good. What it says never changes."""
        known = {one.subject: one for one in self._ledger.troubles.of([AlertKind.REFUSED])}
        for row in self._ledger.deliveries.with_refused_readers(since=now - _RECENT):
            yield known.get(row.key) or self._who_was_refused(row, now)

    def _who_was_refused(self, row: Delivery, now: datetime) -> Trouble:
        recipients = self._ledger.recipients
        words = f"{recipients.tally(row.key)}: {refusals(recipients.of(row.key, among=[DeliveryState.FAILED]))}"
        return _about(replace(row, reason=with_key(words, row.key)), AlertKind.REFUSED, now)


def _about(row: Delivery, kind: AlertKind, now: datetime) -> Trouble:
    return Trouble(
        kind=kind,
        subject=row.key,
        since=now,
        words=f"{short(row)}: {row.reason or row.state}",
        mend=_MENDS[kind].format(key=row.key),
    )
