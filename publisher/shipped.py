"""Files that come with publisher: the announcement templates and the sample calendar."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def shipped(name: str) -> Path:
    """A folder that comes with the program: inside the installed package, or beside it in a checkout."""
    packaged = _HERE / "_shipped" / name
    return packaged if packaged.exists() else _HERE.parent / name
