"""The one place where a wall time becomes an instant.

Recurrence and arithmetic with days are done on naive local times; only their result comes here. A time that the
clock skips moves forward by the length of the gap, a time that comes twice is the first of the two: RFC 5545
section 3.3.5, form 3, for both cases.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

#: Looking for a zone recurses into every part between slashes; a name from a file may have thousands of them.
_LONGEST_NAME = 80


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The zone of this IANA name; raises `ZoneInfoNotFoundError` or `ValueError` when there is none."""
    if len(name) > _LONGEST_NAME:
        raise ValueError("no zone has so long a name")
    return ZoneInfo(name)


def to_instant(local: datetime, timezone: str) -> datetime:
    """The instant (aware UTC) at which the clocks of ``timezone`` show the naive ``local``.

    In a gap the offset before the change is used, which moves the wall time forward by the gap;
    in a fold it is the first of both.
    """
    if local.tzinfo is not None:
        raise ValueError("a local time has no zone of its own")
    return local.replace(tzinfo=zone(timezone), fold=0).astimezone(UTC)


def to_local(instant: datetime, timezone: str) -> datetime:
    """What the clocks of ``timezone`` show at ``instant``, as a naive wall time."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)


def is_skipped(local: datetime, timezone: str) -> bool:
    """Whether the clocks of ``timezone`` never show this wall time (spring)."""
    return to_local(to_instant(local, timezone), timezone) != local


def is_repeated(local: datetime, timezone: str) -> bool:
    """Whether the clocks of ``timezone`` show this wall time twice (autumn)."""
    aware = local.replace(tzinfo=zone(timezone))
    return not is_skipped(local, timezone) and aware.utcoffset() != aware.replace(fold=1).utcoffset()
