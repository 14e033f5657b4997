"""A source by its address or file name: its bytes, and which reader they are for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from publisher.importing import csvtable, feeds, ical, jsonld
from publisher.importing.errors import SourceTooLarge, SourceUnreachable, SourceUnusable
from publisher.importing.fetching import MAX_BYTES, Network, fetch
from publisher.importing.found import Harvest, Setting
from publisher.importing.texts import decoded

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_NEVER = re.compile(r"(?:image|video|audio|font|multipart)/|application/(?:pdf|zip|gzip|java|msword)", re.IGNORECASE)
_MOST_SNIFFED = 200_000
_KINDS = (
    "an iCalendar file, a page or file with schema.org events (JSON-LD), a feed with dates of events, "
    "or a CSV table whose first line names its columns (title, date …)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of a source. ``name`` is the host or file for people; ``url`` is empty for a file."""

    content: bytes
    name: str
    url: str = ""
    content_type: str = ""


def obtain(source: str, network: Network) -> Content:
    """The bytes at an address or in a file. Raises `ImportFault`."""
    if not _ADDRESS.match(source):
        return Content(content=_file(Path(source)), name=Path(source).name)
    url = re.sub(r"^webcals?://", "https://", source, flags=re.IGNORECASE)
    fetched = fetch(url, network)
    host = urlsplit(fetched.url).hostname or ""
    return Content(content=fetched.content, name=host, url=fetched.url, content_type=fetched.content_type)


def _file(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise SourceUnreachable(
                "this is no file", subject=str(path), remedy="give the name of a file or an address"
            )
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SourceUnreachable(
            f"the file can't be read: {getattr(error, 'strerror', None) or error}",
            subject=str(path),
            remedy="check its name; a web address begins with https://",
        ) from None
    if len(content) > MAX_BYTES:
        raise SourceTooLarge(
            f"the file has more than {MAX_BYTES // 1024:,} KiB", subject=str(path), remedy="import a part of it"
        )
    return content


def read(source: Content, setting: Setting) -> Harvest:
    """The events of a source, by what its bytes look like. Raises `SourceUnusable` when that is nothing known."""
    found = _CHARSET.search(source.content_type)
    charset = found[1] if found else ""
    if _NEVER.match(source.content_type.strip()):
        kind = source.content_type.partition(";")[0].strip()[:60]
        raise _unusable(source, f"the server says that this is {kind}")
    try:
        harvest = _read(source, setting, charset)
    except SourceUnusable as fault:
        raise SourceUnusable(fault.message, subject=source.name, remedy=fault.remedy) from None
    is_silent = not (harvest.events or harvest.past or harvest.notes)
    return replace(harvest, notes=("There is no event in it.",)) if is_silent else harvest


def _read(source: Content, setting: Setting, charset: str) -> Harvest:
    content = source.content
    if ical.looks_like_ical(content):
        return ical.read_ical(content, setting, charset=charset)
    text, _ = decoded(content[:_MOST_SNIFFED], charset=charset)
    if jsonld.looks_like_json(text):
        return jsonld.read_json(content, setting, url=source.url, charset=charset)
    if feeds.looks_like_feed(text):
        return feeds.read_feed(content, setting)
    if jsonld.looks_like_page(text):
        return jsonld.read_page(content, setting, url=source.url, charset=charset)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return feeds.read_feed(content, setting)
    if csvtable.looks_like_table(text):
        return csvtable.read_table(content, setting, charset=charset)
    raise _unusable(source, "this is nothing that can be imported")


def _unusable(source: Content, why: str) -> SourceUnusable:
    return SourceUnusable(why, subject=source.name, remedy=f"it must be {_KINDS}")
