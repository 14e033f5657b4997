"""The public address of the pages, from the settings."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from publisher.channels.wire import is_loopback
from publisher.errors import SettingsError
from publisher.interfaces import Settings

SETTINGS = "web"
"""The settings of the pages are called as if they were a channel's: ``PUBLISHER_WEB_URL`` …."""

_ON_THIS_COMPUTER = "127.0.0.1 ::1"

_HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class WebAddress:
    """``base`` as it stands in mails, without a slash at its end; ``privacy`` is the office's notice about data."""

    base: str
    privacy: str = ""

    @property
    def prefix(self) -> str:
        """Its path: empty, or as ``/letters``."""
        return urlsplit(self.base).path

    @property
    def hosts(self) -> frozenset[str]:
        """The names that a request may call the pages by; this computer's own are for a proxy on it."""
        name = (urlsplit(self.base).hostname or "").lower()
        return _HERE | {f"[{name}]" if ":" in name else name}


def read_address(settings: Settings) -> WebAddress:
    """The address in the settings. Raises `SettingsError`: links in mails need one that people can reach."""
    privacy = (settings.get("PRIVACY_URL") or "").strip()
    if privacy and not privacy.startswith(("https://", "http://")):
        raise SettingsError(
            "the address of the privacy notice is no web address",
            subject="PUBLISHER_WEB_PRIVACY_URL",
            remedy="write it with https://",
        )
    return WebAddress(_base(settings.get("URL") or ""), privacy)


def _base(text: str) -> str:
    if not text:
        raise _wrong("is not set")
    try:
        parts = urlsplit(text.strip().rstrip("/"))
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise _wrong("can't be read") from None
    if not host or parts.scheme not in ("https", "http"):
        raise _wrong("is no address of a web page")
    if parts.query or parts.fragment or parts.username or not parts.path.isascii() or not host.isascii():
        raise _wrong("has something in it that does not belong there")
    if parts.scheme == "http" and not is_loopback(host):
        raise _wrong("begins with http://, and readers' links need https://")
    return parts.geturl()


def read_proxies(settings: Settings) -> tuple[str, ...]:
    """Addresses or networks of proxies that are believed about their clients. Raises `SettingsError`."""
    found = tuple((settings.get("PROXIES") or _ON_THIS_COMPUTER).replace(",", " ").split())
    for one in found:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            raise SettingsError(
                f"“{one}” is no address of a proxy",
                subject="PUBLISHER_WEB_PROXIES",
                remedy="write addresses or networks, such as: 127.0.0.1 10.0.0.0/8",
            ) from None
    return found


def _wrong(what: str) -> SettingsError:
    return SettingsError(
        f"the address of the subscriber pages {what}",
        subject="PUBLISHER_WEB_URL",
        remedy="write it as readers reach the pages, like https://letters.example.org",
    )
