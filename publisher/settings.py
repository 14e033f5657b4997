"""Settings and credentials from the environment, ``.env``, files, and systemd credentials.

A channel's setting ``NAME`` is looked up as ``PUBLISHER_<CHANNEL ID>_<NAME>`` (id in upper case, ``-`` as ``_``), then
as a file named by ``…_FILE``, then as a systemd credential of that name, then among those that `publisher login` keeps
in the folder ``PUBLISHER_CREDENTIALS``. What is the same for most channels (`SHARED`) is looked up as
``PUBLISHER_<NAME>`` when it is not set for the channel. Nothing here is ever logged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from publisher.credentialfiles import CredentialFiles
from publisher.errors import MissingCredential, SettingsError

PREFIX = "PUBLISHER_"
SHARED = frozenset({"WEB_URL", "UNSUBSCRIBE_TO", "BOUNCES_TO"})
KEPT_IN = "PUBLISHER_CREDENTIALS"
DEFAULT_KEPT_IN = "var/credentials"


def environment(process: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The process environment over the ``.env`` file of a folder, if there is one. Raises `SettingsError`.

    A value is taken as it stands: a ``$`` in a password is a dollar sign.
    """
    kept_in = {KEPT_IN: str(folder / DEFAULT_KEPT_IN)}
    file = folder / ".env"
    if not file.is_file():
        return kept_in | dict(process)
    from dotenv import dotenv_values

    try:
        values = dotenv_values(file, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "the file with the settings can't be read",
            subject=str(file),
            remedy="save it as UTF-8, and check that the user that runs publisher may read it",
        ) from error
    return kept_in | {name: value for name, value in values.items() if value is not None} | dict(process)


def variable(channel_id: str, name: str) -> str:
    """``news-pl`` and ``SMTP_URL`` give ``PUBLISHER_NEWS_PL_SMTP_URL``."""
    return f"{PREFIX}{re.sub(r'[^A-Z0-9]', '_', channel_id.upper())}_{name}"


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """The settings of one channel (`publisher.interfaces.Settings`)."""

    channel_id: str
    values: Mapping[str, str]

    def __repr__(self) -> str:
        return f"ChannelSettings({self.channel_id!r})"

    def get(self, name: str) -> str | None:
        """The value, or None when it is not set anywhere. Raises `SettingsError` when its file can't be read."""
        value = self._value(variable(self.channel_id, name))
        return self._value(f"{PREFIX}{name}") if value is None and name in SHARED else value

    def _value(self, full: str) -> str | None:
        if value := self.values.get(full):
            return value
        if file := self.values.get(f"{full}_FILE"):
            return _content(Path(file), f"{full}_FILE")
        folder = self.values.get("CREDENTIALS_DIRECTORY")
        if folder and (Path(folder) / full).is_file():
            return _content(Path(folder) / full, full)
        kept = self.values.get(KEPT_IN)
        if kept and (Path(kept) / full).is_file():
            return _content(Path(kept) / full, full)
        return None

    def keep(self, name: str, value: str) -> None:
        """Write a value down; the environment still wins. Raises `SettingsError`."""
        self._files().write(variable(self.channel_id, name), value)

    def forget(self, name: str) -> None:
        """Delete what was kept. Raises `SettingsError`."""
        self._files().remove(variable(self.channel_id, name))

    def exclusively(self) -> AbstractContextManager[None]:
        """Keep other processes from changing what is kept meanwhile. Raises `SettingsError`."""
        return self._files().locked()

    def _files(self) -> CredentialFiles:
        return CredentialFiles(Path(self.values.get(KEPT_IN) or DEFAULT_KEPT_IN))

    def require(self, name: str) -> str:
        """The value; raises `MissingCredential` naming the variable."""
        value = self.get(name)
        if value is None:
            raise MissingCredential(variable(self.channel_id, name), channel_id=self.channel_id)
        return value


@dataclass(frozen=True, slots=True)
class FixedSettings:
    """Settings that are given, as those of a sandbox account."""

    channel_id: str
    values: Mapping[str, str]

    def __repr__(self) -> str:
        return f"FixedSettings({self.channel_id!r})"

    def get(self, name: str) -> str | None:
        """The value, or None."""
        return self.values.get(name)

    def require(self, name: str) -> str:
        """The value; raises `MissingCredential`."""
        if name not in self.values:
            raise MissingCredential(variable(self.channel_id, name), channel_id=self.channel_id)
        return self.values[name]


def _content(file: Path, name: str) -> str:
    """What a secret's file holds; the error says where, never what."""
    try:
        content = file.read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError):
        raise SettingsError(
            f"the file that {name} names can't be read",
            subject=str(file),
            remedy="check the path, that it is a text file, and that the user that runs publisher may read it",
        ) from None
    if not content:
        raise SettingsError(f"the file that {name} names is empty", subject=str(file), remedy="write the value into it")
    return content
