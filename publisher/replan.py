"""What an edit of the file changes: the plan against what the ledger knows. Pure.

What went out is never sent again. When a time in the file was edited, the key of its delivery changes; a delivery
that is out and whose key the plan no longer has stands in for the planned one that took its place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from publisher.ledger import states
from publisher.ledger.records import Delivery
from publisher.model import DeliveryState, Planned
from publisher.plan import Window
from publisher.schedulefile.schedule import UNREADABLE_ID
from publisher.timing.grammar import parse_phrase
from publisher.timing.phrases import PhraseError, is_recurring

_Slot: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to write to the ledger, and what to tell people."""

    added: tuple[Planned, ...] = ()
    moved: tuple[Planned, ...] = ()
    cancelled: tuple[tuple[Delivery, str], ...] = ()  #: with the reason
    replaced: tuple[tuple[Delivery, str], ...] = ()  #: refused, and planned at another time now; with the reason
    stood_in: tuple[tuple[Planned, Delivery], ...] = ()  #: planned, but out already under another key

    def __bool__(self) -> bool:
        return bool(self.added or self.moved or self.cancelled)

    def __str__(self) -> str:
        """``+3 posts, 2 moved, 1 cancelled, 0 sent again``; posts and mailings apart when there are both."""
        new = Counter(_announcement(one, one.channel.id) for one in self.added)
        gone = Counter(_announcement(row, row.channel) for row, _ in self.cancelled)
        moved = Counter(_announcement(one, one.channel.id) for one in self.moved)
        both = new & gone  # another wall time makes another key, and people call that moved
        moved, new, gone = moved + both, new - both, gone - both
        nouns = [noun for noun in ("post", "mailing") if any(noun in one for one in (*moved, *new, *gone))] or ["post"]
        said = [
            f"+{_many(_number(new, noun), noun)}, {_number(moved, noun)} moved, {_number(gone, noun)} cancelled"
            for noun in nouns
        ]
        out = f" ({len(self.stood_in)} out already at another time)" if self.stood_in else ""
        return f"{'; '.join(said)}{';' if len(said) > 1 else ','} 0 sent again{out}"


def changes(
    planned: Iterable[Planned], known: Iterable[Delivery], *, window: Window, blocked: Collection[str]
) -> Changes:
    """Compare what the file wants (`plan_around`) with what the ledger knows of these sources.

    ``blocked`` are the names of entries that have an error now: what was planned for them stays as it is. An entry
    whose id can't be read is called ``events/?``; it may be any of those that the plan lacks.
    """
    plan = {one.key: one for one in planned}
    rows = {row.key: row for row in known}
    out = _standing_in(plan, rows)
    wanted = {key: one for key, one in plan.items() if one.goes_out and key not in out and window.holds(one.due_at)}
    return Changes(
        added=tuple(one for key, one in wanted.items() if key not in rows),
        moved=tuple(one for key, one in wanted.items() if key in rows and _differs(one, rows[key])),
        cancelled=tuple(
            (row, _why_not(row, plan))
            for row in rows.values()
            if row.state in states.OPEN
            and window.holds(row.due_at)
            and row.key not in wanted
            and not _is_blocked(row, blocked)
        ),
        replaced=tuple(_replaced(plan, rows, wanted=wanted)),
        stood_in=tuple(
            (plan[key], row) for key, row in out.items() if _may_be_out(row) and window.holds(plan[key].due_at)
        ),
    )


def _differs(planned: Planned, row: Delivery) -> bool:
    if row.state is DeliveryState.CANCELLED:
        return not _was_called_off(row)
    if row.state is not DeliveryState.PLANNED:
        return False
    wanted = (planned.due_at, planned.expires_at, planned.step, planned.languages)
    return wanted != (row.due_at, row.expires_at, row.step, row.languages)


def _is_blocked(row: Delivery, blocked: Collection[str]) -> bool:
    return row.entry_name in blocked or f"{row.kind}s/{UNREADABLE_ID}" in blocked


def _why_not(row: Delivery, plan: dict[str, Planned]) -> str:
    planned = plan.get(row.key)
    if planned is None:
        return "it is no longer in the file"
    return planned.reason or "it is due beyond the days that are planned ahead"


def _standing_in(plan: dict[str, Planned], rows: dict[str, Delivery]) -> dict[str, Delivery]:
    """For planned keys that are not to go out: the delivery that went out in their place, if any.

    One that a person called off stands in too: editing its time does not bring it back. What the ledger doesn't have
    comes first, then what an earlier edit called off and this one brings back.
    """
    orphans: dict[_Slot, list[Delivery]] = defaultdict(list)
    for slot, row in _orphans(plan, rows):
        if _may_be_out(row) or _was_called_off(row):
            orphans[slot].append(row)
    out: dict[str, Delivery] = {}
    vacant = [one for one in plan.values() if one.goes_out and _is_vacant(rows.get(one.key))]
    for planned in sorted(vacant, key=lambda one: (one.key in rows, one.nominal_local)):
        if waiting := orphans.get(_planned_slot(planned)):
            out[planned.key] = waiting.pop(0)
    return out


def _replaced(
    plan: dict[str, Planned], rows: dict[str, Delivery], *, wanted: dict[str, Planned]
) -> Iterator[tuple[Delivery, str]]:
    """What was refused and is planned at another time now: a person who tries both would publish it twice."""
    heirs = {_planned_slot(one): one for one in wanted.values() if _is_vacant(rows.get(one.key))}
    for slot, row in _orphans(plan, rows):
        heir = heirs.get(slot)
        if row.state is DeliveryState.FAILED and heir is not None and not _may_be_out(row):
            yield row, f"it was refused; {heir.key} took its place"


def _orphans(plan: dict[str, Planned], rows: dict[str, Delivery]) -> Iterator[tuple[_Slot, Delivery]]:
    """What the ledger has and the plan lacks, by time."""
    recurring = {(one.source_id, one.template) for one in plan.values() if one.recurs}
    for row in sorted(rows.values(), key=lambda row: row.nominal_local):
        if row.key not in plan:
            recurs = (row.source_id, row.template) in recurring or _recurred(row)
            yield _slot(row, recurs=recurs, channel=row.channel), row


def _is_vacant(row: Delivery | None) -> bool:
    """Whether it would begin anew: the ledger doesn't have it, or an edit called it off."""
    return row is None or (row.state is DeliveryState.CANCELLED and not _was_called_off(row))


def _may_be_out(row: Delivery) -> bool:
    """Of a mailing that was begun and given up, some readers have their mail; of a thread, a part is out."""
    is_mailing = row.key == _mailing_key(row, row.channel)
    is_half_out = bool(row.remote_id) and row.state not in states.OPEN
    return row.state in states.OUT or is_half_out or (is_mailing and row.attempts > 0 and row.state not in states.OPEN)


def _was_called_off(row: Delivery) -> bool:
    return row.state is DeliveryState.CANCELLED and bool(row.settled_by)


def _recurred(row: Delivery) -> bool:
    """Whether the words that it came from were those of a recurring announcement."""
    try:
        return is_recurring(parse_phrase(row.step))
    except PhraseError:
        return False


def _slot(one: Planned | Delivery, *, recurs: bool, channel: str) -> _Slot:
    """What makes two keys the same announcement to the same people; for recurring ones also the day."""
    day = one.nominal_local.date() if recurs else None
    languages = () if one.key == _mailing_key(one, channel) else one.languages
    return one.source_id, one.template, channel, languages, day


def _planned_slot(one: Planned) -> _Slot:
    return _slot(one, recurs=one.recurs, channel=one.channel.id)


def _announcement(one: Planned | Delivery, channel: str) -> _Slot:
    """What it is, whenever it goes out: first the word for it."""
    noun = "mailing" if one.key == _mailing_key(one, channel) else "post"
    return noun, *_slot(one, recurs=False, channel=channel)


def _number(counts: Counter[_Slot], noun: str) -> int:
    return sum(count for one, count in counts.items() if one[0] == noun)


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _mailing_key(one: Planned | Delivery, channel: str) -> str:
    """The key of a post ends with its language, that of a mailing with its channel."""
    return f"{one.occurrence}/{channel}"
