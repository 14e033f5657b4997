"""Connections to accounts, opened when first needed and kept; one lane uses one connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from publisher.interfaces import Connection
from publisher.model import Channel

Opener: TypeAlias = Callable[[Channel], Connection]
"""Opens a connection to a channel's account; raises `MissingCredential` or `SettingsError`."""

_Account: TypeAlias = tuple[str, str]
"""Type and account of a channel."""

SHORT_REST = timedelta(minutes=5)
"""How long a channel rests after an answer that would meet every delivery on it, unless the platform named a time."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A channel on which nothing is sent before ``until`` (aware UTC), and why."""

    until: datetime
    reason: str


class Connections:
    """Open connections by channel, and the channels that rest."""

    def __init__(self, opener: Opener) -> None:
        self._open = opener
        self._lock = threading.Lock()
        self._connections: dict[str, tuple[_Account, Connection]] = {}
        self._rests: dict[str, Rest] = {}

    def of(self, channel: Channel) -> Connection:
        """The connection of a channel. Raises `SettingsError`."""
        account = (channel.type, channel.account)
        with self._lock:
            found = self._connections.get(channel.id)
        if found is not None and found[0] == account:
            return found[1]
        self.drop(channel.id)  # an edit of the file gave this channel another account
        fresh = self._open(channel)
        with self._lock:
            self._connections[channel.id] = (account, fresh)
        return fresh

    def drop(self, channel_id: str) -> None:
        """Close a connection; the next one is opened with the credentials of that time. For the channel's own lane."""
        with self._lock:
            found = self._connections.pop(channel_id, None)
        if found is not None:
            _close(found[1])

    def put_to_rest(self, channel_id: str, rest: Rest) -> None:
        """Send nothing more on this channel for a while."""
        with self._lock:
            self._rests[channel_id] = rest

    def wake(self, channel_id: str) -> None:
        """End the rest of a channel, if it rests."""
        with self._lock:
            self._rests.pop(channel_id, None)

    def rest_of(self, channel_id: str, *, now: datetime) -> Rest | None:
        """Why nothing may be sent on this channel now, if that is so."""
        with self._lock:
            rest = self._rests.get(channel_id)
            if rest is not None and now >= rest.until:
                del self._rests[channel_id]
                return None
            return rest

    def next_start(self, *, now: datetime) -> datetime | None:
        """When the first of the channels that rest goes on."""
        with self._lock:
            return min((rest.until for rest in self._rests.values() if rest.until > now), default=None)

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            connections = list(self._connections.values())
            self._connections.clear()
        for _, connection in connections:
            _close(connection)


def _close(connection: Connection) -> None:
    """A fault in hanging up must not hide what came of a call."""
    with suppress(Exception):
        connection.close()
