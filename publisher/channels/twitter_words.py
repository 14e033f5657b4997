"""What X takes as the words of one post, and what to say about those that it would refuse. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from publisher.errors import DraftTooLong, RenderError
from publisher.model import Envelope, Media
from publisher.sentences import Sentence, counted, sentence

_FORBIDDEN = re.compile("[\ufffe\ufeff\uffff\ud800-\udfff]")  # twitter-text: the characters that a post can't hold


def weigh(text: str, envelope: Envelope, *, media: Sequence[Media] = ()) -> int:
    """The weighted length of one post. Raises `DraftTooLong` or `RenderError`."""
    from publisher.render.weight import X_LIMIT, weighted_length

    _check_words(text, envelope, media=media)
    weight = weighted_length(text)
    if weight > X_LIMIT:
        raise _too_long(text, envelope, weight)
    return weight


def weigh_part(text: str, envelope: Envelope, *, number: int, parts: int) -> int:
    """The same for part ``number`` (from 1) of a thread of ``parts``; what is wrong names the part."""
    try:
        return weigh(text, envelope)
    except DraftTooLong as error:
        raise DraftTooLong(
            _in_part(error.message, number=number, parts=parts),
            subject=error.subject,
            remedy=sentence("{remedy} Or divide it with a line “---”.", remedy=error.remedy),
            platform=error.platform,
        ) from None
    except RenderError as error:
        said = _in_part(error.message, number=number, parts=parts)
        raise RenderError(said, subject=error.subject, remedy=error.remedy) from None


def _in_part(said: str, *, number: int, parts: int) -> Sentence:
    return sentence("Part {number} of {parts}: {said}", number=number, parts=parts, said=said)


def _check_words(text: str, envelope: Envelope, *, media: Sequence[Media]) -> None:
    if not text.strip() and not media:
        raise RenderError(
            sentence("The post is empty."), subject=envelope.key, remedy=sentence("Write something into the template.")
        )
    bad = _FORBIDDEN.search(text)
    if bad:
        raise RenderError(
            sentence(
                "X does not take the character U+{code:04X} (at {position}).",
                code=ord(bad.group()),
                position=bad.start() + 1,
            ),
            subject=envelope.key,
            remedy=sentence("Delete it; it is invisible and often comes from copying."),
        )


def _too_long(text: str, envelope: Envelope, weight: int) -> DraftTooLong:
    from publisher.render.weight import X_LIMIT, before_the_cut, count_links

    over = weight - X_LIMIT
    return DraftTooLong(
        sentence(
            "On X this is {weight} of {limit} characters ({counted_as}). {over} too many, cut from “{cut}”.",
            weight=weight,
            limit=X_LIMIT,
            counted_as=_counted_as(count_links(text)),
            over=over,
            cut=before_the_cut(text),
        ),
        subject=envelope.key,
        remedy=sentence("Shorten the text by {over}.", over=over),
        platform="X",
    )


def _counted_as(links: int) -> Sentence:
    if not links:
        return sentence("emoji count as 2")
    return counted("the link counts as 23; emoji as 2", "each link counts as 23; emoji as 2", n=links)
