"""Opening the database: pragmas, locking, and the schema brought up to date."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from publisher.errors import LedgerError
from publisher.ledger import postgresql
from publisher.ledger.backup import keep_before_migration

#: The newest migration; kept equal to it by a test.
HEAD = "0009"

_BUSY_SECONDS = 10.0
_MIGRATIONS = Path(__file__).parent / "migrations"
_READING = "publisher_reading"


def open_engine(url: str) -> Engine:
    """An engine on an up-to-date schema. Raises `LedgerError` when that is not possible.

    ``?timeout=SECONDS`` says how long to wait for another program that is writing, instead of ten seconds.
    """
    try:
        parsed = make_url(url)
        busy = float(str(parsed.query.get("timeout", _BUSY_SECONDS)))
    except (ArgumentError, ValueError):
        raise _no_address() from None
    with _translated(parsed), ExitStack() as unless_opened:
        engine = _engine(parsed, busy_seconds=busy)
        unless_opened.callback(engine.dispose)
        _bring_up_to_date(engine, parsed)
        unless_opened.pop_all()
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for looking only: it sees one moment, and neither waits for a writer nor keeps one waiting."""
    with engine.connect().execution_options(**{_READING: True}) as connection:
        yield connection


@contextmanager
def _translated(url: URL) -> Iterator[None]:
    """Whatever goes wrong while the database is opened becomes a `LedgerError`, with what a person can do."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        cause = getattr(error, "orig", None) or error
        raise _unusable(url, cause) from cause


def _translate(context: ExceptionContext, url: URL) -> None:
    """Any statement that fails later on is reported in the same words; a dead connection of the pool is replaced."""
    if context.is_pre_ping:
        return
    raise _unusable(url, context.original_exception) from context.original_exception


def _unusable(url: URL, cause: BaseException) -> LedgerError:
    subject = url.database or url.render_as_string(hide_password=True)
    remedy = postgresql.remedy if url.get_backend_name() == "postgresql" else _remedy
    return LedgerError("the ledger can't be used", subject=subject, remedy=remedy(str(cause)))


def _no_address() -> LedgerError:
    return LedgerError(
        "this is no database address", subject="--database", remedy="write it like sqlite:///var/publisher.db"
    )


def _remedy(cause: str) -> str:
    known = {
        "locked": "another program holds the file for long; stop it, or wait",
        "readonly": "the user that runs publisher needs the right to write this file and its folder",
        "unable to open": "check that it is a file, that its folder exists, and that both may be written to",
        "not a database": "the file is damaged or something else; put a backup in its place",
        "malformed": "the file is damaged; put a backup in its place",
        "full": "free some disk space; nothing is sent until then",
        "disk I/O": "check the disk and its free space; nothing is sent until it works",
        "ermission": "the user that runs publisher needs the right to write this file and its folder",
        "File exists": "a part of its path is a file and no folder; choose another path",
        "Not a directory": "a part of its path is a file and no folder; choose another path",
        "No module": "install the driver of this database: pip install 'publisher[postgresql]'; or write "
        "--database sqlite:///var/publisher.db",
        "load plugin": "write it like sqlite:///var/publisher.db",
        "revision": "put a backup in its place, or choose another file",
    }
    return next((remedy for piece, remedy in known.items() if piece in cause), "see docs/ledger.md")


def _engine(url: URL, *, busy_seconds: float) -> Engine:
    if url.get_backend_name() == "postgresql":
        engine = postgresql.engine(url, busy_seconds=busy_seconds, translate=lambda context: _translate(context, url))
        event.listen(
            engine, "begin", lambda connection: postgresql.begin(connection, looks_only=_looks_only(connection))
        )
        return engine
    if url.get_backend_name() != "sqlite":
        raise LedgerError(
            f"publisher keeps no ledger in {url.get_backend_name()}",
            subject="--database",
            remedy="write --database sqlite:///var/publisher.db, or postgresql://user@host/name",
        )
    if not url.database or url.database == ":memory:":
        raise LedgerError(
            "a ledger in memory would forget what went out", remedy="name a file: sqlite:///var/publisher.db"
        )
    if not url.database.startswith("file:"):
        _make_private(Path(url.database))
    # As many connections as there are lanes at work: waiting for a free one would look like a broken ledger.
    engine = create_engine(url, connect_args={"timeout": busy_seconds}, max_overflow=-1, json_deserializer=_read_json)
    event.listen(engine, "handle_error", lambda context: _translate(context, url))
    event.listen(engine, "connect", lambda connection, _record: _prepare(connection, url))
    event.listen(engine, "begin", _begin)
    return engine


def _read_json(text: str) -> object:
    """Most readers have no attributes, and a million of them are read."""
    return {} if text == "{}" else json.loads(text)


def _make_private(file: Path) -> None:
    """Readers' addresses are nobody else's business. SQLite gives the files beside it the same mode."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _prepare(connection: Any, url: URL) -> None:  # noqa: ANN401  the driver's connection
    """FULL: an intent survives a power cut; with NORMAL it could vanish, and the post go out twice.

    What is deleted is overwritten: whoever was erased must not be found in the free space of the file.
    """
    connection.isolation_level = None
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error as error:
        connection.close()
        raise _unusable(url, error) from error


def _begin(connection: Connection) -> None:
    """Who will write takes the lock at once: an upgrade half-way could fail with "database is locked"."""
    connection.exec_driver_sql("BEGIN" if _looks_only(connection) else "BEGIN IMMEDIATE")


def forget_journal(engine: Engine) -> None:
    """Empty SQLite's journal, in which overwritten pages stand until then; who is reading keeps what they need."""
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection, suppress(sqlite3.Error):  # outside of any transaction
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def _looks_only(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_READING, False))


def _bring_up_to_date(engine: Engine, url: URL) -> None:
    """One transaction for looking and migrating: two programs may open a new ledger at the same time."""
    with reading(engine) as connection:
        if _version(connection, url) == HEAD:
            return
    with engine.begin() as connection:
        version = _version(connection, url)
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise LedgerError(
                f"the ledger was written by a newer publisher (schema {version}, this program knows {HEAD})",
                subject=str(url.database),
                remedy="update publisher, or put the backup from before the update in its place",
            )
        if version is not None:
            _keep(url, version)
        _migrate(connection, url)


def _keep(url: URL, version: str) -> None:
    """What a migration changes can be put back; the backups of a server are its own."""
    file = Path(str(url.database))
    if url.get_backend_name() == "sqlite" and file.is_file():
        keep_before_migration(file, version)


def _version(connection: Connection, url: URL) -> str | None:
    """The schema's version; None for an empty database."""
    tables = inspect(connection).get_table_names()
    if tables and not {"alembic_version", "deliveries"} <= set(tables):
        raise LedgerError(
            "this database belongs to another program", subject=str(url.database), remedy="choose another file"
        )
    if not tables:
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _migrate(connection: Connection, url: URL) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise _unusable(url, error) from error
