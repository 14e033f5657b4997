"""What is out and now wrong: the event was cancelled, postponed or changed since; and the words to correct it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from publisher.app import App
from publisher.delivery.overtaken import facts
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
from publisher.ledger.states import OPEN, OUT
from publisher.model import Channel, DeliveryState, Event, EventStatus, Kind, Planned, PlanState
from publisher.preview import Preview, Previewer
from publisher.schedulefile.schedule import Entry, Schedule
from publisher.timing.anchors import end_at
from publisher.timing.instants import to_instant, to_local

Reached: TypeAlias = Callable[[Delivery], bool]
"""Whether a delivery that was given up has reached somebody."""

#: The template that tells it.
TELLS = {EventStatus.CANCELLED: "cancelled", EventStatus.POSTPONED: "postponed"}

#: A correction is suggested for so long from now: time enough to write it into the file.
_SOON = timedelta(minutes=10)
_STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One delivery that is out, or may be, and is wrong now; and the words to put it right."""

    row: Delivery
    sent_at: datetime | None  #: aware UTC; None when nobody knows
    why: str
    template: str
    channel: Channel
    local: datetime  #: when to send it, on the clock of the channel
    previews: tuple[Preview, ...]  #: one for each language


class Proofreader:
    """Holds what is out against the file as it is now."""

    def __init__(self, app: App, ledger: Ledger, schedule: Schedule) -> None:
        self._ledger = ledger
        self._schedule = schedule
        self._previewer = Previewer(app, schedule)
        self._now = app.clock.now()

    def corrections(self) -> Iterator[Correction]:
        """By event, in the order of the file."""
        for entry in self._schedule.entries:
            event = entry.source
            if isinstance(event, Event) and event.status is not EventStatus.DRAFT and end_at(event) > self._now:
                yield from self._of_event(entry, event)

    def _of_event(self, entry: Entry, event: Event) -> Iterator[Correction]:
        rows = self._ledger.deliveries.of_sources([event.id])
        template = TELLS.get(event.status, "")
        for row in wrong_now(event, rows, reached=self._reached):
            channel = self._schedule.channels.get(row.channel)
            if channel is None or not (template or self._reads_otherwise(row, entry, channel)):
                continue
            why = f"the event is {event.status}" if template else "it would read otherwise now"
            yield self._correction(row, entry, channel=channel, template=template or row.template, why=why)

    def _reached(self, row: Delivery) -> bool:
        """Whether some readers have a mailing that was given up half-way, or a thread was."""
        if row.remote_id:
            return True
        return row.attempts > 0 and bool(self._ledger.recipients.tally(row.key).of(DeliveryState.SENT))

    def _reads_otherwise(self, row: Delivery, entry: Entry, channel: Channel) -> bool:
        """Whether the words of that time are not those of today: date, place, title, or the template."""
        planned = _as_planned(row, row.template, channel=channel, local=row.local, due_at=row.due_at, key=row.key)
        composed = self._previewer.preview(planned, entry, language=row.languages[0]).composed
        return composed is not None and bool(row.payload_sha256) and composed.payload.sha256 != row.payload_sha256

    def _correction(self, row: Delivery, entry: Entry, *, channel: Channel, template: str, why: str) -> Correction:
        zone = channel.calendar.timezone
        local = _rounded_up(to_local(self._now + _SOON, zone))
        key = f"{row.source_id}/{template}/{local:%Y-%m-%dT%H:%M}@{zone}/{channel.id}"
        due_at = to_instant(local, zone)
        planned = _as_planned(row, template, channel=channel, local=local, due_at=due_at, key=key)
        attempts = self._ledger.attempts.of(row.key)
        return Correction(
            row=row,
            sent_at=attempts[-1].finished_at if attempts else None,
            why=why,
            template=template,
            channel=channel,
            local=local,
            previews=tuple(self._previewer.preview(planned, entry, language=language) for language in row.languages),
        )


def wrong_now(event: Event, rows: Iterable[Delivery], *, reached: Reached) -> list[Delivery]:
    """Those about this event that are out, or may be, on channels where no correction is out or on its way."""
    template, found = TELLS.get(event.status, ""), list(rows)
    told = {row.channel for row in found if row.template == template and row.state in OPEN | OUT}
    return [
        row
        for row in found
        if row.kind is Kind.EVENT
        and row.template not in TELLS.values()
        and row.channel not in told
        and (row.state in OUT or reached(row))
    ]


def outdated(before: Schedule, after: Schedule) -> list[Event]:
    """Events that an edit cancelled or postponed, or gave another date or place."""
    then = {entry.name: entry.source for entry in before.entries}
    return [
        entry.source
        for entry in after.entries
        if isinstance(entry.source, Event)
        and isinstance(old := then.get(entry.name), Event)
        and facts(old) != facts(entry.source)
        and entry.source.status is not EventStatus.DRAFT
    ]


def _as_planned(  # noqa: PLR0913  a planned delivery has that many parts
    row: Delivery, template: str, *, channel: Channel, local: datetime, due_at: datetime, key: str
) -> Planned:
    return Planned(
        key=key,
        occurrence=row.occurrence,
        kind=row.kind,
        source_id=row.source_id,
        step=row.step,
        template=template,
        channel=channel,
        languages=row.languages,
        local=local,
        nominal_local=local,
        due_at=due_at,
        state=PlanState.PLANNED,
    )


def _rounded_up(local: datetime) -> datetime:
    over = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond) % _STEP
    return local - over + _STEP
