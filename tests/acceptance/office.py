"""A small office in a folder: its schedule file, lists and templates, and the command as a user types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SCHEDULE = """\
version: 1
project: { name: Library, link: "https://example.org", contact: { name: City Library, email: library@example.org } }
defaults: { timezone: Europe/Warsaw, languages: [pl], missing_translation: use pl }
channels:
  twitter: { account: "@citylibrary" }
  facebook: { account: citylibrary }
  news: { type: email, audience: readers, languages: [pl, en] }
audiences:
  readers: { list: lists/readers.csv, basis: consent }
events:
  - id: open-day
    when: 2027-05-13 10:00-16:00
    title: { pl: "Dzień otwarty – zażółć gęślą jaźń", en: Open day }
    register: { link: "https://example.org/register", until: 2027-05-10 }
    image: { file: images/open-day.png, alt: { pl: Regał pełen książek., en: A shelf full of books. } }
    changes:
      - { add: 1 week before at 09:00, template: invitation, to: [twitter, facebook, news] }
posts:
  - id: hello
    send: 2027-05-06 10:00
    to: [twitter, facebook, news]
    text: { pl: "Cześć & dzień dobry! https://example.org/ęą?x=1&y=2 🎉", en: Hello! }
"""
READERS = "email,name,language\nanna@example.org,Zofia Gęś,pl\nben@example.org,Ben,en\nlibrary@example.com,,\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def open_office(folder: Path, schedule: str = SCHEDULE) -> Path:
    """Write the files of the office; gives its folder."""
    (folder / "lists").mkdir(exist_ok=True)
    (folder / "images").mkdir(exist_ok=True)
    (folder / "schedules.yaml").write_text(schedule, encoding="utf-8")
    (folder / "lists" / "readers.csv").write_text(READERS, encoding="utf-8")
    (folder / "images" / "open-day.png").write_bytes(PNG)
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``publisher`` in the folder, with nothing of ours in its environment but what is given."""
    command = [sys.executable, "-m", "publisher", *arguments]
    basic = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return subprocess.run(
        command, cwd=folder, env={**basic, **environment}, capture_output=True, text=True, check=False, timeout=150
    )


def json_of(folder: Path, *arguments: str) -> Any:  # noqa: ANN401  whatever it prints
    """What the command prints with ``--format json``."""
    ran = run(folder, *arguments, "--format", "json")
    assert ran.stdout, ran.stderr
    return json.loads(ran.stdout)
