"""Previews as one HTML file that needs no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from publisher.preview import Preview

_PAGES = Path(__file__).parent / "pages"


def preview_page(previews: Sequence[Preview], *, notes: Mapping[str, Sequence[str]], made_at: datetime) -> str:
    """The page: by day, each post and mail as it reads, with its problems. ``made_at`` is aware UTC.

    ``notes`` are further words about deliveries, by key: that they are paused, what they cost.
    """
    pages = Environment(loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined)
    return pages.get_template("preview.html.j2").render(previews=previews, notes=notes, made_at=made_at)
