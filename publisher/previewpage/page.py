"""The page itself. Its Content-Security-Policy forbids every request, and every script but the one that it brings."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from publisher import __version__
from publisher.errors import SettingsError
from publisher.explanations import Explanation, explanation
from publisher.previewpage.board import Board, Showing

_PAGES = Path(__file__).parents[1] / "pages"
_LIVELY = re.compile(r"https?://[^\s<>]+|[#@]\w+")
_FOLD = 400
"""Characters of a post that Facebook shows before “See more”, roughly: it folds by lines, too."""
_FOLD_LINES = 5
_MANY = 30
"""With more previews than this mails are drawn only when they are opened."""


def preview_page(showing: Showing, *, live_script: str = "") -> str:
    """The page. ``live_script`` is for a page that is served: it may ask its own server, and nobody else."""
    board = Board(showing)
    scripts = [one for one in ((_PAGES / "preview.js").read_text(encoding="utf-8"), live_script) if one]
    return (
        _pages()
        .get_template("preview.html.j2")
        .render(
            board=board,
            showing=showing,
            explanations=[found for code in board.codes if (found := _explained(code))],
            scripts=[Markup(script) for script in scripts],  # noqa: S704  ours
            policy=Markup(_policy(scripts, connects="'self'" if live_script else "'none'")),  # noqa: S704  hashes and words
            is_long=len(showing.previews) > _MANY,
            version=__version__,
        )
    )


def _policy(scripts: Sequence[str], *, connects: str) -> str:
    """Nothing is fetched; styles may stand in the page, since mails need theirs; scripts are known by their hash."""
    hashes = (b64encode(sha256(script.encode()).digest()).decode("ascii") for script in scripts)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src {allowed}; connect-src {connects}"
    )


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"lively": lively, "folded": folded}
    return pages


def lively(text: str) -> Markup:
    """The text with links, hashtags and mentions in the colour that platforms give them."""
    out, begin = Markup(), 0
    for found in _LIVELY.finditer(text):
        out += escape(text[begin : found.start()]) + Markup('<span class="lively">{}</span>').format(found[0])
        begin = found.end()
    return out + escape(text[begin:])


def folded(text: str) -> tuple[str, str]:
    """What is shown before “See more”, and what after; at the end of a word."""
    end = min(len(text), _FOLD)
    lines = [found.start() for found in re.finditer("\n", text)]
    if len(lines) >= _FOLD_LINES:
        end = min(end, lines[_FOLD_LINES - 1])
    if end == len(text):
        return text, ""
    space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    cut = end if text[end].isspace() or space <= 0 else space
    return text[:cut], text[cut:]


def _explained(code: str) -> Explanation | None:
    try:
        return explanation(code)
    except SettingsError:
        return None
