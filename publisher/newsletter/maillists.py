"""What a mailing list may be called, and say of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from publisher.channels.addresses import one_line, read_mailbox
from publisher.errors import SettingsError
from publisher.model.sources import Texts
from publisher.newsletter.validity import known_language
from publisher.plainletters import in_ascii

_LONGEST_NAME = 63
_NAME = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{_LONGEST_NAME - 1}}}")
_LIST_ID = re.compile(r"(?=.{3,190}\Z)[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def check_name(name: str) -> None:
    """A name stands in addresses of pages, in keys and in the schedule file. Raises `SettingsError`."""
    if not _NAME.fullmatch(name):
        raise SettingsError(
            "the name of a list consists of small letters a to z, digits and hyphens",
            subject=name,
            remedy=f"call it something like: {_likely(name) or 'news'}; what people read is its --title",
        )


def _likely(name: str) -> str:
    """A name that fits, for what somebody typed: ``nowosci-z-lodzi`` for ``Nowości z Łodzi``."""
    return "-".join(re.findall("[a-z0-9]+", in_ascii(name)))[:_LONGEST_NAME].rstrip("-")


def check_list_id(list_id: str) -> str:
    """As RFC 2919 section 2 has it, without angle brackets, in small letters. Raises `SettingsError`."""
    plain = list_id.strip().strip("<>").lower()
    if not _LIST_ID.fullmatch(plain):
        raise SettingsError(
            "a List-Id looks like a domain name of yours", subject="--list-id", remedy="write it like: news.example.org"
        )
    return plain


def texts(before: Texts, given: Iterable[str], *, option: str) -> dict[str, str]:
    """Words by language with some of them changed: ``pl=Nowości``; ``pl=`` takes them away. Raises `SettingsError`."""
    found = dict(before)
    for one in given:
        code, equals, words = one.partition("=")
        language = known_language(code.strip())
        if not equals or language is None:
            raise SettingsError(
                f"“{one}” does not begin with a language", subject=option, remedy=f'write it like: {option} "pl=…"'
            )
        found[language] = one_line(words)
    return {language: words for language, words in found.items() if words}


def mailbox(text: str, *, option: str) -> str:
    """``Name <address>`` or an address, as it is; empty is allowed. Raises `SettingsError`."""
    if not text.strip():
        return ""
    try:
        read_mailbox(text)
    except ValueError as error:
        raise SettingsError(
            f"this is no mailbox: {error}", subject=option, remedy="write it like: City Library <library@example.org>"
        ) from None
    return one_line(text)
