# ruff: noqa: RUF001  apostrophes as these languages write them
"""Where a line of HTML must not break: "w Białymstoku", "16 h 30", "12 mai", "2027 r.".

In mails alone. In posts a space that does not break is of no use, and stands in the way of copying and searching.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from publisher.render.grammar import base_language, locale_of

NBSP = "\u00a0"

#: Polish words of one letter move to the next line in headings (PWN, Wielki słownik ortograficzny, 54.8.1).
_ONE_LETTER_WORD = r"\b([aiouwzAIOUWZ]) (?=[\w„(<]|&(?!amp;)\w+;)"
_HOUR_BEFORE = r"\b(godz\.|klo|Uhr|las?|les?|à) (?=\d)"
_UNIT = r" (?<=\d )(?=(?:%|€|zł|EUR|PLN|r\.|km|kg|h|Uhr|tys\.|mln)(?!\w))"
_FRENCH_HOUR = r" (?<=\d h )(?=\d\d(?!\d))"
_FRENCH_SIGN = r" (?=[:;!?»])|(?<=«) "
_LITTLE_WORD = {"es": "de ", "ca": "(?:de |d[’'])"}  #: between day and month

#: What is no text: comments, styles, titles, tags.
_MARKUP = re.compile(r"<!--.*?-->|<(style|title|script)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def bind(text: str, language: str) -> str:
    """A plain text with non-breaking spaces where this language has them."""
    if " " not in text.strip():
        return text
    for pattern in _patterns(language):
        text = pattern.sub(lambda match: f"{match[1] if match.re.groups else ''}{NBSP}", text)
    return text


def bind_html(html: str, language: str) -> str:
    """The same for what people read in HTML; addresses, styles and the title stay as they are."""
    return _outside_markup(html, lambda text: bind(text, language))


def read_in_html(html: str) -> str:
    """What people read in HTML, without its tags."""
    return _MARKUP.sub(" ", html)


def _outside_markup(html: str, change: Callable[[str], str]) -> str:
    pieces: list[str] = []
    position = 0
    for markup in _MARKUP.finditer(html):
        pieces += (change(html[position : markup.start()]), markup.group())
        position = markup.end()
    return "".join((*pieces, change(html[position:])))


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    base = base_language(language)
    months = locale_of(language).months["format"]["wide"].values()
    names = "|".join(re.escape(re.sub(r"^(?:de |d’)", "", name)) for name in months)
    day = rf"\b(\d{{1,2}}(?:\.|er)?) (?={_LITTLE_WORD.get(base, '')}(?:{names})\b)"
    own = {"pl": (_ONE_LETTER_WORD,), "fr": (_FRENCH_HOUR, _FRENCH_SIGN)}.get(base, ())
    return tuple(map(re.compile, (*own, day, _HOUR_BEFORE, _UNIT)))
