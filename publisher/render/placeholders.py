"""Words that somebody meant to fill in: ``{{ name }}``, ``[TODO]``, ``XX.XX``. None of them ever goes out."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping
from functools import lru_cache

from publisher.errors import PlaceholderLeft
from publisher.model import Announcement, Digest, Draft, Event, Source, Texts
from publisher.render.templates import TemplateFile, shown
from publisher.render.texts import in_language, place_in_file
from publisher.sentences import sentence

_NAME = r"[^\W\d]\w*(?:[. ][^\W\d]\w*){0,4}"
_KINDS = (
    r"\{\{[^{}\n]{0,80}\}\}",
    r"\{%[^%\n]{0,80}%\}",
    r"\{\{|\}\}|\{%|%\}",
    rf"\$?\{{{_NAME}\}}",
    rf"«{_NAME}»(?=\s*«{_NAME}»)",  # two in a row are fields of a mail merge, one is a quotation
    r"\*\|\w{1,40}\|\*",
    r"\[\s?(?:TODO|(?i:TBD|TBC|TBA|FIXME|XX+|placeholder|do uzupełnienia|uzupełnić|uzupełnij))\b[^\]\n]{0,60}\]",
    r"(?<![\w/.@-])(?:XX[.:/-]XX|xx[.:/-]xx)(?:[./-](?:XX|xx){1,2})?(?![\w@])",
    r"(?<![\w/.@-])(?:DD[./-]MM|dd[./-]mm)(?:[./-][YRJAVyrjav]{2,4})?(?![\w@])",
    r"(?<![\w/.@-])(?:HH:MM|GG:MM|hh:mm|gg:mm)(?!\w)",
    r"(?i:lorem\s+ipsum)",
)
_PLACEHOLDER = re.compile("|".join(_KINDS))
#: One of these is in every placeholder, in small letters: a text without any need not be searched.
_SIGNS = ("{", "}", "[", "*|", "«", "xx", "dd.", "dd/", "dd-", "hh:", "gg:", "lorem")
#: Where braces are no placeholders.
_STYLES = re.compile(r"<!--.*?-->|<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


@lru_cache(maxsize=4096)
def placeholder_in(text: str) -> str:
    """The first placeholder in a text, or nothing."""
    return first_placeholder(text, besides=())


def first_placeholder(text: str, *, besides: Container[str]) -> str:
    """The same, passing over what is known to be no placeholder."""
    small = text.lower()
    if not any(sign in small for sign in _SIGNS):
        return ""
    return next((found.group() for found in _PLACEHOLDER.finditer(text) if found.group() not in besides), "")


class _Within(Container[str]):
    """All that stands in one of these texts."""

    def __init__(self, texts: Collection[str]) -> None:
        self._texts = texts

    def __contains__(self, words: object) -> bool:
        return any(str(words) in text for text in self._texts)


def must_be_filled_in(
    draft: Draft, announcement: Announcement, *, file: TemplateFile, besides: Collection[str] = ()
) -> None:
    """Raise `PlaceholderLeft` if anything in a draft is still to be filled in.

    ``besides`` is what a mailing list says of a reader. It is no placeholder, whatever it looks like: it stops nobody
    else's mail.
    """
    parts = (draft.subject, draft.preheader, draft.text, draft.link, *(media.alt for media in draft.media))
    texts = (*parts, _STYLES.sub("", draft.html))
    of_reader = _Within(besides)
    words = next((found for text in texts if (found := first_placeholder(text, besides=of_reader))), "")
    if not words:
        return
    field = field_with(words, announcement.source, language=announcement.language)
    raise PlaceholderLeft(
        sentence("“{words}” was never filled in.", words=words),
        subject=place_in_file(announcement.source) if field else shown(file.path),
        remedy=sentence("Write what is meant in its place, or delete it."),
        words=words,
        field=field,
        path=None if field else file.path,
    )


def field_with(words: str, source: Source, *, language: str) -> str:
    """The field of the entry in which these words stand (``where.venue``), or nothing."""
    fields = _fields(source).items()
    return next((name for name, texts in fields if words in in_language(texts, language)), "")


def _fields(source: Source) -> Mapping[str, Texts]:
    if isinstance(source, Digest):
        return {}
    alt = {"image.alt": source.picture.alt} if source.picture else {}
    if isinstance(source, Event):
        venue = source.venue
        return {
            "title": source.title,
            "summary": source.summary,
            "organiser": source.organiser,
            "where.venue": venue.name,
            "where.address": venue.address,
            "link": {"*": source.link},
            **alt,
        }
    special = {f"text_{kind}": texts for kind, texts in source.text_for.items()}
    return {**special, "text": source.text, "subject": source.subject, "link": {"*": source.link}, **alt}
