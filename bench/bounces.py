"""How well mails that came back are read, measured on a collection that others made.

    make bench-bounces MAILS=set-of-emails/maildir/bsd TRUTH=p5-sisimai/t

``MAILS`` are the mails of Sisimai (github.com/sisimai/set-of-emails), ``TRUTH`` the tests of its Perl edition, which
say of each mail what stands in it. Nothing of either is part of this project. A bounce is hard there when the address
or its domain does not exist, has moved, or takes no mail. The results of the last run stand in results/bounces.txt.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from report import Report

from publisher.bounces.read import reports
from publisher.bounces.report import BounceKind

_FILE = re.compile(r"\d+-((?:lhost|rhost)-\w+|rfc3464|rfc3834|arf)\.t")
_MAIL = re.compile(r"^\s*'(\d+)'\s*=>\s*\[(.*?\])\]", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"\[\s*'[^']*',\s*'[^']*',\s*'(?P<reason>\w+)',\s*(?P<hard>[01])")


@dataclass(frozen=True)
class Truth:
    """What stands in a mail: a reason for each reader, and for each whether it is hard."""

    reasons: frozenset[str]
    hard: frozenset[bool]


def truths(folder: Path) -> Iterator[tuple[str, Truth]]:
    """By the name of the mail, without its ending."""
    for file in sorted(folder.glob("[6-8]*.t")):
        if named := _FILE.fullmatch(file.name):
            for number, rows in _MAIL.findall(file.read_text("utf-8")):
                found = list(_ROW.finditer(rows))
                reasons, hard = (row["reason"] for row in found), (row["hard"] == "1" for row in found)
                yield f"{named[1]}-{number}", Truth(frozenset(reasons), frozenset(hard))


@dataclass
class Share:
    """How many of how many; and which not."""

    name: str
    of: int = 0
    hits: int = 0

    def count(self, *, hit: bool) -> None:
        """One more, found or not."""
        self.of += 1
        self.hits += hit

    def __str__(self) -> str:
        return f"{self.name:<24}{self.hits:>5} of {self.of:>3}   {self.hits / max(self.of, 1):.1%}"


def measure(mails: Path, truth: dict[str, Truth]) -> list[Share]:
    """What is found in the mails of which the truth is known."""
    named, hard, falsely = Share("address found"), Share("hard found"), Share("falsely hard")
    complaints, answers, delivered = Share("complaints"), Share("automatic answers"), Share("delivered, not hard")
    for file in sorted(mails.glob("*.eml")):
        if (meant := truth.get(file.stem)) is None:
            continue
        found = reports(file.read_bytes())
        kinds = {one.kind for one in found}
        if "feedback" in meant.reasons:
            complaints.count(hit=BounceKind.COMPLAINT in kinds)
        elif "vacation" in meant.reasons:
            answers.count(hit=BounceKind.AUTO_REPLY in kinds)
        elif meant.reasons == {"delivered"}:
            delivered.count(hit=BounceKind.HARD not in kinds)
        else:
            named.count(hit=any(one.recipient for one in found))
            for share, is_meant in ((hard, True), (falsely, False)):
                if meant.hard == {is_meant}:
                    share.count(hit=BounceKind.HARD in kinds)
    return [named, hard, falsely, complaints, answers, delivered]


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mails", type=Path)
    parser.add_argument("truth", type=Path)
    options = parser.parse_args()
    report = Report("bounces", MAILS="set-of-emails/maildir/bsd", TRUTH="p5-sisimai/t")
    report.keep(map(str, measure(options.mails, dict(truths(options.truth)))))


if __name__ == "__main__":
    main()
