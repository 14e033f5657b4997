# ruff: noqa: RUF001  apostrophes as French writes them
"""The emblem of the European Union and the logo of the project, as mails show them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from publisher.model import Announcement, Media, Project
from publisher.pictures.rules import Original
from publisher.render.grammar import base_language
from publisher.render.media import facts_of, file_content

#: Pixels as they are seen; drawn twice as large, for screens that show more. The plates around them belong to it.
EMBLEM_SIZE = (102, 72)
_HEIGHT, _MARGIN = 60, 6
_WIDEST = 180
_FINER = 2

_NO_FUNDING = "none"
_EMBLEM_ALT = {
    "pl": "Flaga Unii Europejskiej",
    "en": "Flag of the European Union",
    "fi": "Euroopan unionin lippu",
    "de": "Flagge der Europäischen Union",
    "es": "Bandera de la Unión Europea",
    "ca": "Bandera de la Unió Europea",
    "fr": "Drapeau de l’Union européenne",
}


def has_emblem(project: Project) -> bool:
    """Whether the European Union pays."""
    return project.funding != _NO_FUNDING


def emblem_alt(language: str) -> str:
    """What the emblem shows, for people who don't see it."""
    return _EMBLEM_ALT.get(base_language(language), _EMBLEM_ALT["en"])


def logos(announcement: Announcement) -> Mapping[str, Media]:
    """The pictures that a mail may show beside its own, by name. Raises `MediaError` for a logo that can't be read."""
    found = {}
    project = announcement.project
    if has_emblem(project):
        from publisher.pictures.emblem import emblem_plate

        content = emblem_plate(_FINER * _HEIGHT)
        found["emblem"] = _shown("emblem", emblem_alt(announcement.language), content=content, size=EMBLEM_SIZE)
    if project.logo is not None:
        facts = facts_of(project.logo)
        found["logo"] = _shown("logo", project.name, content=_logo(project.logo, facts.sha256), size=logo_size(facts))
    return found


def logo_size(facts: Original) -> tuple[int, int]:
    """How large a logo is seen. Without its plate it is never higher than the emblem, nor larger than it is.

    Regulation (EU) 2021/1060, Annex IX, point 1.7.
    """
    scale = min(1.0, _HEIGHT / facts.height, _WIDEST / facts.width)
    return round(facts.width * scale) + 2 * _MARGIN, round(facts.height * scale) + 2 * _MARGIN


@lru_cache(maxsize=8)
def _logo(path: Path, _sha256: str) -> bytes:
    """On a white plate: a dark logo that is seen through would be lost on a dark ground."""
    from publisher.pictures.emblem import plate
    from publisher.pictures.fitting import logo_image

    image = logo_image(file_content(path), box=(_FINER * _WIDEST, _FINER * _HEIGHT))
    return plate(image, margin=_FINER * _MARGIN)


def _shown(name: str, alt: str, *, content: bytes, size: tuple[int, int]) -> Media:
    return Media(
        path=Path(f"{name}.png"),
        alt=alt,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content_type="image/png",
        width=size[0],
        height=size[1],
        content=content,
    )
