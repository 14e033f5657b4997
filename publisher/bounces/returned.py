"""The mail that came back: where it begins in a report without parts, and its headers."""

from __future__ import annotations

import re
from functools import cache
from typing import TypeAlias

from publisher.bounces.decoding import decoded
from publisher.bounces.rules import signs

Headers: TypeAlias = dict[str, list[str]]
"""By name in small letters; several of one name in their order, decoded."""

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]*(.*)$")
_QUOTED = re.compile(r"^[>|] ?")
_MOST_LINES = 400
_KNOWN = frozenset(
    """from to subject date message-id received return-path mime-version content-type reply-to sender x-mailer
    dkim-signature content-transfer-encoding delivered-to x-original-to cc list-unsubscribe list-id user-agent x-sender
    errors-to precedence organization received-spf authentication-results in-reply-to references x-priority
    importance""".split()  # noqa: SIM905  so that they can be read
)
_TELLING = frozenset(["received", "return-path", "message-id", "mime-version", "dkim-signature", "x-mailer"])


@cache
def _divider() -> re.Pattern[str]:
    alternatives = "|".join(f"(?:{one})" for one in signs("divider"))
    return re.compile(rf"^[ \t>]{{0,8}}(?:{alternatives})$", re.IGNORECASE | re.MULTILINE)


def divide(text: str) -> tuple[str, str]:
    """The words of the report, and the mail that came back; empty when it isn't there."""
    divider = _divider().search(text)
    begin = _first_headers(text)
    if divider and (begin is None or divider.start() < begin):
        rest = text[divider.end() :]
        inner = _first_headers(rest, least=2)
        return text[: divider.start()], rest[inner:] if inner is not None else ""
    return (text, "") if begin is None else (text[:begin], text[begin:])


def read_headers(text: str) -> Headers:
    """The header lines at the beginning of a text, unfolded."""
    fields: list[tuple[str, str]] = []
    for quoted in text.split("\n")[:_MOST_LINES]:
        line = _QUOTED.sub("", quoted)
        match = _FIELD.match(line)
        if match:
            fields.append((match[1].casefold(), match[2]))
        elif line[:1] in (" ", "\t") and line.strip() and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif fields:
            break
    found: Headers = {}
    for name, value in fields:
        found.setdefault(name, []).append(decoded(value))
    return found


def _first_headers(text: str, *, least: int = 3) -> int | None:
    """Where the header of a mail begins in a text: several known fields in one block, one of them no summary."""
    at, begin, names = 0, None, set[str]()
    for quoted in text.split("\n"):
        line = _QUOTED.sub("", quoted)
        match = _FIELD.match(line)
        if match and (begin is not None or match[1].casefold() in _KNOWN):
            begin = at if begin is None else begin
            names.add(match[1].casefold())
        elif not (begin is not None and line[:1] in (" ", "\t") and line.strip()):
            if begin is not None and _is_mail(names, least):
                return begin
            begin, names = None, set()
        at += len(quoted) + 1
    return begin if begin is not None and _is_mail(names, least) else None


def _is_mail(names: set[str], least: int) -> bool:
    return len(names & _KNOWN) >= least and bool(names & _TELLING or least < 3 or "date" in names)  # noqa: PLR2004
