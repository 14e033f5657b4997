"""`make bench-soak`: a simulated year of the daemon, while platforms fail, the file is edited, the program restarted.

The clock jumps from one instant at which something happens to the next. At the end the plan, the ledger and what
arrived in the sandbox are compared. Figures go to `results/soak.txt`.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from ageing import Findings, Year
from report import Report
from structlog.testing import capture_logs


def main() -> int:
    """Run it; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    print(f"{given.days} days, seed {given.seed}", flush=True)
    report, begin = Report("soak", SEED=given.seed, DAYS=given.days), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = soak(Path(folder), days=given.days, seed=given.seed)
    report.keep([*found.lines(), f"{time.monotonic() - begin:.0f} s"])
    return 1 if found.wrong else 0


def soak(folder: Path, *, days: int, seed: int) -> Findings:
    """Let so many days pass, in an empty folder; the seed decides what happens."""
    with capture_logs() as said, Year(folder, random.Random(seed)) as year:
        found = year.pass_by(days)
    found.wrong += [f"the log: {line}" for line in said if "unforeseen" in line["event"]]
    return found


if __name__ == "__main__":
    sys.exit(main())
