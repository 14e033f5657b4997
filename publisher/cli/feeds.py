"""``publisher feed``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Globals, parse_instant, say
from publisher.errors import ScheduleUnreadable, SettingsError

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.feeds.edition import Edition
    from publisher.model import Event
    from publisher.schedulefile.schedule import Schedule


class FeedFormat(StrEnum):
    """Which kind of feed."""

    ICS = "ics"
    RSS = "rss"


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(feed)


def feed(  # noqa: PLR0913  one parameter per option
    context: typer.Context,
    *,
    format_: Annotated[FeedFormat, typer.Option("--format", help="A calendar, or news.")] = FeedFormat.ICS,
    lang: Annotated[str | None, typer.Option(help="Its language; that of the first channel when left out.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write it; else it is printed.")] = None,
    url: Annotated[str, typer.Option(help="The address at which people will find it.")] = "",
    revised: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="When the schedule was last changed; else when its file was.")
    ] = None,
) -> None:
    """Write the events as a calendar to follow, or as news; drafts are left out."""
    from publisher.feeds.edition import Edition

    options: Globals = context.obj
    app = options.app()
    schedule, _ = app.schedule()
    _must_be_complete(schedule)
    edition = Edition(
        project=schedule.project,
        languages=_languages(schedule, lang),
        revised_at=parse_instant(revised, "--revised") if revised else _changed_at(schedule.path),
        url=_address(url),
    )
    content = {FeedFormat.ICS: _ics, FeedFormat.RSS: _rss}[format_](app, schedule, edition)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        _write(content, out)
        say(f"The feed is in {out}")


def _ics(_app: App, schedule: Schedule, edition: Edition) -> bytes:
    """All events: a calendar remembers what has been."""
    from publisher.feeds.calendar import events_calendar

    return events_calendar(_events(schedule), edition=edition)


def _rss(app: App, schedule: Schedule, edition: Edition) -> bytes:
    """The events that aren't over, each as new as its first announcement."""
    from publisher.feeds.edition import ahead
    from publisher.feeds.rss import events_rss, first_told
    from publisher.plan import default_window, plan_around

    now = app.clock.now()
    planned = plan_around(schedule, window=default_window(now), rules=app.rules(None))
    events = ahead(_events(schedule), now=now)
    return events_rss(events, edition=edition, told_at=first_told(planned, now=now))


def _events(schedule: Schedule) -> list[Event]:
    from publisher.model import Event

    return [entry.source for entry in schedule.entries if isinstance(entry.source, Event)]


def _must_be_complete(schedule: Schedule) -> None:
    """An event that a slip of the pen keeps out would vanish from the calendars of all who follow the feed."""
    missing = sorted(name for name in schedule.blocked if name.startswith("events/") and schedule.entry(name) is None)
    if missing:
        raise ScheduleUnreadable(
            f"{', '.join(missing)} can't be read, and a feed without it would take it out of people's calendars",
            subject=str(schedule.path),
            remedy="mend it (publisher check says what is wrong), then write the feed again",
        )


def _languages(schedule: Schedule, asked: str | None) -> tuple[str, ...]:
    """The language of the feed, then those that stand in for it. Raises `SettingsError` for one that no event has."""
    from publisher.render.grammar import base_language

    of_channels = [code for channel in schedule.channels.values() for code in channel.languages]
    of_events = sorted({code for event in _events(schedule) for code in event.title})
    if asked and of_events and base_language(asked) not in map(base_language, of_events):
        raise SettingsError(
            "no event has a title in this language",
            subject=f"--lang {asked}",
            remedy=f"take one of: {', '.join(of_events)}",
        )
    stand_ins = [code for code in (schedule.fallback, *of_channels, *of_events, "en") if code]
    return tuple(dict.fromkeys([asked, *stand_ins] if asked else [*of_channels, *stand_ins]))


def _changed_at(file: Path) -> datetime:
    return datetime.fromtimestamp(int(file.stat().st_mtime), UTC)


def _address(url: str) -> str:
    if url and not url.startswith(("https://", "http://")):
        raise SettingsError("this is no web address", subject=f"--url {url}", remedy="it begins with https://")
    return url


def _write(content: bytes, file: Path) -> None:
    """All of it or nothing, so that nobody fetches half a feed. Raises `SettingsError` when it can't be written."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise SettingsError(
            f"can't be written: {error.strerror or error}",
            subject=str(file),
            remedy="name a file in a folder that you may write to",
        ) from None
