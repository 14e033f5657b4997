"""The figures for Prometheus, in its text format 0.0.4 (prometheus.io, "Exposition formats").

Written by hand: a dozen figures are no reason for a library with a registry of its own. No label holds an address, a
text or a key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.alerts import Counts
from publisher.errors import LedgerError
from publisher.ledger.ledger import Ledger
from publisher.oversight.turns import Turns

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure and what it means. ``values`` are by labels, as they are written."""

    name: str
    kind: str
    meaning: str
    values: Mapping[str, float]

    def lines(self) -> Iterator[str]:
        """As Prometheus reads it."""
        yield f"# HELP {self.name} {self.meaning}"
        yield f"# TYPE {self.name} {self.kind}"
        for labels, value in sorted(self.values.items()):
            yield f"{self.name}{labels} {value:.15g}"


class Figures:
    """Reads them whenever somebody asks."""

    def __init__(self, ledger: Ledger, *, turns: Turns, alerts: Counts) -> None:
        self._ledger = ledger
        self._turns = turns
        self._alerts = alerts

    def text(self, now: datetime) -> str:
        """All of them. Those of the ledger are missing while it does not work."""
        found = list(self._own(now))
        try:
            found += self._of_ledger(now)
            is_up = 1
        except LedgerError:
            is_up = 0
        found.append(_gauge("publisher_ledger_up", "Whether the ledger can be read.", is_up))
        return "".join(f"{line}\n" for figure in found for line in figure.lines())

    def _own(self, now: datetime) -> Iterator[_Figure]:
        last = now.timestamp() - self._turns.age
        yield _gauge("publisher_last_turn_timestamp_seconds", "When the loop turned last.", last)
        errors = self._turns.last.ledger_errors
        held = bool(self._turns.last.held)
        yield _gauge("publisher_held", "1 while nothing is sent because the clock can't be right.", held)
        yield _counter("publisher_ledger_errors_total", "Turns in which the ledger did not work.", errors)
        yield _counter("publisher_alerts_sent_total", "Alerts that were taken.", self._alerts.sent)
        yield _counter("publisher_alerts_failed_total", "Alerts that were not taken.", self._alerts.failed)

    def _of_ledger(self, now: datetime) -> Iterator[_Figure]:
        deliveries, counts = self._ledger.deliveries, self._ledger.deliveries.counts()
        states = {_labels(channel=channel, state=state): number for (channel, state), number in counts.items()}
        yield _Figure("publisher_deliveries", "gauge", "Deliveries by channel and state.", states)
        lag = max((now - row.due_at for row in deliveries.open_until(now)), default=timedelta(0))
        yield _gauge("publisher_due_lag_seconds", "How late the oldest unsent delivery is.", lag.total_seconds())
        for row in deliveries.next_due(after=now, most=1):
            meaning = "When the next delivery is due."
            yield _gauge("publisher_next_due_timestamp_seconds", meaning, row.due_at.timestamp())
        paused = {_labels(channel=one.channel): 1 for one in self._ledger.pauses.all()}
        yield _Figure("publisher_paused", "gauge", "1 for each pause; of all channels: no name.", paused)
        yield _gauge("publisher_troubles", "What needs somebody's attention.", len(self._ledger.troubles.all()))


def _gauge(name: str, meaning: str, value: float) -> _Figure:
    return _Figure(name, "gauge", meaning, {"": value})


def _counter(name: str, meaning: str, value: float) -> _Figure:
    return _Figure(name, "counter", meaning, {"": value})


def _labels(**labels: str) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
