"""``publisher login`` as a user types it, on a terminal of its own."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

from office import open_office, run
from test_doctor_command import RESOLVER, credentials

ROOT = Path(__file__).parents[2]
KEYS = ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")


def typed(folder: Path, command: list[str], answers: list[tuple[str, str]], values: dict[str, str]) -> tuple[int, str]:
    """Start it on a terminal, answer each question when it is asked; gives the exit code and the screen."""
    terminal, theirs = pty.openpty()
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        **values,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", *command],
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen = ""
    for question, answer in answers:
        screen += _until(terminal, question)
        os.write(terminal, f"{answer}\n".encode())
    screen += _until(terminal, None)
    os.close(terminal)
    return process.wait(20), screen


def _until(terminal: int, question: str | None) -> str:
    """What appears up to a question, or to the end."""
    seen, give_up = "", time.monotonic() + 30
    while question is None or question not in seen:
        ready, _, _ = select.select([terminal], [], [], 1)
        assert time.monotonic() < give_up, seen
        if ready:
            try:
                seen += os.read(terminal, 4096).decode()
            except OSError:  # Linux: the other side is closed
                assert question is None, seen
                return seen
    time.sleep(0.1)  # getpass switches the echo off after it has asked
    return seen


def test_keys_that_are_typed_are_not_shown_and_open_the_account(tmp_path: Path) -> None:
    open_office(tmp_path)
    with credentials() as (_, values):
        endpoint = {"PUBLISHER_TWITTER_ENDPOINT": values["PUBLISHER_TWITTER_ENDPOINT"]}
        keys = [values[f"PUBLISHER_TWITTER_{name}"] for name in KEYS]
        questions = ["API key (consumer key)", "API key secret", "Access token (", "Access token secret"]
        answers = [("Number", "1"), *zip(questions, keys, strict=True)]
        code, screen = typed(tmp_path, ["login", "twitter"], answers, endpoint)
        assert code == 0, screen
        assert not [key for key in keys if key in screen]
        others = {name: value for name, value in values.items() if "TWITTER" not in name}
        ran = run(tmp_path, "doctor", *RESOLVER, **others, **endpoint)
    assert ran.returncode == 0, ran.stdout
    kept = tmp_path / "var" / "credentials"
    assert {file.name for file in kept.iterdir()} == {".lock", *(f"PUBLISHER_TWITTER_{name}" for name in KEYS)}
    assert {file.stat().st_mode & 0o777 for file in kept.iterdir()} == {0o600}


def test_a_variable_that_goes_before_what_was_kept_is_told(tmp_path: Path) -> None:
    open_office(tmp_path)
    answers = [("Number", "1"), ("API key (", "a" * 8), ("API key secret", "b" * 8), ("token (", "c"), ("secret", "d")]
    code, screen = typed(tmp_path, ["login", "twitter"], answers, {"PUBLISHER_TWITTER_CONSUMER_KEY": "older-key"})
    assert code == 0
    assert "PUBLISHER_TWITTER_CONSUMER_KEY is set in the environment" in screen
    assert "older-key" not in screen


def test_a_channel_that_is_not_in_the_file_is_named(tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), "login", "twiter")
    assert (ran.returncode, "use one of: twitter, facebook, news" in ran.stderr) == (2, True)


def test_a_login_that_ends_early_keeps_nothing(tmp_path: Path) -> None:
    ran = run(open_office(tmp_path), "login", "twitter")
    assert ran.returncode == 2
    assert "nothing was kept" in ran.stderr
    assert not (tmp_path / "var").exists()
