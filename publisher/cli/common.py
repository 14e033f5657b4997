"""What the commands share: global options, dates, output."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.errors import SettingsError
from publisher.sentences import Speaker, language_of

if TYPE_CHECKING:  # `publisher --help` must answer at once, so nothing heavy is imported here
    from publisher.app import Accounts, App
    from publisher.interfaces import Clock
    from publisher.plan import Window
    from publisher.redaction import Redactor


class Language(StrEnum):
    """What publisher itself speaks."""

    EN = "en"
    PL = "pl"


def language_for(asked: Language | None) -> str:
    """The language that was asked for, else that of the locale."""
    return str(asked) if asked else language_of(os.environ)


def speaker(asked: Language | None) -> Speaker:
    """Says sentences in the language that was asked for, else in that of the locale."""
    return Speaker(language_for(asked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Globals:
    """The global options."""

    schedules: Path
    templates: Path | None
    database: str
    verbose: bool

    def environment(self) -> dict[str, str]:
        """The process environment over ``.env``."""
        from publisher.settings import environment

        return environment(os.environ, Path.cwd())

    def redactor(self) -> Redactor:
        """Takes the secrets of these options out of a text."""
        from publisher.redaction import Redactor, secrets_of

        return Redactor(secrets_of({**self.environment(), "PUBLISHER_DATABASE": self.database}))

    def app(self, *, clock: Clock | None = None, accounts: Accounts | None = None) -> App:
        """The parts, wired for these options."""
        from publisher.app import App, Options
        from publisher.clock import SystemClock

        options = Options(
            schedules=self.schedules, database=self.database, templates=self.templates, values=self.environment()
        )
        return App(options, clock=clock or SystemClock(), accounts=accounts)


def parse_day(text: str, name: str) -> date:
    """A day given with an option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"“{text}” is no date", subject=name, remedy="write it like 2027-05-11") from None


def parse_instant(text: str, name: str) -> datetime:
    """An instant given with an option; without a zone it is UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"“{text}” is no point in time", subject=name, remedy="write it like 2027-05-11T08:00:00Z"
        ) from None
    return instant.replace(tzinfo=instant.tzinfo or UTC)


def window(begin: str | None, end: str | None, *, now: datetime, timezone: str) -> Window:
    """The days from ``begin`` to ``end``, both included, on the clock of ``timezone``."""
    from publisher.plan import Window, default_window
    from publisher.timing.instants import to_instant

    usual = default_window(now)
    first = _midnight(parse_day(begin, "--from")) if begin else None
    last = _midnight(parse_day(end, "--to")) + timedelta(days=1) if end else None
    found = Window(
        to_instant(first, timezone) if first else usual.begin,
        to_instant(last, timezone) if last else max(usual.end, to_instant(first, timezone) if first else usual.end),
    )
    if first and not last:
        found = Window(found.begin, found.begin + (usual.end - usual.begin))
    if found.end <= found.begin:
        raise SettingsError("the period ends before it begins", subject="--to", remedy="swap --from and --to")
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def zulu(instant: datetime) -> str:
    """An instant for JSON: ``2027-05-11T08:00:00Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def wall(local: datetime) -> str:
    """A wall time for JSON: ``2027-05-11T10:00``."""
    return local.strftime("%Y-%m-%dT%H:%M")


def print_json(value: Any) -> None:  # noqa: ANN401  anything that JSON takes
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def say(text: str = "", *, style: str = "") -> None:
    """A line on standard output; the style only shows on a terminal."""
    if not (sys.stdout.isatty() or os.environ.get("FORCE_COLOR")):
        sys.stdout.write(text + "\n")
        return
    from rich.console import Console

    Console(soft_wrap=True, highlight=False, emoji=False).print(text, style=style or None, markup=False)


def warn(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(text + "\n")
