"""What was found against what stands in the file: new, updated, as before, or a person's own.

An entry whose lines are still those that an import wrote follows its source. Of one that a person changed only the
fields that they left alone do (`publisher.importing.following`); what was kept against the source is told. One that a
person deleted, but not its mark, stays away.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from publisher.importing.entrytext import EntryText, entry_text, fingerprint, mark, mark_line, mark_name, new_id
from publisher.importing.following import follow
from publisher.importing.found import FoundEvent
from publisher.importing.insertion import Change
from publisher.importing.scheduletext import Entry, ScheduleText
from publisher.importing.texts import shortened
from publisher.schedulefile.reading.tree import Plain

_SHOWN = 60


@dataclass(slots=True)
class Merged:
    """What is to be done, and what to tell."""

    changes: list[Change] = field(default_factory=list)
    added: list[str] = field(default_factory=list)  #: ids
    updated: list[str] = field(default_factory=list)
    same: int = 0
    own: int = 0  #: changed by a person, and nothing of them is to be updated
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
    merged.changes.append(Change(lines=lines, mark=mark(event.uid, text, style), fields=text.fields))


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
        _follow(schedule, text, number=number, merged=merged)
    elif fingerprint(lines) == entry.mark_hash:
        merged.same += 1
    else:
        merged.updated.append(name)
        merged.changes.append(
            Change(lines=lines, mark=mark(event.uid, text, entry.style), fields=text.fields, entry=number)
        )


def _follow(schedule: ScheduleText, text: EntryText, *, number: int, merged: Merged) -> None:
    """An entry that a person changed: what they left alone follows the source, the rest is theirs."""
    entry = schedule.entries[number]
    followed = follow(schedule, entry, text.fields)
    name = str(text.fields["id"])
    if followed.changed:
        merged.updated.append(name)
        merged.notes.extend(f"{name}: {remark}." for remark in text.remarks if _is_new(remark, schedule, entry))
        merged.changes.append(
            Change(
                lines=followed.lines,
                ends=followed.ends,
                mark=mark_line(entry.mark_name, entry.mark_hash, base=followed.base, style=entry.style),
                fields=followed.fields,
                entry=number,
            )
        )
    else:
        merged.own += 1
    if followed.kept:
        kept = "; ".join(f"{one.name}: {_shown(one.here)} here, {_shown(one.there)} there" for one in followed.kept)
        merged.notes.append(f"{name} was changed here and at its source, so yours was kept ({kept}).")


def _is_new(remark: str, schedule: ScheduleText, entry: Entry) -> bool:
    return not any(remark in line for line in schedule.lines_of(entry))


def _shown(text: str) -> str:
    return f"“{shortened(' '.join(text.split()), _SHOWN)}”" if text else "nothing"


def _text(value: Plain) -> str:
    return value if isinstance(value, str) else ""


def _title(event: FoundEvent) -> str:
    return shortened(next(iter(event.title.values()), ""), _SHOWN)
