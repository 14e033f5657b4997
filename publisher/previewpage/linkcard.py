"""The card that a platform draws for a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """What the page behind a link says of itself (Open Graph, https://ogp.me). ``title`` is empty when not known."""

    address: str
    title: str = ""
    description: str = ""

    @classmethod
    def unknown(cls, address: str) -> Self:
        """The card of a page that nobody has looked at."""
        return cls(address=address)

    @property
    def host(self) -> str:
        """``example.org``, as platforms show it."""
        return urlsplit(self.address).hostname or self.address
