"""Settings and credentials: where they come from, what comes first, and that nothing shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.app import Options
from publisher.errors import MissingCredential, SettingsError
from publisher.settings import ChannelSettings, FixedSettings, environment, variable

SECRET = "s3cr3t-value"


def of(values: dict[str, str], channel: str = "twitter") -> ChannelSettings:
    return ChannelSettings(channel, values)


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("twitter", "PUBLISHER_TWITTER_TOKEN"),
        ("news-pl", "PUBLISHER_NEWS_PL_TOKEN"),
        ("news.pl", "PUBLISHER_NEWS_PL_TOKEN"),
        ("News_PL2", "PUBLISHER_NEWS_PL2_TOKEN"),
    ],
)
def test_the_variable_of_a_setting_is_made_of_the_channel_and_its_name(channel: str, name: str) -> None:
    assert variable(channel, "TOKEN") == name


def test_the_environment_comes_before_a_file_and_that_before_a_systemd_credential(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from the file\n")
    (tmp_path / "PUBLISHER_TWITTER_TOKEN").write_text("from systemd\n")
    values = {
        "CREDENTIALS_DIRECTORY": str(tmp_path),
        "PUBLISHER_TWITTER_TOKEN_FILE": str(tmp_path / "token"),
        "PUBLISHER_TWITTER_TOKEN": "from the environment",
    }
    assert of(values).get("TOKEN") == "from the environment"
    assert of(values | {"PUBLISHER_TWITTER_TOKEN": ""}).get("TOKEN") == "from the file"
    del values["PUBLISHER_TWITTER_TOKEN"], values["PUBLISHER_TWITTER_TOKEN_FILE"]
    assert of(values).get("TOKEN") == "from systemd"
    assert of(values, "facebook").get("TOKEN") is None


def test_a_missing_credential_names_its_variable() -> None:
    with pytest.raises(MissingCredential) as missing:
        of({}, "news-pl").require("SMTP_URL")
    assert missing.value.variable == "PUBLISHER_NEWS_PL_SMTP_URL"
    assert "PUBLISHER_NEWS_PL_SMTP_URL_FILE" in str(missing.value)
    with pytest.raises(MissingCredential):
        FixedSettings("twitter", {}).require("TOKEN")
    assert FixedSettings("twitter", {"TOKEN": "x"}).require("TOKEN") == "x"
    assert FixedSettings("twitter", {"TOKEN": "x"}).get("OTHER") is None


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00", None])
def test_a_file_that_holds_no_value_is_named_and_its_content_is_not(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        of({"PUBLISHER_TWITTER_TOKEN_FILE": str(path)}).get("TOKEN")
    assert refused.value.subject == str(path)
    assert "PUBLISHER_TWITTER_TOKEN_FILE" in refused.value.message
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("path", ["", "a\x00b", "/"])
def test_a_path_that_is_no_file_is_no_crash(path: str) -> None:
    settings = of({"PUBLISHER_TWITTER_TOKEN_FILE": path})
    if path:
        with pytest.raises(SettingsError):
            settings.get("TOKEN")
    else:
        assert settings.get("TOKEN") is None


def test_a_secret_saved_by_an_editor_of_windows_is_read(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xef\xbb\xbfabc\r\n")
    assert of({"PUBLISHER_TWITTER_TOKEN_FILE": str(tmp_path / "token")}).get("TOKEN") == "abc"


def test_nothing_shows_a_secret(tmp_path: Path) -> None:
    values = {"PUBLISHER_TWITTER_TOKEN": SECRET}
    options = Options(schedules=tmp_path / "schedules.yaml", database="sqlite://", values=values)
    shown = [
        form(thing)
        for thing in (of(values), FixedSettings("twitter", {"TOKEN": SECRET}), options)
        for form in (repr, str, "{}".format)
    ]
    assert not [text for text in shown if SECRET in text]


def test_the_process_comes_before_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\nB=file\n# remark\nEMPTY\nexport C='quoted value'\n")
    kept = str(tmp_path / "var" / "credentials")
    assert environment({"A": "process", "D": "process"}, tmp_path) == {
        "A": "process",
        "B": "file",
        "C": "quoted value",
        "D": "process",
        "PUBLISHER_CREDENTIALS": kept,
    }
    asked = {"A": "process", "PUBLISHER_CREDENTIALS": "/elsewhere"}
    assert environment(asked, tmp_path / "none") == asked


def test_a_dollar_sign_in_a_password_is_a_dollar_sign(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HOME=/root\nA=pa${HOME}ss\nB=$x$y\n")
    found = environment({}, tmp_path)
    assert (found["A"], found["B"]) == ("pa${HOME}ss", "$x$y")


def test_an_env_file_saved_by_an_editor_of_windows_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfA=1\r\nB=2\r\n")
    found = environment({}, tmp_path)
    assert (found["A"], found["B"]) == ("1", "2")


def test_an_env_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("A=Białystok".encode("cp1250"))
    with pytest.raises(SettingsError, match="UTF-8") as refused:
        environment({}, tmp_path)
    assert refused.value.subject.endswith(".env")
