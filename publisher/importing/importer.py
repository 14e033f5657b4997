"""One import, from the source to the text of the schedule file; saving it is left to the caller."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from publisher.errors import SettingsError
from publisher.importing import saving, sources
from publisher.importing.entrytext import Style, entry_text
from publisher.importing.fetching import Network
from publisher.importing.found import FoundEvent, Harvest, Setting
from publisher.importing.insertion import changed
from publisher.importing.merging import Merged, merge
from publisher.importing.periods import known_zone
from publisher.importing.scheduletext import ScheduleText
from publisher.importing.sources import Content
from publisher.model import Severity
from publisher.schedulefile.load import load
from publisher.schedulefile.reading.read import read_bytes
from publisher.timing.instants import to_local


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person asked for."""

    cadence: str = ""  #: for new events
    with_past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The file before and after, and what to tell."""

    path: Path
    before: bytes
    after: bytes
    merged: Merged
    past: int
    notes: tuple[str, ...]

    def diff(self) -> list[str]:
        """What changes, as a unified diff."""
        encoding = "utf-16" if self.before[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        old, new = (content.decode(encoding).splitlines() for content in (self.before, self.after))
        name = self.path.name
        return list(difflib.unified_diff(old, new, fromfile=f"a/{name}", tofile=f"b/{name}", lineterm=""))

    def save(self) -> None:
        """Write the file, if there is anything to write. Raises `ScheduleNotWritten`."""
        if self.after != self.before:
            saving.save(self.path, self.after, before=self.before)


def import_events(source: str, path: Path, options: Options, *, now: datetime, network: Network) -> Outcome:
    """Read a source and merge its events into the text of the schedule file; nothing is written.

    ``now`` is aware. Raises `ImportFault`, and `SettingsError` when the file has no such cadence.
    """
    before = saving.read(path)
    schedule = ScheduleText(before, str(path))
    if options.cadence and not schedule.has_cadence(options.cadence):
        raise SettingsError(
            f"there is no cadence “{options.cadence}” in {path.name}",
            subject="--cadence",
            remedy="check how it is spelt",
        )
    return merge_content(sources.obtain(source, network), schedule, path, options=options, now=now)


def merge_content(content: Content, schedule: ScheduleText, path: Path, *, options: Options, now: datetime) -> Outcome:
    """The same with the bytes of the source and the file at hand."""
    timezone = known_zone(schedule.default("timezone")) or "UTC"
    setting = Setting(today=to_local(now, timezone).date(), timezone=timezone, with_past=options.with_past)
    harvest = _sound(sources.read(content, setting))
    merged = merge(schedule, harvest.events, cadence=options.cadence)
    return Outcome(
        path=path,
        before=schedule.content,
        after=changed(schedule, merged.changes),
        merged=merged,
        past=harvest.past,
        notes=(*harvest.notes, *merged.notes),
    )


def _sound(harvest: Harvest) -> Harvest:
    """Only the events that the schedule file itself has no complaint about, as the last line of defence."""
    events, notes = harvest.events, list(harvest.notes)
    while complaints := _complaints(events):
        for number, complaint in complaints.items():
            title = next(iter(events[number].title.values()), "")
            notes.append(f"“{title[:80]}” was left out: {complaint}")
        events = tuple(event for number, event in enumerate(events) if number not in complaints)
    return replace(harvest, events=events, notes=tuple(notes))


def _complaints(events: tuple[FoundEvent, ...]) -> dict[int, str]:
    """Number of an event → what is wrong with it, for those that have an error."""
    lines, starts = ["events:"], []
    for number, event in enumerate(events):
        starts.append(len(lines) + 1)
        lines += entry_text(event, name=f"event-{number}").lines(Style())
    if not starts:
        return {}
    reading = read_bytes("\n".join(lines).encode(), file="import")
    found: dict[int, str] = {}
    for problem in load(reading, channel_types={}).problems:
        if problem.severity is Severity.ERROR:
            number = sum(start <= problem.place.line for start in starts) - 1
            found.setdefault(max(number, 0), problem.message)
    return found
