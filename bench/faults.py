"""`make bench-faults`: the real daemon is killed 1,000 times at random while it sends, and platforms fail meanwhile.

Some offices side by side, each with a ledger (SQLite), a sandbox in a process of its own and one daemon after the
other, each ended by SIGKILL. At the end every ledger is compared with what arrived. Figures go to
`results/faults.txt`.

Nine starts in ten are forked from a process that has imported the program already; the tenth is the command itself.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext
from pathlib import Path

from killing import Office, Process, Starter
from kills import Findings
from report import Report

from publisher.cli.main import run
from publisher.clock import SystemClock
from publisher.sandbox import Sandbox

OFFICES = 4
POLICIES = ("assume_sent", "ask")

_ALL_OF_IT = (
    "publisher.cli.main",
    "publisher.alarm",
    "publisher.daemon",
    "publisher.channels.twitter_account",
    "publisher.channels.facebook_graph",
    "publisher.channels.email_smtp",
    "publisher.bulk.pool",
    "publisher.bulk.run",
    "publisher.alerts.configured",
    "publisher.heart",
    "publisher.lock",
    "publisher.logs",
    "publisher.oversight.configured",
    "publisher.oversight.preflight",
    "publisher.redaction",
    "publisher.watching",
    "httpx",
    "uvloop",
    "publisher.ledger.ledger",
    "alembic.command",
    "killing",
)


def main() -> int:
    """Run it; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--deliveries", type=int, default=5_040)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    print(f"{given.kills} kills over {given.deliveries} deliveries, seed {given.seed}", flush=True)
    report = Report("faults", SEED=given.seed, KILLS=given.kills, DELIVERIES=given.deliveries)
    begin, found = time.monotonic(), Findings()
    sizes = {"kills": -(-given.kills // OFFICES), "posts": -(-given.deliveries // OFFICES // 3)}
    with ProcessPoolExecutor(OFFICES, mp_context=multiprocessing.get_context("spawn")) as pool:
        for each in pool.map(_office, range(OFFICES), [given.seed] * OFFICES, [sizes] * OFFICES):
            found.add(each)
    report.keep([*found.lines(), f"{time.monotonic() - begin:.0f} s"])
    return 1 if found.wrong else 0


def _office(number: int, seed: int, sizes: dict[str, int]) -> Findings:
    """One office, in a process of its own."""
    chance = random.Random(f"{seed}/{number}")
    with tempfile.TemporaryDirectory() as folder, Sandbox(clock=SystemClock(), slow_seconds=0.1) as sandbox:
        office = Office(
            Path(folder) / f"office-{number}",
            sandbox,
            chance,
            start=forking(chance),
            on_unknown=POLICIES[number % len(POLICIES)],
        )
        return office.trial(**sizes)


def command(folder: Path, environment: dict[str, str]) -> tuple[Process, Callable[[float], object]]:
    """``publisher run`` as a user starts it."""
    with (folder / "daemon.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "publisher", "run"], cwd=folder, env=environment, stdout=log, stderr=log
        )
    return process, process.wait


def forking(chance: random.Random) -> Starter:
    """Nine starts in ten are forked from a process that has the program already; the others are the command."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_ALL_OF_IT))

    def start(folder: Path, environment: dict[str, str]) -> tuple[Process, Callable[[float], object]]:
        if chance.random() < 0.1:  # noqa: PLR2004  one in ten
            return command(folder, environment)
        return _forked(context, folder, environment)

    return start


def _forked(
    context: ForkServerContext, folder: Path, environment: dict[str, str]
) -> tuple[Process, Callable[[float], object]]:
    process = context.Process(target=_run, args=(folder, environment))
    process.start()
    return process, process.join


def _run(folder: Path, environment: dict[str, str]) -> None:
    """What the command does, in a process that has its modules already."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with Path("daemon.log").open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    sys.exit(run(["run"]))


if __name__ == "__main__":
    sys.exit(main())
