"""A copy of an SQLite ledger while it is in use: consistent, looked through, and written whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from publisher.errors import LedgerError

#: How the epoch of a copy begins: it may be looked at, and nothing is sent from it before a person has.
COPY = "copy of "

#: So many are copied at a time; others may write in between.
_PAGES = 1_000


def back_up(source: Path, target: Path) -> None:
    """Write a copy that only its owner may read, marked as one. Raises `LedgerError`."""
    _copy(source, target, mark=COPY)


def keep_before_migration(source: Path, version: str) -> None:
    """Keep the ledger as it was before its tables change; nothing is written over."""
    target = source.with_name(f"{source.name}.schema-{version}")
    if not target.exists():
        _copy(source, target, mark="")


def _copy(source: Path, target: Path, *, mark: str) -> None:
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as old:
            _fill(fresh, old, mark)
        fresh.replace(target)
        _settle(target.parent)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            fresh.unlink()
        raise LedgerError(
            "the copy of the ledger could not be written",
            subject=str(target),
            remedy="check the free space and the rights there; the ledger itself is as it was",
        ) from error


def _fill(fresh: Path, old: sqlite3.Connection, mark: str) -> None:
    """All pages in one file, looked through and on the disk."""
    with closing(sqlite3.connect(fresh, isolation_level=None)) as new:
        old.backup(new, pages=_PAGES)
        new.execute("PRAGMA journal_mode=DELETE").close()
        new.execute("PRAGMA synchronous=FULL").close()
        if mark:
            new.execute("UPDATE pulse SET epoch = ? || replace(epoch, ?, '')", (mark, mark)).close()
        (verdict,) = new.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(f"the copy is malformed: {verdict}")
    _settle(fresh)


def _settle(path: Path) -> None:
    """Wait until the disk has it."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
