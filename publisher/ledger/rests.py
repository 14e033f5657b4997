"""Rests: until when a platform wants nothing from a channel, so that a restart does not call it before that."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from publisher.ledger.database import reading
from publisher.ledger.tables import rests

_T = rests.c
_LIFTED = ""  # no platform gives no reason


class Rests:
    """The table of rests: one for each channel at most."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, channel: str, *, until: datetime, reason: str) -> None:
        """The platform named this time; whatever it said before is over."""
        with self._engine.begin() as connection:
            connection.execute(delete(rests).where(_T.channel == channel))
            connection.execute(insert(rests).values(channel=channel, until=until, reason=reason))

    def lift(self, channel: str, *, now: datetime) -> None:
        """A person wants another try on this channel; the daemon learns it at its next look (`lifted`)."""
        self.begin(channel, until=now, reason=_LIFTED)

    def lifted(self) -> list[str]:
        """The channels on which a person wants another try; each is named once."""
        wanted = _T.reason == _LIFTED
        with reading(self._engine) as connection:
            if connection.execute(select(_T.channel).where(wanted)).first() is None:
                return []
        with self._engine.begin() as connection:
            channels = list(connection.execute(select(_T.channel).where(wanted)).scalars())
            connection.execute(delete(rests).where(wanted))
        return channels

    def lasting(self, *, after: datetime, until: datetime) -> list[tuple[str, datetime, str]]:
        """Channel, end and reason of each rest that ends between two instants."""
        query = select(_T.channel, _T.until, _T.reason).where(_T.until > after, _T.until <= until)
        with reading(self._engine) as connection:
            return [(row.channel, row.until, row.reason) for row in connection.execute(query).all()]
