"""A picture from the disk, made ready: its hash, its kind and its description in one language."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from publisher.errors import MediaError, MissingTranslation
from publisher.model import Media, Picture
from publisher.render.templates import shown
from publisher.render.texts import in_language, language_name, one_line
from publisher.sentences import sentence


def prepare(picture: Picture, *, language: str, fallback: str = "") -> Media:
    """The picture with its description in ``language``, or else in ``fallback`` if that is given.

    Raises `MediaError` when the file is missing, unreadable or no picture (JPEG, PNG, GIF, WebP), and
    `MissingTranslation` when there is no description. Sizes are for the channels to judge.
    """
    size, sha256, content_type = _facts(picture.path)
    return Media(
        path=picture.path,
        alt=_description(picture, language=language, fallback=fallback),
        sha256=sha256,
        size=size,
        content_type=content_type,
    )


def _description(picture: Picture, *, language: str, fallback: str) -> str:
    alt = in_language(picture.alt, language) or (in_language(picture.alt, fallback) if fallback else "")
    if alt:
        return one_line(alt)
    raise MissingTranslation(
        sentence(
            "The picture {file} has no description (alt) in {language}.",
            file=picture.path.name,
            language=language_name(language),
        ),
        subject=picture.path.name,
        remedy=sentence("Add  {code}: …  under alt: what can be seen, for those who can't see it.", code=language),
        field="image.alt",
    )


def _facts(path: Path) -> tuple[int, str, str]:
    try:
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size)
    except FileNotFoundError as error:
        raise MediaError(
            sentence("There is no picture “{file}”.", file=shown(path)),
            subject=shown(path),
            remedy=sentence("Check the file name, capitals included."),
        ) from error
    except OSError as error:
        raise MediaError(
            sentence("The picture “{file}” can't be read.", file=shown(path)),
            subject=shown(path),
            remedy=sentence("It must be a file that publisher may read."),
        ) from error


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int, _size: int) -> tuple[int, str, str]:
    """Size, hash and kind; read once for all readers of a list as long as the file does not change."""
    content = path.read_bytes()
    return len(content), hashlib.sha256(content).hexdigest(), _content_type(content, path=path)


def _content_type(content: bytes, *, path: Path) -> str:
    """By the first bytes: the name of a file says nothing about what is in it."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    raise MediaError(
        sentence("“{file}” is no picture that can be posted.", file=shown(path)),
        subject=shown(path),
        remedy=sentence("Save it as JPEG, PNG, GIF or WebP."),
    )
