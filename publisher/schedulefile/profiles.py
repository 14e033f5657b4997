"""Funding profiles: those that come with publisher, and own ones in ``profiles/`` beside the schedule file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from publisher.errors import ScheduleUnreadable
from publisher.explanations import called
from publisher.model import Problem, Profile, Severity
from publisher.schedulefile import choices as c
from publisher.schedulefile import fields as f
from publisher.schedulefile.faults import parse
from publisher.schedulefile.grammar import Part
from publisher.schedulefile.names import suggestion
from publisher.schedulefile.nouns import PROFILE
from publisher.schedulefile.problems import Findings, one_per_mistake
from publisher.schedulefile.reading.read import read_file
from publisher.schedulefile.reading.tree import Mapping as Group
from publisher.schedulefile.reading.tree import Scalar
from publisher.schedulefile.rulenames import IN_WORDS
from publisher.sentences import sentence, verbatim

_SHIPPED = Path(__file__).parents[1] / "profiles"
_NAME = re.compile(r"[\w.-]{1,80}")


class ProfilePart(Part):
    """The fields of a profile."""

    version: f.Text = "1"
    """The version of this file's form."""
    statement: f.Words = Field(default_factory=dict)
    """What has to be said, spelled out, one sentence per language."""
    statement_in_posts: f.YesNo = False
    """Whether the statement ends each post, as it does each mail."""
    unofficial: f.Languages = Field(default_factory=list)
    """Languages for whose statement no law has a wording."""
    fund: Annotated[dict[str, f.Handles], BeforeValidator(f.or_nothing)] = Field(default_factory=dict)
    """The names of the fund that count, per language."""
    emblem: f.Text = ""
    """The picture of the emblem; its path counts from this file."""
    emblem_alt: f.Words = Field(default_factory=dict)
    """What the emblem is, per language, for people who don't see it."""
    links: f.Handles = Field(default_factory=list)
    """Pages of the programme; one of them, or the page of the project, stands in each mail."""
    first: Annotated[f.Day | None, Field(alias="from")] = None
    """The first day of the programme period."""
    last: Annotated[f.Day | None, Field(alias="to")] = None
    """The last day on which the programme pays."""
    mentions: f.Handles = Field(default_factory=list)
    """Accounts or hashtags, without @ and #, of which each post names one."""
    other_marks: f.Handles = Field(default_factory=list)
    """Marks that may not stand beside the emblem, as the descriptions of their pictures say it."""
    fonts: f.Handles = Field(default_factory=list)
    """The fonts in which the statement may be set."""
    colours: f.Handles = Field(default_factory=list)
    """The colours in which it may be set, as `#003399`."""
    rules: Annotated[dict[str, c.Graded], BeforeValidator(f.or_nothing)] = Field(default_factory=dict)
    """The rules that follow, each with error, warning or info."""


class Profiles:
    """Finds profiles by name; an own one hides the one of that name that comes with publisher."""

    def __init__(self, own: Path) -> None:
        self._own = own
        self.problems: tuple[Problem, ...] = ()

    def has(self, name: str) -> bool:
        """Whether there is a profile of this name."""
        return self._file(name) is not None

    def names(self) -> list[str]:
        """All there are."""
        found = [path.stem for folder in (_SHIPPED, self._own) if folder.is_dir() for path in folder.glob("*.yaml")]
        return [*sorted(set(found) - {"none"}), "none"]

    def profile(self, name: str) -> Profile | None:
        """The profile; None after noting what is wrong with it."""
        file = self._file(name)
        if file is None:
            return None
        if file.parent == _SHIPPED:
            return shipped_profile(name)
        findings = Findings(str(file))
        profile = _read(file, name, findings)
        self.problems = one_per_mistake(findings.found)
        return profile

    def _file(self, name: str) -> Path | None:
        if not _NAME.fullmatch(name):
            return None
        files = (folder / f"{name}.yaml" for folder in (self._own, _SHIPPED))
        return next((file for file in files if file.is_file()), None)


@lru_cache(maxsize=8)
def shipped_profile(name: str) -> Profile:
    """A profile that comes with publisher. Raises `LookupError` when there is none of this name, or it is broken."""
    file = _SHIPPED / f"{name}.yaml"
    profile = _read(file, name, Findings(str(file))) if file.is_file() else None
    if profile is None:
        raise LookupError(name)
    return profile


def _read(file: Path, name: str, findings: Findings) -> Profile | None:
    try:
        reading = read_file(file)
    except ScheduleUnreadable as error:
        raise ScheduleUnreadable(error.message, subject=str(file), remedy=error.remedy) from error
    for problem in reading.problems:
        findings.note(problem)
    if reading.tree is None or any(problem.severity is Severity.ERROR for problem in reading.problems):
        return None
    _check_rules(findings, reading.tree)
    part = parse(findings, reading.tree, ProfilePart, about="", noun=PROFILE)
    if part is None or not _has_emblem(part, findings, reading.tree):
        return None
    return _profile(part, name, file) if not findings.found else None


def _profile(part: ProfilePart, name: str, file: Path) -> Profile:
    return Profile(
        id=name,
        file=file,
        statement=_in_every(part.statement),
        in_posts=part.statement_in_posts,
        unofficial=tuple(part.unofficial),
        fund={language: tuple(names) for language, names in part.fund.items()},
        emblem=file.parent / part.emblem if part.emblem else None,
        emblem_alt=_in_every(part.emblem_alt),
        links=tuple(part.links),
        first=part.first,
        last=part.last,
        mentions=tuple(part.mentions),
        other_marks=tuple(part.other_marks),
        fonts=tuple(part.fonts),
        colours=tuple(part.colours),
        rules={called(rule): severity for rule, severity in part.rules.items()},
    )


def _in_every(words: Mapping[str, str]) -> dict[str, str]:
    """Words without a language hold for all."""
    return {code or "*": text for code, text in words.items()}


def _check_rules(findings: Findings, tree: Group) -> None:
    for name in _rules(tree):
        if called(name.text) not in IN_WORDS:
            findings.add(
                "unknown-name",
                sentence("There is no rule called “{name}” that a profile can ask for.", name=name.text),
                hint=suggestion(name.text, IN_WORDS),
                span=name.span,
            )


def _rules(tree: Group) -> Iterator[Scalar]:
    rules = tree.get("rules")
    yield from (key for key, _ in rules.entries) if isinstance(rules, Group) else ()


def _has_emblem(part: ProfilePart, findings: Findings, tree: Group) -> bool:
    folder = Path(findings.file).parent
    if not part.emblem or (folder / part.emblem).is_file():
        return True
    findings.add(
        "bad-picture",
        sentence("There is no picture “{file}”.", file=part.emblem),
        hint=sentence("Its path counts from the folder {folder}.", folder=verbatim(folder.name)),
        span=(tree.get("emblem") or tree).span,
    )
    return False
