"""A real PostgreSQL server of the tests' own, on loopback, in a folder that goes away with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

_PATIENCE = 60  #: seconds


class Server:
    """A running server with a database ``ledger``; it trusts whoever comes from this computer."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self.port = port

    @property
    def url(self) -> str:
        """Where ``ledger`` is."""
        return self.database("ledger")

    def database(self, name: str) -> str:
        """The address of a database, there or not."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._control("start", "-w", "-l", str(self._folder / "log"), "-o", options)

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        self._control("stop", "-w", "-m", "immediate")

    def make(self, name: str) -> str:
        """A fresh database; gives its address."""
        with psycopg.connect(self.database("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.database(name)

    def _control(self, *arguments: str) -> None:
        as_owner(["pg_ctl", "-D", str(self._folder / "data"), *arguments])


@contextmanager
def server() -> Iterator[Server]:
    """A server that runs meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
    try:
        as_owner(["initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        running = Server(folder, port)
        running.start()
        try:
            running.make("ledger")
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder)


def as_owner(command: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs as a user that it accepts."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    program = [str(_programs() / command[0]), *command[1:]]
    subprocess.run([*user, *program], check=True, capture_output=True, timeout=_PATIENCE, cwd="/")


def _programs() -> Path:
    """Debian keeps the server's programs off the PATH."""
    found = shutil.which("pg_ctl")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return (Path(found).resolve() if found else kept[-1]).parent
