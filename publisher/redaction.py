"""Takes secrets out of what is printed: the last net, below the rule that nothing puts them there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

REDACTED = "(redacted)"

_SHORTEST = 4
"""Characters; a shorter word would be struck out of harmless lines, and protects nothing."""

_SECRET_NAME = re.compile(r"^PUBLISHER_.*_(KEY|KEY_2|SECRET|TOKEN|PASSWORD|OAUTH2)$")
_SECRET_ADDRESS = re.compile(r"^PUBLISHER_(.*_)?((?<!WEB_)(?<!PRIVACY_)URL|WEBHOOK|HEARTBEAT)$")  # not those of pages
#: Remedies show how to write an address; struck out, that would help nobody.
_EXAMPLE = r"user:password@mail\.example\.org(?![\w.@-])"
_USER = re.compile(rf"(?<=://)(?!{_EXAMPLE})[^/@\s]*:[^@\s]*(?=@)")
_LARGEST_FILE = 100_000


class Redactor:
    """Strikes out what it knows to be secret, in every spelling in which it may turn up."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {spelling for secret in secrets if len(secret) >= _SHORTEST for spelling in _spellings(secret)}
        self._secrets = sorted(known, key=len, reverse=True)

    def __repr__(self) -> str:
        return "Redactor()"

    def __call__(self, text: str) -> str:
        """The text without them, and without any password in an address."""
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return without_password(text)


def without_password(text: str) -> str:
    """User and password of addresses struck out: ``postgresql://(redacted)@host/name``."""
    return _USER.sub(REDACTED, text)


def secrets_of(values: Mapping[str, str]) -> Iterator[str]:
    """Every secret that the settings name, also those in files."""
    for name, value in values.items():
        if not name.startswith("PUBLISHER_"):
            continue
        yield from _password(value)
        plain = name.removesuffix("_FILE")
        content = _content(Path(value)) if plain != name else value
        yield from _secret_parts(plain, content)
    for folder in ("CREDENTIALS_DIRECTORY", "PUBLISHER_CREDENTIALS"):
        if values.get(folder):
            yield from _kept_in(Path(values[folder]))


def _secret_parts(name: str, value: str) -> Iterator[str]:
    if _SECRET_ADDRESS.match(name):
        yield from _password(value)
        yield from _behind_host(value)
    elif _SECRET_NAME.match(name):
        yield value
        yield from filter(None, map(str.strip, value.replace("\\n", "\n").splitlines()))


def _password(address: str) -> Iterator[str]:
    match = re.search(r"://[^/@\s]*?:(.*)@", address)
    if match:
        yield from (match[1], unquote(match[1]))


def _behind_host(address: str) -> Iterator[str]:
    """A webhook's secret is its path or query; of anything that is no address, all."""
    try:
        parts = urlsplit(address)
    except ValueError:
        yield address
        return
    if not parts.netloc:
        yield address
    elif parts.scheme in {"http", "https"}:
        yield from (parts.path.strip("/"), parts.query)


def _kept_in(folder: Path) -> Iterator[str]:
    try:
        files = [file for file in folder.iterdir() if file.name.startswith("PUBLISHER_")]
    except OSError:
        return
    for file in files:
        content = _content(file)
        yield from _secret_parts(file.name, content)
        yield from _fields(content)


def _fields(content: str) -> Iterator[str]:
    try:
        found = json.loads(content)
    except ValueError:
        return
    if isinstance(found, dict):
        yield from (text for name, text in found.items() if name.endswith("_token") and isinstance(text, str))


def _content(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as opened:
            return opened.read(_LARGEST_FILE).strip()
    except (OSError, ValueError):
        return ""


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
