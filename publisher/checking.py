"""``publisher check``: everything that can be known to be wrong before it goes out.

Each template that the file uses is compiled, and rendered for each language and channel type that it goes out to, once
for each set of facts that leads it along another way; `publisher.samples` says what that guarantees.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from publisher.app import App
from publisher.errors import AudienceError
from publisher.foresight import surprises
from publisher.mistakes import Stopped, problem_of, same_mistake, told_together
from publisher.model import Planned, PlanState, Problem, Severity
from publisher.plan import default_window, plan_around
from publisher.preview import Previewer
from publisher.samples import Case, Samples
from publisher.schedulefile.problems import in_order
from publisher.schedulefile.schedule import Schedule

Judge: TypeAlias = Callable[[Samples, Iterable[Case]], Iterator[Stopped]]
"""Finds the cases that can't be composed."""


def check(app: App, *, judge: Judge = Samples.stopped) -> tuple[Problem, ...]:
    """All problems of the file, its lists, its templates and its pictures, in the order of the file.

    ``judge`` finds the deliveries that can't be composed; `Samples.everything` composes every single one.
    Raises `ScheduleUnreadable` when the file can't be opened.
    """
    with _uncollected():
        return _found(app, judge)


def _found(app: App, judge: Judge) -> tuple[Problem, ...]:
    loaded = app.load()
    if loaded.schedule is None:
        return loaded.problems
    previewer = Previewer(app, loaded.schedule)
    planned = plan_around(loaded.schedule, window=default_window(app.clock.now()), rules=app.rules(None))
    stopped = judge(Samples(previewer), _once_each(planned, loaded.schedule))
    coming = surprises(planned, loaded.schedule, now=app.clock.now())
    return in_order([*loaded.problems, *previewer.list_problems(), *coming, *_one_per_mistake(stopped)])


@contextmanager
def _uncollected() -> Iterator[None]:
    """A check makes many objects and throws few away: looking for cycles among them takes time and finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether anything is left out."""
    return any(problem.severity is Severity.ERROR for problem in problems)


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
