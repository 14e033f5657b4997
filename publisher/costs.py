"""What planned posts will cost, and which of them the monthly ceiling of their channel holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from publisher.billing import beyond, month_of
from publisher.model import Channel, Money, Planned, PlanState
from publisher.preview import Preview, Previewer
from publisher.sentences import verbatim

if TYPE_CHECKING:  # without a ledger nobody needs SQLAlchemy
    from publisher.ledger.ledger import Ledger

Costs: TypeAlias = Mapping[str, Money]
"""By the key of the delivery; only those that cost something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyCost:
    """The sum of one month on one channel. ``month`` is ``2027-05``, on the channel's clock."""

    month: str
    channel: Channel
    posts: int
    cost: Money

    def __str__(self) -> str:
        """``2027-05  twitter  12 posts, 2.40 USD (ceiling 25 USD)``."""
        ceiling = self.channel.monthly_ceiling
        limit = f" (ceiling {Money(ceiling, self.cost.currency)})" if ceiling is not None else ""
        posts = "1 post" if self.posts == 1 else f"{self.posts} posts"
        return f"{self.month}  {self.channel.id}  {posts}, {self.cost}{limit}"


def costs_of(planned: Iterable[Planned], previewer: Previewer) -> Costs:
    """What each of these that goes out will cost. Composes only what is on a channel with a price."""
    priced = [one for one in planned if one.channel.price is not None and one.goes_out]
    return costs_shown(previewer.previews(priced), previewer)


def costs_shown(previews: Iterable[Preview], previewer: Previewer) -> Costs:
    """The same of what is composed already; what can't be composed costs nothing yet."""
    found = {}
    for one in previews:
        channel = one.planned.channel
        if one.composed is not None and (cost := previewer.composer.cost(one.composed.payload, channel=channel)):
            found[one.planned.key] = cost
    return found


def by_month(planned: Iterable[Planned], costs: Costs) -> list[MonthlyCost]:
    """The sums, by month and channel."""
    sums: dict[tuple[str, str], MonthlyCost] = {}
    for one in planned:
        if one.key not in costs or not one.goes_out:
            continue
        month, cost = month_of(one.due_at, one.channel), costs[one.key]
        so_far = sums.get((month, one.channel.id))
        amount = cost.amount + (so_far.cost.amount if so_far else 0)
        sums[month, one.channel.id] = MonthlyCost(
            month=month,
            channel=one.channel,
            posts=1 + (so_far.posts if so_far else 0),
            cost=Money(amount, cost.currency),
        )
    return [sums[name] for name in sorted(sums)]


def held(planned: Sequence[Planned], costs: Costs, *, ledger: Ledger | None) -> list[Planned]:
    """The same deliveries; those that would go beyond the ceiling are held, with the reason."""
    spent: dict[tuple[str, str], Decimal] = {}
    return [
        _held(one, costs[one.key], spent=spent, ledger=ledger) if one.key in costs and one.goes_out else one
        for one in planned
    ]


def _held(one: Planned, cost: Money, *, spent: dict[tuple[str, str], Decimal], ledger: Ledger | None) -> Planned:
    channel, month = one.channel, month_of(one.due_at, one.channel)
    name = (channel.id, month)
    if name not in spent:
        before = ledger.charges.spent(channel.id, month=month, currency=cost.currency) if ledger else Decimal(0)
        spent[name] = before
    if reason := beyond(channel, cost, spent=spent[name], month=month):
        return replace(one, state=PlanState.HELD, reason=verbatim(reason))
    spent[name] += cost.amount
    return one
