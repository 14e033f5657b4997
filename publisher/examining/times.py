"""The time zones of the file, and whether this machine's clock goes evenly."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version as version_of
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from publisher.model import Event
from publisher.model.findings import Finding, broken, doubtful, fine
from publisher.schedulefile.schedule import Schedule

_LOOK_FOR = 1.0  #: seconds
_UNEVEN = 0.05  #: seconds; more is a step and no slewing
_OLD = 2  #: years


def examine_zones(schedule: Schedule | None, *, now: datetime) -> Iterator[Finding]:
    """How new the rules of the time zones are, and whether every zone of the file is among them."""
    yield _rules(_version(), now=now)
    missing = sorted(zone for zone in _zones(schedule) if not _loads(zone))
    for zone in missing:
        yield broken("time zones", f"there is no time zone {zone} here", mend="install the package tzdata anew")
    if schedule is not None and not missing:
        yield fine("time zones", f"all of the file load: {', '.join(sorted(_zones(schedule)))}")


def examine_steadiness(
    *, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic, seconds: float = _LOOK_FOR
) -> Iterator[Finding]:
    """Whether the clock that people see and the one that never jumps agree about how long a second is."""
    wall_before, steady_before = wall(), steady()
    time.sleep(seconds)
    off = (wall() - wall_before) - (steady() - steady_before)
    if abs(off) > _UNEVEN:
        yield doubtful(
            "clock steps",
            f"the clock jumped by {off:+.2f} seconds while it was looked at",
            mend="see that only one time service runs on this machine",
        )
    else:
        yield fine(
            "clock steps", "the clock goes evenly; whether a time service keeps it right can't be seen from here"
        )


def _rules(version: str, *, now: datetime) -> Finding:
    """``2026f``: the sixth version of 2026; the package writes 2026.6."""
    if not version:
        return doubtful("time zones", "the version of the rules can't be told", mend="update the package tzdata")
    if int(version[:4]) <= now.year - _OLD:
        return doubtful(
            "time zones", f"the rules are of {version}; countries change theirs", mend="update the package tzdata"
        )
    return fine("time zones", f"rules of {version}")


def _version() -> str:
    """Of the rules that Python takes: the system's where there are some, else those of the package."""
    for folder in map(Path, TZPATH):
        if folder.is_dir():
            return _version_of_system(folder)
    return version_of("tzdata")


def _version_of_system(folder: Path) -> str:
    for name in ("tzdata.zi", "+VERSION"):
        try:
            head = (folder / name).read_text(encoding="ascii", errors="replace")[:100]
        except OSError:
            continue
        if match := re.search(r"\b((?:19|20)\d\d[a-z]{1,2})\b", head):
            return match[1]
    return ""


def _zones(schedule: Schedule | None) -> set[str]:
    if schedule is None:
        return set()
    channels = {channel.calendar.timezone for channel in schedule.channels.values()}
    sources = (entry.source for entry in schedule.entries)
    return channels | {source.when.timezone for source in sources if isinstance(source, Event)}


def _loads(zone: str) -> bool:
    try:
        ZoneInfo.no_cache(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
