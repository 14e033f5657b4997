"""``publisher doctor`` as a user types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from office import open_office, run

from publisher.clock import SystemClock
from publisher.model import Calendar, Channel
from publisher.sandbox import Sandbox

TYPES = {"twitter": "twitter", "facebook": "facebook", "news": "email"}
RESOLVER = ("--resolver", "127.0.0.1:9")  # nobody answers there


@contextmanager
def credentials() -> Iterator[tuple[Sandbox, dict[str, str]]]:
    """A sandbox, and the variables that open its accounts."""
    with Sandbox(clock=SystemClock()) as sandbox:
        found = {}
        for name, type_ in TYPES.items():
            calendar = Calendar(timezone="Europe/Warsaw")
            channel = Channel(id=name, type=type_, languages=("pl",), calendar=calendar, account="@citylibrary")
            given = sandbox.settings_for(channel)
            found |= {f"PUBLISHER_{name.upper()}_{key}": value for key, value in given.items()}
        yield sandbox, found


def test_an_installation_that_can_send_has_no_errors_and_sends_nothing(tmp_path: Path) -> None:
    with credentials() as (sandbox, values):
        ran = run(open_office(tmp_path), "doctor", *RESOLVER, **values)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert set(sandbox.counts().values()) == {0}
    assert ran.stderr == ""
    assert "as @citylibrary" in ran.stdout
    assert "accepts the login" in ran.stdout
    assert ran.stdout.rstrip().splitlines()[-1].startswith("0 errors, ")
    assert not (tmp_path / "var").exists()


def test_what_is_missing_is_an_error_with_its_mend(tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), "doctor", "--offline")
    assert ran.returncode == 1
    assert "run: publisher login twitter, or set PUBLISHER_TWITTER_CONSUMER_KEY" in ran.stdout


def test_findings_are_printed_as_json_too(tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), "doctor", "--offline", "--format", "json")
    findings = json.loads(ran.stdout)
    assert {tuple(finding) for finding in findings} == {("grade", "subject", "words", "mend")}
    assert {finding["grade"] for finding in findings} == {"ok", "warning", "error"}
    assert all(finding["mend"] for finding in findings if finding["grade"] != "ok")


def test_a_broken_file_is_told_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "schedules.yaml").write_text("events: [")
    ran = run(tmp_path, "doctor", "--offline")
    assert ran.returncode == 1
    assert "error    configuration" in ran.stdout
    assert "database" in ran.stdout


def test_offline_no_platform_is_asked(tmp_path: Path) -> None:
    with credentials() as (sandbox, values):
        ran = run(open_office(tmp_path), "doctor", "--offline", **values)
        assert ran.returncode == 0
        assert [request for name in ("", *TYPES) for request in sandbox.requests(name)] == []


def test_an_env_file_that_all_may_read_is_an_error(tmp_path: Path) -> None:
    open_office(tmp_path)
    (tmp_path / ".env").write_text("PUBLISHER_TWITTER_CONSUMER_KEY=x\n")
    (tmp_path / ".env").chmod(0o644)
    assert "chmod 600 .env" in run(tmp_path, "doctor", "--offline").stdout
