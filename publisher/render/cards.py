"""The card of an event without a picture: its words, and the same words for people who don't see it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from publisher.errors import MissingTranslation
from publisher.model import Announcement, Card, Event, Media
from publisher.render.dates import when_in_words
from publisher.render.event_view import EventView
from publisher.render.media import file_content
from publisher.render.texts import one_line

_ENDS = ".!?…:"


def card_media(announcement: Announcement, event: Event, *, label: str, statement: str) -> Media:
    """A card that the channel draws in its own size. Raises `MediaError` when the words have no room on it."""
    from publisher.pictures.card import check_card

    view = EventView(event, announcement)
    logo, emblem = announcement.project.logo, announcement.project.profile.emblem
    card = Card(
        title=one_line(view.title),
        label=label,
        when=when_in_words(
            event.when, announcement.language, style="compact", audience=announcement.channel.calendar.timezone
        ),
        place=_place(view),
        speaker=one_line(announcement.project.name),
        statement=one_line(statement),
        emblem=file_content(emblem) if emblem and statement else b"",
        logo=file_content(logo) if logo else b"",
    )
    check_card(card)
    return Media(
        path=Path(f"card-{event.id}.{announcement.language}.png"),
        alt=spoken(card),
        sha256=hashlib.sha256(repr(card).encode() + card.logo + card.emblem).hexdigest(),
        size=0,  # it is drawn when it is composed
        content_type="image/png",
        card=card,
    )


def spoken(card: Card) -> str:
    """All that stands on the card: “Invitation: Open day, 2 June 2027, Białystok. Next2Met. Co-funded by …”."""
    head = f"{card.label}: {card.title}" if card.label else card.title
    rest = ", ".join(part for part in (card.when, card.place) if part)
    joint = " " if head.endswith(tuple(_ENDS)) else ", "
    sentences = (head + joint + rest if rest else head, card.speaker, card.statement)
    return " ".join(part if part.endswith(tuple(_ENDS)) else f"{part}." for part in sentences if part)


def _place(view: EventView) -> str:
    """Left out in a language that lacks it: the words of the post say that it is missing when they need it."""
    try:
        return one_line(view.place)
    except MissingTranslation:
        return ""
