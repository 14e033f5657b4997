"""From bytes to the tree, past every mistake that can be mended or set aside on the way.

A mistake in YAML stops its parser for good. So each one is mended provisionally (quotes added, a tab replaced) or its
entry is set aside, and reading begins anew, until the rest has been read: all problems of a file in one run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from publisher.errors import ScheduleUnreadable
from publisher.model import Edit, Place, Problem, Severity
from publisher.schedulefile.problems import LIMIT
from publisher.schedulefile.reading.build import build
from publisher.schedulefile.reading.conflicts import conflicts
from publisher.schedulefile.reading.encoding import Decoded, decode, encoding_of
from publisher.schedulefile.reading.fault import SyntaxFault, Unreadable
from publisher.schedulefile.reading.isolate import isolate
from publisher.schedulefile.reading.slips import slips
from publisher.schedulefile.reading.tree import Mapping, Span, moved
from publisher.schedulefile.reading.working import WorkingText, lines_of
from publisher.schedulefile.secrets import secrets_in
from publisher.sentences import Sentence, sentence

MAX_BYTES = 1024 * 1024
#: A file of one mebibyte that people wrote has half of them.
MAX_LINES = 60_000
#: Of a file that must not be written, because its text is only a guess.
UNKNOWN_ENCODING = ""

#: So many mistakes are read past, in a large file fewer of them; a file with more is no schedule.
_MOST_ROUNDS, _FEWEST_ROUNDS = 40, 4
_MOST_CHARACTERS = 4 * MAX_BYTES
#: What concerns the file as a whole, so that nothing in it can be trusted.
_OF_THE_FILE = ("encoding", "merge-conflict", "empty-file", "too-large")


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading gave: the tree, or None with at least one problem.

    ``set_aside`` are the parts that could not be read. ``encoding`` is what the file can be saved in again.
    """

    file: str
    text: str
    tree: Mapping | None
    problems: tuple[Problem, ...]
    set_aside: tuple[Span, ...] = ()
    encoding: str = "utf-8"

    @property
    def is_spoilt(self) -> bool:
        """Whether a problem concerns the file as a whole."""
        return any(problem.code in _OF_THE_FILE for problem in self.problems)


def read_file(path: Path) -> Reading:
    """The file as a tree. Raises `ScheduleUnreadable` when there is no file or it can't be opened."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            return _too_large(str(path), _bytes(size))
        return read_bytes(path.read_bytes(), file=str(path))
    except FileNotFoundError:
        raise ScheduleUnreadable(
            "there is no such file",
            subject=str(path),
            remedy="go to the folder that has your schedules.yaml, or name the file with --schedules FILE",
        ) from None
    except OSError as error:
        raise ScheduleUnreadable(
            f"can't be read: {error.strerror or error}",
            subject=str(path),
            remedy="it must be a file, and the user that runs publisher needs the right to read it",
        ) from None


def read_bytes(content: bytes, *, file: str) -> Reading:
    """The same for bytes that are there already."""
    if len(content) > MAX_BYTES:
        return _too_large(file, _bytes(len(content)))
    try:
        decoded = decode(content)
    except Unreadable as refused:
        text = content.decode(encoding_of(content), "replace")
        problem = _problem(file, refused.fault, span=refused.fault.span)
        return Reading(file, text, None, (problem,), encoding=UNKNOWN_ENCODING)
    lines = len(lines_of(decoded.text))
    if lines > MAX_LINES:
        return _too_large(
            file, sentence("This file has {n:,} lines; at most {most:,} are read.", n=lines, most=MAX_LINES)
        )
    return _Reader(file, decoded).read()


def shown_lines(path: Path) -> list[str]:
    """The lines of a file as places count them, to show them to people; none when it can't be opened."""
    try:
        content = path.read_bytes()[:MAX_BYTES]
    except OSError:
        return []
    try:
        return lines_of(decode(content).text)
    except Unreadable:
        return lines_of(content.decode(encoding_of(content), "replace"))


@dataclass
class _Reader:
    file: str
    decoded: Decoded
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[Span] = field(default_factory=list)
    _known: set[tuple[str, int, int]] = field(default_factory=set)

    def read(self) -> Reading:
        self._text = WorkingText(self.decoded.text)
        for fault in self.decoded.faults:
            self._note(fault)
        self._text.apply(edit for fault in self.decoded.faults for edit in fault.mend)
        found = list(islice(conflicts(self._text.lines), LIMIT))
        for fault in found:
            self._note(fault)
        tree = None if found else self._tree()
        secrets = secrets_in(self.decoded.text)
        problems = secrets.hidden_in([*self.problems, *secrets.problems(self.file)])
        decoded = self.decoded
        return Reading(self.file, decoded.text, tree, tuple(problems), tuple(self.set_aside), decoded.encoding)

    def _tree(self) -> Mapping | None:
        rounds = _MOST_CHARACTERS // max(1, len(self.decoded.text))
        for _ in range(max(_FEWEST_ROUNDS, min(_MOST_ROUNDS, rounds))):
            try:
                tree, faults = build(self._text)
            except Unreadable as stopped:
                if not self._get_past(stopped.fault):
                    return None
                continue
            found = list(islice(slips(tree, self._text.lines), LIMIT))
            for fault in (*faults, *found):
                self._note(fault)
            mended = [edit for fault in found for edit in fault.mend or fault.detour]
            if not mended:
                return self._led_back(tree)
            self._text.apply(mended)
        return None

    def _get_past(self, fault: SyntaxFault) -> bool:
        """Note a fault that stopped the parser and change the text so that it gets further; says whether it could."""
        is_new = self._note(fault)
        if fault.code in _OF_THE_FILE:
            return False
        edits = fault.mend or fault.detour
        if edits and is_new:
            self._text.apply(edits)
            return True
        part = isolate(self._text, fault.span.line)
        if part is not None:
            self.set_aside.append(part)
        return part is not None

    def _note(self, fault: SyntaxFault) -> bool:
        """Keep a fault unless it is known or follows from another one; says whether it was kept."""
        place = self._text.original(fault.span)
        is_known = (fault.code, place.line, place.column) in self._known
        if (
            is_known
            or len(self.problems) >= LIMIT
            or any(aside.line <= place.line < aside.end_line for aside in self.set_aside)
        ):
            return False
        self._known.add((fault.code, place.line, place.column))
        edits = tuple(Edit(self._text.original(edit.span).place(self.file), edit.text) for edit in fault.mend)
        self.problems.append(_problem(self.file, fault, span=place, edits=edits))
        return True

    def _led_back(self, tree: Mapping) -> Mapping:
        """The tree with the places of the file, where the text was edited on the way."""
        if self._text.is_edited:
            moved(tree, self._text.original)
        return tree


def _problem(file: str, fault: SyntaxFault, *, span: Span, edits: tuple[Edit, ...] = ()) -> Problem:
    return Problem(
        code=fault.code,
        severity=Severity.ERROR,
        message=fault.message,
        hint=fault.hint,
        place=span.place(file),
        mend=edits,
    )


def _too_large(file: str, message: Sentence) -> Reading:
    problem = Problem(
        code="too-large",
        severity=Severity.ERROR,
        message=message,
        hint=sentence("Move past events into a file of their own."),
        place=Place(file, 1, 1, 1, 2),
    )
    return Reading(file, "", None, (problem,), encoding=UNKNOWN_ENCODING)


def _bytes(size: int) -> Sentence:
    return sentence("This file has {size:,} bytes; at most {most:,} are read.", size=size, most=MAX_BYTES)
