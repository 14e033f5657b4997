"""Mails that came back, written from the formats of mail servers, with what is to be read in each (tests/bounces)."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "bounces"


@dataclass(frozen=True)
class Expected:
    """What stands in a mail about one reader. ``reason`` is empty where several would do."""

    recipient: str
    kind: str
    reason: str


def expectations() -> dict[str, list[Expected]]:
    """By the name of the file."""
    found: dict[str, list[Expected]] = defaultdict(list)
    with (FOLDER / "expected.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["file"]].append(Expected(row["recipient"], row["kind"], row["reason"]))
    return dict(found)


def content(name: str) -> bytes:
    """The bytes of a mail."""
    return (FOLDER / name).read_bytes()
