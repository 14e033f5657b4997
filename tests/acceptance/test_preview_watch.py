"""``publisher preview --watch``: the page follows the file, and shows what is wrong with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from office import SCHEDULE, open_office


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[str], str]]:
    """A folder, the process that shows it, and its address."""
    open_office(tmp_path)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-u", "-m", "publisher", "preview", "--watch"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = process.stdout.readline()
        yield tmp_path, process, said.split()[1]
        process.kill()


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  our own server
        return str(answer.read().decode())


def shown(address: str, *words: str) -> str:
    """The page as soon as it has these words."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        page = get(address)
        if all(one in page for one in words):
            return page
        time.sleep(0.2)
    raise AssertionError(f"never shown: {words}")


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_page_follows_the_file_and_a_broken_one_leaves_the_last_good_below(
    watching: tuple[Path, subprocess.Popen[str], str],
) -> None:
    folder, process, address = watching
    file = folder / "schedules.yaml"
    assert address.startswith("http://127.0.0.1:")
    assert "Hello!" in get(address)
    number = get(f"{address}version")
    file.write_text(SCHEDULE.replace("Hello!", "Good morning!"), encoding="utf-8")
    assert "can't be shown" not in shown(address, "Good morning!")
    assert get(f"{address}version?after={number}") != number
    file.write_text("version: 1\nevents: [\n", encoding="utf-8")
    shown(address, "The file can't be shown as it is now", "Good morning!", "schedules.yaml:")
    file.write_text(SCHEDULE, encoding="utf-8")
    assert "can't be shown" not in shown(address, "Hello!")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
