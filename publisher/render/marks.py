"""What a template marks so that a text can be made to fit: parts to leave out, and parts to shorten.

``{% optional %} … {% endoptional %}`` may be left out when a post is too long, ``{% optional 2 %}`` after that, and so
on up to 9. ``{% shorten %} … {% endshorten %}`` may end earlier, at a word. In the output the marks are noncharacters
of Unicode, which no text for people holds; `publisher.render.fitting` reads them, and everybody else drops them.
"""

from __future__ import annotations

_FIRST = 0xFDD0
LOWEST, HIGHEST = 1, 9

OPTIONAL = {chr(_FIRST + order): order for order in range(LOWEST, HIGHEST + 1)}
"""The sign that opens an optional part, and when it is left out: 1 goes first."""
SHORTEN = chr(_FIRST + 10)
END = chr(_FIRST + 11)

_ALL = str.maketrans(dict.fromkeys((*OPTIONAL, SHORTEN, END), ""))


def without_marks(text: str) -> str:
    """The whole text, as it is when everything fits."""
    return text.translate(_ALL)
