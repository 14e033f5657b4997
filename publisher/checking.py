"""``publisher check``: everything that can be known to be wrong before it goes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publisher.app import App
from publisher.errors import AudienceError
from publisher.foresight import surprises
from publisher.model import Planned, Problem, Severity
from publisher.plan import default_window, plan_around
from publisher.preview import Preview, Previewer
from publisher.schedulefile.problems import in_order


def check(app: App) -> tuple[Problem, ...]:
    """All problems of the file, its lists, its templates and its pictures, in the order of the file.

    Raises `ScheduleUnreadable` when the file can't be opened.
    """
    loaded = app.load()
    if loaded.schedule is None:
        return loaded.problems
    previewer = Previewer(app, loaded.schedule)
    planned = plan_around(loaded.schedule, window=default_window(app.clock.now()), rules=app.rules(None))
    found = [*loaded.problems, *previewer.list_problems()]
    found += surprises(planned, loaded.schedule, now=app.clock.now())
    for preview in _one_per_mistake(previewer.previews(_once_each(planned))):
        found += preview.problems
    return in_order(found)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether anything is left out."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def _once_each(planned: Iterable[Planned]) -> Iterator[Planned]:
    """Of a recurring announcement one occurrence is enough."""
    seen = set()
    for one in planned:
        same = (one.source_id, one.template, one.step, one.channel.id, one.languages)
        if same not in seen and (one.goes_out or one.state == "draft"):
            seen.add(same)
            yield one


def _one_per_mistake(previews: Iterable[Preview]) -> Iterator[Preview]:
    """A missing translation or picture stops many announcements, and is mended once. Lists are told of already."""
    seen = set()
    for preview in previews:
        error = preview.error
        if error is None or isinstance(error, AudienceError):
            continue
        same = (type(error), error.subject, error.remedy or error.message)
        if same not in seen:
            seen.add(same)
            yield preview
