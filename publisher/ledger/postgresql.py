"""A ledger on a PostgreSQL server, with the manners of the one in a file: one writer at a time, one daemon.

Who writes takes a lock of the database first, and gives it back with the transaction. So whatever holds for SQLite's
``BEGIN IMMEDIATE`` holds here.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, String, create_engine, event, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.ext.compiler import compiles

from publisher.errors import AlreadyRunning, LedgerError

_WRITER, _DAEMON = 1_886_741_100, 1_886_741_101
"""Names of advisory locks within the database: the first letters of "publisher", and the number after it."""

_CONNECT_SECONDS = 10
_STATEMENT_SECONDS = 60
_SILENCE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""After so long a server that does not answer is given up. PostgreSQL documentation, "Parameter Key Words"."""

_REMEDIES = {
    "lock timeout": "another program holds the ledger for long; stop it, or wait",
    "statement timeout": "the server is too slow; see what it is busy with",
    "password": "check the user and the password in --database",
    "no pg_hba.conf entry": "let this user connect from this computer (pg_hba.conf)",
    "does not exist": "make the database and its user first (createdb, createuser)",
    "permission denied": "give this user the right to make and change tables in this database",
    "read-only": "this is a standby or a server in recovery; name the one that may be written to",
    "could not extend": "free some disk space on the server; nothing is sent until then",
    "No space left": "free some disk space on the server; nothing is sent until then",
    "revision": "put a backup in its place, or choose another database",
}
_GONE = "check that the server runs, and the host, port and name in --database; publisher goes on when it answers"


def engine(url: URL, *, busy_seconds: float, translate: Callable[[ExceptionContext], None]) -> Engine:
    """Connections to a server; ``busy_seconds`` is how long to wait for another writer."""
    patience = f"-c lock_timeout={int(busy_seconds * 1000)} -c statement_timeout={_STATEMENT_SECONDS * 1000}"
    made = create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["timeout"]),
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "options": patience,
            "application_name": f"publisher, process {os.getpid()} on {socket.gethostname()}",
            **_SILENCE,
        },
        pool_pre_ping=True,
        max_overflow=-1,
    )
    event.listen(made, "handle_error", translate)
    return made


def begin(connection: Connection, *, looks_only: bool) -> None:
    """How a transaction begins: who looks sees one moment, who writes waits for the other writer."""
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    if looks_only:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")


def remedy(cause: str) -> str:
    """What a person can do about an error of the server or of the way to it."""
    return next((words for piece, words in _REMEDIES.items() if piece in cause), _GONE)


class Leadership:
    """The right to be the one daemon of a ledger: a lock that the server gives back when the connection ends."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def take(self) -> None:
        """Take it. Raises `AlreadyRunning` when another one has it, saying which, and `LedgerError`."""
        with ExitStack() as unless_taken:
            connection = unless_taken.enter_context(self._engine.connect())
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            if connection.execute(text(f"SELECT pg_try_advisory_lock({_DAEMON})")).scalar():
                self._connection = connection
                unless_taken.pop_all()
                return
            holder = connection.execute(text(_HOLDER), {"key": _DAEMON}).scalar()
        raise AlreadyRunning(
            f"another publisher is running ({holder or 'unknown process'})",
            subject=str(self._engine.url.database),
            remedy="stop that one first, or give this one a ledger of its own with --database",
        )

    def complaint(self) -> str:
        """Why nothing may be sent now: the lock is lost and can't be had again; empty when it is ours."""
        with self._lock:
            if not self._holds():
                self._let_go()
                try:
                    self.take()
                except (LedgerError, AlreadyRunning) as error:
                    return str(error)
            return ""

    def close(self) -> None:
        """Give it back, so that it can be had when this returns."""
        with self._lock:
            if self._holds() and self._connection is not None:
                self._connection.execute(text(f"SELECT pg_advisory_unlock({_DAEMON})"))
            self._let_go()

    def _holds(self) -> bool:
        """The lock ends with its connection, and only with it."""
        try:
            return self._connection is not None and self._connection.execute(text("SELECT 1")).scalar() == 1
        except LedgerError:
            return False

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


_HOLDER = """
SELECT application_name || ' since ' || to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objid = :key
"""


@contextmanager
def only_one(engine: Engine) -> Iterator[Leadership]:
    """Be the one daemon of a ledger. Raises `AlreadyRunning` at once when another process is."""
    leadership = Leadership(engine)
    leadership.take()
    try:
        yield leadership
    finally:
        leadership.close()


@compiles(String, "postgresql")
def _unlimited(_type: String, _compiler: Any, **_options: Any) -> str:  # noqa: ANN401  SQLAlchemy's hook
    """SQLite heeds no lengths; a long word of a platform must not stop the ledger here either."""
    return "TEXT"
