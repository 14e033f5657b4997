"""The monthly ceiling of a channel: when it holds a post. Pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from publisher.model import Channel, Money
from publisher.timing.instants import to_local


def month_of(instant: datetime, channel: Channel) -> str:
    """The month of an instant on the channel's clock: ``2027-05``."""
    return f"{to_local(instant, channel.calendar.timezone):%Y-%m}"


def beyond(channel: Channel, cost: Money, *, spent: Decimal, month: str) -> str:
    """Why a post may not go out now, because of what it costs; empty when it may."""
    ceiling = channel.monthly_ceiling
    if ceiling is None or spent + cost.amount <= ceiling:
        return ""
    limit, so_far = Money(ceiling, cost.currency), Money(spent, cost.currency)
    return (
        f"it costs {cost}, and with {so_far} spent in {month} that is more than the ceiling of {limit} "
        f"→ raise monthly_ceiling of {channel.id}, or skip it"
    )
