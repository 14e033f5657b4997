"""Which columns of mailing lists templates ask for: where no list can be looked at, they are taken to be there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from publisher.render.sources import Sources

_ASKED = re.compile(r"""\breader(?:\.([A-Za-z_]\w*)|\[\s*["']([^"'\]]+)["']\s*\])""")
_OF_EVERYBODY = frozenset({"name", "language"})


def columns_asked_for(folders: Iterable[Path], *, sources: Sources) -> tuple[str, ...]:
    """The names after ``reader.`` in any file of these folders of templates, sorted."""
    found: set[str] = set()
    for text in _texts(folders, sources):
        found |= {plain or quoted for plain, quoted in _ASKED.findall(text)}
    return tuple(sorted(found - _OF_EVERYBODY))


def _texts(folders: Iterable[Path], sources: Sources) -> Iterator[str]:
    for folder in folders:
        for inner in (folder, *(folder / name for name in sources.folders(folder))):
            for name in sources.files(inner):
                with suppress(OSError):
                    yield sources.read(inner / name).decode("utf-8", "replace")
