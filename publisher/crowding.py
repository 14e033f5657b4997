"""Mailings that follow each other too closely: two to the same list within a day. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from publisher.model import Kind, Place, Planned, Problem, Severity
from publisher.schedulefile.schedule import Schedule
from publisher.sentences import Sentence, sentence
from publisher.timing.spoken import spoken_moment

#: So far apart two mailings to the same people should be.
APART = timedelta(hours=24)
#: They put something right, and can't wait.
_URGENT = ("cancelled", "postponed")

_HINT = sentence("Readers mind two mails in a day, and then leave: move one of the two, or take it out.")


def crowded(planned: Iterable[Planned], schedule: Schedule, *, now: datetime) -> Iterator[Problem]:
    """One problem for each step or post whose mail follows another one to the same list within 24 hours."""
    told: set[Place] = set()
    for problem in remarks(planned, schedule, now=now).values():
        if problem.place not in told:
            told.add(problem.place)
            yield problem


def remarks(planned: Iterable[Planned], schedule: Schedule, *, now: datetime) -> dict[str, Problem]:
    """The same by the key of the mailing that follows, each of them."""
    found: dict[str, Problem] = {}
    for mailings in _by_list(planned, schedule, now=now).values():
        for before, after in pairwise(sorted(mailings, key=lambda one: (one.due_at, one.key))):
            if after.due_at - before.due_at < APART and after.place is not None:
                found.setdefault(after.key, _problem(before, after, after.place))
    return found


def _by_list(planned: Iterable[Planned], schedule: Schedule, *, now: datetime) -> dict[Hashable, Sequence[Planned]]:
    """What goes out by mail from now on, by the list that it goes to."""
    found: dict[Hashable, list[Planned]] = defaultdict(list)
    for one in planned:
        audience = schedule.audiences.get(one.channel.audience)
        if audience is not None and one.goes_out and one.due_at > now and one.template not in _URGENT:
            for name in audience.lists or (audience.path,):
                found[name].append(one)
    return dict(found)


def _problem(before: Planned, after: Planned, place: Place) -> Problem:
    message = sentence(
        "{what} goes to “{list}” on {moment}, less than a day after {other}.",
        what=_name(after),
        list=after.channel.audience,
        moment=spoken_moment(after.local),
        other=_name(before),
    )
    about = f"{after.kind}s/{after.source_id}"
    return Problem(
        code="mails-too-close", severity=Severity.WARNING, message=message, hint=_HINT, place=place, about=about
    )


def _name(one: Planned) -> Sentence:
    if one.kind is Kind.EVENT:
        return sentence("“{template}” of “{id}”", template=one.template, id=one.source_id)
    return sentence("“{id}”", id=one.source_id)
