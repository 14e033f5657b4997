"""Opening the database: pragmas, locking, and the schema brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from publisher.errors import LedgerError

#: The newest migration; kept equal to it by a test.
HEAD = "0001"

_BUSY_SECONDS = 10
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(url: str) -> Engine:
    """An engine on an up-to-date schema. Raises `LedgerError` when that is not possible."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise LedgerError(
            "this is no database address", subject=url, remedy="write it like sqlite:///var/publisher.db"
        ) from None
    with translated(parsed):
        engine = _engine(parsed)
        _bring_up_to_date(engine, parsed)
    return engine


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Database errors become ours, with what a person can do."""
    subject = url.database or url.render_as_string(hide_password=True)
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        cause = str(getattr(error, "orig", None) or error)
        raise LedgerError(f"the ledger can't be used: {cause}", subject=subject, remedy=_remedy(cause)) from None


def _translate(context: ExceptionContext, url: URL) -> None:
    """Any statement that fails later on is reported in the same words."""
    cause = str(context.original_exception)
    raise LedgerError(
        f"the ledger can't be used: {cause}", subject=str(url.database), remedy=_remedy(cause)
    ) from context.original_exception


def _remedy(cause: str) -> str:
    known = {
        "locked": "another program holds the file for long; stop it, or wait",
        "readonly": "the user that runs publisher needs the right to write this file and its folder",
        "unable to open": "check that the folder exists and may be written to",
        "not a database": "the file is damaged or something else; put a backup in its place",
        "malformed": "the file is damaged; put a backup in its place",
        "full": "free some disk space; nothing is sent until then",
        "ermission": "the user that runs publisher needs the right to write this file and its folder",
    }
    return next((remedy for piece, remedy in known.items() if piece in cause), "see docs/ledger.md")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "handle_error", lambda context: _translate(context, url))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's connection
    """FULL: an intent survives a power cut; with NORMAL it could vanish, and the post go out twice."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _bring_up_to_date(engine: Engine, url: URL) -> None:
    with engine.begin() as connection:
        tables = inspect(connection).get_table_names()
        present = "alembic_version" in tables
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if present else None
        if version is None and "deliveries" not in tables and tables:
            raise LedgerError(
                "this database belongs to another program", subject=str(url.database), remedy="choose another file"
            )
    if version == HEAD:
        return
    if version is not None and str(version) > HEAD:
        raise LedgerError(
            f"the ledger was written by a newer publisher (schema {version}, this program knows {HEAD})",
            subject=str(url.database),
            remedy="update publisher, or put the backup from before the update in its place",
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
