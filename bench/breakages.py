"""`make bench-breakages`: the file is broken 100 times at random under a running daemon, with posts due meanwhile.

After each breakage the plan in the ledger must be what it was, and the error named in the log; then the file is
mended. At the end everything that was due must have gone out exactly once. Figures go to `results/breakages.txt`.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from breaking import Breaker, Office, good_file, start_of_posts

from publisher.clock import SystemClock
from publisher.sandbox import Sandbox

RESULTS = Path(__file__).parent / "results" / "breakages.txt"
LIMIT = 2.0
"""Seconds from the end of the write within which the error must be named."""

#: Seconds that one breakage and its mend take at most, for how many minutes of posts there must be.
_SECONDS_EACH = 3


def main() -> int:
    """Run it; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    print(f"{given.times} breakages, seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder, Sandbox(clock=SystemClock()) as sandbox:
        office = Office(Path(folder) / "office", sandbox)
        lines, is_well = trial(office, Path(folder) / "scratch", times=given.times, seed=given.seed)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    head = (
        f"machine: {machine}",
        f"date: {datetime.now(UTC):%Y-%m-%d}",
        f"command: make bench-breakages SEED={given.seed} TIMES={given.times}",
    )
    report = "\n".join([*head, "", *lines, ""])
    print(report)
    RESULTS.write_text(report, encoding="utf-8")
    return 0 if is_well else 1


def trial(office: Office, scratch: Path, *, times: int, seed: int) -> tuple[list[str], bool]:
    """Break and mend; gives the lines of the report, and whether all promises were kept."""
    chance = random.Random(seed)
    office.folder.mkdir()
    office.set_up(good_file(begin=start_of_posts(), minutes=times * _SECONDS_EACH // 60 + 5))
    breaker = Breaker(office.folder, scratch, chance)
    named: list[float] = []
    mended: list[float] = []
    changed = 0
    ways: Counter[str] = Counter()
    with office.daemon():
        office.wait_for("plan in force", since=0)
        plan = office.plan()
        for number in range(1, times + 1):
            breakage = breaker.next()
            ways[breakage.name.partition(",")[0]] += 1
            named.append(office.break_once(breakage))
            changed += office.plan() != plan
            mended.append(office.mend(breakage.file, chance))
            changed += office.plan() != plan
            print(f"{number:4} {breakage.name:30} named {named[-1]:.2f} s, mended {mended[-1]:.2f} s", flush=True)
        office.settle()
    total, wrong = office.out()
    lines = [
        f"{times} breakages: {', '.join(f'{count} {way}' for way, count in sorted(ways.items()))}",
        f"the plan in force changed: {changed} times",
        f"error named after the end of the write: {_spread(named)}",
        f"mended and taken over after the write:  {_spread(mended)}",
        f"posts and mails that were due meanwhile: {total}, lost or twice: {len(wrong)}",
        *wrong,
    ]
    return lines, not changed and not wrong and max(named) <= LIMIT


def _spread(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s, max {max(seconds):.2f} s"


if __name__ == "__main__":
    sys.exit(main())
