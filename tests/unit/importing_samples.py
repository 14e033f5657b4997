"""What the tests of imports share: a setting, sources by hand, and a schedule file around events."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from publisher.importing.found import FoundEvent, Harvest, Setting
from publisher.importing.importer import Options, Outcome, merge_content
from publisher.importing.periods import Period
from publisher.importing.scheduletext import ScheduleText
from publisher.importing.sources import Content

TODAY = date(2027, 3, 1)
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
SETTING = Setting(today=TODAY, timezone="Europe/Warsaw")
HEAD = "version: 1\ndefaults: { timezone: Europe/Warsaw, languages: [pl] }\n"


def calendar(*events: str, about: str = "") -> bytes:
    """An iCalendar file; each event is given by its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *about.split("\n")]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([*filter(None, lines), "END:VCALENDAR", ""]).encode()


def only(harvest: Harvest) -> FoundEvent:
    """The event, when there is just one."""
    (event,) = harvest.events
    return event


def found(uid: str = "1@example.org", **fields: object) -> FoundEvent:
    """An event that was found on 11 May 2027, with other fields as given."""
    day = date(2027, 5, 11)
    return FoundEvent(**{"uid": uid, "title": {"": "Open day"}, "period": Period(day, day), **fields})  # type: ignore[arg-type]


def merged_into(schedule: str | bytes, source: bytes, options: Options | None = None) -> Outcome:
    """What an import of the source makes of a schedule file."""
    content = schedule.encode() if isinstance(schedule, str) else schedule
    path = Path("schedules.yaml")
    text = ScheduleText(content, path.name)
    return merge_content(Content(content=source, name="feed"), text, path, options=options or Options(), now=NOW)
