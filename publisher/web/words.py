"""What the pages and their mails say, in each language: one YAML file a language, the same keys in all.

An office may have words of its own: a folder ``web`` beside its schedule file with ``pl.yaml`` and so on, which hold
only what is to be different.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from publisher.errors import SettingsError

NATIVE_NAMES = {
    "pl": "polski",
    "en": "English",
    "fi": "suomi",
    "de": "Deutsch",
    "es": "español",
    "ca": "català",
    "fr": "français",
}
"""The languages of the pages, each as its speakers call it."""

LANGUAGES = tuple(NATIVE_NAMES)

_SHIPPED = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of one language."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **parts: str) -> str:
        """The words with this key, with their holes filled. What fills them is taken as it is."""
        return self.texts[key].format_map(parts)


def all_words(own: Path | None = None) -> dict[str, PageWords]:
    """The words of every language, with an office's own ones from a folder. Raises `SettingsError` about a bad file."""
    return {language: _with_own(language, own) for language in LANGUAGES}


@cache
def shipped_words(language: str) -> PageWords:
    """Those that come with publisher."""
    text = (_SHIPPED / f"{language}.yaml").read_text(encoding="utf-8")
    return PageWords(language, dict(_flat(yaml.safe_load(text))))


def holes(text: str) -> frozenset[str]:
    """The names of what is filled in. Raises `ValueError` when its braces don't pair."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _with_own(language: str, folder: Path | None) -> PageWords:
    shipped = shipped_words(language)
    file = folder / f"{language}.yaml" if folder is not None else None
    if file is None or not file.is_file():
        return shipped
    try:
        own = dict(_flat(yaml.safe_load(file.read_text(encoding="utf-8-sig")) or {}))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SettingsError(
            "the words for the subscriber pages can't be read",
            subject=str(file),
            remedy="write them like publisher/web/words/en.yaml: sections, and below each its keys",
        ) from error
    for key, text in own.items():
        _check(key, text, shipped=shipped, file=file)
    return PageWords(language, {**shipped.texts, **own})


def _check(key: str, text: str, *, shipped: PageWords, file: Path) -> None:
    if key not in shipped.texts:
        raise SettingsError(f"there are no words called {key}", subject=str(file), remedy="delete or rename them")
    known = holes(shipped.texts[key])
    try:
        has_others = not holes(text) <= known
    except ValueError:
        has_others = True
    if has_others:
        named = ", ".join(f"{{{name}}}" for name in sorted(known)) or "nothing"
        raise SettingsError(
            f"{key} has braces around something that is not known here",
            subject=str(file),
            remedy=f"what can be filled in: {named}",
        )


def _flat(sections: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  whatever YAML gives
    """``section.key`` and text. Raises `ValueError` for anything else than sections of texts."""
    if not isinstance(sections, dict):
        raise ValueError("no sections")  # noqa: TRY004  people's input, not a type of ours
    for section, texts in sections.items():
        if not isinstance(texts, dict):
            raise ValueError(f"no texts in {section}")  # noqa: TRY004
        for key, text in texts.items():
            yield f"{section}.{key}", str(text)
