"""What was found against what stands in the file: new, updated, as before, or a person's own.

An entry whose lines are still those that an import wrote follows its source. One that a person changed is theirs: it is
never touched, and what the source says differently is told. One that a person deleted, but not its mark, stays away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher.importing.entrytext import Fields, entry_text, fingerprint, mark, mark_name, new_id
from publisher.importing.found import FoundEvent
from publisher.importing.insertion import Change
from publisher.importing.scheduletext import Entry, ScheduleText
from publisher.importing.texts import shortened
from publisher.schedulefile.tree import Plain

_SHOWN = 60


@dataclass(slots=True)
class Merged:
    """What is to be done, and what to tell."""

    changes: list[Change] = field(default_factory=list)
    added: list[str] = field(default_factory=list)  #: ids
    updated: list[str] = field(default_factory=list)
    same: int = 0
    own: int = 0  #: changed by a person, and the source says what it said before
    notes: list[str] = field(default_factory=list)


def merge(schedule: ScheduleText, events: tuple[FoundEvent, ...], *, cadence: str) -> Merged:
    """Decide about each event that was found. New ones get ``cadence``; nothing of the file is changed yet."""
    merged = Merged()
    numbered = reversed(list(enumerate(schedule.entries)))
    known = {entry.mark_name: number for number, entry in numbered if entry.mark_name}
    taken = schedule.ids()
    for event in events:
        name = mark_name(event.uid)
        if name in known:
            _meet(schedule, event, number=known[name], merged=merged)
        elif name in schedule.orphans:
            merged.notes.append(f"“{_title(event)}” was left out: you deleted it, and its mark is still in the file.")
        elif event.is_off:
            merged.notes.append(f"“{_title(event)}” was left out: it is cancelled at its source.")
        else:
            _add(schedule, event, cadence=cadence, taken=taken, merged=merged)
    return merged


def _add(schedule: ScheduleText, event: FoundEvent, *, cadence: str, taken: set[str], merged: Merged) -> None:
    name = new_id(event, taken)
    taken.add(name)
    text, style = entry_text(event, name=name, cadence=cadence), schedule.style
    lines = text.lines(style)
    merged.added.append(name)
    merged.changes.append(Change(lines=lines, mark=mark(event.uid, lines, style), fields=text.fields))


def _meet(schedule: ScheduleText, event: FoundEvent, *, number: int, merged: Merged) -> None:
    """An event that was imported before."""
    entry = schedule.entries[number]
    fields = entry.fields if isinstance(entry.fields, dict) else {}
    name = _text(fields.get("id"))
    text = entry_text(event, name=name, cadence=_text(fields.get("cadence")))
    lines = text.lines(entry.style)
    if event.is_off:
        merged.notes.append(f"{name} is cancelled at its source.")
    if fingerprint(schedule.lines_of(entry)) != entry.mark_hash:
        merged.own += 1
        if fingerprint(lines) != entry.mark_hash:
            _tell_differences(entry, text.fields, merged)
    elif fingerprint(lines) == entry.mark_hash:
        merged.same += 1
    else:
        merged.updated.append(name)
        merged.changes.append(
            Change(lines=lines, mark=mark(event.uid, lines, entry.style), fields=text.fields, entry=number)
        )


def _tell_differences(entry: Entry, fields: Fields, merged: Merged) -> None:
    """What the source says now and the file doesn't."""
    own = entry.fields if isinstance(entry.fields, dict) else {}
    here, there = _flat(own), _flat(fields)
    different = [
        f"{name}: {_shown(here.get(name, ''))} here, {_shown(there.get(name, ''))} there"
        for name in there | {name: "" for name in here if name.partition(".")[0] in fields}
        if name not in ("id", "status", "cadence") and here.get(name) != there.get(name)
    ]
    if different:
        head = f"{_text(own.get('id'))} was changed here and at its source, so it was left as it is"
        merged.notes.append(f"{head} ({'; '.join(different)}).")


def _flat(fields: Mapping[str, Plain] | Fields) -> dict[str, str]:
    """``title.pl`` and the like → text."""
    flat: dict[str, str] = {}
    for name, content in fields.items():
        if isinstance(content, dict):
            flat |= {f"{name}.{key}": str(text) for key, text in content.items()}
        elif content:
            flat[name] = str(content)
    return flat


def _shown(text: str) -> str:
    return f"“{shortened(' '.join(text.split()), _SHOWN)}”" if text else "nothing"


def _text(value: Plain) -> str:
    return value if isinstance(value, str) else ""


def _title(event: FoundEvent) -> str:
    return shortened(next(iter(event.title.values()), ""), _SHOWN)
