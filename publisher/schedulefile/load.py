"""From the tree to the schedule.

An error in an event, post or digest leaves out that one; an error in what holds for all of them (project, defaults,
blackouts, an unknown section) leaves no schedule at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.model import Blackout, Channel, Contact, Problem, Project, Severity
from publisher.schedulefile.entries import EntryLoader
from publisher.schedulefile.grammar import BlackoutPart, DefaultsPart, ProjectPart
from publisher.schedulefile.names import suggestion
from publisher.schedulefile.problems import Findings, in_order
from publisher.schedulefile.read import Reading, read_file
from publisher.schedulefile.schedule import Entry, Schedule
from publisher.schedulefile.targets import ChannelTypes, TargetLoader
from publisher.schedulefile.tree import Mapping, Node, Scalar, Sequence, is_empty

SECTIONS = (
    "version",
    "project",
    "defaults",
    "blackouts",
    "channels",
    "audiences",
    "cadences",
    "events",
    "posts",
    "digests",
)
_FOR_ALL = ("version", "project", "defaults", "blackouts")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading gave: the sound part of the file, if it can be used at all, and every problem in it."""

    schedule: Schedule | None
    problems: tuple[Problem, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything is left out."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def load_file(path: Path, *, channel_types: ChannelTypes) -> Loaded:
    """Read and load a schedule file. Raises `ScheduleUnreadable` when it can't be opened."""
    return load(read_file(path), channel_types=channel_types)


def load(reading: Reading, *, channel_types: ChannelTypes) -> Loaded:
    """Load what was read. ``channel_types`` are the types that this installation knows."""
    if reading.tree is None:
        return Loaded(None, reading.problems)
    return _Loader(reading, reading.tree, channel_types).run()


class _Loader:
    def __init__(self, reading: Reading, tree: Mapping, channel_types: ChannelTypes) -> None:
        self._reading = reading
        self._tree = tree
        self._types = channel_types
        self._findings = Findings(reading.file)
        self._findings.found.extend(reading.problems)
        self._folder = Path(reading.file).parent

    def run(self) -> Loaded:
        self._unknown_sections()
        project = self._project()
        defaults = self._defaults()
        blackouts = self._blackouts()
        targets = TargetLoader(self._findings, self._tree, types=self._types, folder=self._folder)
        channels = targets.channels(defaults or DefaultsPart(), blackouts)
        audiences = targets.audiences()
        targets.check_audiences(channels, audiences)
        entries = EntryLoader(
            self._findings,
            self._tree,
            channels=targets.names(),
            defaults=defaults or DefaultsPart(),
            folder=self._folder,
        )
        sound, blocked = entries.load()
        problems = in_order(self._findings.found)
        if project is None or defaults is None or self._spoils_all(problems):
            return Loaded(None, problems)
        schedule = Schedule(
            path=Path(self._reading.file),
            sha256=hashlib.sha256(self._reading.text.encode()).hexdigest(),
            project=project,
            channels=channels,
            audiences=audiences,
            entries=_only_known(sound, channels),
            fallback=defaults.missing_translation,
            places=targets.places(),
            blocked=blocked,
        )
        return Loaded(schedule, problems)

    # --- what holds for all ---------------------------------------------------------------------------

    def _unknown_sections(self) -> None:
        for key, _ in self._tree.entries:
            if key.text not in SECTIONS:
                self._findings.add(
                    "unknown-key",
                    f"“{key.text}” is not a section of this file.",
                    hint=suggestion(key.text, SECTIONS),
                    span=key.span,
                )
        version = self._tree.get("version")
        if isinstance(version, Scalar) and version.text != "1":
            self._findings.add(
                "bad-value",
                f"This program reads files of version 1, and this one says {version.text}.",
                hint="Write: version: 1",
                span=version.span,
            )

    def _spoils_all(self, problems: tuple[Problem, ...]) -> bool:
        sections = [(key.span.line + 1, key.text) for key, _ in self._tree.entries]
        for problem in problems:
            if problem.severity is Severity.ERROR:
                section = next((name for line, name in reversed(sections) if line <= problem.place.line), "")
                if section not in SECTIONS or section in _FOR_ALL:
                    return True
        return False

    def _project(self) -> Project | None:
        node = self._tree.get("project")
        if node is None:
            return Project(name="")
        part = self._findings.parse(node, ProjectPart, about="project", noun="The project")
        if part is None:
            return None
        contact = Contact(name=part.contact.name, email=part.contact.email) if part.contact else None
        return Project(
            name=part.name, link=part.link, contact=contact, funding=part.funding, hashtags=tuple(part.hashtags)
        )

    def _defaults(self) -> DefaultsPart | None:
        node = self._tree.get("defaults")
        if node is None:
            return DefaultsPart()
        return self._findings.parse(node, DefaultsPart, about="defaults", noun="The defaults")

    def _blackouts(self) -> tuple[Blackout, ...]:
        blackouts = []
        for node in self._nodes("blackouts"):
            part = self._findings.parse(node, BlackoutPart, about="blackouts", noun="A blackout")
            if part is None:
                continue
            if part.last < part.first:
                self._findings.add(
                    "ends-before-start",
                    f"This blackout ends ({part.last}) before it begins ({part.first}).",
                    hint="Swap the two dates.",
                    span=node.span,
                )
            blackouts.append(Blackout(first=part.first, last=part.last, why=part.why))
        return tuple(blackouts)

    # --- pieces -----------------------------------------------------------------------------------------

    def _nodes(self, section: str) -> Iterator[Node]:
        node = self._tree.get(section)
        if isinstance(node, Sequence):
            yield from node.nodes
        elif node is not None and not is_empty(node):
            self._findings.add(
                "list-dash",
                f"The section “{section}” is a list.",
                hint="Begin each one with “- ”.",
                span=node.span,
            )


def _only_known(entries: tuple[Entry, ...], channels: dict[str, Channel]) -> tuple[Entry, ...]:
    """The entries without the channels that have an error of their own."""
    return tuple(
        replace(
            entry,
            steps=tuple(replace(step, to=tuple(name for name in step.to if name in channels)) for step in entry.steps),
        )
        for entry in entries
    )
