"""Links that tell the statistics of a website where readers come from: the five ``utm_`` parameters of web analytics.

Source: Google Analytics, help page "URL builders: Collect campaign data with custom URLs"; Matomo reads the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from publisher.model import Announcement

_KIND = "utm_"


def tagged(link: str, announcement: Announcement) -> str:
    """The link with channel, announcement and language in it, where the channel asks for that.

    What the link says already stays, and one that has such parameters of its own is left as it is. Only for links to
    what is announced: those to legal notices, to the project and to unsubscribing don't come through here.
    """
    if not (announcement.channel.utm and link.startswith(("https://", "http://"))):
        return link
    parts = urlsplit(link)
    if _KIND in parts.query:
        return link
    added = "&".join(f"{_KIND}{name}={quote(value, safe='')}" for name, value in _parameters(announcement).items())
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def untagged(link: str) -> str:
    """The link without these parameters: the page itself."""
    parts = urlsplit(link)
    kept = "&".join(one for one in parts.query.split("&") if not one.startswith(_KIND))
    return urlunsplit(parts._replace(query=kept))


def _parameters(announcement: Announcement) -> Mapping[str, str]:
    channel = announcement.channel
    return {
        "source": channel.id,
        "medium": "email" if channel.audience else "social",  # who writes to an audience writes mail
        "campaign": announcement.source.id,
        "content": f"{announcement.template}-{announcement.language}",
    }
