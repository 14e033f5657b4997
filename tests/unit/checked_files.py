"""Schedule files run through the whole of ``check`` and ``fix``, in this process, on a day that stays the same."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from schedule_samples import FORMS

from publisher.app import App, Options
from publisher.checking import check
from publisher.clock import SimulatedClock
from publisher.model import Problem
from publisher.schedulefile.fix import Fixed, fix
from publisher.schedulefile.load import load

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)


def checked(content: str | bytes, folder: Path) -> tuple[Problem, ...]:
    """All problems of a file, its words and its plan."""
    path = folder / "schedules.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return check(App(Options(schedules=path, database="sqlite://"), clock=SimulatedClock(NOW)))


def mended(content: bytes, file: str = "schedules.yaml") -> Fixed:
    """A file before and after ``fix``."""
    return fix(content, file=file, problems=lambda reading: load(reading, channel_types=FORMS).problems)
