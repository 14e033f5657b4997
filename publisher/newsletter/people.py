"""What somebody of the office types about a person."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.channels.addresses import masked
from publisher.errors import SettingsError
from publisher.newsletter.columns import is_known
from publisher.newsletter.validity import BadAddress, known_language, normal_address


def normal(address: str) -> str:
    """An address in its normal form. Raises `SettingsError`."""
    try:
        return normal_address(address.strip())
    except BadAddress as error:
        raise SettingsError(
            f"this is no usable address: {error.reason}", subject=masked(address), remedy="look at it once more"
        ) from None


def check_language(code: str) -> str:
    """A language code, or none. Raises `SettingsError`."""
    language = known_language(code) if code else ""
    if language is None:
        raise SettingsError(f"“{code}” is no language code", subject="--language", remedy="write two letters, like pl")
    return language


def split_fields(given: Iterable[str]) -> dict[str, str]:
    """``city=Łódź`` as field and text; none that a file would read as another column. Raises `SettingsError`."""
    found = {}
    for one in given:
        name, equals, words = one.partition("=")
        if not equals or not name.strip():
            raise SettingsError(f"“{one}” has no name", subject="--set", remedy="write it like: --set city=Łódź")
        if is_known(name.strip()):
            raise SettingsError(
                f"“{name.strip()}” is no further field",
                subject="--set",
                remedy="there are --name and --language for that",
            )
        found[name.strip()] = words.strip()
    return found
