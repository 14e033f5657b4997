"""What came of killing the daemon: the figures of `faults.py`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Findings:
    """What came of it. May be added up."""

    kills: int = 0
    deliveries: int = 0
    mails: int = 0
    faults: int = 0  #: planned
    moved: int = 0  #: posts that an edit gave another time
    threads: int = 0  #: on X, of three parts each
    caught: Counter[str] = field(default_factory=Counter)  #: by channel: kills between the intent and the result
    unknown: int = 0  #: readers that the ledger has as uncertain
    refused: int = 0  #: readers that the ledger has as refused
    asked: Counter[str] = field(default_factory=Counter)  #: what a person decided
    wrong: list[str] = field(default_factory=list)  #: lost, or there twice, or not flagged

    def add(self, other: Findings) -> None:
        """Add another trial."""
        for name in (
            "kills",
            "deliveries",
            "mails",
            "faults",
            "moved",
            "threads",
            "caught",
            "unknown",
            "refused",
            "asked",
            "wrong",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def lines(self) -> Iterator[str]:
        """The report."""
        yield f"{self.kills:,} kills over {self.deliveries:,} deliveries with {self.mails:,} mails"
        yield f"  threads of three parts among them: {self.threads:,}"
        yield f"  faults planned on the platforms: {self.faults:,}; posts moved by an edit: {self.moved:,}"
        for channel, count in sorted(self.caught.items()):
            yield f"  killed between intent and result, {channel + ':':10} {count}"
        yield f"  readers of mailings left uncertain, all flagged: {self.unknown}; refused: {self.refused}"
        yield f"  decided by a person: {', '.join(f'{count} {what}' for what, count in sorted(self.asked.items()))}"
        yield f"lost, twice, or not flagged: {len(self.wrong)}"
        yield from self.wrong


def part_in(words: str) -> tuple[int, int]:
    """The number of the post with these words, and which part of it they begin with; -1 and 0 for other words."""
    found = re.search(r"News number (\d+)(?:, part (\d+))?: all is", words)
    return (int(found[1]), int(found[2] or 1)) if found else (-1, 0)


def number_in(words: str) -> int:
    """The number of the post with these words, or -1."""
    found = re.search(r"News number (\d+): all is", words)
    return int(found[1]) if found else -1
