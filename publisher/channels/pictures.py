"""Pictures: what a platform takes, and the very file that was composed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from publisher.errors import MediaError, Rejected, TemporaryError
from publisher.model import Media

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRules:
    """What a platform takes. ``max_alt`` is in code points; 0: no limit is known."""

    platform: str
    content_types: tuple[str, ...]
    max_count: int
    max_bytes: int
    max_alt: int = 0


def placeholder(number: int) -> str:
    """What stands in a payload where the platform's id of picture ``number`` (from 1) goes."""
    return f"{{media:{number}}}"


def check_pictures(pictures: Sequence[Media], rules: PictureRules) -> None:
    """Raises `MediaError` for what the platform would refuse."""
    if len(pictures) > rules.max_count:
        raise MediaError(
            f"{len(pictures)} pictures, {rules.platform} takes {rules.max_count}",
            subject=str(pictures[rules.max_count].path),
            remedy=f"keep {rules.max_count} at most",
        )
    for media in pictures:
        _check(media, rules)


def read_picture(media: Media) -> bytes:
    """The bytes of the picture that was composed.

    Raises `Rejected` when the file is another one by now (what was seen and approved can't be sent any more), and
    `TemporaryError` when it can't be read.
    """
    try:
        content = media.path.read_bytes()
    except OSError as error:
        raise TemporaryError(
            f"the picture {media.path} can't be read", remedy="put the file back; it is tried again"
        ) from error
    if hashlib.sha256(content).hexdigest() != media.sha256:
        raise Rejected(
            f"the picture {media.path} was changed after the announcement had been composed",
            code="picture-changed",
            remedy="look at the preview again, then: publisher retry KEY",
        )
    return content


def _check(media: Media, rules: PictureRules) -> None:
    subject = str(media.path)
    if media.content_type not in rules.content_types:
        names = ", ".join(kind.partition("/")[2].upper() for kind in rules.content_types)
        raise MediaError(
            f"{rules.platform} does not take pictures of the type {media.content_type}",
            subject=subject,
            remedy=f"save it as one of: {names}",
        )
    if media.size > rules.max_bytes:
        raise MediaError(
            f"the picture has {media.size / MEGABYTE:.1f} MB, {rules.platform} takes {rules.max_bytes // MEGABYTE} MB",
            subject=subject,
            remedy="save it smaller; 1600 pixels in width are enough for a post",
        )
    if rules.max_alt and len(media.alt) > rules.max_alt:
        raise MediaError(
            f"the description of the picture has {len(media.alt)} characters, {rules.platform} takes {rules.max_alt}",
            subject=subject,
            remedy="say in one or two sentences what is to be seen",
        )
