"""Corrections: a mail that puts something right goes to those who got what was wrong, and to nobody else."""

from __future__ import annotations

from publisher.delivery.desk import Desk
from publisher.ledger.records import Delivery
from publisher.model import Kind
from publisher.schedulefile.schedule import Entry

#: Templates about events that tell people what is no longer so.
CORRECTING = frozenset({"cancelled", "postponed"})

NOBODY = "nobody got an earlier mail about this event on this channel, so there is nobody to tell"


def is_correction(delivery: Delivery, entry: Entry) -> bool:
    """Whether it goes only to those who got, or may have got, an earlier mail of its channel about the event."""
    if delivery.kind is not Kind.EVENT:
        return False
    steps = (one for one in entry.steps if (one.words, one.template) == (delivery.step, delivery.template))
    return delivery.template in CORRECTING or any(step.is_correction for step in steps)


def narrow(desk: Desk, delivery: Delivery) -> None:
    """Leave out everybody else; done anew at each start, it changes nothing."""
    desk.ledger.mailings.narrow(delivery, now=desk.clock.now())
