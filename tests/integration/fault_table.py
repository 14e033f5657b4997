"""Every fault of the sandbox on every channel, played once: the rows of docs/faults.md.

`make docs` writes the page; `test_fault_table.py` plays every row and holds the page to it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from running_parts import DUE, READERS, START, Scene, post, scene

from publisher.model import DeliveryState
from publisher.sandbox import faults
from publisher.sandbox.faults import HTTP_FAULTS, SMTP_FAULTS, Fault

CHANNELS = {"twitter": "Twitter/X", "facebook": "Facebook", "news": "E-mail"}
_OVER = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.NEEDS_HUMAN, DeliveryState.EXPIRED)
_LONGEST = timedelta(hours=8)

_HEAD = """\
# Faults, and what you see of them

Every fault that [the sandbox](sandbox.md) can play, once, on every channel. `make docs` writes this page by playing
them; the tests play them again and compare. A post is due with six hours of patience (`if_late: skip after 6 hours`);
the mailing has four readers, and the fault meets the first one.

*At once* is the state after the first try, *in the end* what becomes of it when the fault does not come again, and
*out* how often it is on the platform then. `publisher status` shows the words; the platform's own stand in quotation
marks, and what to do behind the arrow. For KEY it shows the key itself, so that a command can be pasted. The log has
the same words behind the level and the event that are given here. What the states mean: [the ledger](ledger.md).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What became of one delivery that met one fault."""

    channel: str
    fault: Fault
    at_once: str  #: state after the first try
    words: str  #: what status says then
    log: tuple[tuple[str, str], ...]  #: level and event with its reason, of the first try
    in_the_end: str
    last_words: str
    out: tuple[int, ...]  #: how often it is on the platform; for a mailing by reader

    @property
    def row(self) -> str:
        """Its row of the table."""
        events = "<br>".join(f"`{event}`" for event, _ in self.log)
        last = f": {self.last_words}" if self.last_words and self.last_words != self.words else ""
        end = "the same" if self.in_the_end == self.at_once else f"`{self.in_the_end}`{last}"
        out = ", ".join(map(str, self.out))
        return (
            f"| `{self.fault}` | {MEANINGS[self.fault]} | `{self.at_once}` | {self.words} | {events} | {end} | {out} |"
        )


def cases() -> list[tuple[str, Fault]]:
    """Every channel with every fault that can happen to it, in the order of the page."""
    return [
        (channel, fault)
        for channel in CHANNELS
        for fault in Fault
        if fault in (SMTP_FAULTS if channel == "news" else HTTP_FAULTS)
    ]


def played(folder: Path, channel: str, fault: Fault) -> Course:
    """Let a delivery meet a fault, and then go on until it is over."""
    with structlog.testing.capture_logs() as said, scene(folder) as stage:
        stage.write(post("one", to=[channel]))
        stage.at(START)
        stage.inject(channel, fault)
        before = len(said)
        stage.at(DUE)
        first, log = stage.row("one", channel), said[before:]
        _go_on(stage, channel)
        last = stage.row("one", channel)
        return Course(
            channel=channel,
            fault=fault,
            at_once=first.state,
            words=_plain(first.reason),
            log=tuple((f"{line['log_level']}: {line['event']}", _plain(line.get("reason") or "")) for line in log),
            in_the_end=last.state,
            last_words=_plain(last.reason),
            out=_out(stage, channel),
        )


def head_of(channel: str) -> str:
    """What stands above the rows of a channel."""
    columns = (
        "| fault | the platform | at once | status says | log | in the end | out |\n|---|---|---|---|---|---|---|\n"
    )
    return f"\n## {CHANNELS[channel]}\n\n{columns}"


def page_without_rows() -> str:
    """The page but for what has to be played."""
    return "".join([_HEAD, *map(head_of, CHANNELS)])


def page() -> str:
    """The whole page."""
    return "".join([_HEAD, *(f"{head_of(channel)}{''.join(_rows(channel))}" for channel in CHANNELS)])


def _rows(channel: str) -> Iterator[str]:
    for one, fault in cases():
        if one == channel:
            with tempfile.TemporaryDirectory() as folder:
                yield f"{played(Path(folder), channel, fault).row}\n"


def _go_on(stage: Scene, channel: str) -> None:
    while (row := stage.row("one", channel)).state not in _OVER and stage.clock.now() < DUE + _LONGEST:
        stage.at(max(row.next_at or START, stage.clock.now() + timedelta(seconds=1)))


def _out(stage: Scene, channel: str) -> tuple[int, ...]:
    if channel != "news":
        return (len(stage.sandbox.posted(channel)),)
    reached = stage.reached()
    return tuple(reached.count(reader.partition("@")[0]) for reader in READERS)


def _plain(words: str) -> str:
    """Without what differs from one computer to another, the words of its network library, and with a short key."""
    same_everywhere = re.sub(r" \((?:[A-Z]\w+: |“Connection ).*?(?= →|$)", "", words).replace("|", "\\|")
    return re.sub(r"\bone/post/\S+", "KEY", same_everywhere)


def _meanings() -> dict[Fault, str]:
    source = Path(faults.__file__).read_text(encoding="utf-8")
    found: dict[str, str] = dict(re.findall(r'= "(\w+)"  #: (.*)', source))
    return {fault: found[fault] for fault in Fault}


MEANINGS = _meanings()

if __name__ == "__main__":
    sys.stdout.write(page())
