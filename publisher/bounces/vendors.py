"""The reports that mail servers write for people. How they look stands in vendors.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from publisher.bounces.mail import ReturnedMail
from publisher.bounces.rules import load


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """How one kind of server writes."""

    name: str
    senders: tuple[str, ...]
    headers: tuple[str, ...]
    texts: tuple[str, ...]
    recipients: tuple[re.Pattern[str], ...]
    reason: re.Pattern[str] | None

    def wrote(self, look: Appearance) -> bool:
        """Whether a mail looks as if this server wrote it."""
        return all(
            not wanted or any(one in seen for one in wanted)
            for wanted, seen in ((self.senders, look.sender), (self.headers, look.headers), (self.texts, look.words))
        )

    def addresses(self, words: str) -> list[str]:
        """Who is named, by the first pattern that finds somebody."""
        for pattern in self.recipients:
            if found := [match[1] for match in pattern.finditer(words)]:
                return found
        return []

    def said(self, words: str) -> str:
        """What stands where this server gives its reason."""
        match = self.reason.search(words) if self.reason else None
        return " ".join(next((group for group in match.groups() if group), "").split()) if match else ""


@dataclass(frozen=True, slots=True)
class Appearance:
    """What servers are known by, in small letters."""

    sender: str
    headers: str
    words: str


def look_of(mail: ReturnedMail) -> Appearance:
    """How a mail looks."""
    mailers = [f"x-mailer: {value}" for value in mail.headers.get("x-mailer", [])]
    return Appearance(
        sender=" ".join(mail.headers.get("from", [])).casefold(),
        headers="\n".join(mailers).casefold(),
        words=" ".join(mail.words.replace("\u2019", "'").casefold().split()),
    )


def who_wrote(mail: ReturnedMail) -> Iterator[Vendor]:
    """The servers that may have written a mail."""
    look = look_of(mail)
    return (vendor for vendor in _vendors() if vendor.wrote(look))


@cache
def _vendors() -> tuple[Vendor, ...]:
    return tuple(
        Vendor(
            name=rule["name"],
            senders=tuple(rule["known"].get("from", ())),
            headers=tuple(rule["known"].get("header", ())),
            texts=tuple(rule["known"].get("text", ())),
            recipients=tuple(re.compile(one, re.IGNORECASE | re.MULTILINE) for one in rule["recipient"]),
            reason=re.compile(rule["reason"], re.IGNORECASE | re.DOTALL) if "reason" in rule else None,
        )
        for rule in load("vendors.yaml")
    )
