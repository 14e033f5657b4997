"""Before a mailing begins: who of its candidates is left, whether they are as many as usual, and who comes first."""

from __future__ import annotations

import structlog

from publisher.composing import Composer
from publisher.delivery.archiving import keep
from publisher.delivery.canary import set_apart
from publisher.delivery.desk import Desk
from publisher.delivery.original import NOBODY, is_correction, narrow
from publisher.delivery.providers import check_rules
from publisher.delivery.sizeguard import check_known_size, check_size
from publisher.ledger.records import Delivery
from publisher.model import Channel, DeliveryState
from publisher.schedulefile.schedule import Entry

_S = DeliveryState

_log = structlog.get_logger("publisher.delivery")


def check_held(desk: Desk, delivery: Delivery, *, channel: Channel) -> None:
    """Raise `NotApproved`, before any list is read, for what is known to be held: by providers' rules, or its size."""
    if not delivery.attempts:
        check_rules(desk, delivery)
        check_known_size(desk, delivery, channel=channel)


def admit(desk: Desk, delivery: Delivery, *, entry: Entry, channel: Channel, composer: Composer) -> bool:
    """Whether somebody is to be written to; if not, the delivery is settled. Raises `NotApproved` when it is held.

    The readers are frozen. A correction goes to those who got the original, at once and however many they are. What
    begins now goes into the archive of public lists.
    """
    is_right = is_correction(delivery, entry)
    if is_right:
        narrow(desk, delivery)
    if not desk.ledger.mailings.is_anybody_left(delivery.key):
        _settle(desk, delivery, is_correction=is_right)
        return False
    if not (is_right or delivery.attempts):
        check_size(desk, delivery, channel=channel)
    if channel.canary is not None and not is_right:
        set_apart(desk, delivery, canary=channel.canary)
    if not delivery.attempts:
        keep(desk, delivery, entry=entry, channel=channel, composer=composer)
    return True


def _settle(desk: Desk, delivery: Delivery, *, is_correction: bool) -> None:
    """It ends here. That somebody decided it keeps an edit of the file from beginning it anew."""
    counts = desk.ledger.mailings.counts(delivery.key)
    left_out = ", ".join(f"{one.number:,} {one.code or one.state}" for one in counts)
    reason = NOBODY if is_correction else f"nobody is left to write to: {left_out}"
    now = desk.clock.now()
    desk.ledger.deliveries.transition(delivery.key, to=_S.CANCELLED, now=now, reason=reason, settled_by="publisher")
    _log.warning("nobody to write to", key=delivery.key, reason=reason)
