"""Who may read the files that hold secrets or addresses."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from publisher.app import App
from publisher.model.findings import Finding, broken, doubtful, fine
from publisher.settings import KEPT_IN

_SUBJECT = "files"


def examine(app: App) -> Iterator[Finding]:
    """Permissions of ``.env``, of the files that ``…_FILE`` names, of kept credentials, and of the ledger."""
    found = [*_secrets(app), *_ledger(app)]
    yield from found
    if not found:
        yield fine(_SUBJECT, "nobody else may read the credentials and the ledger")


def _secrets(app: App) -> Iterator[Finding]:
    values = app.options.values
    named = (Path(value) for name, value in values.items() if name.startswith("PUBLISHER_") and name.endswith("_FILE"))
    kept = Path(values.get(KEPT_IN, ""))
    inside = kept.glob("PUBLISHER_*") if values.get(KEPT_IN) else ()
    for file in sorted({Path(".env"), *named, *inside}):
        mode = _mode(file)
        mend = f"run: chmod 600 {file}"
        if mode & (stat.S_IROTH | stat.S_IWOTH):
            yield broken(
                _SUBJECT, f"everybody on this machine may read or write {file}, which holds secrets", mend=mend
            )
        elif mode & (stat.S_IRGRP | stat.S_IWGRP):
            yield doubtful(_SUBJECT, f"its group may read or write {file}, which holds secrets", mend=mend)


def _ledger(app: App) -> Iterator[Finding]:
    file = app.database_file
    if file is not None and _mode(file) & (stat.S_IROTH | stat.S_IWOTH):
        yield doubtful(
            _SUBJECT,
            f"everybody on this machine may read {file}, which holds the addresses of readers",
            mend=f"run: chmod o-rwx {file}*",
        )


def _mode(file: Path) -> int:
    """Its permissions; none for a file that is not there or that we may not look at."""
    try:
        return stat.S_IMODE(file.stat().st_mode)
    except OSError:
        return 0
