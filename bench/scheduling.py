"""How late 1,000 posts of the same second are, and what 100,000 posts that lie ahead cost.

    make bench-scheduling

The first: the real daemon on a real SQLite ledger, with one channel whose platform is a stub that takes everything at
once. The lateness of a post is the time from its due instant to the call, before which the intent is committed.

The second: the command ``publisher run`` as a process of its own, on a file with 250 daily posts. The first start plans
them all and writes them down; the cold start finds them in the ledger. The results of the last run stand in
results/scheduling.txt.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from report import Report

from publisher.alarm import RealAlarm
from publisher.app import App, Options
from publisher.clock import SystemClock
from publisher.daemon import Daemon
from publisher.interfaces import Connection, at_once
from publisher.ledger.ledger import open_ledger
from publisher.model import Channel, Payload, Receipt

CROWD = 1_000
DAILY = 250
DAYS = 400
IDLE_SECONDS = 30

HEAD = """\
version: 1
project: { name: Office, contact: { name: Office, email: office@example.org } }
defaults: { timezone: UTC, languages: [en] }
channels:
  twitter: { account: "@office" }
posts:
"""
CREDENTIALS = ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")


class Stub:
    """A platform that takes everything at once, and notes when."""

    def __init__(self) -> None:
        self.calls: list[datetime] = []

    def send(self, payload: Payload, *, before: Callable[[], None] = at_once) -> Receipt:
        """Note the instant."""
        del payload
        before()
        self.calls.append(datetime.now(UTC))
        return Receipt(remote_id=str(len(self.calls)))

    def close(self) -> None:
        """Nothing is open."""


class StubbedApp(App):
    """The parts of a real run, but for the platform."""

    stub: Stub

    def connect(self, channel: Channel) -> Connection:
        """The stub, whatever the channel."""
        del channel
        return self.stub


def a_crowd(folder: Path) -> list[float]:
    """Seconds of lateness of posts that are all due in the same second, sorted."""
    due = (datetime.now(UTC) + timedelta(seconds=75)).replace(second=0, microsecond=0)
    posts = (
        f'  - {{ id: post-{number}, send: "{due:%Y-%m-%d %H:%M}", to: [twitter], text: {{ en: "News {number}" }} }}\n'
        for number in range(CROWD)
    )
    schedules = folder / "schedules.yaml"
    schedules.write_text(HEAD + "".join(posts), encoding="utf-8")
    app = StubbedApp(Options(schedules=schedules, database=f"sqlite:///{folder / 'crowd.db'}"), clock=SystemClock())
    app.stub = Stub()
    with running(app):
        while len(app.stub.calls) < CROWD:
            time.sleep(0.1)
    return sorted((call - due).total_seconds() for call in app.stub.calls)


@contextmanager
def running(app: App) -> Iterator[None]:
    """The daemon, in a thread of its own."""
    stop, alarm = threading.Event(), RealAlarm(app.clock)
    ledger = open_ledger(app.options.database)
    daemon = Daemon(app, ledger, stop=stop)
    thread = threading.Thread(target=daemon.run, args=[alarm])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        alarm.ring()
        thread.join()
        daemon.close()
        ledger.close()


def many_ahead(folder: Path) -> Path:
    """A file whose posts make 100,000 occurrences within the days that are planned ahead."""
    posts = (
        f'  - {{ id: post-{number}, send: "every day at {8 + number // 60:02}:{number % 60:02}", to: [twitter], '
        f'text: {{ en: "News {number}" }} }}\n'
        for number in range(DAILY)
    )
    schedules = folder / "schedules.yaml"
    schedules.write_text(HEAD + "".join(posts), encoding="utf-8")
    return schedules


def start(folder: Path) -> tuple[subprocess.Popen[str], float]:
    """The daemon as users start it; and the seconds until it says that it runs."""
    environment = dict(os.environ, **{f"PUBLISHER_TWITTER_{name}": "none" for name in CREDENTIALS})
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", "run"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for line in process.stdout or ():
        if "publisher runs" in line:
            return process, time.perf_counter() - began
    raise SystemExit("the daemon did not start")


def end(process: subprocess.Popen[str]) -> None:
    """Stop it."""
    process.terminate()
    process.wait(30)


def megabytes(process: subprocess.Popen[str], name: str) -> float:
    """``VmRSS``, the memory that it holds now, or ``VmHWM``, the most that it ever held."""
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def cpu_seconds(process: subprocess.Popen[str]) -> float:
    """What it has used so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idling(process: subprocess.Popen[str], seconds: float) -> float:
    """The share of a processor that it uses while nothing is due, in per cent."""
    before = cpu_seconds(process)
    time.sleep(seconds)
    return 100 * (cpu_seconds(process) - before) / seconds


def measure_crowd() -> list[str]:
    """Lines about the posts of the same second."""
    with tempfile.TemporaryDirectory() as folder:
        late = a_crowd(Path(folder))
    p50, p99 = late[len(late) // 2], late[int(len(late) * 0.99)]
    return [
        f"{CROWD:,} posts due in the same second, one channel: lateness to intent",
        f"  p50 {p50:.2f} s, p99 {p99:.2f} s (target 1), max {late[-1]:.2f} s (target 2)",
    ]


def measure_ahead() -> list[str]:
    """Lines about the posts that lie ahead."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many_ahead(folder)
        first, first_seconds = start(folder)
        time.sleep(5)
        first_resident, first_peak = megabytes(first, "VmRSS"), megabytes(first, "VmHWM")
        end(first)
        cold, cold_seconds = start(folder)
        time.sleep(5)
        idle = idling(cold, IDLE_SECONDS)
        resident, peak = megabytes(cold, "VmRSS"), megabytes(cold, "VmHWM")
        end(cold)
    return [
        f"{DAILY * DAYS:,} occurrences ahead",
        f"  first start {first_seconds:.1f} s, RSS {first_resident:.0f} MB, peak {first_peak:.0f} MB",
        f"  cold start {cold_seconds:.1f} s (target 5), RSS {resident:.0f} MB (target 150), peak {peak:.0f} MB",
        f"  idle CPU {idle:.2f} % (target 0.5)",
    ]


def main() -> None:
    """Measure, print, and write the results down."""
    parser = argparse.ArgumentParser(description="Lateness of a crowd, and the cost of what lies ahead.")
    parser.add_argument("--only", choices=["crowd", "ahead"], help="only one of the two; nothing is written down")
    only = parser.parse_args().only
    parts = {"crowd": measure_crowd, "ahead": measure_ahead}
    if only is None:
        Report("scheduling").keep(line for part in parts.values() for line in part())
    else:
        print("\n".join(parts[only]()))


if __name__ == "__main__":
    main()
