"""Credentials that publisher keeps: whole or not at all, for nobody else, one writer at a time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from publisher.credentialfiles import CredentialFiles
from publisher.errors import SettingsError
from publisher.settings import ChannelSettings


def test_a_value_is_kept_for_this_user_only_from_the_start(tmp_path: Path) -> None:
    files = CredentialFiles(tmp_path / "var" / "credentials")
    files.write("PUBLISHER_X_TOKEN", "first")
    files.write("PUBLISHER_X_TOKEN", "second")
    kept = files.path("PUBLISHER_X_TOKEN")
    assert kept.read_text() == "second\n"
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(kept.parent.iterdir()) == [kept]
    files.remove("PUBLISHER_X_TOKEN")
    files.remove("PUBLISHER_X_TOKEN")
    assert not kept.exists()


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    files = CredentialFiles(tmp_path / "file" / "credentials")
    for act in (lambda: files.write("A", "b"), lambda: files.locked().__enter__()):
        with pytest.raises(SettingsError, match="can't be kept here") as refused:
            act()
        assert str(tmp_path) in str(refused.value)


def test_who_holds_the_lock_for_long_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    with CredentialFiles(tmp_path).locked(), pytest.raises(SettingsError, match="another publisher"):
        CredentialFiles(tmp_path, patience=0.1).locked().__enter__()
    with CredentialFiles(tmp_path, patience=0).locked():
        pass


def test_the_lock_is_waited_for(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with CredentialFiles(tmp_path).locked():
            order.append("second")

    with CredentialFiles(tmp_path).locked():
        waits = threading.Thread(target=second)
        waits.start()
        order.append("first")
    waits.join(10)
    assert order == ["first", "second"]


def test_what_is_kept_comes_last(tmp_path: Path) -> None:
    values = {"PUBLISHER_CREDENTIALS": str(tmp_path / "kept")}
    settings = ChannelSettings("news-pl", values)
    settings.keep("TOKEN", "kept")
    assert settings.get("TOKEN") == "kept"
    (tmp_path / "PUBLISHER_NEWS_PL_TOKEN").write_text("from systemd")
    values["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    assert settings.get("TOKEN") == "from systemd"
    values["PUBLISHER_NEWS_PL_TOKEN"] = "from the environment"
    assert settings.require("TOKEN") == "from the environment"
    del values["PUBLISHER_NEWS_PL_TOKEN"], values["CREDENTIALS_DIRECTORY"]
    settings.forget("TOKEN")
    assert settings.get("TOKEN") is None
