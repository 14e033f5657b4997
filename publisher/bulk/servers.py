"""The mail servers of a channel, in the order in which they are asked, and how they are treated."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from publisher.bulk.manners import Limits, Patience
from publisher.channels.dkim_keys import signs_with_rsa
from publisher.channels.email_url import MailServer, read_servers
from publisher.channels.wire import read_timeouts, tls_context, trust
from publisher.errors import SettingsError
from publisher.interfaces import Settings
from publisher.model import Channel

_RATE = re.compile(r"(\d+(?:\.\d+)?)(?:/(s|sec|second|min|minute|h|hour))?", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_MOST_CONNECTIONS = 100
_MOST_PROCESSES = 32
_WORTH_WHILE = 2000  #: mails


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One mail server, and how much of what it is given."""

    address: MailServer
    patience: Patience
    limits: Limits
    per_second: float = 0.0  #: mails; 0: as many as it takes
    ca_file: str | None = None

    @property
    def tls(self) -> ssl.SSLContext:
        """Certificates are verified, always."""
        return trust(self.ca_file, subject=self.address.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """All servers of a channel, the first one first, and how fast the domains of readers may be written to."""

    each: tuple[Server, ...]
    domains: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))  #: mails a second
    processes: int | None = None  #: that share the work, as a person set it
    signs_slowly: bool = False  #: with RSA, which takes longer than all the rest of a mail

    def crew_size(self, *, mails: int, processors: int) -> int:
        """How many processes help this one, as far as they are worth while.

        Signing with RSA keeps all processors busy. Otherwise this one alone is quickest: to hand readers over to
        another takes as long as to write to them. To start a process takes half a second.
        """
        if self.processes is not None:
            return self.processes
        return processors - 1 if self.signs_slowly and mails >= _WORTH_WHILE else 0


def servers_of(channel: Channel, settings: Settings) -> Servers:
    """The servers of SMTP_URL, with TIMEOUT, CA_FILE, CONNECTIONS, RATE, DOMAIN_RATES and PROCESSES.

    Raises `MissingCredential` or `SettingsError`.
    """
    addresses = read_servers(settings.require("SMTP_URL"), channel_id=channel.id)
    tls_context(channel, settings)
    patience = _patience(channel, settings)
    limits = Limits(connections=_connections(channel, settings))
    per_second = _rate(settings.get("RATE") or "0", name="RATE", channel=channel)
    made = (
        Server(address=one, patience=patience, limits=limits, per_second=per_second, ca_file=settings.get("CA_FILE"))
        for one in addresses
    )
    return Servers(
        each=tuple(made),
        domains=_domains(settings.get("DOMAIN_RATES") or "", channel),
        processes=_processes(channel, settings),
        signs_slowly=signs_with_rsa(channel.id, settings),
    )


def _processes(channel: Channel, settings: Settings) -> int | None:
    text = settings.get("PROCESSES")
    if text is None:
        return None
    if not text.isdecimal() or int(text) > _MOST_PROCESSES:
        raise SettingsError(
            "PROCESSES is no number of processes",
            subject=channel.id,
            remedy=f"write a number from 0 to {_MOST_PROCESSES}, or leave it out",
        )
    return int(text)


def _patience(channel: Channel, settings: Settings) -> Patience:
    """The setting TIMEOUT counts for everything; without it, as long as the standard wants."""
    if settings.get("TIMEOUT") is None:
        return Patience()
    seconds = read_timeouts(channel, settings).read
    return Patience(opening=seconds, command=seconds, content=seconds, stopping=seconds)


def _connections(channel: Channel, settings: Settings) -> int:
    usual = Limits().connections
    text = settings.get("CONNECTIONS") or str(usual)
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_CONNECTIONS:
        raise SettingsError(
            "CONNECTIONS is no number of connections",
            subject=channel.id,
            remedy=f"write a number from 1 to {_MOST_CONNECTIONS}, such as {usual}",
        )
    return int(text)


def _domains(text: str, channel: Channel) -> Mapping[str, float]:
    found = {}
    for word in text.split():
        domain, equals, rate = word.partition("=")
        if not (domain and equals):
            raise _bad_rate("DOMAIN_RATES", channel)
        found[domain.lower()] = _rate(rate, name="DOMAIN_RATES", channel=channel)
    return MappingProxyType(found)


def _rate(text: str, *, name: str, channel: Channel) -> float:
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise _bad_rate(name, channel)
    return float(match[1]) / _SECONDS[(match[2] or "s")[0].lower()]


def _bad_rate(name: str, channel: Channel) -> SettingsError:
    example = "20, 20/s or 600/min" if name == "RATE" else "gmail.com=20 example.org=5/s other.example=100/min"
    return SettingsError(f"{name} is no number of mails", subject=channel.id, remedy=f"write it like {example}")
