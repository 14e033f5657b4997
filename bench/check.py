"""How long ``publisher check`` takes on a file of 5,000 lines: the whole process, its memory, and the parsing alone.

    make bench-check

Two files of that size: conferences with a cadence of six steps on up to five channels, and short events without any.
Every event has words, dates, a picture and a page of its own. The results of the last run stand in results/check.txt.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from report import Report

from publisher.app import App, Options
from publisher.clock import SystemClock
from publisher.schedulefile.reading.read import read_file

LINES = 5_000
RUNS = 7
#: One pixel: what a picture costs depends on the picture.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)

HEAD = """\
version: 1

project:
  name: Office
  link: https://example.org/office
  contact: { name: Project office, email: office@example.org }
  funding: interreg-europe-2021-2027
  hashtags: [Office, Regions]

defaults:
  timezone: Europe/Warsaw
  languages: [pl, en]
  quiet_hours: 20:00-07:30
  weekends: no
  holidays: [PL]
  approval: anyone

channels:
  twitter: { account: "@office", languages: [pl] }
  facebook: { account: office, languages: [pl] }
  news-pl: { type: email, audience: readers, languages: [pl] }
  news-en: { type: email, audience: readers, languages: [en] }
  news-fi: { type: email, audience: readers, languages: [fi] }

audiences:
  readers: { list: readers.csv, basis: consent }

cadences:
  conference:
    - { send: 8 weeks before at 10:00, template: save-the-date, to: [twitter, facebook, news-pl, news-en] }
    - { send: 4 weeks before at 10:00, template: invitation, to: [twitter, facebook, news-pl, news-en, news-fi] }
    - { send: 3 days before registration closes at 09:30, template: last-call, to: [twitter, facebook, news-pl] }
    - { send: 1 day before at 12:00, template: tomorrow, to: [twitter, facebook] }
    - { send: first day at 08:30, template: today, to: [twitter] }
    - { send: 2 days after the end at 11:00, template: thank-you, to: [twitter, facebook, news-pl, news-en] }

events:
"""

CONFERENCE = """\
  - id: conference-{number}
    status: confirmed
    cadence: conference
    when: {first} to {last}
    hours: {hour:02}:00-16:30
    title:
      pl: "Dni regionów {number}: dane i usługi w praktyce"
      en: "Days of regions {number}: data and services in practice"
      fi: "Alueiden päivät {number}: tiedot ja palvelut käytännössä"
    summary:
      pl: Dobre praktyki numer {number} z sześciu regionów - e-usługi, dane i praca zdalna.
      en: Good practice number {number} from six regions - e-services, data and remote work.
      fi: Hyviä käytäntöjä {number} kuudelta alueelta - sähköiset palvelut, data ja etätyö.
    where:
      venue: Dom kultury {number}
      address: ul. Odeska {number}, 15-406 Białystok
      online: https://example.org/live/{number}
      step_free: yes
    organiser: Urząd Gminy {number}
    spoken: [pl, en]
    register: {{ link: "https://example.org/register/{number}", until: {until}, free: yes }}
    image:
      file: images/{number}.png
      alt:
        pl: Uczestnicy spotkania {number} nad mapą regionu.
        en: Participants of meeting {number} over a map of the region.
        fi: Tapaamisen {number} osallistujia alueen kartan äärellä.
      credit: fot. Biuro {number}
    tags: [Regions, Days{number}]
    mention: {{ twitter: ["@region{number}"] }}

"""

SHORT = """\
  - id: event-{number}
    status: confirmed
    when: {first} {hour:02}:00-14:30
    title:
      pl: "Otwarte dane bez tajemnic {number}"
      en: "Open data without mysteries {number}"
    summary:
      pl: Jak gminy publikują dane i kto z nich korzysta? Spotkanie {number}.
      en: How do municipalities publish data, and who uses it? Meeting {number}.
    where:
      online: https://example.org/webinar/{number}
    image:
      file: images/{number}.png
      alt:
        pl: Wykres słupkowy {number} rosnących zbiorów danych.
        en: Bar chart {number} of growing data sets.
    tags: [OpenData]
    link: https://example.org/events/{number}

"""


def main() -> None:
    """Measure both files, print the figures and keep them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=RUNS)
    runs = asked.parse_args().runs
    report, lines = Report("check"), [f"median of {runs} runs", ""]
    for name, event in (
        ("conferences, each with 19 deliveries", CONFERENCE),
        ("short events without a cadence", SHORT),
    ):
        with tempfile.TemporaryDirectory() as folder:
            lines += _measured(name, write(Path(folder), event), runs=runs)
    report.keep(lines)


def write(folder: Path, event: str) -> Path:
    """A schedule file of 5,000 lines with its pictures and mailing list."""
    (folder / "images").mkdir()
    (folder / "readers.csv").write_text("email,name,language\nreader@example.org,Reader,pl\n")
    text = HEAD
    number = 0
    while text.count("\n") < LINES:
        first = date(2027, 1, 11) + timedelta(days=number * 2)
        text += event.format(
            number=number,
            first=first,
            last=first + timedelta(days=number % 3 + 1),
            until=first - timedelta(days=number % 12 + 5),
            hour=8 + number % 4,
        )
        (folder / "images" / f"{number}.png").write_bytes(PNG + bytes(1_000 + number * 37 % 500))
        number += 1
    file = folder / "schedules.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def _measured(name: str, file: Path, *, runs: int) -> Iterator[str]:
    seconds, memory = zip(*(_one_run(file) for _ in range(runs)), strict=True)
    forms = App(Options(schedules=file, database="sqlite://"), clock=SystemClock()).forms
    loaded = App(Options(schedules=file, database="sqlite://"), clock=SystemClock())
    yield f"{name}: {file.read_text(encoding='utf-8').count(chr(10)):,} lines, {len(forms)} channel types"
    spread = f"{min(seconds):.2f}-{max(seconds):.2f}"
    yield f"  publisher check, whole process   {statistics.median(seconds):.2f} s  ({spread})"
    yield f"  largest memory                   {max(memory) / 1024:.0f} MB"
    yield f"  parse                            {_median(lambda: read_file(file), runs) * 1000:.0f} ms"
    yield f"  parse, validate and resolve      {_median(loaded.load, runs) * 1000:.0f} ms"
    yield ""


def _one_run(file: Path) -> tuple[float, int]:
    """Seconds and kibibytes of one process; it must find nothing wrong."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "publisher"), "check", str(file)], cwd=file.parent, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"publisher check found something wrong in {file}")
    return time.perf_counter() - begin, _kibibytes(used)


def _kibibytes(used: resource.struct_rusage) -> int:
    return used.ru_maxrss // 1024 if sys.platform == "darwin" else used.ru_maxrss


def _median(act: Callable[[], object], runs: int) -> float:
    found = []
    for _ in range(runs):
        begin = time.perf_counter()
        act()
        found.append(time.perf_counter() - begin)
    return statistics.median(found)


if __name__ == "__main__":
    main()
