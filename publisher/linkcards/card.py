"""The card of a web page, as X and Facebook make it: title, description and picture from its head. Pure.

Sources: "The Open Graph protocol" (ogp.me); X documentation, page "Cards markup": ``twitter:`` goes before ``og:``, and
``og:`` before what the page says for everybody. The head is searched by hand: ``html.parser`` takes time with the
square of the size for markup that is left open.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message

from publisher.importing.texts import absolute, clean, decoded, shortened, web_link

_HEAD = 300_000  #: characters in which the head must stand
_TAG = re.compile(
    r"<(?P<name>meta|body)\b(?P<attributes>(?:[^<>\"']|\"[^\"]{0,4000}\"|'[^']{0,4000}'){0,400})>", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""([a-z:-]{1,30})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]{0,500}>([^<]{0,2000})", re.IGNORECASE)
_LONGEST_TITLE, _LONGEST_DESCRIPTION = 200, 500

#: Smaller pictures are shown as a thumbnail. Meta for Developers, page "Images in Link Shares": 1200 by 630 pixels.
WIDE_ENOUGH = (1200, 630)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """What a page says of itself. ``image`` is a web address, its size in pixels is 0 where the page does not tell."""

    title: str = ""
    description: str = ""
    image: str = ""
    image_alt: str = ""
    image_width: int = 0
    image_height: int = 0
    site: str = ""

    @property
    def lacks(self) -> tuple[str, ...]:
        """What a good card has and this one lacks, in the words of Open Graph."""
        given = {"og:title": self.title, "og:description": self.description, "og:image": self.image}
        return tuple(name for name, value in given.items() if not value)

    @property
    def is_small(self) -> bool:
        """Whether the picture is known to be too small for a wide card."""
        width, height = WIDE_ENOUGH
        return 0 < self.image_width < width or 0 < self.image_height < height


def read_card(content: bytes, *, url: str, content_type: str = "") -> LinkCard:
    """The card of the page at ``url``; an empty one for what is no page or says nothing."""
    header = Message()
    header["Content-Type"] = content_type or "text/html"
    if header.get_content_subtype() not in ("html", "xhtml+xml"):
        return LinkCard()
    text = decoded(content, charset=str(header.get_param("charset") or ""))[0][:_HEAD]
    said = dict(reversed(list(_properties(text))))  # of several the first one counts
    title = _TITLE.search(text)
    image = _first(said, "twitter:image", "og:image", "og:image:url", "og:image:secure_url")
    return LinkCard(
        title=shortened(_first(said, "twitter:title", "og:title") or _plain(title[1] if title else ""), _LONGEST_TITLE),
        description=shortened(
            _first(said, "twitter:description", "og:description", "description"), _LONGEST_DESCRIPTION
        ),
        image=web_link(absolute(url, image)) if image else "",
        image_alt=shortened(_first(said, "twitter:image:alt", "og:image:alt"), _LONGEST_DESCRIPTION),
        image_width=_pixels(said.get("og:image:width", "")),
        image_height=_pixels(said.get("og:image:height", "")),
        site=shortened(_first(said, "og:site_name"), _LONGEST_TITLE),
    )


def _properties(text: str) -> Iterator[tuple[str, str]]:
    """What the elements ``meta`` of the head say, in order."""
    for tag in _TAG.finditer(text):
        if tag["name"].lower() == "body":
            return
        found = {one[1].lower(): one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(tag["attributes"])}
        name = found.get("property") or found.get("name") or ""
        if name and found.get("content"):
            yield name.strip().lower(), found["content"]


def _first(said: Mapping[str, str], *names: str) -> str:
    return next((words for name in names if (words := _plain(said.get(name, "")))), "")


def _plain(words: str) -> str:
    return clean(html.unescape(words))


def _pixels(words: str) -> int:
    return int(words) if re.fullmatch(r"\d{1,5}", words.strip()) else 0
