"""`make bench-breakages`: the file is broken 100 times at random under a running daemon, with posts due meanwhile.

After each breakage the plan in the ledger must be what it was, and the error named in the log; then the file is
mended. At the end everything that was due must have gone out exactly once. Figures go to `results/breakages.txt`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from breaking import Breaker, Office, good_file
from report import Report

from publisher.clock import SystemClock
from publisher.sandbox import Sandbox

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
    report = Report("breakages", SEED=given.seed, TIMES=given.times)
    with tempfile.TemporaryDirectory() as folder, Sandbox(clock=SystemClock()) as sandbox:
        found = trial(Path(folder), sandbox, times=given.times, seed=given.seed)
    report.keep(found.lines())
    return 0 if found.is_well and max(found.named) <= LIMIT else 1


@dataclass
class Findings:
    """What came of a trial; times in seconds after the end of a write."""

    named: list[float] = field(default_factory=list)
    mended: list[float] = field(default_factory=list)
    ways: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)  #: breakages that changed the plan in force
    due: int = 0  #: posts and mails
    wrong: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether the plan stayed and everything went out once."""
        return not self.changed and not self.wrong

    def lines(self) -> list[str]:
        """The report."""
        return [
            f"{len(self.named)} breakages: {', '.join(f'{count} {way}' for way, count in sorted(self.ways.items()))}",
            f"the plan in force changed: {len(self.changed)} times",
            f"error named after the end of the write: {_spread(self.named)}",
            f"mended and taken over after the write:  {_spread(self.mended)}",
            f"posts and mails that were due meanwhile: {self.due}, lost or twice: {len(self.wrong)}",
            *self.changed,
            *self.wrong,
        ]


def trial(folder: Path, sandbox: Sandbox, *, times: int, seed: int) -> Findings:
    """Break and mend so many times, in an empty folder; the seed is printed, and decides how."""
    print(f"{times} breakages, seed {seed}", flush=True)
    chance, found = random.Random(seed), Findings()
    office = Office(folder / "office", sandbox)
    office.set_up(good_file(begin=datetime.now(UTC), minutes=times * _SECONDS_EACH // 60 + 5))
    breaker = Breaker(office.folder, folder / "scratch", chance)
    with office.daemon():
        office.wait_for("plan in force", since=0)
        plan = office.plan()
        for number in range(1, times + 1):
            breakage = breaker.next()
            found.ways[breakage.name.partition(",")[0]] += 1
            found.named.append(office.break_once(breakage))
            still = office.plan() == plan
            found.mended.append(office.mend(breakage.file, chance))
            if not still or office.plan() != plan:
                found.changed.append(f"number {number}: {breakage.name}")
            told = f"named {found.named[-1]:.2f} s, mended {found.mended[-1]:.2f} s"
            print(f"{number:4} {breakage.name:30} {told}", flush=True)
        office.settle()
    found.due, found.wrong = office.out()
    return found


def _spread(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s, max {max(seconds):.2f} s"


if __name__ == "__main__":
    sys.exit(main())
