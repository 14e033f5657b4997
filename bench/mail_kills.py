"""`make bench-mail-kills`: the real daemon is killed 1,000 times while it sends 100,000 mails.

Two offices side by side, one of which signs its mails with RSA, and so sends in several processes. Each has a ledger
(SQLite), a server in a process of its own that records a mail before it says that it has it (`sink.c`), and one daemon
after the other, each ended by SIGKILL at a random moment. Readers who are uncertain stay so: the channel asks, and
nobody answers; there are as many more readers as may become uncertain. At the end every ledger is compared with what
its server took. Figures go to `results/mail-kills.txt`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from faults import forking
from mail_keys import RSA
from mail_killing import MOST, Findings, Trial
from mail_ours import office
from report import Report
from sinks import own_sink

KEYS = ({}, RSA)


def main() -> int:
    """Run it; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    print(f"{given.kills} kills over {given.mails} mails, seed {given.seed}", flush=True)
    report = Report("mail-kills", SEED=given.seed, KILLS=given.kills, MAILS=given.mails)
    begin, found = time.monotonic(), Findings()
    sizes = {"kills": -(-given.kills // len(KEYS)), "mails": -(-given.mails // len(KEYS))}
    with ProcessPoolExecutor(len(KEYS), mp_context=multiprocessing.get_context("spawn")) as pool:
        for each in pool.map(_trial, range(len(KEYS)), [given.seed] * len(KEYS), [sizes] * len(KEYS)):
            found.add(each)
    report.keep([*lines(found), f"{time.monotonic() - begin:.0f} s"])
    return 1 if found.wrong else 0


def lines(found: Findings) -> Iterator[str]:
    """The report."""
    yield f"{found.kills:,} kills over {found.readers:,} readers; the servers took {found.mails:,} mails"
    for state, count in sorted(found.states.items()):
        yield f"  readers in the end, {state + ':':14} {count:,}"
    yield f"  the sum of these: {found.states.total():,}"
    uncertain = sorted(found.uncertain)
    yield f"  readers left uncertain by a kill: median {statistics.median(uncertain):.0f}, at most {uncertain[-1]}"
    yield f"  kills that left nobody uncertain: {uncertain.count(0):,}; allowed are {MOST} readers"
    first = found.first_mails
    yield f"  seconds from a start to its first mail: median {statistics.median(first):.2f}, at most {max(first):.2f}"
    yield f"lost, twice, or not flagged: {len(found.wrong)}"
    yield from found.wrong


def _trial(number: int, seed: int, sizes: dict[str, int]) -> Findings:
    """One office, in a process of its own."""
    chance = random.Random(f"{seed}/{number}")
    with (
        tempfile.TemporaryDirectory() as name,
        office(sizes["mails"] + MOST * sizes["kills"], on_unknown="ask") as folder,
    ):
        record = Path(name) / "record"
        with own_sink(record) as (port, counters):
            trial = Trial(
                folder,
                port,
                counters,
                record=record,
                chance=chance,
                start=forking(chance),
                keys=KEYS[number],
            )
            return trial.run(**sizes)


if __name__ == "__main__":
    sys.exit(main())
