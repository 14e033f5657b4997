"""What the tests of processes share: daemons in processes of their own, and a sandbox in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from running_parts import ALL, CHANNELS, READERS, post, schedule

from publisher.cli.main import run
from publisher.clock import SystemClock
from publisher.model import Calendar, Channel
from publisher.sandbox import Sandbox
from publisher.settings import variable

TYPES = {"twitter": "twitter", "facebook": "facebook", "news": "email"}


@dataclass
class Office:
    """A folder with a file, a sandbox in this process, and daemons in processes of their own."""

    folder: Path
    sandbox: Sandbox
    capture: pytest.CaptureFixture[str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def write(self, *posts: str, channels: str = CHANNELS) -> None:
        """The file and the list."""
        (self.folder / "schedules.yaml").write_text(schedule(*posts, channels=channels), encoding="utf-8")
        (self.folder / "readers.csv").write_text("\n".join(["email,name,language", *READERS, ""]), encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in a process of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "publisher", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def daemon(self) -> subprocess.Popen[str]:
        """Start the daemon."""
        return self.start("run")

    def call(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command to its end, in this process: exit code, output, complaints."""
        self.capture.readouterr()
        code = run(arguments)
        return (code, *self.capture.readouterr())

    def status(self) -> dict[str, Any]:
        """What ``status`` says, by channel."""
        code, output, complaints = self.call("status", "--format", "json")
        assert (code, complaints) == (0, "")
        return {row["channel"]: row for row in json.loads(output)}

    def out(self, channel: str) -> int:
        """How many posts or mails of a channel arrived."""
        return self.sandbox.counts()[channel]

    def is_asked(self, channel: str) -> bool:
        """Whether a publishing call of a channel has come in."""
        return bool(self.out(channel) or self.sandbox.requests(channel))


def as_channel(name: str) -> Channel:
    return Channel(id=name, type=TYPES[name], account="@office", languages=("en",), calendar=Calendar(timezone="UTC"))


@contextmanager
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> Iterator[Office]:
    """An office whose channels lead to its sandbox; at the end no process of it is left."""
    with Sandbox(clock=SystemClock(), slow_seconds=0.5) as sandbox:
        forget_settings(monkeypatch)
        for name in TYPES:
            for setting, value in sandbox.settings_for(as_channel(name)).items():
                monkeypatch.setenv(variable(name, setting), value)
        monkeypatch.chdir(folder)
        made = Office(folder, sandbox, capture)
        yield made
        for process in made.running:
            if process.poll() is None:
                process.kill()
            process.communicate()
    structlog.reset_defaults()  # a command that ran in this process logs to what pytest takes away now


def forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PUBLISHER_")]:
        monkeypatch.delenv(name)


def just_now(to: Sequence[str] = ALL) -> str:
    return post("one", at=datetime.now(UTC) - timedelta(minutes=2), to=to)
