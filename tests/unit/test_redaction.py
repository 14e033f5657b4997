"""Secrets in what is printed: struck out in every spelling, and nothing else is."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog

from publisher.logs import configure
from publisher.redaction import Redactor, secrets_of, without_password

SECRET = "pä55/w:rd\"'"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers = handlers
    structlog.reset_defaults()


@pytest.mark.parametrize("spelling", [str, lambda text: quote(text, safe=""), json.dumps, repr])
def test_a_secret_is_struck_out_however_it_is_spelt(spelling: object) -> None:
    shown = Redactor([SECRET])(f"it is {spelling(SECRET)} here")  # type: ignore[operator]
    assert "55" not in shown
    assert shown.startswith("it is ")


def test_short_words_are_left_alone() -> None:
    assert Redactor(["", "no", "yes"])("no, yes") == "no, yes"


def test_of_two_secrets_one_in_the_other_nothing_is_left() -> None:
    assert Redactor(["token", "token-of-the-page"])("token-of-the-page") == "(redacted)"


def test_no_redactor_shows_what_it_knows() -> None:
    assert SECRET not in repr(Redactor([SECRET]))


def test_user_and_password_of_any_address_are_struck_out() -> None:
    assert without_password("postgresql://me:pw@host/name") == "postgresql://(redacted)@host/name"
    assert without_password("https://example.org/a:b@c") == "https://example.org/a:b@c"


def test_the_example_that_shows_how_to_write_an_address_stays() -> None:
    remedy = "write it like imaps://user:password@mail.example.org/INBOX or smtps://user:password@mail.example.org"
    assert without_password(remedy) == remedy
    for real in ("user:password@mail.example.org@mail.library.example", "user:password@mail.library.example"):
        assert "password" not in without_password(f"smtps://{real}")


def test_the_secrets_are_those_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "PUBLISHER_X_OAUTH2").write_text(json.dumps({"refresh_token": "rotated", "scope": "tweet.write"}))
    (kept / "PUBLISHER_X_ACCESS_TOKEN").write_text("kept-token\n")
    values = {
        "PATH": "/usr/bin",
        "PUBLISHER_SCHEDULES": "schedules.yaml",
        "PUBLISHER_KEYNOTE_FROM": "office@example.org",
        "PUBLISHER_X_CONSUMER_KEY": "consumer",
        "PUBLISHER_X_ACCESS_TOKEN_FILE": str(tmp_path / "key"),
        "PUBLISHER_NEWS_SMTP_URL": "smtps://me:p%40ss@host",
        "PUBLISHER_DATABASE": "postgresql://me:db-password@host/name",
        "PUBLISHER_ALERT_WEBHOOK": "https://hooks.example.org/services/T0/B0/abc",
        "PUBLISHER_CREDENTIALS": str(kept),
        "PUBLISHER_NEWS_PASSWORD_FILE": str(tmp_path / "missing"),
    }
    found = {secret for secret in secrets_of(values) if secret}
    assert found >= {"consumer", "from-a-file", "p@ss", "p%40ss", "db-password", "services/T0/B0/abc", "rotated"}
    assert "kept-token" in found
    assert not found & {"/usr/bin", "schedules.yaml", "host", "tweet.write", "office@example.org"}


def test_lines_of_the_log_are_redacted_also_those_of_libraries(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger().handlers.clear()
    configure(level=logging.DEBUG, redact=Redactor(["hidden-token"]))
    structlog.get_logger("publisher.test").info("sent", url="https://x.test/?t=hidden-token")
    secret = "hidden-token"
    try:
        int(secret)
    except ValueError:
        structlog.get_logger("publisher.test").exception("unforeseen")
        logging.getLogger("some.library").exception("failed with %s", secret)
    shown = capsys.readouterr().err
    assert shown.count("(redacted)") == 4
    assert shown.count("hidden-token") == 0


def test_keys_that_sign_are_secret_line_by_line_and_the_address_of_the_pages_is_not() -> None:
    values = {
        "PUBLISHER_NEWS_DKIM_KEY": "-----BEGIN PRIVATE KEY-----\\nMIIfirst\\nsecond==\\n-----END PRIVATE KEY-----",
        "PUBLISHER_NEWS_DKIM_KEY_2": "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----",
        "PUBLISHER_WEB_URL": "https://example.org/letters",
        "PUBLISHER_NEWS_WEB_URL": "https://example.org/mails",
        "PUBLISHER_WEB_PRIVACY_URL": "https://example.org/privacy",
    }
    found = set(secrets_of(values))
    assert {"MIIfirst", "second==", "MC4CAQ"} <= found
    assert not {"letters", "mails", "privacy"} & found
