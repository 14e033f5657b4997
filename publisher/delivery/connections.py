"""Connections to accounts, opened when first needed and kept; one lane uses one connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from publisher.errors import SettingsError
from publisher.interfaces import Connection
from publisher.model import Channel

Opener = Callable[[Channel], Connection]
"""Opens a connection to a channel's account; raises `MissingCredential` or `SettingsError`."""


class Connections:
    """Open connections by channel, and the channels that are stopped for now."""

    def __init__(self, opener: Opener) -> None:
        self._open = opener
        self._lock = threading.Lock()
        self._connections: dict[str, Connection] = {}
        self._stopped: dict[str, datetime | None] = {}

    def of(self, channel: Channel) -> Connection:
        """The connection of a channel. Raises `SettingsError`, and stops the channel then, until a restart."""
        with self._lock:
            found = self._connections.get(channel.id)
        if found is not None:
            return found
        try:
            fresh = self._open(channel)
        except SettingsError:
            self.stop(channel.id, until=None)
            raise
        with self._lock:
            return self._connections.setdefault(channel.id, fresh)

    def stop(self, channel_id: str, *, until: datetime | None) -> None:
        """Send nothing more on this channel until then; None: until a restart."""
        with self._lock:
            self._stopped[channel_id] = until

    def is_stopped(self, channel_id: str, *, now: datetime) -> bool:
        """Whether nothing may be sent on this channel now."""
        with self._lock:
            if channel_id not in self._stopped:
                return False
            until = self._stopped[channel_id]
            if until is not None and now >= until:
                del self._stopped[channel_id]
                return False
            return True

    def next_start(self, *, now: datetime) -> datetime | None:
        """When the first of the channels that are stopped goes on."""
        with self._lock:
            times = [until for until in self._stopped.values() if until is not None and until > now]
        return min(times, default=None)

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            connections = list(self._connections.values())
            self._connections.clear()
        for connection in connections:
            connection.close()


SHORT_STOP = timedelta(minutes=5)
"""How long a channel rests at least after an answer that would meet every delivery on it."""
