"""Single fields of an entry edited in its lines, at the places that the reader gives them.

Only what can be done safely is done: a value over several lines, an entry in braces that would have to grow, or a line
that holds something else too is left alone, and the caller is told.
"""

from __future__ import annotations

from collections import Counter

from publisher.importing.entrytext import written
from publisher.importing.quoting import quoted
from publisher.importing.scheduletext import Entry, ScheduleText
from publisher.schedulefile.reading.tree import Mapping, Node, Scalar


class EntryEdits:
    """Edits of one entry; a field is named by its heading and, within a group, its part (``title``, ``pl``)."""

    def __init__(self, schedule: ScheduleText, entry: Entry) -> None:
        self._entry = entry
        self._first = entry.first
        self._lines, self._ends = schedule.lines_of(entry), schedule.ends[entry.first : entry.end]
        self._eol = schedule.eol
        self._words: list[tuple[int, int, int, str]] = []
        self._removed: list[int] = []
        self._inserted: list[tuple[int, str]] = []
        self._opened: set[str] = set()
        self._grown: Counter[str] = Counter()  #: heading → by how many parts its group grows

    def replace(self, heading: str, part: str, words: str) -> bool:
        """Give a field other words, where only its words change."""
        parent, key, value = self._place(heading, part)
        if parent is None or key is None or not _is_on_one_line(key, value):
            return False
        text = quoted(words) if parent.flow else written(part or heading, words)
        span = value.span
        self._words.append((span.line - self._first, span.column, span.end_column, text))
        return True

    def remove(self, heading: str, part: str) -> bool:
        """Take out the line of a field."""
        parent, key, value = self._place(heading, part)
        if parent is None or key is None or parent.flow or not _is_on_one_line(key, value):
            return False
        number = key.span.line - self._first
        line = self._lines[number]
        if line[: key.span.column].strip() or line[value.span.end_column :].strip():
            return False  # beside the dash of the entry, or beside a remark
        if part and len(parent.entries) + self._grown[heading] == 1:
            return False  # the group would be left empty
        self._grown[heading] -= 1
        self._removed.append(number)
        return True

    def insert(self, heading: str, part: str, words: str) -> bool:
        """Add a field at the end of the entry, or of its group."""
        node = self._entry.node
        if not isinstance(node, Mapping) or node.flow:
            return False
        group, indent = node.get(heading), " " * self._entry.style.names
        end = len(self._lines)
        if group is None and not part:
            self._inserted.append((end, f"{indent}{heading}: {written(heading, words)}"))
        elif group is None:
            if heading not in self._opened:
                self._inserted.append((end, f"{indent}{heading}:"))
            self._opened.add(heading)
            self._inserted.append((end, f"{indent}  {part}: {written(part, words)}"))
        elif self._insert_into(group, part, words):
            self._grown[heading] += 1
        else:
            return False
        return True

    def _insert_into(self, group: Node, part: str, words: str) -> bool:
        if not part or not isinstance(group, Mapping) or group.flow or group.key(part) is not None:
            return False
        key, value = group.entries[-1]
        if not _is_on_one_line(key, value):
            return False
        at = key.span.line - self._first + 1
        self._inserted.append((at, f"{' ' * key.span.column}{part}: {written(part, words)}"))
        return True

    def result(self) -> tuple[list[str], list[str]]:
        """The lines of the entry and their ends, from the last edit to the first."""
        lines, ends = list(self._lines), list(self._ends)
        for number, begin, end, words in sorted(self._words, reverse=True):
            lines[number] = lines[number][:begin] + words + lines[number][end:]
        for at, _, line in sorted(((at, n, line) for n, (at, line) in enumerate(self._inserted)), reverse=True):
            lines.insert(at, line)
            if at == len(ends):  # the last line of a file may have no end, and the new last one gets it
                ends.insert(at - 1, self._eol)
            else:
                ends.insert(at, self._eol)
        return self._without_removed(lines, ends)

    def _without_removed(self, lines: list[str], ends: list[str]) -> tuple[list[str], list[str]]:
        for number in sorted(self._removed, reverse=True):
            moved = number + sum(at <= number for at, _ in self._inserted)
            del lines[moved]
            del ends[moved if moved < len(lines) else moved - 1]
        return lines, ends

    def _place(self, heading: str, part: str) -> tuple[Mapping | None, Scalar | None, Node]:
        """The group or entry that holds a field, its key, and its value."""
        node = self._entry.node
        parent = node.get(heading) if part and isinstance(node, Mapping) else node
        name = part or heading
        value = parent.get(name) if isinstance(parent, Mapping) else None
        if not isinstance(parent, Mapping) or value is None:
            return None, None, node
        return parent, parent.key(name), value


def _is_on_one_line(key: Scalar, value: Node) -> bool:
    return isinstance(value, Scalar) and key.span.line == value.span.line == value.span.end_line
