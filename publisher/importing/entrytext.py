"""An event as text for the schedule file, and the mark by which a later import knows it again.

The mark is a remark directly above the entry: ``# import: <name at the source> <hash of what was written>``, and a
short hash of each field. The first is taken from the lines of the entry without the first one, which holds the id, and
without indentation: a person may rename the entry or indent it anew without making it theirs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from publisher.importing.found import FoundEvent
from publisher.importing.quoting import value
from publisher.importing.texts import clean, shortened
from publisher.plainletters import in_ascii
from publisher.schedulefile.reading.tree import Plain

Fields: TypeAlias = dict[str, "str | dict[str, str]"]
"""The fields of an entry as the reader of the file gives them back."""

MARK = re.compile(
    r"[ \t]*# import: (?P<name>\S+) (?P<hash>[0-9a-f]{16})(?P<base>(?: [a-z][A-Za-z.-]*=[0-9a-f]{6})*)[ \t]*", re.ASCII
)
NOT_FROM_THE_SOURCE = ("id", "status", "cadence")
_LONGEST_NAME = 200
_LONGEST_SLUG = 50
_LONGEST_REMARK = 300
_AS_IT_IS = "_.-@/:+~#=,"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the entries of a file are written: columns of the dash and of the names."""

    dash: int = 2
    names: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryText:
    """An event ready for the file: its fields, and its remarks."""

    fields: Fields
    remarks: tuple[str, ...] = ()

    def lines(self, style: Style) -> list[str]:
        """The lines of the entry, without the mark."""
        step = max(style.names - style.dash, 2)
        inner = " " * (style.dash + step)
        head = f"{' ' * style.dash}-{' ' * (step - 1)}id: {value(str(self.fields['id']))}"
        lines = [f"{inner}# {remark}" for remark in self.remarks]
        for name, content in self.fields.items():
            if name == "id":
                continue
            if isinstance(content, str):
                lines.append(f"{inner}{name}: {written(name, content)}")
            else:
                lines.append(f"{inner}{name}:")
                lines += [f"{inner}  {key}: {written(key, text)}" for key, text in content.items()]
        return [head, *lines]


def entry_text(event: FoundEvent, *, name: str, cadence: str = "") -> EntryText:
    """The entry of an event under an id. It is always a draft."""
    period = event.period
    days = f"{period.first}" if period.first == period.last else f"{period.first} to {period.last}"
    is_one_day = period.first == period.last
    fields: Fields = {"id": name, "status": "draft"}
    where = {"venue": event.venue, "address": event.address, "online": event.online}
    for field, content in (
        ("cadence", cadence),
        ("when", f"{days} {period.hours}".rstrip() if is_one_day else days),
        ("hours", "" if is_one_day else period.hours),
        ("timezone", event.timezone),
        ("title", _words(event.title)),
        ("summary", _words(event.summary)),
        ("where", {key: text for key, text in where.items() if text}),
        ("organiser", event.organiser),
        ("register", {"link": event.register} if event.register else {}),
        ("link", event.link),
    ):
        if content:
            fields[field] = content
    remarks = tuple(shortened(clean(remark), _LONGEST_REMARK) for remark in event.remarks)
    return EntryText(fields=fields, remarks=remarks)


def mark(uid: str, text: EntryText, style: Style) -> str:
    """The remark that goes directly above an entry that is written from this text."""
    base = {name: digest(words) for name, words in flat(text.fields).items() if name not in NOT_FROM_THE_SOURCE}
    return mark_line(mark_name(uid), fingerprint(text.lines(style)), base=base, style=style)


def mark_line(name: str, whole: str, *, base: Mapping[str, str], style: Style) -> str:
    """The mark from its parts: the name at the source, the hash of the whole, and those of the fields."""
    hashes = "".join(f" {field}={hash_}" for field, hash_ in base.items())
    return f"{' ' * style.dash}# import: {name} {whole}{hashes}"


def digest(words: str) -> str:
    """The short hash of a field; six digits tell apart what a person types from what was there."""
    return hashlib.sha256(words.encode()).hexdigest()[:6]


def flat(fields: Plain | Fields | Mapping[str, Plain]) -> dict[str, str]:
    """``title.pl`` and the like → text; what is empty is left out."""
    found: dict[str, str] = {}
    for name, content in fields.items() if isinstance(fields, dict) else ():
        if isinstance(content, dict):
            found |= {f"{name}.{key}": str(text) for key, text in content.items() if text}
        elif content:
            found[name] = str(content)
    return found


def mark_name(uid: str) -> str:
    """What a source calls an event, as one word of a bounded length."""
    name = quote(uid, safe=_AS_IT_IS)
    return name if len(name) <= _LONGEST_NAME else "sha256:" + hashlib.sha256(uid.encode()).hexdigest()


def fingerprint(lines: Iterable[str]) -> str:
    """The hash of the lines of an entry."""
    told = [stripped for line in lines if (stripped := line.strip())]
    return hashlib.sha256("\n".join(told[1:]).encode()).hexdigest()[:16]


def new_id(event: FoundEvent, taken: set[str]) -> str:
    """An id that is not taken yet: the source's own, else title and year."""
    if event.id and _ID.fullmatch(event.id) and event.id not in taken:
        return event.id
    year = str(event.period.first.year)
    base = _slug(event.id or next(iter(event.title.values()), "")) or "event"
    name = base if base.endswith(year) else f"{base}-{year}"
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique


def _slug(text: str) -> str:
    words = re.findall(r"[a-z0-9]+", in_ascii(text))
    slug = ""
    for word in words:
        if len(slug) + len(word) >= _LONGEST_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or (words[0][:_LONGEST_SLUG] if words else "")


def _words(words: Mapping[str, str]) -> str | dict[str, str]:
    """One text, or lines by language; a text without a language beside others would be taken for one of them."""
    if set(words) == {""}:
        return words[""]
    return {code: text for code, text in words.items() if code}


_AS_WRITTEN = {"status", "when", "hours", "timezone"}


def written(name: str, text: str) -> str:
    """The value of a field as it stands after the colon."""
    return text if name in _AS_WRITTEN else value(text)
