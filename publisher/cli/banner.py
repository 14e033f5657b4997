"""The banners of ``publisher status``: nothing is sent, and why; the file is broken, and what is due meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.ledger.ledger import Ledger


def show_hold(ledger: Ledger, *, line: Callable[[str], None]) -> None:
    """Print with ``line`` why nothing is sent, if that is so."""
    if held := ledger.pulse.read().held:
        line(f"Nothing is sent: {held}")
        line("")


def show_breakage(ledger: Ledger, *, now: datetime, line: Callable[[str], None]) -> None:
    """Print it with ``line``, if the file is broken."""
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
