"""The difference between two texts, word by word; and between what was approved and what is there now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from publisher.ledger.records import Approval, Seen
from publisher.preview import Preview

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_TOO_LONG = 20_000
"""Signs; comparing longer texts word by word takes seconds, so they are shown one after the other."""


class WordChange(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words, and what became of them."""

    change: WordChange
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """What is different in one field: ``text``, ``subject``, the description of a picture."""

    field: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceApproved:
    """What is different from what somebody approved."""

    approval: Approval
    facts: tuple[str, ...]
    fields: tuple[FieldChange, ...]


def runs(old: str, new: str) -> tuple[Run, ...]:
    """The words of both, each run with what became of it."""
    if len(old) + len(new) > _TOO_LONG:
        return (Run(WordChange.OUT, old), Run(WordChange.IN, new))
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    found: list[Run] = []
    for tag, begin, end, new_begin, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Run(WordChange.SAME, "".join(before[begin:end])))
            continue
        found += [
            Run(change, "".join(words))
            for change, words in ((WordChange.OUT, before[begin:end]), (WordChange.IN, after[new_begin:new_end]))
            if words
        ]
    return tuple(found)


def since_approved(preview: Preview, approval: Approval, seen: Seen, *, readers: int) -> SinceApproved:
    """What is different now, field by field."""
    return SinceApproved(
        approval=approval,
        facts=tuple(_facts(preview, approval, seen, readers=readers)),
        fields=tuple(
            FieldChange(field=name, runs=runs(old, new)) for name, old, new in _fields(preview, seen) if old != new
        ),
    )


def _fields(preview: Preview, seen: Seen) -> Iterator[tuple[str, str, str]]:
    draft = preview.draft
    if draft is None:
        return
    yield "subject", seen.subject, draft.subject
    yield "preheader", seen.preheader, draft.preheader
    yield "text", seen.text, draft.text
    yield "link", seen.link, draft.link
    alts = [alt for _, _, alt in seen.media]
    for number, media in enumerate(draft.media[: len(alts)]):
        yield f"description of picture {number + 1}", alts[number], media.alt


def _facts(preview: Preview, approval: Approval, seen: Seen, *, readers: int) -> Iterator[str]:
    local, draft = preview.planned.local, preview.draft
    if approval.local is not None and approval.local != local:
        is_same_day = approval.local.date() == local.date()
        pattern = "%H:%M" if is_same_day else "%d %b %Y %H:%M"
        yield f"time changed {approval.local:{pattern}} → {local:{pattern}}"
    if draft is not None:
        old, new = [sha256 for _, sha256, _ in seen.media], [one.sha256 for one in draft.media]
        if len(old) != len(new):
            yield f"pictures: {len(old)} → {len(new)}"
        elif old != new:
            yield "picture replaced"
    if seen.readers and readers and seen.readers != readers:
        yield f"list {seen.readers} → {readers} addresses"
