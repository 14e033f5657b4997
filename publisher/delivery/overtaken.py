"""Mailings that an edit overtakes while they are under way: what is still to go would be wrong, and is not sent.

The words of a mailing are frozen when it begins, and an edit of them concerns the next one. When the event was called
off, or has another date or place now, the frozen words are no longer true, and nobody else gets them.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from publisher.composing import Composer
from publisher.ledger.ledger import Ledger
from publisher.ledger.records import Delivery
from publisher.ledger.states import WAITING
from publisher.model import Event
from publisher.plan import called_off
from publisher.schedulefile.schedule import Entry, Schedule

_log = structlog.get_logger("publisher.delivery")


def facts(event: Event) -> tuple[object, ...]:
    """What makes words wrong that are out when it changes."""
    return event.status, event.when, event.venue


def is_overtaken(delivery: Delivery, entry: Entry, *, in_force: Composer) -> bool:
    """Whether nothing more may go out: it was called off or taken out of the file since, or its facts have changed."""
    now, channels = in_force.schedule.entry(delivery.entry_name), in_force.schedule.channels
    if now is None or delivery.channel not in channels:
        return True
    return bool(called_off(now, delivery.template)) or has_other_facts(entry, now)


def has_other_facts(before: Entry, after: Entry | None) -> bool:
    """Whether an event goes ahead, and not as it was to when a mailing about it began."""
    if after is None or not isinstance(before.source, Event) or not isinstance(after.source, Event):
        return False
    return facts(before.source) != facts(after.source)


def held_words(delivery: Delivery) -> str:
    """Why it waits for a person, and what they can do."""
    return (
        "the event has another date, place or status now than in the words that some readers have; the others wait → "
        f"end it: publisher skip {delivery.key}, then tell both: publisher corrections {delivery.source_id}; "
        f"or send the old words all the same: publisher retry {delivery.key}"
    )


def hold_under_way(ledger: Ledger, schedule: Schedule, events: Iterable[Event]) -> None:
    """Let mailings about these events that are under way wait for a person; what is called off ends by itself.

    Raises `LedgerError`.
    """
    for delivery in ledger.deliveries.of_sources([event.id for event in events]):
        entry = schedule.entry(delivery.entry_name)
        if entry is None or called_off(entry, delivery.template):
            continue
        if delivery.attempts and delivery.state in WAITING and ledger.recipients.tally(delivery.key).total:
            reason = held_words(delivery)
            if ledger.mailings.hold(delivery.key, reason=reason):
                _log.warning("not sent yet", key=delivery.key, reason=reason)
