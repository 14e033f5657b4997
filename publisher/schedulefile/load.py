"""From the tree to the schedule.

An error in an event, post or digest leaves out that one; an error in what holds for all of them (project, defaults,
blackouts, an unknown section) leaves no schedule at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.model import NO_FUNDING, Blackout, Channel, Contact, Problem, Profile, Project, Severity
from publisher.schedulefile.entries import EntryLoader
from publisher.schedulefile.faults import parse
from publisher.schedulefile.grammar import BlackoutPart, DefaultsPart, ProjectPart
from publisher.schedulefile.ignoring import check_ignored, ignored_in
from publisher.schedulefile.names import suggestion
from publisher.schedulefile.nouns import BLACKOUT, DEFAULTS, PROJECT
from publisher.schedulefile.problems import Findings, in_order, one_per_mistake
from publisher.schedulefile.profiles import Profiles
from publisher.schedulefile.quiet import check_quiet
from publisher.schedulefile.reading.read import Reading, read_file
from publisher.schedulefile.reading.tree import Mapping, Node, Scalar, Sequence, is_empty
from publisher.schedulefile.schedule import Entry, Schedule
from publisher.schedulefile.secrets import is_secret, secret_hint, secret_message
from publisher.schedulefile.targets import ChannelTypes, TargetLoader
from publisher.sentences import sentence

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
        self._findings = Findings(reading.file, set_aside=reading.set_aside, languages=_languages(tree))
        for problem in reading.problems:
            self._findings.note(problem)
        self._folder = Path(reading.file).parent
        self._profiles = Profiles(self._folder / "profiles")

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
            targets=targets,
            defaults=defaults or DefaultsPart(),
            folder=self._folder,
        )
        sound, blocked = entries.load()
        problems = in_order([*one_per_mistake(self._findings.found), *self._profiles.problems])
        is_spoilt = self._findings.is_full or self._reading.is_spoilt or self._spoils_all()
        if project is None or defaults is None or is_spoilt:
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
            blocked=blocked | _cut_short(sound, channels),
            ignored=ignored_in(self._tree.get("defaults")),
        )
        return Loaded(schedule, problems)

    # --- what holds for all ---------------------------------------------------------------------------

    def _unknown_sections(self) -> None:
        for key, _ in self._tree.entries:
            if key.text in SECTIONS or self._findings.is_full:
                continue
            if is_secret(key.text):
                self._findings.add("secret-in-file", secret_message(), hint=secret_hint(), span=key.span)
                continue
            self._findings.add(
                "unknown-key",
                sentence("“{name}” is not a section of this file.", name=key.text),
                hint=suggestion(key.text, SECTIONS),
                span=key.span,
            )
        version = self._tree.get("version")
        if version is not None and not (isinstance(version, Scalar) and version.text in ("", "1")):
            self._findings.add(
                "bad-value",
                sentence("This program reads files of version 1, and this is another one."),
                hint=sentence("Write: version: 1"),
                span=version.span,
            )

    def _spoils_all(self) -> bool:
        """Whether an error lies in what holds for everything, in a section that nobody knows, or at its very name."""
        for key, value in self._tree.entries:
            holds_for_all = key.text not in SECTIONS or key.text in _FOR_ALL
            if self._findings.has_error_in(key.span.to(value.span) if holds_for_all else key.span):
                return True
        return False

    def _project(self) -> Project | None:
        node = self._tree.get("project")
        if node is None or is_empty(node):
            return Project(name="")
        part = parse(self._findings, node, ProjectPart, about="project", noun=PROJECT)
        if part is None:
            return None
        profile = self._profile(part.funding, node)
        if profile is None:
            return None
        contact = Contact(name=part.contact.name, email=part.contact.email) if part.contact else None
        return Project(
            name=part.name,
            link=part.link,
            contact=contact,
            funding=part.funding,
            profile=profile,
            logo=self._folder / part.logo if part.logo else None,
            hashtags=tuple(part.hashtags),
        )

    def _profile(self, name: str, node: Node) -> Profile | None:
        """The funding profile; None when its file has an error. An unknown one is only a warning."""
        if self._profiles.has(name):
            return self._profiles.profile(name)
        place = node.get("funding") if isinstance(node, Mapping) else None
        if place is not None:
            self._findings.add(
                "unknown-name",
                sentence("publisher has no funding statement for “{profile}”.", profile=name),
                hint=suggestion(name, self._profiles.names()),
                span=place.span,
                about="project",
                severity=Severity.WARNING,
            )
        return NO_FUNDING

    def _defaults(self) -> DefaultsPart | None:
        node = self._tree.get("defaults")
        if node is None or is_empty(node):
            return DefaultsPart()
        self._findings.ignore(ignored_in(node))
        check_ignored(self._findings, node, about="defaults")
        part = parse(self._findings, node, DefaultsPart, about="defaults", noun=DEFAULTS)
        if part is not None:
            check_quiet(self._findings, node, part.quiet_hours, about="defaults")
        return part

    def _blackouts(self) -> tuple[Blackout, ...]:
        blackouts = []
        for node in self._nodes("blackouts"):
            part = parse(self._findings, node, BlackoutPart, about="blackouts", noun=BLACKOUT)
            if part is None:
                continue
            if part.last < part.first:
                self._findings.add(
                    "ends-before-start",
                    sentence(
                        "This blackout ends ({last}) before it begins ({first}).", last=part.last, first=part.first
                    ),
                    hint=sentence("Swap the two dates."),
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
                sentence("The section “{section}” is a list.", section=section),
                hint=sentence("Begin each one with “- ”."),
                span=(self._tree.key(section) or node).span,
            )


def _languages(tree: Mapping) -> list[str]:
    """The languages that the defaults name, as far as they can be told before anything is checked."""
    defaults = tree.get("defaults")
    node = defaults.get("languages") if isinstance(defaults, Mapping) else None
    nodes = node.nodes if isinstance(node, Sequence) else [node] if node else []
    codes = [one.text for one in nodes if isinstance(one, Scalar)]
    return [code for code in codes if re.fullmatch(r"[a-z]{2,3}(?:-[A-Z]{2})?", code)]


def _cut_short(entries: tuple[Entry, ...], channels: dict[str, Channel]) -> frozenset[str]:
    """Names of the entries that an error keeps from one of their channels."""
    return frozenset(
        entry.name for entry in entries if any(name not in channels for step in entry.steps for name in step.to)
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
