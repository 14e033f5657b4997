"""`make bench-preview`: how long a page of 500 announcements takes, and one in the terminal, as whole processes.

Figures go to `results/preview.txt`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from report import Report

ROOT = Path(__file__).parents[1]
HEAD = """\
version: 1
project: { name: Office, link: "https://example.org", contact: { name: Office, email: office@example.org } }
defaults: { timezone: Europe/Warsaw, languages: [pl, en] }
channels:
  twitter: { account: "@office", languages: [pl] }
  facebook: { account: office, languages: [en] }
  news: { type: email, audience: readers, languages: [pl, en] }
audiences:
  readers: { list: readers.csv, basis: consent }
posts:
"""
POST = """\
  - id: post-{number}
    send: {day} 10:00
    to: [{channel}]
    text:
      pl: "Zapraszamy na spotkanie numer {number} w Białymstoku, {day}. #OtwarteDane https://example.org/{number}"
      en: "Come to our meeting number {number} in Białystok, {day}. #OpenData https://example.org/{number}"
    image: {{ file: picture.jpg, alt: {{ pl: Ludzie przy stole., en: People at a table. }} }}
"""
CHANNELS = ("twitter", "facebook", "news")


def write_office(folder: Path, number: int) -> None:
    """A file with so many announcements, from tomorrow on; every third goes to each channel."""
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011  a day to begin with
    posts = (
        POST.format(number=at, day=tomorrow + timedelta(days=at % 360), channel=CHANNELS[at % 3])
        for at in range(number)
    )
    (folder / "schedules.yaml").write_text(HEAD + "".join(posts), encoding="utf-8")
    (folder / "readers.csv").write_text("email,name,language\nanna@example.org,Anna,pl\n", encoding="utf-8")
    (folder / "picture.jpg").write_bytes((ROOT / "images" / "smart-regions-2027.jpg").read_bytes())


def measure(folder: Path, *arguments: str, times: int) -> tuple[list[float], list[float]]:
    """Seconds of whole processes: on the wall, and of the processor."""
    walls, processors = [], []
    for _ in range(times):
        before, began = os.times(), time.perf_counter()
        ran = subprocess.run(
            [sys.executable, "-m", "publisher", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        walls.append(time.perf_counter() - began)
        after = os.times()
        processors.append(after.children_user + after.children_system - before.children_user - before.children_system)
        if ran.returncode:
            sys.exit(ran.stderr or ran.stdout)
    return walls, processors


def told(name: str, found: tuple[list[float], list[float]], limit: float) -> str:
    """One line: best and median on the wall, and the best of the processor alone."""
    walls, processors = found
    best, middle, alone = min(walls), statistics.median(walls), min(processors)
    return f"{name:<42} best {best:5.2f} s  median {middle:5.2f} s  processor {alone:5.2f} s  (limit {limit} s)"


def main() -> None:
    """Measure, print the figures and keep them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--announcements", type=int, default=500)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    report = Report("preview")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_office(folder, given.announcements)
        page = measure(folder, "preview", "--format", "html", "--out", "page", times=given.times)
        size = (folder / "page" / "index.html").stat().st_size
        one = measure(folder, "preview", "post-7", "--channel", CHANNELS[7 % 3], times=given.times * 2)
        write_office(folder, 10)
        small = measure(folder, "preview", "post-7", "--channel", CHANNELS[7 % 3], times=given.times * 2)
    report.keep(
        [
            told(f"page of {given.announcements} announcements ({size / 1e6:.1f} MB)", page, 5.0),
            told(f"one of {given.announcements} in the terminal", one, 0.7),
            told("one of 10 in the terminal", small, 0.7),
        ]
    )


if __name__ == "__main__":
    main()
