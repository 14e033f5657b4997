"""How a platform is reached: address, patience, proxy and trust. What every HTTP channel and SMTP need alike."""

from __future__ import annotations

import ipaddress
import logging
import math
import ssl
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from publisher.errors import SettingsError
from publisher.interfaces import Settings
from publisher.model import Channel

CONNECT_TIMEOUT = 5.0
"""Seconds for reaching a server."""

READ_TIMEOUT = 30.0
"""Seconds of silence that are borne before an answer is given up."""

_LOUD_AT_DEBUG = ("tweepy", "requests_oauthlib", "oauthlib", "urllib3")
_LOUD_AT_INFO = ("httpx", "httpcore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Patience in seconds."""

    connect: float = CONNECT_TIMEOUT
    read: float = READ_TIMEOUT

    @property
    def settle(self) -> timedelta:
        """After so long no request can arrive any more that was begun before: four times one call's patience."""
        return 4 * timedelta(seconds=self.connect + self.read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How to reach one platform."""

    endpoint: str  #: base URL without a slash at its end
    timeouts: Timeouts
    tls: ssl.SSLContext
    proxy: str | None


def read_wire(channel: Channel, settings: Settings, *, endpoint: str) -> Wire:
    """The way to a platform, from the settings ENDPOINT, TIMEOUT and CA_FILE and the proxy of the environment.

    Raises `SettingsError`; credentials are not sent in clear text to another machine.
    """
    silence_libraries()
    base = (settings.get("ENDPOINT") or endpoint).rstrip("/")
    _check_endpoint(base, channel.id)
    return Wire(
        endpoint=base,
        timeouts=read_timeouts(channel, settings),
        tls=tls_context(channel, settings),
        proxy=proxy_for(base),
    )


def read_timeouts(channel: Channel, settings: Settings) -> Timeouts:
    """The setting TIMEOUT, in seconds, or what is usual. Raises `SettingsError`."""
    text = settings.get("TIMEOUT")
    if text is None:
        return Timeouts()
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise SettingsError(
            "TIMEOUT is no number of seconds", subject=channel.id, remedy="write a number above 0, such as 30"
        )
    return Timeouts(connect=min(CONNECT_TIMEOUT, seconds), read=seconds)


def tls_context(channel: Channel, settings: Settings) -> ssl.SSLContext:
    """Certificates are verified, always: against the system's and certifi's authorities, and CA_FILE on top.

    Raises `SettingsError` when CA_FILE can't be used.
    """
    return trust(settings.get("CA_FILE"), subject=channel.id)


def trust(ca_file: str | None, *, subject: str) -> ssl.SSLContext:
    """The same for anybody: the usual authorities, and those of a file. Raises `SettingsError` naming ``subject``."""
    try:
        changed = Path(ca_file).stat().st_mtime_ns if ca_file else 0
        return _trust(ca_file, changed)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise SettingsError(
            f"the file that CA_FILE names can't be used ({reason})",
            subject=subject,
            remedy="name a readable file with certificates in PEM format",
        ) from None


@lru_cache(maxsize=8)
def _trust(ca_file: str | None, _changed: int) -> ssl.SSLContext:
    """Reading all authorities is slow, so every connection with the same CA_FILE shares what came of it."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def is_loopback(host: str) -> bool:
    """Whether what goes to this host stays on this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def silence_libraries() -> None:
    """Keep libraries from logging what must stay secret.

    tweepy, oauthlib and urllib3 print headers, signatures and bodies at DEBUG; httpx prints whole URLs at INFO.
    """
    for names, level in ((_LOUD_AT_DEBUG, logging.INFO), (_LOUD_AT_INFO, logging.WARNING)):
        for name in names:
            logger = logging.getLogger(name)
            logger.setLevel(max(logger.level, level))


def _check_endpoint(endpoint: str, channel_id: str) -> None:
    parts = urlsplit(endpoint)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))):
        return
    raise SettingsError(
        "ENDPOINT is no address that credentials may be sent to",
        subject=channel_id,
        remedy="use an address with https:// (http:// only on this machine, for the sandbox)",
    )


def proxy_for(endpoint: str) -> str | None:
    """The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for this address; none for this machine itself.

    The libraries are told not to look at the environment themselves: they would also take credentials from ~/.netrc.
    """
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)
