"""A picture from the disk, made ready: its hash, its kind and its description in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from publisher.errors import MediaError, MissingTranslation
from publisher.model import Media, Picture
from publisher.pictures.rules import Original
from publisher.render.templates import shown
from publisher.render.texts import in_language, language_name, one_line
from publisher.sentences import Sentence, sentence


def prepare(picture: Picture, *, language: str, fallback: str = "") -> Media:
    """The picture with its description in ``language``, or else in ``fallback`` if that is given.

    Raises `MediaError` when the file is missing, unreadable, broken or no picture (JPEG, PNG, GIF, WebP), and
    `MissingTranslation` when there is no description. The channels make it fit.
    """
    facts = facts_of(picture.path)
    return Media(
        path=picture.path,
        alt=_description(picture, language=language, fallback=fallback),
        sha256=facts.sha256,
        size=facts.size,
        content_type=facts.content_type,
        width=facts.width,
        height=facts.height,
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


def facts_of(path: Path) -> Original:
    """What is in the file. Raises `MediaError`."""
    with _told(path):
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size)


def file_content(path: Path) -> bytes:
    """The bytes of a file that holds a picture. Raises `MediaError`."""
    facts_of(path)
    with _told(path):
        return path.read_bytes()


def _where_it_may_be(path: str) -> Sentence:
    """What to do about a picture that is not there."""
    if "\\" in path:
        return sentence("Put the picture beside the schedule file, and write “/” between folders:  images/hall.jpg")
    if re.search("https?:/", path):
        return sentence("Pictures are files: save it beside the schedule file, and write the name of the file.")
    return sentence("Check the file name, capitals included.")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What keeps a file from being read, for people."""
    try:
        yield
    except FileNotFoundError as error:
        raise MediaError(
            sentence("There is no picture “{file}”.", file=shown(path)),
            subject=shown(path),
            remedy=_where_it_may_be(str(path)),
        ) from error
    except OSError as error:
        raise MediaError(
            sentence("The picture “{file}” can't be read.", file=shown(path)),
            subject=shown(path),
            remedy=sentence("It must be a file that publisher may read."),
        ) from error


@lru_cache(maxsize=1024)
def _read(path: Path, _changed: int, _size: int) -> Original:
    """Looked at once for all readers of a list as long as the file does not change."""
    from publisher.pictures.original import examine

    return examine(path.read_bytes(), name=shown(path))
