"""How full a post is, and where it is full: what the platform counts, and the exact character that is too many.

The words are read from the bytes that go out. Only what is too long has no bytes; then they are those of the draft.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from publisher.channels.forms import FORM, decode_form
from publisher.model import Payload
from publisher.preview import Preview
from publisher.render.weight import X_LIMIT, as_counted, cut_position, weighted_length


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredPost:
    """One post as it reads; a thread has several. ``text[cut:]`` is too much."""

    text: str
    weight: int
    limit: int  #: 0: none
    cut: int

    @property
    def kept(self) -> str:
        """What fits."""
        return self.text[: self.cut]

    @property
    def over(self) -> str:
        """What does not."""
        return self.text[self.cut :]

    @property
    def percent(self) -> int:
        """How full it is, at most 100."""
        return min(100, round(100 * self.weight / self.limit)) if self.limit else 0


@dataclass(frozen=True, slots=True)
class _Ruler:
    limit: int
    weigh: Callable[[str], int]
    cut: Callable[[str], int]


_FACEBOOK_LIMIT = 63_206
_RULERS = {
    "twitter": _Ruler(X_LIMIT, weighted_length, cut_position),
    "facebook": _Ruler(_FACEBOOK_LIMIT, len, lambda _text: _FACEBOOK_LIMIT),
}
"""For what is too long, and so has no payload that tells its weight. Limits as in the channels."""

_READERS: dict[str, Callable[[bytes], str]] = {
    "application/json": lambda body: str(json.loads(body).get("text", "")),
    FORM: lambda body: decode_form(body).get("message", ""),
}


def parts_of(preview: Preview) -> tuple[MeteredPost, ...]:
    """The posts of a preview, in order; one mail counts as one. None when there are no words."""
    draft = preview.draft
    if draft is None:
        return ()
    if preview.composed is not None:
        payload = preview.composed.payload
        if payload.parts:
            return tuple(_sent(part, otherwise="") for part in payload.parts)
        return (_sent(payload, otherwise=draft.text),)
    return tuple(_unsent(text, preview.planned.channel.type) for text in draft.parts or (draft.text,))


def _sent(payload: Payload, *, otherwise: str) -> MeteredPost:
    text = words_of(payload, otherwise=otherwise)
    return MeteredPost(text=text, weight=payload.weight, limit=payload.limit, cut=len(text))


def _unsent(words: str, channel_type: str) -> MeteredPost:
    text, ruler = as_counted(words), _RULERS.get(channel_type)
    if ruler is None:
        return MeteredPost(text=text, weight=len(text), limit=0, cut=len(text))
    return MeteredPost(text=text, weight=ruler.weigh(text), limit=ruler.limit, cut=min(len(text), ruler.cut(text)))


def words_of(payload: Payload, *, otherwise: str) -> str:
    """The words in the bytes of a post."""
    reader = _READERS.get(payload.content_type)
    return reader(payload.body) if reader is not None else otherwise
