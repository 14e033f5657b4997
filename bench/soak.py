"""`make bench-soak`: a simulated year of the daemon, while platforms fail, the file is edited, the program restarted.

The clock jumps from one instant at which something happens to the next. At the end the plan, the ledger and what
arrived in the sandbox are compared. Figures go to `results/soak.txt`.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from ageing import Findings, Year
from structlog.testing import capture_logs

RESULTS = Path(__file__).parent / "results" / "soak.txt"


def main() -> int:
    """Run it; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    print(f"{given.days} days, seed {given.seed}", flush=True)
    begin, load = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        found = soak(Path(folder), days=given.days, seed=given.seed)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    report = [
        f"machine: {machine}; load before the start: {load:.1f}",
        f"date: {datetime.now(UTC):%Y-%m-%d}",
        f"command: make bench-soak SEED={given.seed} DAYS={given.days}",
        "",
        *found.lines(),
        f"{time.monotonic() - begin:.0f} s",
        "",
    ]
    print("\n".join(report))
    RESULTS.write_text("\n".join(report), encoding="utf-8")
    return 1 if found.wrong else 0


def soak(folder: Path, *, days: int, seed: int) -> Findings:
    """Let so many days pass, in an empty folder; the seed decides what happens."""
    with capture_logs() as said, Year(folder, random.Random(seed)) as year:
        found = year.pass_by(days)
    found.wrong += [f"the log: {line}" for line in said if "unforeseen" in line["event"]]
    return found


if __name__ == "__main__":
    sys.exit(main())
