"""Entries into the schedule file, as lines; every other byte stays.

Nothing is ever written out from the tree. Lines are inserted or replaced, and the result is read again and compared:
if anything but the events in question reads differently afterwards, it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.importing.entrytext import Fields
from publisher.importing.scheduletext import CHECK, ScheduleText
from publisher.schedulefile.reading.read import MAX_BYTES, read_bytes
from publisher.schedulefile.reading.tree import Mapping, Plain, is_empty, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New lines: instead of an entry's, or at the end of the list when ``entry`` is None.

    ``ends``: the line ends, where they must stay as they are; else they are the file's usual ones.
    """

    lines: list[str]
    mark: str
    fields: Fields | dict[str, Plain]
    entry: int | None = None
    ends: list[str] | None = None


def changed(schedule: ScheduleText, changes: list[Change]) -> bytes:
    """The file with these changes. Raises `ScheduleNotInsertable` when that would change anything else."""
    if not changes:
        return schedule.content
    text = _Editor(schedule).text(changes)
    content = schedule.bom + text.encode(schedule.encoding)
    _verify(schedule, content, changes)
    return content


class _Editor:
    def __init__(self, schedule: ScheduleText) -> None:
        self._schedule = schedule
        self._lines, self._ends = list(schedule.lines), list(schedule.ends)

    def text(self, changes: list[Change]) -> str:
        """New entries first, as they come last in the file, then the others from the last to the first."""
        added = [change for change in changes if change.entry is None]
        if added:
            self._insert(added)
        for change in sorted(changes, key=lambda one: -1 if one.entry is None else one.entry, reverse=True):
            if change.entry is not None:
                self._replace(change, change.entry)
        return "".join(line + end for line, end in zip(self._lines, self._ends, strict=True))

    def _replace(self, change: Change, number: int) -> None:
        entry = self._schedule.entries[number]
        if entry.mark_line is not None:
            self._lines[entry.mark_line] = change.mark
        last = self._ends[entry.end - 1]
        self._lines[entry.first : entry.end] = change.lines
        usual = [self._schedule.eol] * (len(change.lines) - 1) + [last]
        self._ends[entry.first : entry.end] = change.ends or usual

    def _insert(self, added: list[Change]) -> None:
        at, new = self._place()
        is_spaced = self._is_spaced()
        for number, change in enumerate(added):
            if is_spaced and (number or self._schedule.entries):
                new.append("")
            new += [change.mark, *change.lines]
        if at and not self._ends[at - 1]:
            self._ends[at - 1] = self._schedule.eol
        if at == len(self._lines):  # the file ended without a line break, and ends with one now
            self._lines.append("")
            self._ends.append("")
        self._lines[at:at] = new
        self._ends[at:at] = [self._schedule.eol] * len(new)

    def _place(self) -> tuple[int, list[str]]:
        """The line before which new entries go, and what must stand above them."""
        if self._schedule.entries:
            return self._schedule.entries[-1].end, []
        key = self._schedule.tree.key("events")
        if key is None:
            end = self._schedule.document_end()
            while end and not self._lines[end - 1].strip():
                end -= 1
            return end, ["", f"{' ' * self._schedule.root}events:"]
        events = self._schedule.tree.get("events")
        if events is not None and not is_empty(events):  # an empty list in brackets, or “null”
            span, line = events.span, self._lines[events.span.line]
            self._lines[span.line] = line[: span.column].rstrip() + line[span.end_column :]
            return span.line + 1, []
        return key.span.line + 1, []

    def _is_spaced(self) -> bool:
        """Whether an empty line stands between the last two entries."""
        if len(self._schedule.entries) < 2:  # noqa: PLR2004  two
            return True
        before, last = self._schedule.entries[-2:]
        return any(not line.strip() for line in self._schedule.lines[before.end : last.first])


def _verify(schedule: ScheduleText, content: bytes, changes: list[Change]) -> None:
    """What is read afterwards is what was read before, but for these changes."""
    if len(content) > MAX_BYTES:
        raise schedule.refusal(
            f"the file would grow above {MAX_BYTES // 1024:,} KiB", "move past events into a file of their own"
        )
    expected = _sections(schedule.tree)
    before = expected.get("events")
    events = list(before) if isinstance(before, list) else []
    for change in changes:
        fields: dict[str, Plain] = {
            name: _loose(dict(content) if isinstance(content, dict) else content)
            for name, content in change.fields.items()
        }
        if change.entry is None:
            events.append(fields)
        else:
            events[change.entry] = fields
    after = read_bytes(content, file=schedule.file)
    if after.tree is None or _sections(after.tree) != expected | {"events": events}:
        raise schedule.refusal("the events can't be inserted without touching something else", CHECK)


def _sections(tree: Mapping) -> dict[str, Plain]:
    return {key.text: _loose(plain(value)) for key, value in tree.entries}


def _loose(value: Plain) -> Plain:
    """Line breaks at the end of a block of text count for nothing: the fields don't keep them."""
    if isinstance(value, list):
        return [_loose(one) for one in value]
    if isinstance(value, dict):
        return {name: _loose(one) for name, one in value.items()}
    return value.rstrip("\r\n") if isinstance(value, str) else value
