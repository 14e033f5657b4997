"""The emblem of the funding and the logo of the project, as mails show them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from publisher.model import Announcement, Media, Project
from publisher.pictures.rules import Original
from publisher.render.grammar import base_language
from publisher.render.media import facts_of, file_content
from publisher.render.texts import in_language

#: Pixels as they are seen; drawn twice as large, for screens that show more. The plates around them belong to it.
_HEIGHT, _MARGIN = 60, 6
_WIDEST = 180
_FINER = 2


def has_emblem(project: Project) -> bool:
    """Whether the funding profile has an emblem to show."""
    return project.profile.emblem is not None


def emblem_alt(project: Project, language: str) -> str:
    """What the emblem shows, for people who don't see it."""
    texts = project.profile.emblem_alt
    return in_language(texts, language) or in_language(texts, base_language(language)) or in_language(texts, "en")


def emblem_plate(project: Project) -> bytes:
    """The emblem of the profile on a white plate of its own: it looks the same on any ground, also on a dark one."""
    path = project.profile.emblem
    return b"" if path is None else _plated(path, facts_of(path).sha256)


def logos(announcement: Announcement) -> Mapping[str, Media]:
    """The pictures that a mail may show beside its own, by name. Raises `MediaError` for a logo that can't be read."""
    found = {}
    project = announcement.project
    if project.profile.emblem is not None:
        size = emblem_size(facts_of(project.profile.emblem))
        alt = emblem_alt(project, announcement.language)
        found["emblem"] = _shown("emblem", alt, content=emblem_plate(project), size=size)
    if project.logo is not None:
        facts = facts_of(project.logo)
        found["logo"] = _shown("logo", project.name, content=_plated(project.logo, facts.sha256), size=logo_size(facts))
    return found


def logo_size(facts: Original) -> tuple[int, int]:
    """How large a logo is seen. Without its plate it is never higher than the emblem, nor larger than it is.

    Regulation (EU) 2021/1060, Annex IX, point 1.7.
    """
    scale = min(1.0, _HEIGHT / facts.height, _WIDEST / facts.width)
    return round(facts.width * scale) + 2 * _MARGIN, round(facts.height * scale) + 2 * _MARGIN


def emblem_size(facts: Original) -> tuple[int, int]:
    """How large the emblem is seen, with its plate: always as high as logos may be at most."""
    return round(facts.width * _HEIGHT / facts.height) + 2 * _MARGIN, _HEIGHT + 2 * _MARGIN


@lru_cache(maxsize=8)
def _plated(path: Path, _sha256: str) -> bytes:
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
