"""The schedule: what the file says, as typed objects, all names resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from publisher.model import Audience, Channel, Digest, Event, EventStatus, Kind, OutsideHours, Place, Project, Source
from publisher.timing.phrases import Phrase

#: Stands for the id of an entry that has none, or none that can be read.
UNREADABLE_ID = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Say something about a source at a moment, on some channels."""

    phrase: Phrase
    words: str  #: the phrase as it stands in the file
    template: str
    to: tuple[str, ...]
    place: Place
    outside_hours: OutsideHours | None = None
    if_late: timedelta | None = None
    has_if_late: bool = False
    template_place: Place | None = None  #: where the name of the template stands, if it does
    ignored: frozenset[str] = frozenset()  #: rules that do not hold for it
    is_correction: bool = False  #: a mail of it goes only to those who got an earlier one about the event


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event, post or digest with its steps."""

    kind: Kind
    source: Source
    steps: tuple[Step, ...]
    place: Place
    #: Where the keys of its fields stand, by name: ``title``, ``where.venue``, ``image.alt``.
    places: Mapping[str, Place] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()  #: rules that do not hold for it

    @property
    def name(self) -> str:
        """``events/open-day``: how problems and the ledger call it."""
        return f"{self.kind}s/{self.source.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """All of a file that is sound."""

    path: Path
    sha256: str
    project: Project
    channels: Mapping[str, Channel]
    audiences: Mapping[str, Audience]
    entries: tuple[Entry, ...]
    fallback: str = ""  #: language to use when a translation is missing; empty: that is an error
    places: Mapping[str, Place] = field(default_factory=dict)  #: where ``audiences/partners`` stands
    #: Names of entries that have an error, or lack a step or a channel because of one elsewhere.
    blocked: frozenset[str] = field(default_factory=frozenset)
    ignored: frozenset[str] = frozenset()  #: rules that do not hold anywhere in the file

    _by_name: Mapping[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the entries; of two with one name the first counts."""
        object.__setattr__(self, "_by_name", {entry.name: entry for entry in reversed(self.entries)})

    def events_between(self, first: date, last: date) -> tuple[Event, ...]:
        """Confirmed events that touch these days (both included), by date: what a digest tells about."""
        events = (entry.source for entry in self.entries if isinstance(entry.source, Event))
        inside = (
            event
            for event in events
            if event.status is EventStatus.CONFIRMED and event.when.first <= last and event.when.last >= first
        )
        return tuple(sorted(inside, key=lambda event: (event.when.first, event.id)))

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that it names: mailing lists, pictures, and the funding profile."""
        profile = self.project.profile
        of_project = (profile.file, profile.emblem, self.project.logo)
        pictures = (entry.source.picture for entry in self.entries if not isinstance(entry.source, Digest))
        return (
            *(file for file in of_project if file is not None),
            *(audience.path for audience in self.audiences.values() if audience.path is not None),
            *(picture.path for picture in pictures if picture is not None),
        )

    def entry(self, name: str) -> Entry | None:
        """The entry called ``events/open-day``."""
        return self._by_name.get(name)
