"""Credentials that publisher keeps itself: one file each, which nobody else may read."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from publisher.errors import SettingsError

_PATIENCE = 40.0
"""Seconds to wait for another process that changes them: it may be waiting for a platform's answer."""

_LOCK = ".lock"


class CredentialFiles:
    """A folder with a file for each variable: ``var/credentials/PUBLISHER_TWITTER_ACCESS_TOKEN``."""

    def __init__(self, folder: Path, *, patience: float = _PATIENCE) -> None:
        self._folder = folder
        self._patience = patience

    def path(self, variable: str) -> Path:
        """Where this one would be."""
        return self._folder / variable

    def write(self, variable: str, value: str) -> None:
        """Put a value in the place of the old one, whole or not at all, also in a power cut. Raises `SettingsError`."""
        try:
            self._write(variable, value)
        except OSError as error:
            raise self._unusable() from error

    def remove(self, variable: str) -> None:
        """Delete a value, if it is there. Raises `SettingsError`."""
        try:
            self.path(variable).unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable() from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time in here. The lock ends with its process. Raises `SettingsError`."""
        try:
            self._make()
            handle = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unusable() from error
        try:
            self._wait_for(handle)
            yield
        finally:
            os.close(handle)

    def _write(self, variable: str, value: str) -> None:
        self._make()
        fresh = self._folder / f".{variable}.{os.getpid()}.new"
        with suppress(FileNotFoundError):
            fresh.unlink()
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with ExitStack() as unless_written:
            unless_written.callback(fresh.unlink, missing_ok=True)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{value}\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path(variable))
            unless_written.pop_all()
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _make(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _wait_for(self, handle: int) -> None:
        give_up = time.monotonic() + self._patience
        while True:
            try:
                return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise SettingsError(
                        "another publisher is changing the credentials and does not finish",
                        subject=str(self._folder),
                        remedy="wait for it, or stop it",
                    ) from None
                time.sleep(0.05)

    def _unusable(self) -> SettingsError:
        return SettingsError(
            "the credentials can't be kept here",
            subject=str(self._folder),
            remedy="check the free space, and that the user that runs publisher may write this folder",
        )
