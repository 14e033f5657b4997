"""Charges: what posts cost, by channel and month. Only what went out, or may have, counts."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Engine, delete, insert, or_, select

from publisher.ledger import states
from publisher.ledger.database import reading
from publisher.ledger.tables import charges, deliveries
from publisher.model import Money

_T = charges.c


class Charges:
    """The table of charges: one for each delivery."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, key: str, *, channel: str, month: str, cost: Money) -> None:
        """What this delivery costs, written before it is sent; a second try is no second charge."""
        row = {
            "key": key,
            "channel": channel,
            "month": month,
            "amount": str(cost.amount),
            "currency": cost.currency,
        }
        with self._engine.begin() as connection:
            connection.execute(delete(charges).where(_T.key == key))
            connection.execute(insert(charges).values(**row))

    def spent(self, channel: str, *, month: str, currency: str) -> Decimal:
        """What went out on this channel in a month (``2027-05``) cost, as far as it was counted in this currency."""
        query = (
            select(_T.amount)
            .join(deliveries, deliveries.c.key == _T.key)
            .where(_T.channel == channel, _T.month == month, _T.currency == currency)
            .where(or_(deliveries.c.state.in_(states.OUT), deliveries.c.remote_id != ""))  # a thread may be half out
        )
        with reading(self._engine) as connection:
            return sum((Decimal(amount) for amount in connection.execute(query).scalars()), Decimal(0))
