"""The ledger: there, whole, of a version that we know, writable, and with space around it. It is not changed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from publisher.errors import LedgerError
from publisher.ledger.database import HEAD, open_engine
from publisher.model.findings import Finding, broken, doubtful, fine

_SUBJECT = "database"
_BUSY_SECONDS = 5.0
_LITTLE, _TOO_LITTLE = 500_000_000, 50_000_000
"""Bytes of free space."""

_BACKUP = "put a backup in its place (docs/ledger.md)"
_RIGHTS = "the user that runs publisher needs the right to write this file and its folder"


def examine(url: str) -> Iterator[Finding]:
    """What is so with the ledger at a URL."""
    path, prefix = url.partition("?")[0], "sqlite:///"
    if path.startswith(prefix):
        yield from _file(Path(path.removeprefix(prefix)))
    else:
        yield from _server(url)


def _file(file: Path) -> Iterator[Finding]:
    folder = _nearest(file.parent)
    yield _space(folder)
    if not file.exists():
        yield fine(_SUBJECT, f"{file} is not there yet; publisher makes it when it first sends")
        return
    try:
        with closing(_opened(file, "ro")) as connection:
            yield _wholeness(file, connection)
            yield _version(file, connection)
        with closing(_opened(file, "rw")) as connection:
            yield _writability(file, connection)
    except sqlite3.Error as error:
        yield broken(_SUBJECT, f"{file} can't be read: {error}", mend=_mend(error))


def _opened(file: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(file.absolute()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)


def _wholeness(file: Path, connection: sqlite3.Connection) -> Finding:
    found = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
    if found == ["ok"]:
        return fine(_SUBJECT, f"{file} is whole")
    return broken(_SUBJECT, f"{file} is damaged: {found[0]}", mend=_BACKUP)


def _version(file: Path, connection: sqlite3.Connection) -> Finding:
    row = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    version = connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0] if row[0] else None
    if version is None:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables:
            return broken(_SUBJECT, f"{file} belongs to another program", mend="choose another file with --database")
        return fine(_SUBJECT, f"{file} is empty; publisher sets it up when it first sends")
    if version > HEAD:
        return broken(
            _SUBJECT,
            f"{file} was written by a newer publisher (schema {version}, this program knows {HEAD})",
            mend="update publisher, or put the backup from before the update in its place",
        )
    later = "" if version == HEAD else f"; publisher brings it to {HEAD} when it next runs"
    return fine(_SUBJECT, f"schema {version}{later}")


def _writability(file: Path, connection: sqlite3.Connection) -> Finding:
    """A table that is made and taken back shows what a lock alone does not."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE examined (number INTEGER)")
        connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        if "locked" in str(error):
            return doubtful(_SUBJECT, f"{file} is held by a program that writes for long", mend="see which one it is")
        return broken(_SUBJECT, f"{file} can't be written: {error}", mend=_mend(error))
    return fine(_SUBJECT, "can be written")


def _space(folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return broken(_SUBJECT, f"{folder} can't be looked at: {error.strerror}", mend=_RIGHTS)
    words = f"{free / 1e9:,.1f} GB free at {folder}"
    if free < _LITTLE:
        grade = broken if free < _TOO_LITTLE else doubtful
        return grade(_SUBJECT, words, mend="make space: nothing is sent when nothing can be written down")
    return fine(_SUBJECT, words)


def _nearest(folder: Path) -> Path:
    """The folder, or the next one above it that is there."""
    return next((one for one in (folder, *folder.absolute().parents) if one.is_dir()), Path())


def _mend(error: sqlite3.Error) -> str:
    known = {"locked": "see which program holds it", "readonly": _RIGHTS, "unable to open": _RIGHTS}
    return next((mend for words, mend in known.items() if words in str(error)), _BACKUP)


def _server(url: str) -> Iterator[Finding]:
    """Any other database: reached and read, as far as its driver goes."""
    try:
        engine = open_engine(url)
    except LedgerError as error:
        yield broken(_SUBJECT, error.message, mend=error.remedy)
        return
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        yield fine(_SUBJECT, f"{engine.url.render_as_string(hide_password=True)} answers, schema {HEAD}")
        yield doubtful(
            _SUBJECT, "its free space and its wholeness can't be seen from here", mend="watch them on its own machine"
        )
    finally:
        engine.dispose()
