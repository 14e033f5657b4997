"""Settling readers of whom nobody knows whether they got a mailing, by the log of the mail server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from publisher.channels.addresses import ascii_address
from publisher.channels.formletter import stamp_of
from publisher.ledger.ledger import Ledger
from publisher.ledger.mailings import Ruling
from publisher.ledger.records import Delivery, Recipient
from publisher.ledger.states import UNCERTAIN
from publisher.model import DeliveryState
from publisher.newsletter.maillogs import Findings, Sought, Trace, search

#: So long before and after a try the log must go for its silence to mean something: clocks differ, and queues dawdle.
MARGIN = timedelta(minutes=15)

_S = DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a log said of the uncertain readers of a mailing. ``silent``: nothing, and it covers their time."""

    accepted: tuple[Ruling, ...] = ()
    refused: tuple[Ruling, ...] = ()
    silent: tuple[Recipient, ...] = ()
    uncovered: tuple[Recipient, ...] = ()  #: nothing, and the log does not cover their time


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """The logs, and how to read their times."""

    files: Sequence[Path]
    now: datetime
    zone: tzinfo


def look(ledger: Ledger, delivery: Delivery, logs: Logs) -> Settled:
    """What the logs say; changes nothing. Raises `SettingsError` when a log can't be read."""
    unsure = list(ledger.mailings.tried(delivery.key, among=UNCERTAIN))
    sought = {stamp_of(delivery.key, ascii_address(one.reader.address)): (one, at) for one, at in unsure}
    found = search(
        logs.files,
        (Sought(stamp=stamp, address=ascii_address(one.reader.address)) for stamp, (one, _) in sought.items()),
        now=logs.now,
        zone=logs.zone,
    )
    return _sorted_out(sought, found)


def write_down(ledger: Ledger, settled: Settled, *, absent_is_unsent: bool, now: datetime) -> None:
    """Write what the log said to the ledger; those of whom it is silent are planned again only if that is wanted."""
    again = settled.silent if absent_is_unsent else ()
    rulings = [*settled.accepted, *settled.refused, *(_planned_again(one) for one in again)]
    ledger.mailings.rule(rulings, now=now)


def _sorted_out(sought: dict[str, tuple[Recipient, datetime]], found: Findings) -> Settled:
    known = {stamp: (one, found.traces[stamp]) for stamp, (one, _) in sought.items() if stamp in found.traces}
    rulings = [_ruling(one, trace) for one, trace in known.values()]
    silent = [(one, at) for stamp, (one, at) in sought.items() if stamp not in known]
    return Settled(
        accepted=tuple(one for one in rulings if one.state is _S.SENT),
        refused=tuple(one for one in rulings if one.state is _S.FAILED),
        silent=tuple(_those(silent, found, covered=True)),
        uncovered=tuple(_those(silent, found, covered=False)),
    )


def _those(silent: Iterable[tuple[Recipient, datetime]], found: Findings, *, covered: bool) -> Iterable[Recipient]:
    return (one for one, at in silent if found.covers(at, margin=MARGIN) is covered)


def _ruling(one: Recipient, trace: Trace) -> Ruling:
    said = f": {trace.said}" if trace.said else ""
    return Ruling(
        recipient=one,
        state=_S.FAILED if trace.is_refused else _S.SENT,
        code=trace.code,
        detail=f"in the mail server's log as {trace.queue}{said}",
    )


def _planned_again(one: Recipient) -> Ruling:
    return Ruling(recipient=one, state=_S.PENDING, detail="not in the mail server's log, so it was not sent")
