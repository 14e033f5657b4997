"""What every reader of a source gives: events that were found, and notes about what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from publisher.importing.periods import Period
from publisher.importing.texts import clean

MAX_EVENTS = 500
"""Of one source no more events than this are taken."""

MAX_NOTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where the events are to stand, as far as readers must know it."""

    today: date  #: on the clock of ``timezone``
    timezone: str  #: of the schedule file; the clock on which times without a zone of their own are meant
    with_past: bool = False  #: events that are over are wanted too

    def wants(self, period: Period) -> bool:
        """Whether an event at this time is to be taken."""
        return self.with_past or period.last >= self.today


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEvent:
    """An event as its source tells it. Every text is clean: one line, no markup, nothing invisible.

    ``uid`` is what the source calls it, the same at every import. Words are by language code; the empty code is the
    main language of the schedule file. ``remarks`` tell the reader of the file what the fields can't.
    """

    uid: str
    title: Mapping[str, str]
    period: Period
    timezone: str = ""  #: IANA name when it isn't the one of the schedule file
    summary: Mapping[str, str] = field(default_factory=dict)
    venue: str = ""
    address: str = ""
    online: str = ""
    organiser: str = ""
    link: str = ""
    register: str = ""
    id: str = ""  #: when the source names one that may stand in the file
    remarks: tuple[str, ...] = ()
    is_off: bool = False  #: the source calls it cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What a source gave. ``notes`` are whole sentences for people; ``past`` counts what is over already."""

    events: tuple[FoundEvent, ...]
    notes: tuple[str, ...] = ()
    past: int = 0


@dataclass(slots=True)
class Basket:
    """Gathers events of one source, with its limits."""

    setting: Setting
    past: int = 0
    _notes: dict[str, None] = field(default_factory=dict)
    _untold: int = 0
    _events: dict[str, FoundEvent] = field(default_factory=dict)

    def put(self, event: FoundEvent) -> None:
        """Take an event, unless it is over.

        Some sources call all dates of an event the same: then its day makes the name of a later one.
        """
        if not self.setting.wants(event.period):
            self.past += 1
            return
        known = self._events.get(event.uid)
        if known is not None and known.period.first != event.period.first:
            event = replace(event, uid=f"{event.uid}#{event.period.first:%Y%m%d}")
        elif known is not None and known.title != event.title:
            first, second = (next(iter(one.title.values()), "") for one in (known, event))
            self.note(f"“{first}” was left out: its source gives “{second}” the same name and day.")
        self._events[event.uid] = event

    def note(self, sentence: str) -> None:
        """Tell once that something was left out, and why. It goes to a terminal, so it is cleaned like the texts."""
        sentence = clean(sentence)
        if len(self._notes) < MAX_NOTES:
            self._notes[sentence] = None
        elif sentence not in self._notes:
            self._untold += 1

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted, up to a number that people read."""
        more = (f"There were {self._untold} more remarks like these.",) if self._untold else ()
        return (*self._notes, *more)

    def harvest(self) -> Harvest:
        """The first events by date."""
        events = sorted(
            self._events.values(), key=lambda event: (event.period.first, str(event.period.begin or ""), event.uid)
        )
        if len(events) > MAX_EVENTS:
            self.note(f"The source has {len(events)} events; the first {MAX_EVENTS} of them were taken.")
        return Harvest(events=tuple(events[:MAX_EVENTS]), notes=self.notes, past=self.past)
