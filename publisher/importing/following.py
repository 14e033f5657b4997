"""An entry that a person changed, brought up to date field by field.

A field whose words are still those that an import wrote follows its source; the mark above the entry holds a hash of
each of them. Every other field is the person's, also one that they took out. Only the words themselves are replaced:
remarks and order stay. A field that can't be edited safely counts as the person's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from publisher.importing.entryedits import EntryEdits
from publisher.importing.entrytext import NOT_FROM_THE_SOURCE, Fields, digest, flat
from publisher.importing.scheduletext import Entry, ScheduleText
from publisher.schedulefile.reading.read import read_bytes
from publisher.schedulefile.reading.tree import Plain, plain


@dataclass(frozen=True, slots=True)
class Kept:
    """A field that stays as a person wrote it, although its source says something else since; maybe nothing."""

    name: str
    here: str
    there: str


@dataclass(slots=True)
class Followed:
    """What became of an entry: its lines with their ends, its fields, the hashes for its mark, and what to tell."""

    fields: dict[str, Plain]
    base: dict[str, str]
    lines: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


def follow(schedule: ScheduleText, entry: Entry, source: Fields) -> Followed:
    """The entry with the fields of its source wherever the person left them alone."""
    followed = _Follower(schedule, entry, source).run()
    if _reads_as(followed):
        return followed
    return _Follower(schedule, entry, source, skipped=frozenset(followed.changed)).run()


def _reads_as(followed: Followed) -> bool:
    """Whether the lines, on their own, give exactly these fields."""
    if not followed.changed:
        return True
    reading = read_bytes("\n".join(("events:", *followed.lines, "")).encode(), file="")
    return reading.tree is not None and plain(reading.tree) == {"events": [followed.fields]}


class _Follower:
    def __init__(
        self,
        schedule: ScheduleText,
        entry: Entry,
        source: Fields,
        *,
        skipped: frozenset[str] = frozenset(),
    ) -> None:
        self._base = entry.mark_base
        self._here, self._there = flat(entry.fields), flat(source)
        self._edits = EntryEdits(schedule, entry)
        self._skipped = skipped
        fields = entry.fields if isinstance(entry.fields, dict) else {}
        copied = {name: dict(value) if isinstance(value, dict) else value for name, value in fields.items()}
        self._followed = Followed(copied, dict(entry.mark_base))

    def run(self) -> Followed:
        for name in dict.fromkeys((*self._there, *self._base)):
            if name.partition(".")[0] not in NOT_FROM_THE_SOURCE:
                self._meet(name)
        self._followed.lines, self._followed.ends = self._edits.result()
        return self._followed

    def _meet(self, name: str) -> None:
        here, there = self._here.get(name, ""), self._there.get(name, "")
        if here == there:
            return
        base = self._base.get(name, digest(""))
        if self._is_free(name) and digest(here) == base and self._edit(name, here=here, there=there):
            self._note_changed(name, there)
        elif digest(there) != base:
            heading = name.partition(".")[0]
            here, there = here or _around(heading, self._here), there or _around(heading, self._there)
            self._followed.kept.append(Kept(name, here, there))

    def _is_free(self, name: str) -> bool:
        """Whether it may be edited; not where one side has one text and the other a text for each language."""
        heading, _, part = name.partition(".")
        is_divided = any(one.startswith(f"{heading}.") for one in (*self._here, *self._there))
        is_whole = not part or heading in self._here or heading in self._there
        return name not in self._skipped and not (is_divided and is_whole)

    def _edit(self, name: str, *, here: str, there: str) -> bool:
        heading, _, part = name.partition(".")
        if not here:
            return self._edits.insert(heading, part, there)
        if not there:
            return self._edits.remove(heading, part)
        return self._edits.replace(heading, part, there)

    def _note_changed(self, name: str, there: str) -> None:
        self._followed.changed.append(name)
        self._followed.base[name] = digest(there)
        heading, _, part = name.partition(".")
        fields = self._followed.fields
        if part:
            group = fields.setdefault(heading, {})
            fields = group if isinstance(group, dict) else fields
        if there:
            fields[part or heading] = there
        else:
            del fields[part or heading]
            del self._followed.base[name]


def _around(heading: str, fields: dict[str, str]) -> str:
    """What stands under a heading, in whatever language."""
    return " / ".join(text for one, text in fields.items() if one.partition(".")[0] == heading)
