"""The registry of channel types. A type's libraries are imported when it is first asked for.

Adding a type: one file with a `Transport`, one loader and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from publisher.errors import SettingsError
from publisher.interfaces import Transport


def _email() -> Transport:
    from publisher.channels.email import EmailTransport

    return EmailTransport()


def _facebook() -> Transport:
    from publisher.channels.facebook import FacebookTransport

    return FacebookTransport()


def _twitter() -> Transport:
    from publisher.channels.twitter import TwitterTransport

    return TwitterTransport()


_LOADERS: Mapping[str, Callable[[], Transport]] = {
    "email": _email,
    "facebook": _facebook,
    "twitter": _twitter,
}


def known_types() -> tuple[str, ...]:
    """The words that a channel's ``type`` may be."""
    return tuple(_LOADERS)


@cache
def transport(type_: str) -> Transport:
    """The code for a channel type. Raises `SettingsError` naming the known ones."""
    try:
        load = _LOADERS[type_]
    except KeyError:
        raise SettingsError(
            f"there is no channel type “{type_}”", remedy=f"use one of: {', '.join(_LOADERS)}"
        ) from None
    return load()
