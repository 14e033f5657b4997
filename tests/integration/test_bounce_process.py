"""The mailbox of bounces, read by real processes: by ``bounces fetch`` and by the daemon beside its work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bounce_mails import content
from running_parts import CHANNELS, READERS, schedule

from publisher.sandbox.imap import ImapAccount, MailboxServer

VACATION = "auto-en-outlook.eml"


@contextmanager
def _process(folder: Path, url: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "PUBLISHER_BOUNCES_IMAP_URL": url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _until_moved(account: ImapAccount, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not account.contents("Processed"):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("bounces", "fetch"), ("run", "--sandbox")], ids=["fetch", "daemon"])
def test_mails_are_treated_as_long_as_it_runs_and_a_signal_ends_it(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "schedules.yaml").write_text(schedule(channels=CHANNELS), encoding="utf-8")
    (tmp_path / "readers.csv").write_text("\n".join(["email,name,language", *READERS, ""]), encoding="utf-8")
    account = ImapAccount()
    account.deliver(content(VACATION))
    with MailboxServer(account) as server, _process(tmp_path, server.url, *arguments) as process:
        _until_moved(account, process)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output
        assert account.password not in output
    assert account.contents("INBOX") == []


def test_a_single_round_of_sending_reads_the_mailbox_too(tmp_path: Path) -> None:
    (tmp_path / "schedules.yaml").write_text(schedule(channels=CHANNELS), encoding="utf-8")
    (tmp_path / "readers.csv").write_text("\n".join(["email,name,language", *READERS, ""]), encoding="utf-8")
    account = ImapAccount()
    account.deliver(content(VACATION))
    arguments = ("run", "--once", "--sandbox")
    with MailboxServer(account) as server, _process(tmp_path, server.url, *arguments) as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert account.contents("Processed") == [content(VACATION)]


def test_once_looks_once_and_says_how_many(tmp_path: Path) -> None:
    account = ImapAccount()
    account.deliver(content(VACATION))
    with MailboxServer(account) as server, _process(tmp_path, server.url, "bounces", "fetch", "--once") as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert output.splitlines()[-1] == "1 mail was read and moved."


def test_a_mailbox_that_is_away_ends_a_single_look_with_one_line(tmp_path: Path) -> None:
    with _process(tmp_path, "imap://a:hush@127.0.0.1:1/INBOX", "bounces", "fetch", "--once") as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert len(output.splitlines()) == 1
    assert "hush" not in output
