"""An address of a server with the user and password for it, as a web address: read without ever repeating it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from publisher.errors import SettingsError

SPECIAL = "with special characters of user and password as in web addresses (@ as %40, / as %2F, # as %23, % as %25)"
"""What to do about them, for remedies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUrl:
    """What stands in such an address, unquoted; ``rest`` is what stands behind the server. The port may be missing."""

    scheme: str
    host: str
    port: int | None
    user: str
    password: str = field(repr=False)
    path: str
    rest: str


def read_server_url(url: str, *, schemes: Collection[str], bad: Callable[[str], SettingsError]) -> ServerUrl:
    """The parts of an address. Raises what ``bad`` makes of words about what is wrong: they never hold the address."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise bad("can't be read") from None
    if parts.scheme not in schemes:
        *most, last = (f"{scheme}://" for scheme in schemes)
        raise bad(f"does not begin with {', '.join(most)} or {last}")
    if not parts.hostname:
        raise bad("names no server")
    raw = (parts.username or "", parts.password or "", parts.path.strip("/"))
    try:
        user, password, path = (unquote(part, errors="strict") for part in raw)
    except UnicodeDecodeError:
        raise bad("has a user, a password or a folder that is not UTF-8") from None
    if "\0" in user + password:
        raise bad("has a user or password with a null byte")
    return ServerUrl(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        user=user,
        password=password,
        path=path,
        rest=raw[-1] + parts.query + parts.fragment,
    )
