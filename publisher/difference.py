"""What an edit of the file changes in what goes out: the plans of two versions, compared. Pure.

Deliveries are the same when their keys are, else when they say the same (source, template) in the same place (channel,
language); of a recurring announcement also on the same day. What the ledger has settled is not changed by any edit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TypeAlias

from publisher.ledger import states
from publisher.ledger.records import Delivery
from publisher.markdown import code, inert
from publisher.model import Audience, Channel, DeliveryState, Planned
from publisher.plan import Window
from publisher.replan import changes
from publisher.schedulefile.schedule import UNREADABLE_ID, Schedule

_Slot: TypeAlias = tuple[object, ...]

_OF_A_CHANNEL = (
    *("type", "account", "audience", "fallback", "approval", "if_late", "on_unknown", "utm"),
    *("canary", "usual_size"),
)
_OF_A_LIST = ("path", "lists", "where", "basis", "double_opt_in")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One side: everything around the window (`publisher.plan.plan_around`), and the entries that have an error."""

    planned: Sequence[Planned]
    blocked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """The same delivery in both versions."""

    before: Planned
    after: Planned

    @property
    def is_moved(self) -> bool:
        """Whether it goes out at another time."""
        return self.before.due_at != self.after.due_at

    @property
    def is_same_envelope(self) -> bool:
        """Whether key and time are the same, so that equal words give equal bytes."""
        return self.before.key == self.after.key and not self.is_moved


@dataclass(frozen=True, slots=True)
class Wording:
    """What a delivery says in one language, line by line as people read it, and the hash over all of its bytes."""

    lines: tuple[str, ...]
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Reworded:
    """Other words in one language: the lines that differ, ``-`` before and ``+`` after.

    Without any, only the bytes differ: the layout, the sender or a picture.
    """

    pair: Pair
    language: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that an edit changes."""

    added: tuple[Planned, ...] = ()
    removed: tuple[tuple[Planned, str], ...] = ()  #: with the reason
    pairs: tuple[Pair, ...] = ()  #: in both versions, and not settled
    reworded: tuple[Reworded, ...] = ()
    settled: tuple[Planned, ...] = ()  #: would have changed, but the ledger has it as out or given up
    uncertain: tuple[str, ...] = ()  #: entries that an error keeps from being compared
    settings: tuple[str, ...] = ()  #: what is different about channels and lists

    @property
    def moved(self) -> tuple[Pair, ...]:
        """Those that go out at another time."""
        return tuple(pair for pair in self.pairs if pair.is_moved)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each, a delivery with other words in two languages once."""
        reworded = {one.pair.after.key for one in self.reworded}
        return {
            "new": len(self.added),
            "moved": len(self.moved),
            "cancelled": len(self.removed),
            "other words": len(reworded),
        }

    def __bool__(self) -> bool:
        return any(self.counts.values()) or bool(self.settings)

    def __str__(self) -> str:
        new, moved, cancelled, words = self.counts.values()
        return f"+{new} new, {moved} moved, {cancelled} cancelled, {words} with other words"


@dataclass(frozen=True, slots=True)
class _Matched:
    pairs: list[Pair] = field(default_factory=list)
    removed: list[Planned] = field(default_factory=list)
    added: list[Planned] = field(default_factory=list)


def compare(before: Version, after: Version, *, window: Window, settled: Collection[str] = ()) -> Difference:
    """The difference in times and deliveries; words are compared with `with_words`.

    ``settled`` are keys that no edit changes any more (`settled_keys`).
    """
    blocked = before.blocked | after.blocked
    matched = _match(_wanted(before, blocked), _wanted(after, blocked))
    pairs = [pair for pair in matched.pairs if window.holds(pair.before.due_at) or window.holds(pair.after.due_at)]
    removed = [one for one in matched.removed if window.holds(one.due_at) and not _is_unread(one, after)]
    added = [one for one in matched.added if window.holds(one.due_at) and not _is_unread(one, before)]
    over = [one for one in (*removed, *added) if one.key in settled]
    over += [pair.after for pair in pairs if pair.is_moved and _is_settled(pair, settled)]
    reasons = _reasons(after)
    return Difference(
        added=tuple(one for one in added if one.key not in settled),
        removed=tuple((one, _why(one, reasons)) for one in removed if one.key not in settled),
        pairs=tuple(pair for pair in pairs if not pair.is_moved or not _is_settled(pair, settled)),
        settled=tuple(over),
        uncertain=tuple(sorted(blocked)),
    )


def with_words(difference: Difference, found: Iterable[Reworded], *, settled: Collection[str] = ()) -> Difference:
    """The difference with what was found out about words; those that went out keep the words that they had."""
    reworded = list(found)
    over = {one.pair.after.key: one.pair.after for one in reworded if _is_settled(one.pair, settled)}
    return replace(
        difference,
        reworded=tuple(one for one in reworded if one.pair.after.key not in over),
        settled=(*difference.settled, *over.values()),
    )


def reworded(pair: Pair, language: str, *, before: Wording, after: Wording) -> Reworded | None:
    """The lines that differ, or None when nothing does.

    Bytes are only compared where the time is the same: a mail carries its own.
    """
    lines = tuple(_changed_lines(before.lines, after.lines))
    if lines or (pair.is_same_envelope and before.sha256 != after.sha256):
        return Reworded(pair, language, lines)
    return None


def settled_keys(
    planned: Sequence[Planned], known: Sequence[Delivery], *, window: Window, blocked: Collection[str]
) -> frozenset[str]:
    """Keys that are out, given up or called off by a person, and those that one of these stands in for."""
    rows = {row.key: row for row in known}
    found = changes(planned, known, window=window, blocked=blocked)
    begins = {one.key for one in (*found.added, *found.moved)}
    stood_in = {
        one.key
        for one in planned
        if one.goes_out
        and window.holds(one.due_at)
        and one.key not in begins
        and (one.key not in rows or rows[one.key].state is DeliveryState.CANCELLED)
    }
    return frozenset(row.key for row in known if _is_over(row)) | stood_in


def settings_changes(before: Schedule, after: Schedule) -> tuple[str, ...]:
    """What is different about channels and lists that both versions have: news: audience: `readers` → `partners`."""
    found = []
    for old, new, fields in (
        (before.channels, after.channels, _OF_A_CHANNEL),
        (before.audiences, after.audiences, _OF_A_LIST),
    ):
        for name in (name for name in old if name in new):
            found += list(_changed_fields(name, old[name], new[name], fields=fields))
    return tuple(found)


def _changed_fields(
    name: str, old: Channel | Audience, new: Channel | Audience, *, fields: Iterable[str]
) -> Iterator[str]:
    for part in fields:
        before, after = getattr(old, part), getattr(new, part)
        if before != after:
            yield f"{inert(name)}: {part.replace('_', ' ')}: {_shown(before)} → {_shown(after)}"


def _shown(value: object) -> str:
    """A value as code: the account of a channel must not call that person to a pull request."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return code(str(value)) if value else "none"


def _wanted(version: Version, blocked: Collection[str]) -> list[Planned]:
    """What goes out, without entries that one of the versions has an error in: those stay as they were."""
    return [one for one in version.planned if one.goes_out and _name(one) not in blocked]


def _match(before: list[Planned], after: list[Planned]) -> _Matched:
    old, new = ({one.key: one for one in side} for side in (before, after))
    matched = _Matched(pairs=[Pair(one, new[key]) for key, one in old.items() if key in new])
    waiting: dict[_Slot, list[Planned]] = defaultdict(list)
    for key, one in old.items():
        if key not in new:
            waiting[_slot(one)].append(one)
    for key, one in new.items():
        if key not in old:
            same = waiting[_slot(one)]
            if same:
                matched.pairs.append(Pair(same.pop(0), one))
            else:
                matched.added.append(one)
    matched.removed.extend(one for same in waiting.values() for one in same)
    for found in (matched.added, matched.removed):
        found.sort(key=_order)
    matched.pairs.sort(key=lambda pair: _order(pair.after))
    return matched


def _order(one: Planned) -> tuple[object, ...]:
    return one.due_at, one.key


def _slot(one: Planned) -> _Slot:
    """What makes two keys the same announcement to the same people; for recurring ones also the day."""
    day = one.nominal_local.date() if one.recurs else None
    is_mailing = one.key == f"{one.occurrence}/{one.channel.id}"  # one delivery for readers of all languages
    return one.kind, one.source_id, one.template, one.channel.id, () if is_mailing else one.languages, day


def _name(one: Planned) -> str:
    return f"{one.kind}s/{one.source_id}"


def _is_unread(one: Planned, version: Version) -> bool:
    """Whether it may belong to an entry whose id that version has spoilt."""
    return f"{one.kind}s/{UNREADABLE_ID}" in version.blocked and all(
        _name(other) != _name(one) for other in version.planned
    )


def _is_settled(pair: Pair, settled: Collection[str]) -> bool:
    return pair.before.key in settled or pair.after.key in settled


def _is_over(row: Delivery) -> bool:
    """Whether it is settled; one that an edit called off comes back with the next edit."""
    if row.state is DeliveryState.CANCELLED:
        return bool(row.settled_by)
    return row.state not in states.OPEN


def _reasons(version: Version) -> dict[object, str]:
    """Why something does not go out, by its key and by its slot."""
    found: dict[object, str] = {}
    for one in version.planned:
        if not one.goes_out:
            found[one.key] = one.reason
            found.setdefault(_slot(one), one.reason)
    return found


def _why(one: Planned, reasons: Mapping[object, str]) -> str:
    return reasons.get(one.key) or reasons.get(_slot(one)) or "it is no longer in the file"


def _changed_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    for what, begin, end, new_begin, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            yield from (f"-{line}" for line in before[begin:end])
            yield from (f"+{line}" for line in after[new_begin:new_end])
