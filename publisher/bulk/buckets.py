"""Token buckets: how many mails may go now, and when the next one may. Pure.

A bucket holds at most what comes in within a second. Who finds it empty is promised a token that is still to come, and
so has to come back once. A server that asks to go slower halves what comes in; it doubles again every ten minutes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from publisher.ledger.rates import Rate

SLOWEST = 1 / 60  #: mails a second: one a minute

_FIRST = 10.0  #: mails a second, after the first complaint about somebody without a limit
_FREE = 80.0  #: mails a second, from which on a limit that nobody set is forgotten
_DOUBLES = 600.0  #: seconds until what was halved once has recovered
_PAUSE = 30.0  #: after a complaint nothing goes for as long as so many mails would take: 3 s at ten a second


def opened(name: str, *, per_second: float, now: datetime) -> Rate:
    """A full bucket."""
    return Rate(name=name, per_second=per_second, level=_most(per_second), at=now)


def filled(rate: Rate, *, now: datetime, limit: float = 0.0) -> Rate:
    """What is in it now. ``limit`` is what a person set, in mails a second; 0: none. A clock set back adds nothing."""
    seconds = (now - rate.at).total_seconds()
    if seconds <= 0 or not rate.per_second:
        return replace(rate, per_second=_limited(rate.per_second, limit))
    level = rate.level + seconds * rate.per_second
    per_second = _limited(_recovered(rate.per_second, seconds, limit=limit), limit)
    not_before = rate.not_before if rate.not_before is not None and rate.not_before > now else None
    return replace(rate, per_second=per_second, level=min(level, _most(per_second)), at=now, not_before=not_before)


def taken(rate: Rate, *, now: datetime, limit: float = 0.0) -> tuple[Rate, datetime]:
    """Take a token; gives the bucket without it, and from when on it is good for a mail: ``now``, or later."""
    full = filled(rate, now=now, limit=limit)
    if not full.per_second:
        return full, now
    less = replace(full, level=full.level - 1)
    if less.level >= 0:
        return less, now
    return less, max(now, less.at) + timedelta(seconds=-less.level / less.per_second)


def shrunk(rate: Rate, *, now: datetime) -> Rate:
    """Half as much, and nothing for a while: the server complains. Complaints within that while are the same one."""
    if rate.not_before is not None and rate.not_before > now:
        return rate
    per_second = max(SLOWEST, rate.per_second / 2) if rate.per_second else _FIRST
    until = now + timedelta(seconds=_PAUSE / per_second)
    return replace(rate, per_second=per_second, level=min(0.0, rate.level), at=until, not_before=until)


def _limited(per_second: float, limit: float) -> float:
    """What a person set holds at once, whatever was kept of another time."""
    return min(per_second or limit, limit) if limit else per_second


def _recovered(per_second: float, seconds: float, *, limit: float) -> float:
    """Without a limit of a person's it is forgotten in the end."""
    faster = per_second * 2.0 ** min(seconds / _DOUBLES, 30.0)
    return faster if limit or faster < _FREE else 0.0


def _most(per_second: float) -> float:
    return max(1.0, per_second)
