"""Posts made to fit: the channel's own `compose` says what does."""

from __future__ import annotations

from dataclasses import replace

from publisher.errors import DraftTooLong
from publisher.interfaces import Transport
from publisher.model import Draft, Envelope, Payload


def fitting(draft: Draft, transport: Transport, envelope: Envelope) -> tuple[Draft, Payload]:
    """The draft as it is, or made to fit as its template allows. Raises `DraftTooLong` if that is not enough."""
    try:
        return draft, transport.compose(draft, envelope)
    except DraftTooLong:
        if not draft.flexible:
            raise
    shorter = shortened(draft, transport, envelope)
    return shorter, transport.compose(shorter, envelope)


def shortened(draft: Draft, transport: Transport, envelope: Envelope) -> Draft:
    """With as much taken away as its template allows and the platform asks for."""
    if not draft.flexible:
        return draft
    from publisher.render.fitting import fitted

    def fits(text: str) -> bool:
        try:
            transport.compose(replace(draft, text=text), envelope)
        except DraftTooLong:
            return False
        return True

    words = fitted(draft.flexible, fits, language=draft.language)
    return replace(draft, text=words.text, trims=words.trims)
