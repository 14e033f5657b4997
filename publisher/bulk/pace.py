"""How fast one mailing may go: the buckets of its servers, and of the domains of its readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from publisher.bulk.buckets import filled, opened, shrunk, taken
from publisher.bulk.servers import Server, Servers
from publisher.ledger.rates import Rate
from publisher.ledger.records import Recipient

WAITS_FOR_DOMAIN = "domain-rate"
"""The code of a reader who was promised a time: at their next turn they go without asking again."""


class Pace:
    """Buckets by name; those of domains belong to the channel, whichever server is asked."""

    def __init__(self, kept: Iterable[Rate], *, channel: str, servers: Servers) -> None:
        self._kept = {rate.name: rate for rate in kept}
        self._channel = channel
        self._limits = {self._of_domain(domain): per_second for domain, per_second in servers.domains.items()}
        self._limits |= {server.address.name: server.per_second for server in servers.each}
        self._changed: set[str] = set()
        self._has_domains = any(name.startswith(self._of_domain("")) for name in [*self._kept, *self._limits])

    # --- servers --------------------------------------------------------------------------------------------

    def room(self, server: Server, *, now: datetime, most: int) -> int:
        """How many mails the server may be given now."""
        rate = self._filled(server.address.name, now)
        if rate.at > now:  # it asked for a pause
            return 0
        return min(most, int(rate.level)) if rate.per_second else most

    def spend(self, server: Server, count: int, *, now: datetime) -> None:
        """So many mails were given to it."""
        rate = self._filled(server.address.name, now)
        if rate.per_second and count:
            self._keep(replace(rate, level=rate.level - count))

    def next_room(self, server: Server, *, now: datetime) -> datetime:
        """When it may be given another one."""
        rate = self._filled(server.address.name, now)
        if not rate.per_second or (rate.level >= 1 and rate.at <= now):
            return now
        return max(now, rate.at) + timedelta(seconds=max(0.0, 1 - rate.level) / rate.per_second)

    def rests(self, server: Server, *, now: datetime) -> bool:
        """Whether it was of no use a moment ago."""
        rate = self._kept.get(server.address.name)
        return rate is not None and rate.not_before is not None and rate.not_before > now

    def rest(self, server: Server, *, until: datetime, now: datetime) -> None:
        """Ask the others meanwhile."""
        self._keep(replace(self._filled(server.address.name, now), not_before=until))

    # --- domains --------------------------------------------------------------------------------------------

    def promise(self, recipient: Recipient, *, now: datetime) -> datetime:
        """From when on this reader may be written to: ``now``, or a time at which their token has come."""
        if not self._has_domains or recipient.code == WAITS_FOR_DOMAIN:
            return now
        name = self._of_domain(_domain(recipient))
        if name not in self._kept and name not in self._limits:
            return now
        rate, at = taken(self._rate(name, now), now=now, limit=self._limits.get(name, 0.0))
        self._keep(rate)
        return at

    def complain(self, recipient: Recipient, *, now: datetime) -> datetime:
        """Those who take mail for this reader want less; gives when they may be tried again."""
        self._has_domains = True
        return self._shrink(self._of_domain(_domain(recipient)), now)

    def complain_of_all(self, server: Server, *, now: datetime) -> datetime:
        """The server itself wants less."""
        return self._shrink(server.address.name, now)

    # --- keeping --------------------------------------------------------------------------------------------

    def changed(self) -> list[Rate]:
        """What is to be written down since the last time."""
        names, self._changed = self._changed, set()
        return [self._kept[name] for name in sorted(names)]

    def _of_domain(self, domain: str) -> str:
        return f"{self._channel} {domain}"

    def _rate(self, name: str, now: datetime) -> Rate:
        return self._kept.get(name) or opened(name, per_second=self._limits.get(name, 0.0), now=now)

    def _filled(self, name: str, now: datetime) -> Rate:
        return filled(self._rate(name, now), now=now, limit=self._limits.get(name, 0.0))

    def _shrink(self, name: str, now: datetime) -> datetime:
        rate = shrunk(self._filled(name, now), now=now)
        self._keep(rate)
        return rate.at

    def _keep(self, rate: Rate) -> None:
        self._kept[rate.name] = rate
        self._changed.add(rate.name)


def _domain(recipient: Recipient) -> str:
    return recipient.reader.address.rpartition("@")[2].lower()
