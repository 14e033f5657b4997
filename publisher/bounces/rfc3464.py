"""Reports for machines (RFC 3464): one for each recipient, however they are written down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from publisher.bounces.addresses import clean

Fields: TypeAlias = dict[str, str]

_FIELD = re.compile(r"^[ \t]{0,8}([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)$")
_RECIPIENT = ("final-recipient", "original-recipient", "x-actual-recipient")
#: A character beyond ASCII in an address of type utf-8 (RFC 6533 section 3), like ``\x{142}`` for ł.
_ESCAPED = re.compile(r"\\x\{((?:10|[0-9A-Fa-f])?[0-9A-Fa-f]{1,4})\}")
_PER_RECIPIENT = frozenset(
    [
        *_RECIPIENT,
        "action",
        "status",
        "remote-mta",
        "diagnostic-code",
        "last-attempt-date",
        "will-retry-until",
        "final-log-id",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientNotice:
    """What a report says about one recipient."""

    final: str  #: whom it failed for; empty when no address stands there
    asked: str  #: whom it was sent to, where that is said
    action: str  #: failed, delayed, delivered, relayed or expanded; in small letters
    status: str
    words: str  #: the diagnostic code, without its type
    category: str = ""  #: PowerMTA's word for it
    local: str = ""  #: what stands in place of an address


def notices(text: str) -> list[RecipientNotice]:
    """The recipients of a report."""
    return [_notice(fields) for fields in _groups(text) if any(name in fields for name in _RECIPIENT)]


def _groups(text: str) -> list[Fields]:
    """Fields of one recipient each: an empty line ends them, or a field of which there can be one only."""
    groups: list[Fields] = [{}]
    name = ""
    for line in text.split("\n"):
        match = _FIELD.match(line)
        if match:
            name, value = match[1].casefold(), match[2].strip()
            if name in groups[-1] and name in ("final-recipient", "original-recipient"):
                groups.append({})
            groups[-1].setdefault(name, value)
        elif line[:1] in (" ", "\t") and line.strip() and name:
            groups[-1][name] = f"{groups[-1][name]} {line.strip()}".strip()
        elif not line.strip():
            groups, name = _ended(groups), ""
        elif name == "diagnostic-code":  # folded by somebody who forgot the space
            groups[-1][name] = f"{groups[-1][name]} {line.strip()}"
    return groups


def _ended(groups: list[Fields]) -> list[Fields]:
    """An empty line between the fields of one recipient is no end."""
    names = set(groups[-1])
    is_whole = bool(names.intersection(_RECIPIENT)) and "action" in names and "status" in names
    return [*groups, {}] if is_whole or not names & _PER_RECIPIENT else groups


def _address(value: str) -> str:
    """The address in a field; one that can't be an address is one all the same, because somebody wrote to it."""
    readable = _ESCAPED.sub(_letter, value)
    loose = re.search(r"[^\s;<>,\"']+@[^\s;<>,\"']+", readable)
    return clean(readable) or (loose[0] if loose else "")


def _letter(escaped: re.Match[str]) -> str:
    letter = chr(int(escaped[1], 16))
    return letter if letter.isprintable() else escaped[0]


def _notice(fields: Fields) -> RecipientNotice:
    final, asked, actual = (_address(fields.get(name, "")) for name in _RECIPIENT)
    code = fields.get("diagnostic-code", "")
    return RecipientNotice(
        final=final or actual,
        asked=asked,
        action=fields.get("action", "").split("(")[0].strip(" ;.<>\"'").casefold().split(" ")[0],
        status=fields.get("status", ""),
        words=re.sub(r"^\s*[A-Za-z0-9-]{2,24}\s*;\s*", "", code),
        category=fields.get("x-powermta-bouncecategory", ""),
        local="" if final or asked or actual else fields.get("final-recipient", "").rpartition(";")[2].strip(),
    )
