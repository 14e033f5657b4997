"""The card that a platform draws for a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from publisher.linkcards.kept import KeptCard


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLinkCard:
    """What the page behind a link says of itself (Open Graph, https://ogp.me). ``title`` is empty when not known."""

    address: str
    title: str = ""
    description: str = ""
    picture: str = ""  #: how its picture is described, or that there is none
    read_at: datetime | None = None  #: when the page was looked at (aware UTC)

    @classmethod
    def unknown(cls, address: str) -> Self:
        """The card of a page that nobody has looked at."""
        return cls(address=address)

    @classmethod
    def read(cls, address: str, seen: KeptCard) -> Self:
        """The card as it was when the page was looked at last."""
        card = seen.card
        picture = (
            f"with a picture{f': {card.image_alt}' if card.image_alt else ''}" if card.image else "without a picture"
        )
        small = ", which is small" if card.is_small else ""
        return cls(
            address=address,
            title=card.title,
            description=card.description,
            picture=picture + small,
            read_at=seen.at,
        )

    @property
    def host(self) -> str:
        """``example.org``, as platforms show it."""
        return urlsplit(self.address).hostname or self.address
