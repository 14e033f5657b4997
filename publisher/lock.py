"""One daemon per ledger: a lock that the operating system gives back when its holder dies."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from publisher.errors import AlreadyRunning, LedgerError


@contextmanager
def only_one(file: Path) -> Iterator[None]:
    """Hold the lock. Raises `AlreadyRunning` at once when another process holds it, saying which.

    ``flock`` ends with the process, even when it is killed, so a stale lock can't stay behind.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise LedgerError(
            "the lock file can't be written", subject=str(file), remedy="check the rights on its folder"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 200, 0).decode(errors="replace").strip()
            raise AlreadyRunning(
                f"another publisher is running ({holder or 'unknown process'})",
                subject=str(file),
                remedy="stop that one first, or give this one a ledger of its own with --database",
            ) from None
        os.ftruncate(handle, 0)
        holder = f"process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        os.pwrite(handle, f"{holder}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
