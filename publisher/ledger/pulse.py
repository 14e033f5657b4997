"""The daemon's signs of life, in the ledger and in a small file beside it.

Together they tell an old ledger from the one that was in use last. The file is written after the ledger, so the ledger
is never behind it, not even after a crash; when it is, somebody put an older state in its place.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update

from publisher.ledger.backup import COPY
from publisher.ledger.database import reading
from publisher.ledger.tables import pulse

_T = pulse.c


@dataclass(frozen=True, slots=True)
class Mark:
    """Which ledger it is, and how many signs of life it has seen."""

    epoch: str
    beats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """The row. ``seen_at`` is the last instant that was believed (aware UTC); ``held`` says why nothing is sent."""

    mark: Mark
    seen_at: datetime | None
    uptime: float
    boot: str
    held: str
    plan_signature: str
    planned_at: datetime | None


class Pulse:
    """The one row of the table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> Sign:
        """What was written last."""
        with reading(self._engine) as connection:
            row = connection.execute(select(pulse)).mappings().one()
        return Sign(
            mark=Mark(row["epoch"], row["beats"]),
            seen_at=row["seen_at"],
            uptime=row["uptime"],
            boot=row["boot"],
            held=row["held"],
            plan_signature=row["plan_signature"],
            planned_at=row["planned_at"],
        )

    def beat(self, *, seen_at: datetime | None = None, uptime: float = 0, boot: str = "") -> Mark:
        """One more sign of life, with the instant if there is one to be believed; gives the mark to write beside."""
        seen = {"seen_at": seen_at, "uptime": uptime, "boot": boot} if seen_at is not None else {}
        return self._write({"beats": _T.beats + 1, **seen})

    def hold(self, why: str) -> None:
        """Note why nothing is sent; empty when things go out again."""
        self._write({"held": why})

    def planned(self, signature: str, at: datetime) -> None:
        """Note what the plan in force was made from, and when."""
        self._write({"plan_signature": signature, "planned_at": at})

    def renew(self, epoch: str) -> Mark:
        """Make it a ledger of its own: a person has looked what is out."""
        return self._write({"epoch": epoch, "beats": _T.beats + 1})

    def _write(self, values: dict[str, Any]) -> Mark:
        with self._engine.begin() as connection:
            connection.execute(update(pulse).values(**values))
            row = connection.execute(select(_T.epoch, _T.beats)).one()
        return Mark(row.epoch, row.beats)


def suspicion(ledger: Mark, beside: Mark | None) -> str:
    """Why this may be an older ledger than the one that was in use last; empty when it is that one."""
    if ledger.epoch.startswith(COPY):
        return "this ledger is a backup that was put in place"
    if beside is None:
        return "this ledger was in use, and the file beside it that tells its age is gone" if ledger.beats else ""
    if beside.epoch != ledger.epoch:
        return "this is another ledger than the one that was in use here last"
    if beside.beats > ledger.beats:
        return "this is an older state of the ledger than the one that was in use last"
    return ""


def read_mark(file: Path) -> Mark | None:
    """What stands beside the ledger; None when there is nothing that can be read."""
    try:
        epoch, _, beats = file.read_text(encoding="ascii").strip().rpartition(" ")
        return Mark(epoch, int(beats))
    except (OSError, ValueError):
        return None


def write_mark(file: Path, mark: Mark) -> None:
    """Write it beside the ledger, whole or not at all. Raises `OSError`."""
    fresh = file.with_name(f"{file.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(handle, "w", encoding="ascii") as opened:  # noqa: PTH123  from its handle
        opened.write(f"{mark.epoch} {mark.beats}\n")
    fresh.replace(file)
