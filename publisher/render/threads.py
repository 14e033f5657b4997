"""Threads: a line of hyphens divides a text into parts, where the template says that it makes threads. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from publisher.model import Draft, Post, Source, Texts

#: Keyboards and word processors join hyphens to dashes: “—-” is what some make of three.
_DIVIDER = re.compile(r"^[ \t]*(?:[-–—]{3,}|—[-–—])[ \t]*$", re.MULTILINE)  # noqa: RUF001


def is_divided(text: str) -> bool:
    """Whether a line of three hyphens or dashes, or more, stands in a text."""
    return _DIVIDER.search(text) is not None


def divided(draft: Draft) -> Draft:
    """The draft with its parts; one that comes out empty is left out. Elsewhere the text has empty lines there.

    A text of nothing but dividers stays what it is.
    """
    parts = _parts(draft.text)
    if not parts:
        return draft
    return replace(draft, text="\n\n".join(parts), parts=parts if len(parts) > 1 else ())


def in_one_piece(source: Source) -> Source:
    """The source with its texts undivided, for mails."""
    if not isinstance(source, Post):
        return source
    text_for = {channel_type: _undivided(texts) for channel_type, texts in source.text_for.items()}
    return replace(source, text=_undivided(source.text), text_for=text_for)


def _undivided(texts: Texts) -> Texts:
    return {language: "\n\n".join(_parts(text)) or text for language, text in texts.items()}


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for piece in _DIVIDER.split(text) if (part := piece.strip()))
