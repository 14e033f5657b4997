"""The schedule file as lines: where its events begin and end, and which of them were imported."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from publisher.importing.entrytext import MARK, Style
from publisher.importing.errors import ScheduleNotInsertable
from publisher.schedulefile.reading.read import Reading, read_bytes
from publisher.schedulefile.reading.tree import Mapping, Node, Plain, Scalar, Sequence, plain

_BREAK = re.compile(r"(\r\n|\n|\r)")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DOCUMENT_END = re.compile(r"\.\.\.(?:\s|$)")
CHECK = "run “publisher check” and mend the file first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event in the file: its lines from ``first`` up to but without ``end``, and the mark above it."""

    node: Node
    fields: Plain
    first: int
    end: int
    style: Style
    mark_line: int | None = None
    mark_name: str = ""
    mark_hash: str = ""
    mark_base: dict[str, str] = field(default_factory=dict)  #: field → hash of what was imported last


class ScheduleText:
    """A schedule file that events can be inserted into. Raises `ScheduleNotInsertable` when they can't."""

    def __init__(self, content: bytes, file: str) -> None:
        reading = read_bytes(content, file=file)
        self.content = content
        self.file = file
        self.tree = self._checked(reading)
        self.bom, self.encoding = next(((bom, name) for bom, name in _BOMS if content.startswith(bom)), (b"", "utf-8"))
        pieces = _BREAK.split(reading.text)
        self.lines, self.ends = pieces[::2], [*pieces[1::2], ""]
        self.eol = Counter(filter(None, self.ends)).most_common(1)[0][0] if any(self.ends) else "\n"
        self.entries: list[Entry] = []
        events = self.tree.get("events")
        if isinstance(events, Sequence) and not events.flow:
            self._find_entries(events)
        self.orphans = self._find_orphans()

    # --- what there is ------------------------------------------------------------------------------------

    def ids(self) -> set[str]:
        """Every id that is taken: events, posts and digests share them."""
        nodes = [node for name in ("events", "posts", "digests") for node in _nodes(self.tree.get(name))]
        found = [node.get("id") for node in nodes if isinstance(node, Mapping)]
        return {one.text for one in found if isinstance(one, Scalar)}

    def default(self, name: str) -> str:
        """A text from ``defaults``, or nothing."""
        defaults = self.tree.get("defaults")
        found = defaults.get(name) if isinstance(defaults, Mapping) else None
        return found.text.strip() if isinstance(found, Scalar) else ""

    def has_cadence(self, name: str) -> bool:
        """Whether the file has a recipe of this name."""
        cadences = self.tree.get("cadences")
        return isinstance(cadences, Mapping) and cadences.key(name) is not None

    def lines_of(self, entry: Entry) -> list[str]:
        """The lines of an entry."""
        return self.lines[entry.first : entry.end]

    @property
    def style(self) -> Style:
        """How new entries are to be written: like the last one, else as in the lists beside it."""
        if self.entries:
            return self.entries[-1].style
        for name in ("posts", "digests"):
            found = self.tree.get(name)
            if isinstance(found, Sequence) and not found.flow and found.nodes:
                return _style(found, found.nodes[-1])
        return Style(dash=self.root + 2, names=self.root + 4)

    @property
    def root(self) -> int:
        """The column of the sections."""
        return self.tree.entries[0][0].span.column if self.tree.entries else 0

    # --- finding ------------------------------------------------------------------------------------------

    def _checked(self, reading: Reading) -> Mapping:
        """The tree, if lines can be inserted into this file at all."""
        if reading.tree is None:
            raise self.refusal(f"the file can't be read: {reading.problems[0].message}", CHECK)
        if reading.tree.flow:
            raise self.refusal("the file is written in braces", "write its sections one below the other")
        if sum(key.text == "events" for key, _ in reading.tree.entries) > 1:
            raise self.refusal("“events” appears twice", CHECK)
        events = reading.tree.get("events")
        if events is not None and plain(events) is not None and not isinstance(events, Sequence):
            raise self.refusal("“events” is not a list", CHECK)
        if isinstance(events, Sequence) and events.flow and (events.nodes or events.span.line != events.span.end_line):
            raise self.refusal("“events” is written in brackets", "write each event on lines of its own, with a dash")
        return reading.tree

    def refusal(self, message: str, remedy: str) -> ScheduleNotInsertable:
        """Why nothing can be inserted into this file."""
        return ScheduleNotInsertable(message, subject=self.file, remedy=remedy)

    def _find_entries(self, events: Sequence) -> None:
        dash = events.span.column
        starts = [self._dash_line(node, dash) for node in events.nodes]
        for number, (first, after) in enumerate(pairwise([*starts, self._section_end()])):
            node, end = events.nodes[number], self._content_end(first, after, dash)
            above = self.entries[-1].end if self.entries else starts[0] - self._comments_above(starts[0])
            line = self._mark_above(first, above)
            found = MARK.fullmatch(self.lines[line]) if line is not None else None
            self.entries.append(
                Entry(
                    node=node,
                    fields=plain(node),
                    first=first,
                    end=end,
                    style=_style(events, node),
                    mark_line=line,
                    mark_name=found["name"] if found else "",
                    mark_hash=found["hash"] if found else "",
                    mark_base=_base(found["base"]) if found else {},
                )
            )

    def _dash_line(self, node: Node, dash: int) -> int:
        """The line with the dash, which may stand above what follows it."""
        line = node.span.line
        while line > 0 and not (self.lines[line][dash : dash + 1] == "-" and _indent(self.lines[line]) == dash):
            line -= 1
        return line

    def _section_end(self) -> int:
        """The line of the section after the events, or the end of the document."""
        keys = [key for key, _ in self.tree.entries]
        following = next((after for key, after in pairwise(keys) if key.text == "events"), None)
        return following.span.line if following else self.document_end()

    def document_end(self) -> int:
        """The line after the last one that belongs to the document."""
        ends = (number for number, line in enumerate(self.lines) if _DOCUMENT_END.match(line))
        return next(ends, len(self.lines))

    def _content_end(self, first: int, after: int, dash: int) -> int:
        """The line after the last one of an entry: empty lines and remarks of what follows are not its own."""
        while after > first + 1 and self._is_between(self.lines[after - 1], dash):
            after -= 1
        return after

    def _is_between(self, line: str, dash: int) -> bool:
        return not line.strip() or (line.lstrip().startswith("#") and _indent(line) <= dash)

    def _comments_above(self, line: int) -> int:
        count = 0
        while line - count > 0 and self.lines[line - count - 1].lstrip().startswith("#"):
            count += 1
        return count

    def _mark_above(self, line: int, above: int) -> int | None:
        """The mark among the remarks directly above an entry."""
        candidates = range(line - 1, max(above, line - self._comments_above(line)) - 1, -1)
        return next((number for number in candidates if MARK.fullmatch(self.lines[number])), None)

    def _find_orphans(self) -> frozenset[str]:
        """Marks without an entry: what a person deleted stays away."""
        owned = {entry.mark_line for entry in self.entries}
        inside = {number for entry in self.entries for number in range(entry.first, entry.end)}
        marks = ((number, MARK.fullmatch(line)) for number, line in enumerate(self.lines))
        return frozenset(
            found["name"] for number, found in marks if found and number not in owned and number not in inside
        )


def _base(hashes: str) -> dict[str, str]:
    """``when=1a2b3c title.pl=4d5e6f`` → field → hash."""
    return dict(part.split("=") for part in hashes.split())


def _nodes(node: Node | None) -> list[Node]:
    return node.nodes if isinstance(node, Sequence) else []


def _style(listed: Sequence, node: Node) -> Style:
    dash = listed.span.column
    is_block = isinstance(node, Mapping) and not node.flow and node.span.column > dash
    return Style(dash=dash, names=node.span.column if is_block else dash + 2)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
