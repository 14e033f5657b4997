"""A schedule, edited versions of it, and their plans."""

from __future__ import annotations

from datetime import UTC, datetime

from publisher.channels import known_types, transport
from publisher.model import Planned
from publisher.plan import Rules, Window, plan_around
from publisher.schedulefile.load import load
from publisher.schedulefile.reading.read import read_bytes
from publisher.schedulefile.schedule import Schedule
from publisher.timing.truth import Truth

FORMS = {name: transport(name).form for name in known_types()}
REVISED_AT = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
WINDOW = Window(datetime(2027, 5, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
SCHEDULE = """\
version: 1
project: { name: Library, link: "https://example.org" }
defaults: { timezone: Europe/Warsaw, languages: [pl] }
channels:
  twitter: { account: "@citylibrary", languages: [pl, en] }
  news: { type: email, audience: readers, languages: [pl] }
audiences:
  readers: { list: readers.csv, basis: consent }
cadences:
  usual:
    - { send: 1 week before at 10:00, template: invitation, to: [twitter, news] }
    - { send: 1 day before at 12:00, template: tomorrow, to: [twitter] }
events:
  - id: open-day
    cadence: usual
    when: 2027-05-13 10:00-16:00
    title: { pl: Dzień otwarty, en: Open day }
posts:
  - id: weekly
    send: every Monday at 09:00
    to: [twitter]
    text: { pl: Nowy tydzień, en: A new week }
"""


def schedule_of(*edits: tuple[str, str]) -> Schedule:
    """The schedule with these words in place of those."""
    text = SCHEDULE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    loaded = load(read_bytes(text.encode(), file="schedules.yaml"), channel_types=FORMS)
    assert loaded.schedule is not None, loaded.problems
    return loaded.schedule


def planned_of(*edits: tuple[str, str]) -> list[Planned]:
    """Its plan around May 2027."""
    return plan_of(schedule_of(*edits))


def plan_of(schedule: Schedule) -> list[Planned]:
    """The plan of a schedule around May 2027; all words are always true."""
    return plan_around(schedule, window=WINDOW, rules=Rules(forms=FORMS, truth_of=lambda _: Truth.ALWAYS))
