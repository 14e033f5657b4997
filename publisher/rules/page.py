"""The HTML of a mail, taken apart: pieces of text with the style that they are shown in, pictures, links, tables.

Styles stand in the attributes, because they are put inline before a mail goes out (`publisher.render.mail`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_SILENT = frozenset({"head", "style", "script", "title"})
_DARK = re.compile(r"@media[^{}]*prefers-color-scheme\s*:\s*dark[^{}]*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}")
_STYLES = re.compile(r"(<style\b.*?</style>)", re.DOTALL | re.IGNORECASE)
_SAID = re.compile(r'(\s(?:href|src|alt|title|content|aria-label)=)"[^"<>]*"')
_WORDS = re.compile(r">[^<>]*[^<>\s][^<>]*(?=<)")
_HEADING = re.compile(r"h[1-6]")


def in_the_dark(html: str) -> str:
    """The page as a dark screen shows it, by the rules that it brings for that; empty when it brings none."""
    from css_inline import CSSInliner  # only mails need it

    if not _DARK.search(html):
        return ""
    return CSSInliner(load_remote_stylesheets=False).inline(_DARK.sub(r"\1", html))


def frame_of(html: str) -> str:
    """The page without its words, addresses and pictures: mails of one template and look have the same.

    All that can colour a page stays. With selectors like ``a[href^="mailto:"]`` everything stays.
    """
    between = _STYLES.split(html)  # every second is a style element
    if any("[" in styles for styles in between[1::2]):
        return html
    between[::2] = [_WORDS.sub(">x", _SAID.sub(r'\1""', part)) for part in between[::2]]
    return "".join(between)


class TextStyle(NamedTuple):
    """How text is shown; colours as they are written, ``size`` in pixels."""

    colour: str = "#000000"
    ground: str = "#ffffff"
    family: str = ""
    size: float = 16
    is_bold: bool = False
    is_italic: bool = False
    is_underlined: bool = False
    is_hidden: bool = False


class TextPiece(NamedTuple):
    """A piece of text."""

    text: str
    style: TextStyle


@dataclass
class Link:
    """A link and the words that people see of it."""

    target: str
    words: str = ""


class Image(NamedTuple):
    """A picture; ``before`` is how many characters of visible text stand before it. Heights are 0 when not said."""

    source: str
    alt: str | None
    height: int
    before: int


@dataclass
class Page:
    """What rules look at in a mail."""

    language: str = ""
    pieces: list[TextPiece] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)  #: the role of each
    headings: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, html: str) -> Page:
        """Take a page apart."""
        reader = _Reader(cls())
        reader.feed(html)
        reader.close()
        return reader.page

    @property
    def text(self) -> str:
        """All that can be seen, in one line."""
        return " ".join(" ".join(piece.text for piece in self.pieces if not piece.style.is_hidden).split())


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self._open: list[tuple[str, TextStyle]] = [("", TextStyle())]
        self._link: Link | None = None
        self._seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        style = _styled(tag, said, self._open[-1][1])
        self._note(tag, said, has_alt="alt" in said)
        if tag not in _VOID:
            self._open.append((tag, style))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None
        if tag in (name for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not data.strip() or any(name in _SILENT for name, _ in self._open):
            return
        style = self._open[-1][1]
        self.page.pieces.append(TextPiece(data, style))
        if self._link is not None:
            self._link.words += data
        if not style.is_hidden:
            self._seen += len(" ".join(data.split()))

    def _note(self, tag: str, said: Mapping[str, str], *, has_alt: bool) -> None:
        page = self.page
        if tag == "html":
            page.language = said.get("lang", "")
        elif tag == "table":
            page.tables.append(said.get("role", ""))
        elif tag == "a":
            self._link = Link(said.get("href", ""))
            page.links.append(self._link)
        elif tag == "img":
            alt = said["alt"] if has_alt else None
            page.images.append(Image(said.get("src", ""), alt, _pixels(said.get("height", "")), self._seen))
            if self._link is not None:
                self._link.words += alt or ""
        elif _HEADING.fullmatch(tag):
            page.headings.append(int(tag[1]))


def _styled(tag: str, said: Mapping[str, str], outer: TextStyle) -> TextStyle:
    """The style within an element."""
    rules = dict(_declared(said.get("style", "")))
    ground = rules.get("background-color") or rules.get("background", "").split(" ")[0] or said.get("bgcolor", "")
    decoration = rules.get("text-decoration", "")
    weight = rules.get("font-weight", "")
    return TextStyle(
        colour=rules.get("color") or said.get("color") or outer.colour,
        ground=ground or outer.ground,
        family=rules.get("font-family", outer.family),
        size=_size(rules.get("font-size", ""), outer.size),
        is_bold=weight in ("bold", "bolder", "600", "700", "800", "900")
        or (not weight and (outer.is_bold or tag in ("b", "strong", "h1", "h2", "h3", "th"))),
        is_italic=rules.get("font-style", "") in ("italic", "oblique") or outer.is_italic or tag in ("i", "em"),
        is_underlined="underline" in decoration or outer.is_underlined or tag == "u",
        is_hidden=outer.is_hidden or rules.get("display") == "none",
    )


def _declared(style: str) -> list[tuple[str, str]]:
    pairs = (part.partition(":") for part in style.split(";"))
    return [(name.strip().lower(), value.replace("!important", "").strip().lower()) for name, _, value in pairs]


def _size(written: str, outer: float) -> float:
    found = re.fullmatch(r"([0-9.]{1,8})(px|pt)", written)
    return float(found[1]) * (4 / 3 if found[2] == "pt" else 1) if found else outer


def _pixels(written: str) -> int:
    found = re.fullmatch(r"\s*([0-9]{1,5})(?:px)?\s*", written)
    return int(found[1]) if found else 0
