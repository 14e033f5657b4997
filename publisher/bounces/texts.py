"""Reports for people only: whom they name, and what they say about each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from publisher.bounces.addresses import ADDRESS, clean, different, found_in, is_id, is_nobodys
from publisher.bounces.mail import ReturnedMail
from publisher.bounces.rules import signs
from publisher.bounces.vendors import Vendor, who_wrote

_CODE_LINE = re.compile(r"^.*?(?<![\d.@])[45][0-7]\d(?:[- #]|$)")
_NEAR = 12
_MOST = 50


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a report names, and what it says there."""

    address: str
    words: str


def named(mail: ReturnedMail) -> list[Named]:
    """Whom the report is about."""
    vendors = list(who_wrote(mail))
    addresses = _addresses(mail, vendors)
    said = next((words for vendor in vendors if (words := vendor.said(mail.words))), "")
    is_only = len(addresses) == 1
    return [Named(one, said if said and is_only else said_about(one, mail.words, among=addresses)) for one in addresses]


def said_about(address: str, text: str, *, among: Sequence[str]) -> str:
    """What stands there about one address: replies that repeat it, else the replies, else the lines that follow it."""
    others = [one.casefold() for one in among if one.casefold() != address.casefold()]
    lines = [line.strip() for line in text.split("\n")]
    codes = [number for number, line in enumerate(lines) if _CODE_LINE.match(line)]
    mine = [number for number in codes if address.casefold() in lines[number].casefold()]
    chosen = mine or ([] if others else codes)
    if chosen:
        return "; ".join(dict.fromkeys(" ".join(_with_rest(lines, number, others)) for number in chosen[:6]))
    return " ".join(_after(address, lines, others))


def introduction(text: str) -> str:
    """What a report says before it names anybody, and so about everybody."""
    first = next(found_in(text), "")
    return text.partition(first)[0] if first else text


def returned_to(mail: ReturnedMail) -> list[str]:
    """To whom the mail that came back was addressed."""
    for name in (
        "x-failed-recipients",
        "x-envelope-to",
        "envelope-to",
        "x-original-to",
        "x-rcpt-to",
        "x-hmxmroriginalrecipient",
        "to",
        "delivered-to",
    ):
        found = different(address for value in mail.original.get(name, []) for address in found_in(value))
        if found:
            return found
    return []


def _addresses(mail: ReturnedMail, vendors: list[Vendor]) -> list[str]:
    failed = different(address for value in mail.headers.get("x-failed-recipients", []) for address in found_in(value))
    if failed:
        return failed
    ours, sent_to = _ours(mail), returned_to(mail)
    by_vendor = next((found for vendor in vendors if (found := vendor.addresses(mail.words)[:_MOST])), [])
    strong = next((found for pattern in _trusted() if (found := _possible(_matches(pattern, mail.words), ours))), [])
    everyone = list(found_in(mail.words))
    for group in (
        _possible((_full(one, mail, sent_to) for one in by_vendor), ours),
        strong,
        _possible(everyone, ours)[:1],
    ):
        if found := _meant(group, sent_to):
            return found
    return _whole(sent_to, mail) or _possible(everyone, set())[:1]


@cache
def _trusted() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one.replace("ADDRESS", ADDRESS), re.IGNORECASE | re.MULTILINE) for one in signs("named"))


def _matches(pattern: re.Pattern[str], words: str) -> Iterable[str]:
    return (clean(match[1]) for match in pattern.finditer(words))


def _possible(group: Iterable[str], ours: set[str]) -> list[str]:
    """Those that can be meant."""
    return [one for one in different(group) if one.casefold() not in ours and not is_id(one)][:_MOST]


def _meant(group: list[str], sent_to: list[str]) -> list[str]:
    """Those to whom we wrote, if any of them is named; else all that aren't machines."""
    known = {one.casefold() for one in sent_to}
    if written := [one for one in group if one.casefold() in known]:
        return written
    return [one for one in group if not is_nobodys(one)]


def _whole(sent_to: list[str], mail: ReturnedMail) -> list[str]:
    """Of a mail to one address it is the one, also when the report names nobody."""
    return sent_to[:1] if len(sent_to) == 1 or "x-failed-recipients" in mail.original else []


def _ours(mail: ReturnedMail) -> set[str]:
    """Addresses that stand in a report because it has a sender and a reader, and the mail had one, too."""
    own = [value for name in ("from", "to", "reply-to", "sender", "cc") for value in mail.headers.get(name, [])]
    theirs = [
        value
        for name in ("from", "return-path", "reply-to", "sender", "message-id")
        for value in mail.original.get(name, [])
    ]
    wrote_to = {one.casefold() for one in returned_to(mail)}
    return {address.casefold() for value in [*own, *theirs] for address in found_in(value)} - wrote_to


def _full(text: str, mail: ReturnedMail, sent_to: list[str]) -> str:
    """A part before the @ with the domain that belongs to it."""
    if "@" in text:
        return clean(text)
    everyone = [*sent_to, *found_in(mail.words)]
    by_part = (one for one in everyone if one.casefold().startswith(f"{text.casefold()}@"))
    domain = clean(" ".join(mail.headers.get("from", []))).rpartition("@")[2]
    return next(by_part, f"{text}@{domain}" if domain and text else "")


def _with_rest(lines: list[str], number: int, others: list[str]) -> list[str]:
    """A line and those that go on with it."""
    rest: list[str] = []
    for line in lines[number + 1 : number + 6]:
        if not line or line.startswith((">>>", "<<<", "<", "---")) or _names(line, others):
            break
        rest.append(line)
    return [lines[number], *rest]


def _after(address: str, lines: list[str], others: list[str]) -> list[str]:
    """The lines from an address to the next one that is named."""
    at = next((number for number, line in enumerate(lines) if address.casefold() in line.casefold()), None)
    if at is None:
        return []
    until = next((number for number in range(at + 1, len(lines)) if _names(lines[number], others)), len(lines))
    return [line for line in lines[at : min(until, at + _NEAR)] if line]


def _names(line: str, addresses: list[str]) -> bool:
    return any(one in line.casefold() for one in addresses)
