"""Descriptions of pictures, for those who don't see them (WCAG 2.1, success criterion 1.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.model import Digest, Picture, Severity
from publisher.rules.copy import Complaint, Sheet
from publisher.rules.registry import sheet_rule
from publisher.rules.tongues import foreign
from publisher.sentences import sentence, verbatim

_FILE = re.compile(
    r"\S+\.(?:jpe?g|png|gif|webp|heic|tiff?)|(?:img|dsc|dscn|image|photo|foto|zdjęcie)[ _-]?\d*", re.IGNORECASE
)
_NEEDLESS = re.compile(
    r"(?:(?:an?|the|na|das|ein|una?|la|el|une|l['’])\s*)?"  # noqa: RUF001
    r"(?:(?:image|picture|photo|photograph|graphic)\s+(?:of|showing)|(?:zdjęcie|obraz|obrazek|grafika|fotografia|zdjęciu|ilustracja)"
    r"\s+(?:przedstawia|pokazuje|przedstawiające|z|widać|widoczn\w+)|(?:bild|foto)\s+(?:von|zeigt|mit)|kuva(?:ssa|\s+jossa)?\s+(?:on|näkyy)"
    r"|(?:imagen|foto|fotografía|imatge|fotografia)\s+(?:de|del|amb|con|que)|(?:image|photo|photographie)\s+(?:de|du|des|d['’]|montrant))",  # noqa: RUF001
    re.IGNORECASE,
)
_QUOTES = re.compile('[„“”«»"]')


def _alts(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    return (one for one in sheet.texts if one.field.startswith("image.alt"))


def _picture(sheet: Sheet) -> Picture | None:
    source = sheet.entry.source
    return None if isinstance(source, Digest) else source.picture


@sheet_rule("alt-lazy", Severity.WARNING)
def descriptions_describe(sheet: Sheet) -> Iterator[Complaint]:
    """A file name is no description, and “picture of” is what the screen reader says anyway."""
    for field, _, words in _alts(sheet):
        if _FILE.fullmatch(words.strip()):
            yield Complaint(
                sentence("“{words}” is the name of a file, and no description of the picture.", words=words.strip()),
                sentence("Say in one sentence what can be seen, and why it is there."),
                field=field,
            )
        elif found := _NEEDLESS.match(words.strip()):
            yield Complaint(
                sentence(
                    "The description begins with “{words}”, which the screen reader says by itself.", words=found[0]
                ),
                sentence("Begin with what can be seen."),
                field=field,
            )


@sheet_rule("alt-same-as-text", Severity.WARNING)
def descriptions_are_no_texts(sheet: Sheet) -> Iterator[Complaint]:
    """Whoever listens hears the same thing twice, and nothing about the picture."""
    others = {(language, _plain(words)) for field, language, words in sheet.texts if not field.startswith("image.")}
    for field, language, words in _alts(sheet):
        if (language, _plain(words)) in others:
            yield Complaint(
                sentence("The description of the picture is the text over again."),
                sentence("Say what can be seen in the picture."),
                field=field,
            )


@sheet_rule("alt-other-language", Severity.WARNING)
def descriptions_are_in_their_language(sheet: Sheet) -> Iterator[Complaint]:
    """A screen reader pronounces it as the language that it is said to be."""
    for field, language, words in _alts(sheet):
        if other := foreign(words, language):
            yield Complaint(
                sentence(
                    "The description for “{code}” seems to be in another language: {other}.", code=language, other=other
                ),
                sentence("Write it in the language of the announcement."),
                field=field,
            )


@sheet_rule("image-of-text", Severity.WARNING)
def words_in_pictures_are_told(sheet: Sheet) -> Iterator[Complaint]:
    """What stands in a picture (``has_text: yes``) is quoted in its description (WCAG 2.1, 1.4.5)."""
    picture = _picture(sheet)
    if picture is None or not picture.has_text:
        return
    for field, _, words in _alts(sheet):
        if not _QUOTES.search(words):
            yield Complaint(
                sentence(
                    "There are words in the picture {file}, and its description quotes none.",
                    file=verbatim(picture.path.name),
                ),
                sentence("Quote them in the description:  A poster: “Open day, 11 May”."),
                field=field,
            )


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold().rstrip(".!")
