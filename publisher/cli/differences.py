"""What ``publisher plan --against`` prints: lists that read well on a terminal and in a pull request."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from publisher.app import App
from publisher.cli.common import print_json, wall, warn, zulu
from publisher.cli.planrecords import plan_record
from publisher.difference import (
    Difference,
    Pair,
    Reworded,
    Version,
    Wording,
    compare,
    reworded,
    settings_changes,
    settled_keys,
    with_words,
)
from publisher.markdown import inert
from publisher.model import Planned, PlanState
from publisher.plan import Window, plan_around
from publisher.preview import Previewer
from publisher.schedulefile.schedule import Schedule
from publisher.versions import other_version

if TYPE_CHECKING:
    from publisher.ledger.records import Delivery

_T = TypeVar("_T")

#: A pull request is read by people: so many lines of each kind, so many lines of other words for each.
_MOST_LINES = 40
_MOST_WORDS = 30


@dataclass(frozen=True, slots=True)
class Found:
    """The difference, and the name of the version that it is counted from."""

    against: str
    difference: Difference


def find(app: App, schedule: Schedule, *, against: str, period: Window) -> Found:
    """Compare the file with another version of it; raises as `publisher.versions.other_version`."""
    other = other_version(against, of=app.options.schedules, channel_types=app.forms)
    if other.loaded.has_errors:
        warn(f"{other.name} has errors; what they are about is not compared")
    ledger = app.existing_ledger()
    rules = app.rules(ledger)
    before, after = (
        Version(planned=plan_around(side, window=period, rules=rules), blocked=side.blocked)
        for side in (other.schedule, schedule)
    )
    sources = {one.source_id for one in (*before.planned, *after.planned)}
    known: Sequence[Delivery] = ledger.deliveries.of_sources(sources) if ledger is not None else ()
    settled = settled_keys(after.planned, known, window=period, blocked=after.blocked)
    difference = compare(before, after, window=period, settled=settled)
    words = _other_words(difference.pairs, before=_Words(app, other.schedule), after=_Words(app, schedule))
    difference = with_words(difference, words, settled=settled)
    return Found(other.name, replace(difference, settings=settings_changes(other.schedule, schedule)))


class _Words:
    """The words of one version."""

    def __init__(self, app: App, schedule: Schedule) -> None:
        self._schedule = schedule
        self._previewer = Previewer(app, schedule)

    def of(self, planned: Planned, language: str) -> Wording:
        """What it says in this language; nothing when it does not speak it."""
        entry = self._schedule.entry(f"{planned.kind}s/{planned.source_id}")
        if entry is None or language not in planned.languages:
            return Wording(())
        preview = self._previewer.preview(planned, entry, language=language)
        if preview.composed is None:
            return Wording(tuple(f"✗ {problem.message}" for problem in preview.problems))
        draft = preview.composed.draft
        head = [f"Subject: {draft.subject}", f"Preheader: {draft.preheader}"] if draft.subject else []
        pictures = [f"[{media.path.name}] {media.alt}" for media in draft.media]
        return Wording((*head, *draft.text.split("\n"), *pictures), preview.composed.payload.sha256)


def _other_words(pairs: Iterable[Pair], *, before: _Words, after: _Words) -> Iterator[Reworded]:
    for pair in pairs:
        for language in dict.fromkeys((*pair.before.languages, *pair.after.languages)):
            old, new = before.of(pair.before, language), after.of(pair.after, language)
            if found := reworded(pair, language, before=old, after=new):
                yield found


# --- text -----------------------------------------------------------------------------------------------------


def print_text(found: Found) -> None:
    """One line that says it all, then the lists."""
    text = "\n".join(_lines(found)).rstrip("\n")
    sys.stdout.write(re.sub(r"\n{3,}", "\n\n", text) + "\n")


def _lines(found: Found) -> Iterator[str]:
    difference = found.difference
    against = inert(found.against)
    yield f"{difference}, compared with {against}" if difference else f"Nothing changes against {against}."
    yield from _section("New", _listed(difference.added))
    yield from _section("Moved", [_move(group) for group in _grouped(difference.moved, _likeness_of_pair)])
    removed = _grouped(difference.removed, lambda one: (_likeness(one[0]), one[1]))
    yield from _section("Cancelled", [_line([one for one, _ in group], why=group[0][1]) for group in removed])
    yield from _section("Other words", list(_words(difference.reworded)))
    yield from _section("Other settings", [f"- {words}" for words in difference.settings])
    yield from _section("Out already or settled, stays as it is", _listed(difference.settled))
    yield from _section(
        "Not compared because of an error in the file", [f"- {inert(name)}" for name in difference.uncertain]
    )


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title}:"
        yield ""
        yield from lines[:_MOST_LINES]
        if len(lines) > _MOST_LINES:
            yield f"- … and {len(lines) - _MOST_LINES} more (all of them: --format json)"


def _listed(planned: Iterable[Planned]) -> list[str]:
    return [_line(group, why=_because(group[0])) for group in _grouped(planned, _likeness)]


def _line(group: Sequence[Planned], *, why: str = "") -> str:
    """``- Mon 10 May 2027, 12:00: tomorrow (open-day) on facebook (pl), twitter (pl): why``."""
    days = sorted({one.local for one in group})
    times = f", {len(days)} times until {_day(days[-1])}" if len(days) > 1 else ""
    return f"- {_day(days[0])}: {_what(group)}{times}{f': {inert(why)}' if why else ''}"


def _move(group: Sequence[Pair]) -> str:
    first, days = group[0], {pair.after.local for pair in group}
    times = f", and {len(days) - 1} more in the same way" if len(days) > 1 else ""
    because = f": {inert(_because(first.after))}" if _because(first.after) else ""
    what = _what([pair.after for pair in group])
    return f"- {what}: {_day(first.before.local)} → {_day(first.after.local)}{times}{because}"


def _words(found: Iterable[Reworded]) -> Iterator[str]:
    """Deliveries whose words change in the same way stand together above the change."""
    for group in _grouped(found, lambda one: one.lines):
        planned = [replace(one.pair.after, languages=(one.language,)) for one in group]
        above = "\n".join(_line(alike) for alike in _grouped(planned, _likeness)[:_MOST_LINES])
        lines = group[0].lines
        yield f"{above}\n\n{_fenced(lines)}\n" if lines else f"{above}: the same words in another layout"


def _fenced(lines: Sequence[str]) -> str:
    """As a block of code, which no line in it can end."""
    lines = [" ".join(line.splitlines()) for line in lines]  # a line break that only Markdown knows would end the block
    shown = [*lines[:_MOST_WORDS], *([f"… {len(lines) - _MOST_WORDS} more lines"] if len(lines) > _MOST_WORDS else [])]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join(f"  {line}" for line in (f"{fence}diff", *shown, fence))


def _what(group: Sequence[Planned]) -> str:
    """What it is, and all the places where it goes out."""
    places = dict.fromkeys(f"{inert(one.channel.id)} ({', '.join(one.languages)})" for one in group)
    return f"{inert(group[0].template)} ({inert(group[0].source_id)}) on {', '.join(places)}"


def _because(one: Planned) -> str:
    return "" if one.state is PlanState.PLANNED else one.reason


def _day(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%B %Y, %H:%M}"


def _likeness(one: Planned) -> Hashable:
    """What stands in one line: the same at one time on several channels, or a recurring one on one channel."""
    if one.recurs:
        return one.source_id, one.template, one.step, one.channel.id, one.languages
    return one.source_id, one.template, one.local, _because(one)


def _likeness_of_pair(pair: Pair) -> Hashable:
    before = pair.before.local.time() if pair.after.recurs else pair.before.local
    return _likeness(pair.after), before, pair.after.local.time()


def _grouped(found: Iterable[_T], likeness: Callable[[_T], Hashable]) -> list[list[_T]]:
    groups: dict[Hashable, list[_T]] = defaultdict(list)
    for one in found:
        groups[likeness(one)].append(one)
    return list(groups.values())


# --- JSON -----------------------------------------------------------------------------------------------------


def print_record(found: Found) -> None:
    """One JSON object with everything."""
    difference = found.difference
    print_json(
        {
            "against": found.against,
            "counts": {name.replace(" ", "_"): count for name, count in difference.counts.items()},
            "new": [_record(one) for one in difference.added],
            "moved": [_record(pair.after) | {"from": _times(pair.before)} for pair in difference.moved],
            "cancelled": [_record(one) | {"reason": why} for one, why in difference.removed],
            "other_words": [
                _record(one.pair.after) | {"language": one.language, "lines": list(one.lines)}
                for one in difference.reworded
            ],
            "settings": list(difference.settings),
            "settled": [_record(one) for one in difference.settled],
            "not_compared": list(difference.uncertain),
        }
    )


def _record(one: Planned) -> dict[str, object]:
    return plan_record(one, str(one.state))


def _times(one: Planned) -> dict[str, str]:
    return {"key": one.key, "local": wall(one.local), "utc": zulu(one.due_at)}
