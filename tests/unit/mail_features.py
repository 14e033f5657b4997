"""What a mail asks of the program that shows it: elements, attributes, styles; by the names of caniemail.com."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

_DATA = json.loads((Path(__file__).parent / "caniemail" / "features.json").read_text(encoding="utf-8"))
SUPPORT: dict[str, dict[str, str]] = _DATA["features"]
"""Feature → program → y, a (in part), n or u (unknown)."""

BASIC = {
    *("html", "head", "meta", "title", "tr", "tbody", "td", "br", "a"),
    *("alt", "border", "charset", "class", "content", "href", "name", "src", "aria-roledescription", "bgcolor"),
    *("color", "font-family"),
    *("xmlns:o", "mso-padding-alt"),  # for Outlook alone; others pass over it
}
"""What mail programs have always had, or may ignore without harm: caniemail.com has no page about it."""

_ELEMENTS = {"h1": "html-h1-h6", "h2": "html-h1-h6", "strong": "html-strong"}
_FAMILIES = ("border-radius", "border-collapse", "border", "padding", "margin", "text-decoration", "background-color")
_PICTURES = {"cid:emblem": "image-png", "cid:logo": "image-png", "cid:picture-1": "image-jpg"}
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;{}]+)")
_RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
_UNIT = re.compile(r"(?<![#\w])\d+(?:\.\d+)?(px|%|[a-z]+)")


class Features(HTMLParser):
    """The features of one page, in ``found``; those that nobody has heard of are in it by their own names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._in_style = False
        self.feed(page)

    def handle_decl(self, decl: str) -> None:
        self.found.add(f"html-{decl.partition(' ')[0].lower()}")

    def handle_comment(self, data: str) -> None:
        self.found.add("html-comments" if data.startswith("[if mso]") else f"comment {data}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        self._note(_ELEMENTS.get(tag, f"html-{tag}"), plain=tag)
        for name, value in attrs:
            if name == "style":
                self._declarations(value or "")
            elif (name, value) in (("name", "color-scheme"), ("name", "supported-color-schemes")):
                self.found.add("html-meta-color-scheme")
            elif name == "href" and (value or "").startswith("mailto:"):
                self.found.add("html-mailto-links")
            elif name == "src":
                self.found.add(_PICTURES.get(value or "", f"picture {value}"))
            else:
                self._note(f"html-{name}", plain=name)

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            return
        for rule in re.findall(r"@[a-z-]+[^{]*", data):
            dark = "prefers-color-scheme" in rule
            self.found |= {"css-at-media"} | ({"css-at-media-prefers-color-scheme"} if dark else set())
            assert re.match(r"@media \((max-width: \d+px|prefers-color-scheme: dark)\)", rule), rule
        for selector, declarations in _RULE.findall(re.sub(r"@media[^{]*\{", "", data)):
            self._selector(selector.strip())
            self._declarations(declarations)

    def handle_endtag(self, _: str) -> None:
        self._in_style = False

    def _selector(self, selector: str) -> None:
        signs = {",": "grouping", ".": "class", "#": "id", "[": "attribute", ":": "pseudo-class", ">": "child"}
        self.found |= {f"css-selector-{name}" for sign, name in signs.items() if sign in selector}
        if any(" " in part.strip() for part in selector.split(",")):
            self.found.add("css-selector-descendant")
        if re.search(r"(?:^|[\s,])[a-z]", selector):
            self.found.add("css-selector-type")

    def _declarations(self, style: str) -> None:
        for name, value in _DECLARATION.findall(style):
            family = next((one for one in _FAMILIES if name == one or name.startswith(f"{one}-")), name)
            if name == "display":
                self.found.add("css-display-none" if value.strip() == "none" else "css-display")
            else:
                self._note(f"css-{family}", plain=name)
            if "!important" in value:
                self.found.add("css-important")
            self.found |= {"css-unit-percent" if unit == "%" else f"css-unit-{unit}" for unit in _UNIT.findall(value)}

    def _note(self, feature: str, *, plain: str) -> None:
        if plain not in BASIC:
            self.found.add(feature)
