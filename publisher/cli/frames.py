"""Previews in the terminal: a timeline, then each text in a frame with its meter and its problems.

Lines are at most 80 cells wide, wide characters and emoji counted as terminals show them. Where there is no terminal,
or NO_COLOR is set (https://no-color.org), there are no colours; where the output can't say ``│``, the frame is ASCII.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from publisher.model import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from publisher.cli.previewdata import View
    from publisher.model import Planned, Problem
    from publisher.preview import Preview
    from publisher.previewpage.chips import Chip
    from publisher.previewpage.meters import MeteredPost

_WIDTH = 80
_BAR = 24
_PIECES = re.compile(r"\s+|\S+")
_STYLES = {
    "stopped": "bold red", "late": "bold red", "held": "red", "needs approval": "bold yellow", "paused": "bold yellow",
    "moved": "yellow", "blackout": "yellow", "approved": "green", "draft": "cyan", "skipped": "dim",
}  # fmt: skip
_SEVERITIES = {Severity.ERROR: ("✗", "bold red"), Severity.WARNING: ("⚠", "yellow"), Severity.INFO: ("ℹ", "cyan")}  # noqa: RUF001  the sign for information


class Bit(NamedTuple):
    """A piece of a line, and how it looks."""

    text: str
    style: str = ""


Line = tuple[Bit, ...]


class Signs(NamedTuple):
    """What frames and meters are drawn with."""

    corners: tuple[str, str, str, str]
    across: str
    down: str
    full: str
    empty: str
    cut: str


_DRAWN = Signs(("┌", "┐", "└", "┘"), "─", "│", "█", "░", "✂")
_ASCII = Signs(("+", "+", "+", "+"), "-", "|", "#", ".", "%<")


def print_lines(lines: Iterable[Line]) -> None:
    """Print them, in colour where a person looks at a terminal that wants it."""
    is_coloured = (sys.stdout.isatty() or "FORCE_COLOR" in os.environ) and not os.environ.get("NO_COLOR")
    if not is_coloured:
        for line in lines:
            sys.stdout.write(_sayable("".join(bit.text for bit in line).rstrip()) + "\n")
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False, emoji=False, force_terminal=True)
    for line in lines:
        console.print(Text.assemble(*((bit.text, bit.style) for bit in line)), end="\n")


def _sayable(text: str) -> str:
    """What the output can't encode is shown as a question mark, and never an error."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def signs() -> Signs:
    """Box drawing where the output can take it."""
    try:
        "┌█░✂✗⚠".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return _ASCII
    return _DRAWN


# --- the timeline ---------------------------------------------------------------------------------------------


def timeline(view: View, *, now: datetime) -> Iterator[Line]:
    """One line for each delivery, by day, in the local time of its channel."""
    from publisher.previewpage.chips import chips_of, city, elsewhere, far_away

    zones = [one.channel.calendar.timezone for one in view.planned]
    by_key: dict[str, list[Preview]] = {}
    for preview in view.previews:
        by_key.setdefault(preview.planned.key, []).append(preview)
    ordered = sorted(view.planned, key=lambda one: (one.local, one.key))
    for day, rows in groupby(ordered, key=lambda one: one.local.date()):
        found = list(rows)
        yield (Bit(f"{day:%A, %d %B %Y}", "bold"), Bit(f" · {far_away(found[0], now=now)}", "dim"))
        for one in found:
            there = ", ".join([city(one.channel.calendar.timezone), *elsewhere(one, zones)])
            chips = chips_of(one, by_key.get(one.key, []), now=now, pause=str(view.paused.of(one.channel.id) or ""))
            yield from _row(one, there, chips)
        yield ()


def _row(one: Planned, there: str, chips: Sequence[Chip]) -> Iterator[Line]:
    words = f"{one.template} · {one.source_id} · {one.channel.id} ({', '.join(one.languages)})"
    indent = " " * 9
    first, *others = wrapped(words, _WIDTH - len(indent))
    yield (Bit(f"  {one.local:%H:%M}  ", "bold"), Bit(first))
    yield from ((Bit(f"{indent}{line}"),) for line in others)
    yield (Bit(f"{indent}{there}", "dim"),)
    yield from chip_lines(chips, indent=indent)


def chip_lines(chips: Sequence[Chip], *, indent: str) -> Iterator[Line]:
    """Chips in brackets, each on a line of its own when it is long."""
    from rich.cells import cell_len

    line: list[Bit] = []
    for chip in chips:
        style = _STYLES[chip.kind]
        pieces = [f"{piece}" for piece in wrapped(f"[{chip.words}]", _WIDTH - len(indent))]
        is_full = cell_len(indent) + sum(cell_len(bit.text) for bit in line) + cell_len(pieces[0]) + 1 > _WIDTH
        if line and is_full:
            yield (Bit(indent), *line)
            line = []
        for piece in pieces[:-1]:
            yield (Bit(indent), Bit(piece, style))
        line += [Bit(pieces[-1], style), Bit(" ")]
    if line:
        yield (Bit(indent), *line)


# --- one preview ----------------------------------------------------------------------------------------------


def framed(preview: Preview, *, view: View, now: datetime, drawn: Signs) -> Iterator[Line]:
    """Everything about one delivery in one language."""
    from publisher.previewpage.chips import chips_of
    from publisher.previewpage.meters import parts_of

    planned = preview.planned
    account = f" {planned.channel.account}" if planned.channel.account else ""
    head = f"{planned.source_id} · {planned.template} · {planned.channel.id}{account} · {preview.language}"
    yield from ((Bit(line, "bold"),) for line in wrapped(head, _WIDTH))
    zone = planned.channel.calendar.timezone
    yield (Bit(f"{planned.local:%A, %d %B %Y, %H:%M} ({zone})"),)
    pause = str(view.paused.of(planned.channel.id) or "")
    yield from chip_lines(chips_of(planned, [preview], now=now, pause=pause), indent="")
    parts = parts_of(preview)
    for number, part in enumerate(parts, start=1):
        if len(parts) > 1:
            yield (Bit(f"  part {number} of {len(parts)}", "dim"),)
        yield from _frame(preview, part, drawn)
        yield from _meter(part, drawn)
    if cost := view.costs.get(planned.key):
        yield (Bit(f"  costs {cost}", "dim"),)
    for problem in preview.problems:
        yield from _problem(problem)
    yield ()


def _frame(preview: Preview, part: MeteredPost, drawn: Signs) -> Iterator[Line]:
    draft = preview.draft
    if draft is None:
        return
    inner = _WIDTH - 4
    left, right, below_left, below_right = drawn.corners
    yield (Bit(f"{left}{drawn.across * (_WIDTH - 2)}{right}", "dim"),)
    heads = [f"Subject:   {draft.subject}", f"Preheader: {draft.preheader}", ""] if draft.subject else []
    for words in heads:
        yield from (_boxed([Bit(line, "bold")], inner, drawn) for line in wrapped(words, inner))
    yield from (_boxed(bits, inner, drawn) for bits in _marked(part, inner, drawn))
    for media in draft.media:
        alt = f"[{media.path.name}]  ALT: {media.alt}"
        yield from (_boxed([Bit(line, "cyan")], inner, drawn) for line in wrapped(alt, inner))
    yield (Bit(f"{below_left}{drawn.across * (_WIDTH - 2)}{below_right}", "dim"),)


def _marked(part: MeteredPost, width: int, drawn: Signs) -> Iterator[list[Bit]]:
    """The words line by line; from the exact character on at which it is full in red, behind a pair of scissors."""
    kept = part.kept.split("\n")
    if not part.over:
        for text in kept:
            yield from ([Bit(line)] for line in wrapped(text, width))
        return
    over = part.over.split("\n")
    for text in kept[:-1]:
        yield from ([Bit(line)] for line in wrapped(text, width))
    joined = f"{kept[-1]}{drawn.cut}{over[0]}"
    left = len(kept[-1])
    for line in wrapped(joined, width):
        yield [bit for bit in (Bit(line[:left]), Bit(line[max(0, left) :], "bold red")) if bit.text]
        left = max(0, left - len(line))
    for text in over[1:]:
        yield from ([Bit(line, "bold red")] for line in wrapped(text, width))


def _boxed(bits: Sequence[Bit], inner: int, drawn: Signs) -> Line:
    from rich.cells import cell_len

    room = " " * max(0, inner - sum(cell_len(bit.text) for bit in bits))
    return (Bit(f"{drawn.down} ", "dim"), *bits, Bit(room), Bit(f" {drawn.down}", "dim"))


def _meter(part: MeteredPost, drawn: Signs) -> Iterator[Line]:
    if not part.limit:
        return
    full = min(_BAR, round(_BAR * part.weight / part.limit))
    over = part.weight - part.limit
    words = f"{part.weight}/{part.limit}" + (f"  {over} too many" if over > 0 else "")
    style = "bold red" if over > 0 else "green"
    yield (Bit("  "), Bit(drawn.full * full, style), Bit(drawn.empty * (_BAR - full), "dim"), Bit(f" {words}", style))


def _problem(problem: Problem) -> Iterator[Line]:
    sign, style = _SEVERITIES[problem.severity]
    place = f"  {problem.place.file}:{problem.place.line}" if problem.place.file else ""
    first, *others = wrapped(f"{problem.message}{place}", _WIDTH - 4)
    yield (Bit(f"  {sign} {first}", style),)
    yield from ((Bit(f"    {line}", style),) for line in others)
    first, *others = wrapped(str(problem.hint), _WIDTH - 6)
    yield (Bit(f"    → {first}"),)
    yield from ((Bit(f"      {line}"),) for line in others)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of so many cells, broken at spaces, and inside words only when one is longer than a line."""
    from rich.cells import cell_len, chop_cells

    lines, line = [], ""
    for piece in _PIECES.findall(text.replace("\t", "    ")):
        if cell_len(line) + cell_len(piece) <= width:
            line += piece
            continue
        if line:
            lines.append(line)
        *whole, line = chop_cells(piece, width) if piece.strip() else [""]
        lines += whole
    return [*lines, line]
