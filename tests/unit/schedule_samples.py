"""Small schedule files for tests, and what is planned from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from publisher.model import Form, Planned, Problem
from publisher.plan import Rules, Window, plan
from publisher.schedulefile.load import Loaded, load
from publisher.schedulefile.reading.read import read_bytes
from publisher.schedulefile.schedule import Schedule
from publisher.timing.instants import to_instant
from publisher.timing.truth import Truth

FORMS = {"twitter": Form.POST, "facebook": Form.POST, "email": Form.MAIL}
TRUTH = {
    "invitation": Truth.BEFORE_START,
    "last-call": Truth.BEFORE_DEADLINE,
    "tomorrow": Truth.DAY_BEFORE,
    "today": Truth.EVENT_DAYS,
    "thank-you": Truth.AFTER_END,
}

HEAD = """\
version: 1
defaults: { timezone: Europe/Warsaw, languages: [en] }
channels:
  twitter: { languages: [en] }
  facebook: { languages: [pl, en] }
  news: { type: email, audience: readers, languages: [pl, en] }
audiences:
  readers: { list: lists/readers.csv, basis: consent }
"""


def loaded(text: str | bytes) -> Loaded:
    """A file as it is loaded; a text may be indented."""
    content = text if isinstance(text, bytes) else dedent(text).encode()
    return load(read_bytes(content, file="schedules.yaml"), channel_types=FORMS)


def problems(text: str | bytes) -> tuple[Problem, ...]:
    """What is wrong with a file."""
    return loaded(text).problems


def problem(text: str | bytes) -> Problem:
    """The only thing that is wrong with a file."""
    (found,) = problems(text)
    return found


def place_of(found: Problem) -> tuple[int, int, int, int]:
    """Line and column of its beginning and its end."""
    place = found.place
    return place.line, place.column, place.end_line, place.end_column


def schedule(rest: str, *, head: str = HEAD) -> Schedule:
    """A sound schedule: the usual head and the rest."""
    found = loaded(head.encode() + dedent(rest).encode())
    assert not found.problems, found.problems
    assert found.schedule is not None
    return found.schedule


def window(begin: str = "2027-01-01", end: str = "2028-01-01") -> Window:
    """Days on the clock of Warsaw."""
    return Window(
        to_instant(datetime.fromisoformat(begin), "Europe/Warsaw"),
        to_instant(datetime.fromisoformat(end), "Europe/Warsaw"),
    )


def rules(approvals: Mapping[str, int] | None = None) -> Rules:
    """What the plan needs beside the file."""
    return Rules(forms=FORMS, truth_of=lambda template: TRUTH.get(template, Truth.ALWAYS), approvals=approvals or {})


def planned(found: Schedule, begin: str = "2027-01-01", end: str = "2028-01-01") -> list[Planned]:
    """The plan of these days."""
    return plan(found, window=window(begin, end), rules=rules())


def local(one: Planned) -> str:
    """The wall time at which it goes out."""
    return one.local.strftime("%Y-%m-%dT%H:%M")
