"""How fast and in how much memory mailings go out, beside Postfix's smtp-source and other programs.

    make bench-mail ROUNDS=5 RECIPIENTS=1000000

Ours is the whole way: from planned readers in the ledger (SQLite), through filling in and signing, to mails that the
server has accepted, with the rows of all readers committed. Every reader gets a mail of 40 kB with name, address and
links of their own. smtp-source sends one mail again and again, over connections that it keeps. Both have 16
connections, send as many bytes, and take turns: ours is compared with how long smtp-source took just before and just
after it, so that what else the machine does hits both. The results of the last run stand in results/mail.txt.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mail_keys import BOTH, ED25519, RSA
from mail_office import LANGUAGES
from mail_ours import SETTINGS, Run, deliver, deliver_copy, office, sample, watched
from mail_peers import rates
from report import Report
from sinks import delayed, own_sink, smtp_sink, smtp_source

MAILS = 50_000  #: a round
FEW = 100  #: readers of a mailing that costs what every mailing costs
DISTANT = 5_000  #: mails with long round trips
BY_PEERS = 3_000
ONE_WAY = 15  #: milliseconds
MEGABYTE = 1_000_000

SIGNING = {
    "ours, without DKIM": {},
    "ours, signed with RSA-2048": RSA,
    "ours, signed with Ed25519": ED25519,
    "ours, signed with both": BOTH,
}


def main() -> int:
    """Measure, and write it down; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--recipients", type=int, default=1_000_000)
    given = parser.parse_args()
    report = Report("mail", ROUNDS=given.rounds, RECIPIENTS=given.recipients)
    lines: list[str] = []
    with office(MAILS) as folder:
        composed = sample(folder)
        size = round(statistics.mean(len(composed(language, "Łukasz Nowak")) for language in LANGUAGES))
        lines += _told(
            [f"mails of {size / 1000:.1f} kB, {given.rounds} rounds of {MAILS:,}, medians, 16 connections", ""]
        )
        lines += _told(_beside_smtp_source(folder, size=size, rounds=given.rounds))
        lines += _told(_far_away(size=size))
        lines += _told(_peers(folder))
    lines += _told(_in_numbers(given.recipients, rounds=given.rounds))
    report.keep(lines)
    return 0


def _told(lines: Iterator[str] | Sequence[str]) -> list[str]:
    """The same lines, shown as they come."""
    kept = []
    for line in lines:
        print(line, flush=True)
        kept.append(line)
    return kept


def _row(name: str, *values: str) -> str:
    return "".join([f"{name:36}", *(f"{value:>16}" for value in values)])


def _beside_smtp_source(folder: Path, *, size: int, rounds: int) -> Iterator[str]:
    """Four ways of signing, each beside smtp-source in the same round, into smtp-sink."""
    rated: dict[str, list[float]] = {name: [] for name in ("smtp-source", *SIGNING)}
    ratios: dict[str, list[float]] = {name: [] for name in SIGNING}
    with smtp_sink() as port:
        before = smtp_source(port, mails=MAILS, size=size)
        for name, keys in [*SIGNING.items()] * rounds:
            ours = deliver_copy(folder, mails=MAILS, settings=_to(port) | keys)
            after = smtp_source(port, mails=MAILS, size=size)
            rated["smtp-source"].append(MAILS / after)
            rated[name].append(ours.rate)
            ratios[name].append((before + after) / 2 / ours.seconds)
            before = after
    yield _row("into Postfix's smtp-sink", "mails/s", "of smtp-source")
    for name, several in rated.items():
        ratio = f"{statistics.median(ratios[name]):.2f}" if name in ratios else "1"
        yield _row(name, f"{statistics.median(several):,.0f}", ratio)
    yield ""


def _far_away(*, size: int) -> Iterator[str]:
    """A server to which a round trip takes 30 ms."""
    with office(DISTANT) as folder, own_sink() as (sink, _):
        with delayed(sink, milliseconds=0) as port:
            nearby = DISTANT / smtp_source(port, mails=DISTANT, size=size)
        with delayed(sink, milliseconds=ONE_WAY) as port:
            theirs = DISTANT / 10 / smtp_source(port, mails=DISTANT // 10, size=size)
            ours = deliver(folder, mails=DISTANT, settings=_to(port)).rate
    yield _row("round trips of 30 ms", "mails/s")
    yield _row("smtp-source, far away", f"{theirs:,.0f}")
    yield _row("ours, far away", f"{ours:,.0f}")
    yield _row("the same way without delay", f"{nearby:,.0f}")
    yield ""


def _peers(folder: Path) -> Iterator[str]:
    """The same words sent by others."""
    yield _row("other programs, into smtp-sink", "mails/s", "ours, times")
    with smtp_sink() as port:
        ours = deliver_copy(folder, mails=MAILS, settings=_to(port)).rate
        for name, rate in rates(port=port, mails=BY_PEERS, composed=sample(folder)):
            yield _row(name, f"{rate:,.0f}", f"{ours / rate:.0f}")
    yield ""


def _in_numbers(most: int, *, rounds: int) -> Iterator[str]:
    """A hundredth, a tenth, and all of so many readers, into a sink that takes more than anybody sends.

    What a mail costs is the time of processors beyond that of a mailing for a few, in which letters are made and
    connections opened all the same.
    """
    yield _row("into a sink that is no limit", "mails/s", "µs/mail", "worker, MB", "tree, MB")
    yield _row("smtp-source", f"{_source_into_own_sink():,.0f}", "", "", "")
    begun = statistics.median(run.processor for run in _runs(FEW, rounds=rounds, keys={}))
    for name, keys in list(SIGNING.items())[1:]:
        yield _measured(f"{most // 100:,} readers, {name}", _runs(most // 100, rounds=1, keys=keys), begun=begun)
    costs = []
    for mails in (most // 100, most // 10, most):
        runs = _runs(mails, rounds=rounds if mails < most else 1, keys={})
        costs.append(_cost(runs, begun=begun))
        yield _measured(f"{mails:,} readers", runs, begun=begun)
    together = _runs(most // 10, rounds=rounds, keys={"PROCESSES": "1"})
    yield _measured(f"{most // 10:,} readers, two processes", together, begun=begun)
    yield _row("these costs are apart by, in %", f"{(max(costs) / min(costs) - 1) * 100:.0f}")
    yield _row("to begin a mailing, s of a processor", f"{begun:.2f}")
    with office(most // 100) as folder, own_sink() as (port, _):
        watch = watched(folder, settings=_to(port))
    memory = (f"{part / MEGABYTE:.0f}" for part in (watch.worker, watch.tree))
    yield _row(f"publisher run --once, {most // 100:,}", "", "", *memory)


def _source_into_own_sink() -> float:
    with own_sink() as (port, _):
        return 2 * MAILS / smtp_source(port, mails=2 * MAILS, size=40_000)


def _runs(mails: int, *, rounds: int, keys: Mapping[str, str]) -> list[Run]:
    with office(mails) as folder, own_sink() as (port, counters):
        go = deliver_copy if rounds > 1 else deliver
        runs = [go(folder, mails=mails, settings=_to(port) | keys) for _ in range(rounds)]
        if counters.mails != mails * rounds:
            raise RuntimeError(f"{counters.mails} mails arrived instead of {mails * rounds}")
    return runs


def _measured(name: str, runs: Sequence[Run], *, begun: float) -> str:
    rate = statistics.median(run.rate for run in runs)
    worker, tree = (max(getattr(run, part) for run in runs) / MEGABYTE for part in ("worker", "tree"))
    cost = f"{_cost(runs, begun=begun) * 1e6:.0f}"
    return _row(name, f"{rate:,.0f}", cost, f"{worker:.0f}", f"{tree:.0f}")


def _cost(runs: Sequence[Run], *, begun: float) -> float:
    """Seconds of a processor for one mail more."""
    return statistics.median((run.processor - begun) / (run.mails - FEW) for run in runs)


def _to(port: int) -> dict[str, str]:
    return SETTINGS | {"SMTP_URL": f"smtp://127.0.0.1:{port}"}


if __name__ == "__main__":
    sys.exit(main())
