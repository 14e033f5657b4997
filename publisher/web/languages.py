"""In which language a page speaks: as the link says, else as its reader does, the browser asks or the office writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from publisher.newsletter.languages import chain
from publisher.web.words import LANGUAGES

_LONGEST_HEADER = 500  # characters; browsers send a tenth of it


def negotiated(asked: str, header: str, *, own: str = "", usual: str) -> str:
    """One of our languages: the one ``asked`` for, else the ``own`` one of the reader or of what is to be read.

    When nobody knows that, the best of an Accept-Language ``header``, else the usual one.
    """
    wanted = [_primary(asked), _primary(own), *_ranked(header[:_LONGEST_HEADER]), _primary(usual)]
    return next((language for language in wanted if language in LANGUAGES), "en")


def spoken(texts: Mapping[str, str], language: str) -> str:
    """In which of its languages a list is told about to people who asked for this one; empty when there are none."""
    order = (*chain(language), "*", *texts)
    return next((one for one in order if texts.get(one)), "")


def chosen(texts: Mapping[str, str], language: str, *, otherwise: str = "") -> str:
    """The words of a list in this language, or in one that its speakers can read; any rather than none."""
    return texts.get(spoken(texts, language)) or otherwise


def _ranked(header: str) -> Iterator[str]:
    """RFC 9110 section 12.5.4, the most wanted first; what is wanted alike in the order in which it stands."""
    weighed: list[tuple[float, int, str]] = []
    for part in header.split(","):
        tag, _, rest = part.partition(";")
        quality = _quality(rest)
        if quality > 0:
            weighed.append((-quality, len(weighed), _primary(tag)))
    return (language for _, _, language in sorted(weighed))


def _quality(parameters: str) -> float:
    value = parameters.strip().removeprefix("q=").strip()
    try:
        return min(float(value), 1.0) if value else 1.0
    except ValueError:
        return 0.0


def _primary(tag: str) -> str:
    return tag.strip().lower().partition("-")[0]
