"""Pictures: made to fit a platform when they are composed, and the very same bytes when they are sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from publisher.errors import CredentialsBroken, MediaError, OutOfQuota, RateLimited, Rejected, TemporaryError
from publisher.interfaces import Clock
from publisher.model import Media
from publisher.pictures.rules import FittedPicture, PictureRules
from publisher.sentences import sentence

_UPLOAD_KEEPS = timedelta(minutes=20)  # X gives 21 minutes at least, Facebook a day


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


def fit_pictures(pictures: Sequence[Media], rules: PictureRules) -> tuple[Media, ...]:
    """The pictures as they go out; cards are drawn. Raises `MediaError` for what can't be made to fit."""
    if len(pictures) > rules.max_count:
        raise MediaError(
            sentence(
                "{n} pictures, {platform} takes {most}.", n=len(pictures), platform=rules.platform, most=rules.max_count
            ),
            subject=str(pictures[rules.max_count].path),
            remedy=sentence("Keep {most} at most.", most=rules.max_count),
        )
    return tuple(_fitted(media, rules) for media in pictures)


def read_picture(media: Media) -> bytes:
    """The bytes of the picture that was composed.

    Raises `Rejected` when they are those of a file that is another one by now (what was seen and approved can't be
    sent any more), and `TemporaryError` when it can't be read.
    """
    if media.content:
        return media.content
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


def _fitted(media: Media, rules: PictureRules) -> Media:
    _check_description(media, rules)
    if media.card is not None:
        from publisher.pictures.card import draw_card

        drawn = draw_card(media.card, rules.card)
        return _with(media, FittedPicture(drawn, "image/png", *rules.card))
    if media.content:  # made here, and sound
        return media
    fitted = _from_file(media.path, media.sha256, rules)
    return media if fitted.sha256 == media.sha256 else _with(media, fitted)


def _with(media: Media, fitted: FittedPicture) -> Media:
    return replace(
        media,
        content=fitted.content,
        sha256=fitted.sha256,
        size=len(fitted.content),
        content_type=fitted.content_type,
        width=fitted.width,
        height=fitted.height,
    )


@lru_cache(maxsize=16)
def _from_file(path: Path, sha256: str, rules: PictureRules) -> FittedPicture:
    """Made once for all readers of a list; kept by what is in the file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MediaError(
            sentence("The picture “{file}” can't be read.", file=path.name),
            subject=str(path),
            remedy=sentence("It must be a file that publisher may read."),
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise MediaError(
            sentence("The picture “{file}” was changed while it was looked at.", file=path.name),
            subject=str(path),
            remedy=sentence("Look at the preview again."),
        )
    from publisher.pictures.fitting import fit

    return fit(content, name=path.name, rules=rules)


def _check_description(media: Media, rules: PictureRules) -> None:
    if rules.max_alt and len(media.alt) > rules.max_alt:
        raise MediaError(
            sentence(
                "The description of the picture “{file}” has {length} characters, {platform} takes {most}.",
                file=media.path.name,
                length=len(media.alt),
                platform=rules.platform,
                most=rules.max_alt,
            ),
            subject=str(media.path),
            remedy=sentence("Say in one or two sentences what is to be seen."),
        )
