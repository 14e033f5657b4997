"""``publisher check``: everything that can be known to be wrong before it goes out.

Each template that the file uses is compiled, and rendered for each language and channel type that it goes out to, once
for each set of facts that leads it along another way; `publisher.samples` says what that guarantees.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from publisher.app import App
from publisher.crowding import crowded
from publisher.errors import AudienceError, TemplateBroken
from publisher.foresight import surprises
from publisher.mistakes import Stopped, problem_of, same_mistake, told_together
from publisher.model import Planned, PlanState, Problem, Severity
from publisher.plan import TruthOf, default_window, plan_around
from publisher.preview import Previewer
from publisher.render.templates import TemplateFolders, shown
from publisher.samples import Case, Samples
from publisher.schedulefile.problems import in_order
from publisher.schedulefile.schedule import Schedule, Step
from publisher.sentences import sentence
from publisher.timing.truth import Truth
from publisher.uncollected import uncollected

_ALMOST = 0.8
"""How like two names are when one is probably a slip of the other (difflib's ratio)."""

Judge: TypeAlias = Callable[[Samples, Iterable[Case]], Iterator[Stopped]]
"""Finds the cases that can't be composed."""


def check(app: App, *, judge: Judge = Samples.stopped) -> tuple[Problem, ...]:
    """All problems of the file, its lists, its templates and its pictures, in the order of the file.

    ``judge`` finds the deliveries that can't be composed; `Samples.everything` composes every single one.
    Raises `ScheduleUnreadable` when the file can't be opened.
    """
    with uncollected():
        return _found(app, judge)


def _found(app: App, judge: Judge) -> tuple[Problem, ...]:
    loaded = app.load()
    if loaded.schedule is None:
        return loaded.problems
    schedule, previewer, rules = loaded.schedule, Previewer(app, loaded.schedule), app.rules(None)
    truths = _Truths(rules.truth_of)
    now = app.clock.now()
    planned = plan_around(schedule, window=default_window(now), rules=replace(rules, truth_of=truths))
    cases = list(_once_each(planned, schedule))
    whole = (case for case in cases if case.planned.template not in truths.broken)
    samples = Samples(previewer)
    stopped = (*truths.stopped(cases), *judge(samples, whole))
    coming = [*surprises(planned, schedule, now=now), *crowded(planned, schedule, now=now)]
    broken = [*_one_per_breach(samples.remarks), *_of_entries(previewer)]
    found = [*previewer.list_problems(), *coming, *_one_per_mistake(stopped), *broken, *_nearly_used(app, schedule)]
    return in_order([*loaded.problems, *found])


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether anything is left out."""
    return any(problem.severity is Severity.ERROR for problem in problems)


class _Truths:
    """When templates are true. One whose about.yaml can't be read is a problem, and taken as always true meanwhile."""

    def __init__(self, truth_of: TruthOf) -> None:
        self._truth_of = truth_of
        self.broken: dict[str, TemplateBroken] = {}

    def __call__(self, template: str) -> Truth:
        try:
            return self._truth_of(template)
        except TemplateBroken as error:
            self.broken[template] = error
            return Truth.ALWAYS

    def stopped(self, cases: Iterable[Case]) -> Iterator[Stopped]:
        """The cases whose about.yaml is broken."""
        for case in cases:
            if error := self.broken.get(case.planned.template):
                yield Stopped(*case, error)


def _nearly_used(app: App, schedule: Schedule) -> Iterator[Problem]:
    """Templates of one's own that nothing uses, and whose name is almost that of one that comes along and is used."""
    *own, _shipped = map(TemplateFolders, ([folder] for folder in app.template_folders))
    there = {name: folders.folders[0] / name for folders in own for name in folders.known()}
    steps = {step.template: step for entry in schedule.entries for step in entry.steps}
    for name, folder in there.items():
        near = get_close_matches(name, steps.keys() - there.keys(), n=1, cutoff=_ALMOST)
        if name not in steps and near:
            yield _nearly(folder, steps[near[0]])


def _nearly(folder: Path, step: Step) -> Problem:
    return Problem(
        code="unused-template",
        severity=Severity.WARNING,
        message=sentence(
            "This takes the “{used}” that comes with publisher; nothing uses your {folder}.",
            used=step.template,
            folder=shown(folder),
        ),
        hint=sentence(
            "Rename the folder to {right} if it is meant to take its place.",
            right=shown(folder.with_name(step.template)),
        ),
        place=step.template_place or step.place,
    )


def _once_each(planned: Iterable[Planned], schedule: Schedule) -> Iterator[Case]:
    """Of a recurring announcement one occurrence is enough."""
    entries = {entry.name: entry for entry in schedule.entries}
    seen = set()
    for one in planned:
        same = (one.kind, one.source_id, one.template, one.step, one.channel.id, one.languages)
        if same not in seen and (one.goes_out or one.state is PlanState.DRAFT):
            seen.add(same)
            for language in one.languages:
                yield Case(one, entries[f"{one.kind}s/{one.source_id}"], language)


def _one_per_mistake(stopped: Iterable[Stopped]) -> Iterator[Problem]:
    """A missing translation or picture stops many announcements, and is mended once. Lists are told of already."""
    same: dict[Hashable, list[Stopped]] = {}
    for one in stopped:
        if not isinstance(one.error, AudienceError):
            same.setdefault(same_mistake(problem_of(one), one.error), []).append(one)
    return (told_together(group) for group in same.values())


def _one_per_breach(remarks: Iterable[tuple[Case, Problem]]) -> Iterator[Problem]:
    """What the rules say of many announcements is told once, at its first place.

    What stands in an entry is mended there; what does not is the same mistake at every step.
    """
    same: dict[Hashable, list[tuple[str, Problem]]] = {}
    keys: dict[int, Hashable] = {}  # those that look alike share one problem
    for case, one in remarks:
        if (key := keys.get(id(one))) is None:
            place = one.place if one.place in case.entry.places.values() else None
            key = keys[id(one)] = (one.code, one.message, place)
        same.setdefault(key, []).append((case.entry.name, one))
    for group in same.values():
        _, first = min(group, key=lambda pair: (pair[1].place.line, pair[1].place.column))
        yield replace(first, about=", ".join(sorted({name for name, _ in group})))


def _of_entries(previewer: Previewer) -> Iterator[Problem]:
    """What is wrong with entries as they stand in the file."""
    for entry in previewer.composer.schedule.entries:
        yield from previewer.composer.of_entry(entry)
