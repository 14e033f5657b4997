"""Addresses in the words of servers: found, cleaned, and told from those that are nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: Quotes and brackets beyond ASCII that servers of the Far East put around addresses.
_AROUND = "\\u201c\\u201d\\u2018\\u2019\\u300c\\u300d\\uff1a\\u3001\\u3002\\uff08\\uff09\\u300e\\u300f\\u3010\\u3011"
_LOCAL = rf"(?:\"[^\"\n]{{1,64}}\"|[^\s<>()\[\]:;,\"'@\\|\x00-\x1f{_AROUND}]{{1,128}})"
_HOST = r"(?:[A-Za-z0-9\u00a1-\uffef](?:[\w\-]{0,62}\w)?)"
ADDRESS = rf"{_LOCAL}@{_HOST}(?:\.{_HOST}){{1,12}}"
_ANY = re.compile(rf"(?<![\w.@])(?:mailto:|smtp:|rfc822;?\s*)?({ADDRESS})", re.IGNORECASE)
_LOOSE = re.compile(rf"({_LOCAL}@(?:{_HOST}(?:\.{_HOST}){{0,12}}|\[[0-9a-fA-F.:]+\]))")
_MOST_DIGITS = 12
_LONGEST_NAME = 40
_DAEMONS = ("postmaster", "mailer-daemon", "mailerdaemon", "mail-daemon", "noreply", "no-reply", "do-not-reply",
            "abuse", "hostmaster", "double-bounce", "bounce")  # fmt: skip


def clean(text: str) -> str:
    """The one address in a field: ``rfc822; <a@b.example>`` gives ``a@b.example``; empty when there is none."""
    match = _ANY.search(text) or _LOOSE.search(text)
    return _trimmed(match[1]) if match else ""


def found_in(text: str) -> Iterator[str]:
    """All addresses, in order, as often as they stand there."""
    return (_trimmed(match[1]) for match in _ANY.finditer(text))


def different(addresses: Iterable[str]) -> list[str]:
    """Each once, whatever its case, in order."""
    return list({address.casefold(): address for address in reversed(list(addresses)) if address}.values())[::-1]


def is_nobodys(address: str) -> bool:
    """Whether machines stand behind it."""
    local = address.rpartition("@")[0].casefold()
    return local.startswith(_DAEMONS)


def is_id(address: str) -> bool:
    """Whether it looks like the id of a mail rather than like an address."""
    local, _, domain = address.rpartition("@")
    has_digits = len(re.sub(r"\D", "", local)) > _MOST_DIGITS
    return has_digits or len(local) > _LONGEST_NAME or domain.casefold().endswith((".local", ".prod.outlook.com"))


def _trimmed(address: str) -> str:
    local, _, domain = address.rpartition("@")
    host = domain.rstrip(".-_")
    return f"{local.lstrip('.=`*')}@{host if host.isupper() else host.lower()}"
