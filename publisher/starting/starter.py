"""The files of a first folder, as text. Their dates lie ahead of the day on which they are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from shlex import quote
from string import Template

from publisher.model import Calendar
from publisher.timing.calendar import is_working_day

_HERE = Path(__file__).parent
_SCHEMA = _HERE.parent / "schedulefile" / "schedules.schema.json"

MODELINE = "# yaml-language-server: $schema=./.publisher/schedules.schema.json"
"""The first line of a schedule file: tells editors with yaml-language-server where the schema is."""

SCHEMA_NAME = ".publisher/schedules.schema.json"

#: Days from the event on which something is due, by the sample cadence; the event's own day among them.
_STEPS = (-28, -1, 0, 1)
_WEEK = timedelta(weeks=1)
_WEDNESDAY = 2
_POLAND = Calendar(timezone="Europe/Warsaw", weekends=False, holidays=("PL",))


@dataclass(frozen=True, slots=True)
class _Sample:
    """What differs between the languages besides the words."""

    event: str
    list_name: str
    readers: str


_SAMPLES = {
    "en": _Sample("read-aloud", "lists/readers.csv", "email,name,language\nanna@example.org,Anna Smith,en\n"),
    "pl": _Sample("czytamy-na-glos", "lists/czytelnicy.csv", "email,name,language\nanna@example.org,Anna Nowak,pl\n"),
}


def starter(language: str, *, today: date) -> dict[str, str]:
    """The files by name: the schedule file first, then its list. ``language`` is ``en`` or ``pl``."""
    sample = _SAMPLES[language]
    event = _event_day(today)
    schedule = Template(_text(f"schedules.{language}.yaml")).substitute(
        event_id=f"{sample.event}-{event.year}",
        event_day=event,
        register_until=event - timedelta(days=5),
        post_day=_wednesday(today + _WEEK),
        blackout_first=event + 2 * _WEEK,
        blackout_last=event + 2 * _WEEK + timedelta(days=1),
    )
    return {"schedules.yaml": schedule, sample.list_name: sample.readers}


def schema() -> str:
    """The JSON Schema for editors, as it is shipped."""
    return _SCHEMA.read_text(encoding="utf-8")


def next_steps(language: str, *, folder: Path) -> str:
    """What to do with the files, for people who do it for the first time."""
    go = "" if folder == Path() else f"   cd {quote(str(folder))}\n"
    return Template(_text(f"next.{language}.txt")).substitute(go=go)


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _event_day(today: date) -> date:
    """A Wednesday about eight weeks ahead; no step of it falls on a public holiday, where it would be moved."""
    day = _wednesday(today + 8 * _WEEK)
    while not all(is_working_day(day + timedelta(days=away), _POLAND) for away in _STEPS):
        day += _WEEK
    return day


def _wednesday(earliest: date) -> date:
    """The first working Wednesday from this day on."""
    day = earliest + timedelta(days=(_WEDNESDAY - earliest.weekday()) % 7)
    while not is_working_day(day, _POLAND):
        day += _WEEK
    return day
