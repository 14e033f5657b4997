"""The heartbeat: an address that is asked for every few minutes, as long as all is well.

Whoever listens there (healthchecks.io, Uptime Kuma, Dead Man's Snitch) tells people when it stays away, and so also
when this computer is off. Whoever knows the address could send it in our place, so it is in no log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog

from publisher.channels.wire import CONNECT_TIMEOUT, proxy_for, silence_libraries, trust
from publisher.oversight.turns import Turns

_READ_TIMEOUT = 10.0

_log = structlog.get_logger("publisher.oversight")


@dataclass(slots=True)
class Heartbeat:
    """Asks for ``url`` when the loop turns and the ledger works; else it stays silent, which is the signal."""

    url: str = field(repr=False)
    turns: Turns
    _was_fine: bool = field(default=True, init=False)

    def round(self) -> None:
        """One beat, or none. A failure is logged once."""
        if self.turns.complaint():
            return
        failure = _ask(self.url)
        if failure and self._was_fine:
            _log.warning("the heartbeat was not taken", host=urlsplit(self.url).hostname, reason=failure)
        self._was_fine = not failure


def _ask(url: str) -> str:
    """Why it was not taken; empty when it was."""
    import httpx

    silence_libraries()
    patience = httpx.Timeout(_READ_TIMEOUT, connect=CONNECT_TIMEOUT)
    tls, proxy = trust(None, subject="heartbeat"), proxy_for(url)
    try:
        with (
            httpx.Client(timeout=patience, verify=tls, proxy=proxy, trust_env=False) as client,
            client.stream("GET", url) as answer,  # what it says is of no interest, however much it is
        ):
            return "" if answer.is_success else f"HTTP {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return type(error).__name__  # its words may hold the address
