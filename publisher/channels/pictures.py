"""Pictures: what a platform takes, and the very file that was composed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from publisher.errors import CredentialsBroken, MediaError, OutOfQuota, RateLimited, Rejected, TemporaryError
from publisher.interfaces import Clock
from publisher.model import Media
from publisher.sentences import sentence

MEGABYTE = 1_000_000

_UPLOAD_KEEPS = timedelta(minutes=20)  # X gives 21 minutes at least, Facebook a day


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRules:
    """What a platform takes. ``max_alt`` is in code points; 0: no limit is known."""

    platform: str
    content_types: tuple[str, ...]
    max_count: int
    max_bytes: int
    max_alt: int = 0


class Uploads:
    """Pictures that an account has taken and not shown yet: the next try need not send them again.

    Used around a try: once the post is out, or refused for good, they are forgotten.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: dict[tuple[str, str], tuple[str, datetime]] = {}

    def once(self, media: Media, upload: Callable[[Media], str]) -> str:
        """The platform's id of a picture, by ``upload`` unless it was taken a short while ago."""
        known, now = (media.sha256, media.alt), self._clock.now()
        taken = self._taken.get(known)
        if taken is None or now >= taken[1]:
            taken = self._taken[known] = (upload(media), now + _UPLOAD_KEEPS)
        return taken[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not isinstance(error, TemporaryError | RateLimited | CredentialsBroken | OutOfQuota):
            self._taken.clear()


def placeholder(number: int) -> str:
    """What stands in a payload where the platform's id of picture ``number`` (from 1) goes."""
    return f"{{media:{number}}}"


def check_pictures(pictures: Sequence[Media], rules: PictureRules) -> None:
    """Raises `MediaError` for what the platform would refuse."""
    if len(pictures) > rules.max_count:
        raise MediaError(
            sentence(
                "{n} pictures, {platform} takes {most}.", n=len(pictures), platform=rules.platform, most=rules.max_count
            ),
            subject=str(pictures[rules.max_count].path),
            remedy=sentence("Keep {most} at most.", most=rules.max_count),
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
            sentence(
                "{platform} does not take pictures of the type {type}: “{file}”.",
                platform=rules.platform,
                type=media.content_type,
                file=media.path.name,
            ),
            subject=subject,
            remedy=sentence("Save it as one of: {names}.", names=names),
        )
    if media.size > rules.max_bytes:
        raise MediaError(
            sentence(
                "The picture “{file}” has {size:.1f} MB, {platform} takes {most} MB.",
                file=media.path.name,
                size=media.size / MEGABYTE,
                platform=rules.platform,
                most=rules.max_bytes // MEGABYTE,
            ),
            subject=subject,
            remedy=sentence("Save it smaller; 1600 pixels in width are enough for a post."),
        )
    if rules.max_alt and len(media.alt) > rules.max_alt:
        raise MediaError(
            sentence(
                "The description of the picture “{file}” has {length} characters, {platform} takes {most}.",
                file=media.path.name,
                length=len(media.alt),
                platform=rules.platform,
                most=rules.max_alt,
            ),
            subject=subject,
            remedy=sentence("Say in one or two sentences what is to be seen."),
        )
