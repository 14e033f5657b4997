"""What an SPF record says by itself, without asking anybody. Pure. RFC 7208 sections 4.6, 5 and 12."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

_QUALIFIED = re.compile(r"([+?~-]?)(.+)", re.DOTALL)
_HOSTS = re.compile(r"(a|mx)(:[^\s/:]+)?(/\d{1,3}(//\d{1,3})?|//\d{1,3})?", re.IGNORECASE)
_OTHERS = re.compile(r"all|(include|exists):\S+|ptr(:\S+)?", re.IGNORECASE)
_MODIFIER = re.compile(r"[a-z][a-z0-9_.-]*=\S*", re.IGNORECASE)
_NETWORK = re.compile(r"ip([46]):(\S+)", re.IGNORECASE)
_ENDS = re.compile(r"(?<!\S)([+?~-]?all|redirect=\S+)(?!\S)", re.IGNORECASE)
_NOBODY = re.compile(r"\S+\s+[~-]all\s*", re.IGNORECASE)


class Flaw(NamedTuple):
    """What is wrong with a record, and the mend."""

    words: str
    mend: str


def flaw_of(record: str) -> Flaw | None:
    """Why receivers can't use it, or what they make of it helps nobody."""
    terms = record.split()[1:]
    unknown = next((term for term in terms if not _is_known(term)), None)
    if unknown is not None:
        return Flaw(f"can't be read at “{unknown}”, so receivers take none of it", f"correct “{unknown}”")
    said = [term.lower() for term in terms]
    if {"all", "+all"} & set(said) or said[-1:] == ["?all"]:
        return Flaw("lets everybody send", "end the record with -all or ~all")
    return None


def doubt_of(record: str) -> Flaw | None:
    """What may be meant so, and mostly is not."""
    if _ENDS.search(record) is None:
        return Flaw("says nothing of servers that it does not name", "end the record with -all or ~all")
    if _NOBODY.fullmatch(record):
        return Flaw("names nobody who sends, so not our server", "name in it who sends: include:…, mx or ip4:…")
    return None


def _is_known(term: str) -> bool:
    mechanism = _QUALIFIED.fullmatch(term)
    if mechanism is not None and (network := _NETWORK.fullmatch(mechanism[2])):
        return _is_network(network[2], version=int(network[1]))
    if mechanism is not None and (_HOSTS.fullmatch(mechanism[2]) or _OTHERS.fullmatch(mechanism[2])):
        return True
    return _MODIFIER.fullmatch(term) is not None


def _is_network(text: str, *, version: int) -> bool:
    try:
        return ipaddress.ip_network(text, strict=False).version == version
    except ValueError:
        return False
