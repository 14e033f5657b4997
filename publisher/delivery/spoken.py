"""In which of its languages a mailing has words: readers of the others get the nearest of these."""

from __future__ import annotations

from collections.abc import Callable

from publisher.composing import Composer, Due, sample_reader
from publisher.model import Channel
from publisher.schedulefile.schedule import Entry


def spoken(
    composer: Composer, due: Due, entry: Entry, *, channel: Channel, columns: Callable[[], tuple[str, ...]]
) -> tuple[str, ...]:
    """The languages of a channel in which everything is there to be said, in its order.

    Where a missing translation is an error (``missing_translation``), that is all of them: the mailing waits until it
    is mended. Else at least the one that stands in for all. ``columns`` gives those of its list. Raises `RenderError`,
    `MediaError` or `AudienceError`.
    """
    if not composer.schedule.fallback or len(channel.languages) == 1:
        return channel.languages
    there = columns()
    composed = {
        language: composer.compose(
            due, entry, channel=channel, language=language, reader=sample_reader(language, there)
        )
        for language in channel.languages
    }
    return tuple(language for language, one in composed.items() if one.draft.language == language) or channel.languages
