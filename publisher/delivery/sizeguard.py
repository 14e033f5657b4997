"""The guard on unusual size: a mailing to far more or far fewer readers than usual waits for somebody's approval.

What is usual stands in the file (``usual_size``), or is learned from the last mailings of the channel. An approval is
bound to a number of readers.
"""

from __future__ import annotations

from collections.abc import Sequence

from publisher.consent import Cell, standing
from publisher.delivery.desk import Desk
from publisher.delivery.heldsizes import HeldSize
from publisher.errors import NotApproved
from publisher.ledger.approvals import SIZE
from publisher.ledger.records import Approval, Delivery
from publisher.model import ApprovalPolicy, Channel

#: So many mailings before are looked at, and so few tell nothing.
LOOKED_AT, TOO_FEW = 5, 3
#: Learned sizes may be halved and doubled …
_FACTOR = 2
#: … and small numbers may vary by so many readers.
_SLACK = 20
#: An approval holds for so much more or less than its number: people come and leave meanwhile.
_TOLERANCE = 0.05


def unusual(size: int, *, channel: Channel, before: Sequence[int]) -> str:
    """What is unusual about a number of readers; empty when nothing is. ``before``: how many mailings before had."""
    usual = channel.usual_size
    if usual is not None:
        if usual.least <= size and (usual.most is None or size <= usual.most):
            return ""
        return f"it would go to {size:,} readers; usual_size of {channel.id} is {usual.least:,} to {usual.most:,}"
    if len(before) < TOO_FEW:
        return ""
    least, most = min(before), max(before)
    is_small, is_large = (
        size * _FACTOR < least and least - size > _SLACK,
        size > most * _FACTOR and size - most > _SLACK,
    )
    if not (is_small or is_large):
        return ""
    shown = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    return f"it would go to {size:,} readers; the last {len(before)} mailings of {channel.id} went to {shown}"


def is_approved(approvals: Sequence[Approval], delivery: Delivery, *, channel: Channel, size: int) -> bool:
    """Whether enough people said yes to this number of readers, or to one hardly different from it."""
    numbers = {int(one.sha256) for one in approvals if one.language == SIZE and one.sha256.isdecimal()}
    near = (number for number in numbers if abs(number - size) <= number * _TOLERANCE)
    return any(standing(policy_of(channel), cell_of(delivery, one), approvals).is_settled for one in near)


def cell_of(delivery: Delivery, size: int) -> Cell:
    """What an approval of a number of readers is given for."""
    return Cell(key=delivery.key, language=SIZE, sha256=str(size), local=delivery.local)


def policy_of(channel: Channel) -> ApprovalPolicy:
    """Whose approval it takes: as for the words, and at least somebody's."""
    return ApprovalPolicy.ANYONE if channel.approval is ApprovalPolicy.NONE else channel.approval


def check_known_size(desk: Desk, delivery: Delivery, *, channel: Channel) -> None:
    """Raise `NotApproved`, without reading the list again, when it was held a moment ago and nobody said yes since."""
    held = desk.sizes.recent(delivery.key, now=desk.clock.now())
    if held is None:
        return
    if not is_approved(desk.ledger.approvals.of(delivery.key), delivery, channel=channel, size=held.size):
        raise NotApproved(held.reason, subject=delivery.key)


def check_size(desk: Desk, delivery: Delivery, *, channel: Channel) -> None:
    """Raise `NotApproved`, and take back that the readers were frozen, when their number is unusual."""
    ledger, key = desk.ledger, delivery.key
    size = ledger.mailings.size(key)
    before = ledger.mailings.sizes(channel.id, besides=key, most=LOOKED_AT)
    said = unusual(size, channel=channel, before=before)
    if not said or is_approved(ledger.approvals.of(key), delivery, channel=channel, size=size):
        return
    reason = f"{said} → look at the list; if it is right: publisher approve {key} --size {size}"
    ledger.mailings.forget(key)
    desk.sizes.note(key, HeldSize(reason, size, desk.clock.now()))
    raise NotApproved(reason, subject=key)
