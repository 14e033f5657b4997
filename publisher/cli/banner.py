"""The banner of ``publisher status``: what keeps everything from going out, and what will be a problem soon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from publisher.cli.pausing import show_pauses

if TYPE_CHECKING:
    from publisher.ledger.ledger import Ledger


def show_banner(ledger: Ledger, *, now: datetime, line: Callable[[str], None]) -> None:
    """Print with ``line`` whatever there is to say before all else."""
    _show_hold(ledger, line=line)
    _show_breakage(ledger, now=now, line=line)
    show_pauses(ledger, line=line)
    _show_preflight(ledger, line=line)


def _show_hold(ledger: Ledger, *, line: Callable[[str], None]) -> None:
    """Why nothing is sent at all."""
    if held := ledger.pulse.read().held:
        line(f"Nothing is sent: {held}")
        line("")


def _show_breakage(ledger: Ledger, *, now: datetime, line: Callable[[str], None]) -> None:
    """Since when the file is broken, where, and what is due meanwhile."""
    from publisher.bulletin import MEANWHILE, short, where

    breakage = ledger.breakages.current()
    if breakage is None:
        return
    line(
        f"{breakage.file} is broken since {breakage.since:%Y-%m-%d %H:%M} UTC; "
        "what was planned before stays in force until it is mended."
    )
    for problem in breakage.problems:
        line(f"  {where(problem)}  {problem.message}")
        line(f"    → {problem.hint}")
    if breakage.errors > len(breakage.problems):
        line(f"  and {breakage.errors - len(breakage.problems)} more: publisher check")
    due = ledger.deliveries.open_until(now + MEANWHILE)
    line("Due meanwhile, within 48 hours:" if due else "Nothing is due within 48 hours.")
    for row in due:
        line(f"  {short(row)}")
    line("")


def _show_preflight(ledger: Ledger, *, line: Callable[[str], None]) -> None:
    """What will be wrong with posts that are due soon."""
    from publisher.alerts import AlertKind

    for trouble in ledger.troubles.of([AlertKind.PREFLIGHT]):
        line(trouble.words)
        line(f"  → {trouble.mend}")
