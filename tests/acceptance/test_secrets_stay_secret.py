"""A secret in every setting, platforms that repeat whatever they are told, and a search through all that comes out."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from office import SCHEDULE, open_office, run
from test_doctor_command import RESOLVER, credentials

DUE = "2027-05-06T08:30:00Z"
FORMS = ("environment", "files", ".env", "systemd", "kept")
READING = (("status", "--format", "json"), ("history",), ("why", "posts/hello"), ("check",), ("preview", "--verbose"))
NAMES = {
    "TWITTER": ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET"),
    "SECOND": ("CLIENT_SECRET", "REFRESH_TOKEN"),
    "FACEBOOK": ("PAGE_TOKEN", "APP_SECRET"),
}
WITH_SECOND = SCHEDULE.replace("  facebook:", "  second: { type: twitter }\n  facebook:").replace(
    "to: [twitter,", "to: [twitter, second,"
)


class Parrot(BaseHTTPRequestHandler):
    """Refuses everything, repeating it."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said = f"{self.path} {self.headers.items()} {body.decode('utf-8', 'replace')}".replace('"', "'")
        words = f'{{"detail": "{said}", "error": {{"code": 190, "message": "{said}"}}}}'.replace("\n", " ")
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(words.encode())

    do_GET = do_POST  # noqa: N815  the library finds methods by this name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def judge(*given: object) -> AuthResult:
    login = given[-1]
    words = login.password.decode() if isinstance(login, LoginPassword) else ""
    return AuthResult(success=False, handled=False, message=f"535 5.7.8 wrong password {words}")


@contextmanager
def parrots() -> Iterator[tuple[str, str]]:
    """Two servers that repeat what they are told: an address for HTTP, and host and port for mail."""

    class Mail(Controller):
        def factory(self) -> SMTP:
            return SMTP(self.handler, authenticator=judge, auth_require_tls=False)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Parrot)
    with ThreadingHTTPServer(("127.0.0.1", 0), Parrot) as spare:
        port = spare.server_address[1]
    mail = Mail(object(), hostname="127.0.0.1", port=port)
    Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    mail.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}", f"127.0.0.1:{port}"
    finally:
        mail.stop()
        http.shutdown()
        http.server_close()


def planted(http: str, mail: str) -> tuple[dict[str, str], dict[str, str]]:
    """Settings, and the secrets in them by where they stand."""
    secrets = {
        f"PUBLISHER_{channel}_{name}": f"S3cr3t-{channel}-{name}" for channel in NAMES for name in NAMES[channel]
    }
    password = "S3cr3t/p@ss:word"
    settings = {
        **secrets,
        "PUBLISHER_SECOND_CLIENT_ID": "the-app",
        "PUBLISHER_FACEBOOK_PAGE_ID": "1234567",
        "PUBLISHER_NEWS_SMTP_URL": f"smtp://office:{quote(password, safe='')}@{mail}",
        "PUBLISHER_ALERT_WEBHOOK": f"{http}/S3cr3t-webhook",
        **{f"PUBLISHER_{channel}_ENDPOINT": http for channel in NAMES},
    }
    return settings, {**secrets, "password": password, "webhook": "S3cr3t-webhook"}


def laid_out(folder: Path, settings: Mapping[str, str], form: str) -> dict[str, str]:
    """Put the settings where this form has them; gives what is left for the environment."""
    if form == "environment":
        return dict(settings)
    if form == ".env":
        lines = [f"{name}='{value}'\n" for name, value in settings.items()]
        (folder / ".env").write_text("".join(lines), encoding="utf-8")
        return {}
    where = folder / ("var/credentials" if form == "kept" else "secrets")
    where.mkdir(parents=True, mode=0o700)
    for name, value in settings.items():
        (where / name).write_text(f"{value}\n", encoding="utf-8")
    if form == "files":
        return {f"{name}_FILE": str(where / name) for name in settings}
    return {"CREDENTIALS_DIRECTORY": str(where)} if form == "systemd" else {}


def found_in(content: bytes, secrets: Mapping[str, str]) -> list[str]:
    """Where each secret that stands in a content comes from, in whatever spelling."""
    return [
        name
        for name, secret in secrets.items()
        for spelling in (secret.encode(), quote(secret, safe="").encode(), base64.b64encode(secret.encode()))
        if spelling in content
    ]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("form", FORMS)
def test_no_secret_is_in_any_output_or_in_the_ledger(tmp_path: Path, form: str) -> None:
    open_office(tmp_path, WITH_SECOND)
    with parrots() as addresses:
        settings, secrets = planted(*addresses)
        values = laid_out(tmp_path, settings, form)
        shown = {}
        for command in (
            ("run", "--once", "--now", DUE, "--verbose"),
            ("doctor", *RESOLVER, "--verbose"),
            *(READING if form == "environment" else ()),
        ):
            ran = run(tmp_path, *command, **values)
            shown[command[0]] = ran.stdout + ran.stderr
    assert "401" in shown["run"], "the platforms were asked"
    assert shown["doctor"].count("(redacted)") >= 3, "and repeated what they were told"
    leaks = {name: found_in(text.encode(), secrets) for name, text in shown.items()}
    for file in (tmp_path / "var").glob("publisher.db*"):
        leaks[file.name] = found_in(file.read_bytes(), secrets)
    assert not {name: found for name, found in leaks.items() if found}


def test_an_alert_that_is_refused_shows_neither_address_nor_password(tmp_path: Path) -> None:
    open_office(tmp_path, SCHEDULE.replace("2027-05-06 10:00", "06.05.2027"))
    with parrots() as (http, mail):
        values = {
            "PUBLISHER_ALERT_WEBHOOK": f"{http}/S3cr3t-webhook?key=S3cr3t-key",
            "PUBLISHER_ALERT_MAIL": "team@example.org",
            "PUBLISHER_ALERT_SMTP_URL": f"smtp://office:S3cr3t-alert@{mail}",
            "PUBLISHER_ALERT_FROM": "office@example.org",
            "PUBLISHER_TWITTER_CONSUMER_KEY": "S3cr3t-key-alone",
        }
        ran = run(tmp_path, "run", "--once", "--now", DUE, "--verbose", **values)
    assert "an alert was not sent" in ran.stderr
    assert "S3cr3t" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("name", ["ENDPOINT", "TIMEOUT", "CA_FILE", "VERSION", "PAGE_ID", "PAGE_TOKEN"])
def test_a_secret_in_the_wrong_variable_is_not_shown(tmp_path: Path, name: str) -> None:
    open_office(tmp_path)
    values = {
        "PUBLISHER_FACEBOOK_PAGE_ID": "1",
        "PUBLISHER_FACEBOOK_PAGE_TOKEN": "t",
        "PUBLISHER_FACEBOOK_TIMEOUT": "1",
    }
    values["PUBLISHER_FACEBOOK_ENDPOINT"] = "http://127.0.0.1:9"
    values[f"PUBLISHER_FACEBOOK_{name}"] = "S3cr3t-in-the-wrong-place"
    ran = run(tmp_path, "run", "--once", "--now", DUE, **values)
    assert "facebook" in ran.stderr
    assert "S3cr3t" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("command", ["status", "doctor --offline"])
@pytest.mark.parametrize("url", ["postgresql://me:S3cr3t@127.0.0.1:1/x", "no-address-S3cr3t", "S3cr3t://x:S3cr3t@y"])
def test_the_password_of_a_database_is_not_shown(tmp_path: Path, command: str, url: str) -> None:
    open_office(tmp_path)
    ran = run(tmp_path, *command.split(), PUBLISHER_DATABASE=url)
    assert ran.returncode != 0
    assert "S3cr3t" not in ran.stdout + ran.stderr


CRASH = """
import os, threading
from publisher.__main__ import main
from publisher.cli.main import cli

@cli.command()
def crash() -> None:
    token = os.environ["PUBLISHER_FACEBOOK_PAGE_TOKEN"]
    int(token)

@cli.command()
def crash_elsewhere() -> None:
    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()

main()
"""


def crashed(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PUBLISHER_FACEBOOK_PAGE_TOKEN": "S3cr3t-token",
    }
    return subprocess.run(
        [sys.executable, "-c", CRASH, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_an_unforeseen_error_is_one_clear_line(tmp_path: Path) -> None:
    ran = crashed(tmp_path, "crash")
    assert ran.returncode == 70
    assert len(ran.stderr.splitlines()) == 1
    assert "ValueError" in ran.stderr
    assert "a fault of publisher" in ran.stderr
    assert "S3cr3t" not in ran.stderr


def test_an_unforeseen_error_in_a_thread_is_one_clear_line_too(tmp_path: Path) -> None:
    ran = crashed(tmp_path, "crash-elsewhere")
    assert len(ran.stderr.splitlines()) == 1
    assert "a fault of publisher" in ran.stderr
    assert "S3cr3t" not in crashed(tmp_path, "crash-elsewhere", "--verbose").stderr


def test_verbose_shows_where_it_failed_and_no_value(tmp_path: Path) -> None:
    ran = crashed(tmp_path, "crash", "--verbose")
    assert ran.returncode == 70
    assert "Traceback" in ran.stderr
    assert "(redacted)" in ran.stderr
    assert "S3cr3t" not in ran.stderr


def test_the_pages_of_the_sandbox_show_no_secret(tmp_path: Path) -> None:
    open_office(tmp_path)
    with credentials() as (sandbox, values):
        ran = run(tmp_path, "run", "--once", "--now", DUE, **values)
        assert ran.returncode == 0, ran.stderr
        pages = {path: httpx.get(sandbox.http_url + path).text for path in ("/", "/sandbox/posts", "/sandbox/mails")}
        pages["requests"] = str([sandbox.requests(name) for name in ("twitter", "facebook", "")])
    secret = {name: value for name, value in values.items() if name.endswith(("SECRET", "TOKEN"))}
    assert len(secret) >= 5
    assert not {path: found for path, text in pages.items() if (found := found_in(text.encode(), secret))}
