"""Mails in files: single ones, mbox files, Maildir folders; packed or not."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_GZIP = b"\x1f\x8b"
_MOST_BYTES = 1 << 30
_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_FIELD = rb"(?=[\x21-\x39\x3b-\x7e]{1,80}:|>From )"
_MBOX_LINE = re.compile(rb"^From \S+ {1,4}" + _DAY + rb" " + _MONTH + rb" .{0,40}\r?\n" + _FIELD, re.MULTILINE)


class UnreadableMail(Exception):
    """A file that is no mail to us; the words say why."""


@dataclass(frozen=True, slots=True)
class FoundMail:
    """One mail: where it stands, and which of the mails there it is, from 1."""

    file: Path
    number: int
    content: bytes


def mails(path: Path) -> Iterator[FoundMail]:
    """The mails at a path. Raises `UnreadableMail`."""
    try:
        if path.is_dir():
            yield from _in_folder(path)
        else:
            yield from _in_file(path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableMail("it is packed, and damaged") from error
    except OSError as error:
        raise UnreadableMail(error.strerror or str(error)) from error


def files(path: Path) -> list[Path]:
    """The files that a path stands for: those of a Maildir, or all in a folder; else the path itself."""
    if not path.is_dir():
        return [path]
    inside = [path / name for name in ("new", "cur") if (path / name).is_dir()]
    folders = inside or [path]
    found = (file for folder in folders for file in folder.rglob("*"))
    return sorted(file for file in found if file.is_file() and not file.name.startswith("."))


def _in_folder(path: Path) -> Iterator[FoundMail]:
    for file in files(path):
        yield from _in_file(file)


def _in_file(file: Path) -> Iterator[FoundMail]:
    content = _content(file)
    for number, mail in enumerate(_divided(content), start=1):
        yield FoundMail(file, number, mail)


def _content(file: Path) -> bytes:
    with file.open("rb") as stream:
        is_packed = stream.read(len(_GZIP)) == _GZIP
    with gzip.open(file) if is_packed else file.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise UnreadableMail("it has more than 1 GB: divide it")
    if not content.strip():
        raise UnreadableMail("it is empty")
    return content


def _divided(content: bytes) -> Iterator[bytes]:
    """The mails of an mbox (RFC 4155); anything else is one mail."""
    first = _MBOX_LINE.match(content)
    if first is None:
        yield content
        return
    starts = [match.start() for match in _MBOX_LINE.finditer(content) if _stands_free(content, match.start())]
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        yield content[start:end]


def _stands_free(content: bytes, at: int) -> bool:
    return at == 0 or content[max(0, at - 4) : at].endswith((b"\n\n", b"\r\n\r\n"))
