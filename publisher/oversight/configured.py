"""Which of all this the environment asks for, and the threads that do it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from urllib.parse import urlsplit

from publisher.alerts import Notifier
from publisher.channels.wire import is_loopback
from publisher.errors import SettingsError
from publisher.interfaces import Clock
from publisher.ledger.ledger import Ledger
from publisher.oversight.dailynote import DailyNote
from publisher.oversight.heartbeat import Heartbeat
from publisher.oversight.lookout import Lookout, RestOf
from publisher.oversight.rounds import AFTER_START, Rounds
from publisher.oversight.turns import Turns
from publisher.settings import ChannelSettings

_LOOK = timedelta(seconds=5)
_PREFLIGHT = timedelta(minutes=1)
_HEARTBEAT_MINUTES = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the environment asks for."""

    heartbeat: str = ""  #: a secret address
    every: timedelta = timedelta(minutes=_HEARTBEAT_MINUTES)
    note_at: time | None = None
    health: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched over: the parts of a daemon."""

    ledger: Ledger
    notifier: Notifier
    clock: Clock
    turns: Turns
    rest_of: RestOf
    zone: Callable[[], str]  #: that of the daily note
    preflight: Callable[[], None]  #: one look


def asked_for(values: Mapping[str, str]) -> Asked:
    """Read it from ``PUBLISHER_HEARTBEAT_…``, ``PUBLISHER_ALERT_DAILY``, ``PUBLISHER_HEALTH_ADDRESS``.

    Raises `SettingsError`.
    """
    heart, alert, health = (ChannelSettings(name, values) for name in ("heartbeat", "alert", "health"))
    return Asked(
        heartbeat=_url(heart.get("URL")),
        every=_minutes(heart.get("MINUTES")),
        note_at=_clock_time(alert.get("DAILY")),
        health=_address(health.get("ADDRESS")),
    )


@contextmanager
def watching(watched: Watched, asked: Asked) -> Iterator[None]:
    """Everything that is asked for goes on meanwhile, each in a thread of its own."""
    with ExitStack() as stack:
        if asked.health is not None:
            from publisher.oversight.figures import Figures
            from publisher.oversight.health import HealthServer

            figures = Figures(watched.ledger, turns=watched.turns, alerts=watched.notifier.counts)
            server = HealthServer(asked.health, turns=watched.turns, figures=figures, clock=watched.clock)
            stack.callback(server.close)
        rounds = [Rounds("lookout", lookout_of(watched).round, every=_LOOK)]
        rounds.append(Rounds("preflight", watched.preflight, every=_PREFLIGHT, first=AFTER_START))
        if asked.heartbeat:
            beat = Heartbeat(asked.heartbeat, watched.turns)
            rounds.append(Rounds("heartbeat", beat.round, every=asked.every))
        if asked.note_at is not None:
            note = DailyNote(
                watched.ledger,
                notifier=watched.notifier,
                clock=watched.clock,
                at=asked.note_at,
                zone=watched.zone,
            )
            rounds.append(Rounds("daily note", lambda: note.round(watched.turns), every=_LOOK))
        for one in rounds:
            stack.callback(one.close)
        yield


def lookout_of(watched: Watched) -> Lookout:
    """Sees and tells."""
    return Lookout(watched.ledger, notifier=watched.notifier, clock=watched.clock, rest_of=watched.rest_of)


def _url(text: str | None) -> str:
    if text is None:
        return ""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if host and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        return text
    raise SettingsError(
        "this is no address for a heartbeat",  # which is not repeated: it is secret
        subject="PUBLISHER_HEARTBEAT_URL",
        remedy="copy the whole address; it begins with https://",
    )


def _minutes(text: str | None) -> timedelta:
    try:
        minutes = float(text) if text is not None else _HEARTBEAT_MINUTES
    except ValueError:
        minutes = math.nan
    if not 0 < minutes <= 24 * 60:
        raise SettingsError(
            f"“{text}” is no number of minutes", subject="PUBLISHER_HEARTBEAT_MINUTES", remedy="write it like 5"
        )
    return timedelta(minutes=minutes)


def _clock_time(text: str | None) -> time | None:
    if text is None or text.strip().casefold() in ("none", "no", "off"):
        return None
    try:
        if found := re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip()):
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise SettingsError(f"“{text}” is no time of day", subject="PUBLISHER_ALERT_DAILY", remedy="write it like 08:00")


def _address(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    host, _, port = text.strip().rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:  # noqa: PLR2004  the last port
        raise SettingsError(
            f"“{text}” is no address to listen at",
            subject="PUBLISHER_HEALTH_ADDRESS",
            remedy="write it like 127.0.0.1:9470",
        )
    return host.strip("[]"), int(port)
