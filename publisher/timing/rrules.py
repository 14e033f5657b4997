"""RRULE (RFC 5545 section 3.3.10) for what phrases can't say: ``RRULE:FREQ=MONTHLY;BYDAY=-1FR at 10:00``."""

from __future__ import annotations

import re
from datetime import datetime, time

from dateutil.rrule import rrulestr

from publisher.timing.phrases import PhraseError, Recurring
from publisher.timing.words import clock_time

#: Where a rule with INTERVAL begins to count, as it has no first date: a Monday, so that weeks are whole.
EPOCH = datetime(2001, 1, 1)  # noqa: DTZ001  wall time

_RULE = re.compile(
    r"(?:RRULE:)?(?P<rule>[A-Za-z]+=[^\s]+)(?:\s*,?\s*(?:at|o)?\s*(?P<at>\d{1,2}[:.]\d{2}))?\s*", re.IGNORECASE
)
_DAY_PARTS = {
    "DAILY": set[str](),
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYEASTER"},
}
_HINT = "Write it like “RRULE:FREQ=MONTHLY;BYDAY=-1FR at 10:00” (RFC 5545, section 3.3.10)."


def looks_like_rule(text: str) -> bool:
    """Whether this is meant to be an RRULE."""
    return re.match(r"\s*(?:RRULE:|FREQ=)", text, re.IGNORECASE) is not None


def parse_rule(text: str) -> Recurring:
    """The recurrence that an RRULE with a time of day describes. Raises `PhraseError`."""
    start = len(text) - len(text.lstrip())
    match = _RULE.fullmatch(text.strip())
    if match is None:
        raise PhraseError("I can't read this RRULE.", offset=start, hint=_HINT)
    parts = _parts(match["rule"], start + match.start("rule"))
    at = _time(match["at"], parts, start + len(text.strip()))
    rule = ";".join(
        f"{name}={value}" for name, value in parts.items() if name not in ("BYHOUR", "BYMINUTE", "BYSECOND")
    )
    _check(rule, start)
    return Recurring(rule, at)


def _parts(rule: str, offset: int) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in rule.rstrip(";").split(";"):
        name, equals, value = piece.partition("=")
        if not equals or not value or name.upper() in parts:
            raise PhraseError(f"“{piece}” is no part of an RRULE.", offset=offset, hint=_HINT)
        parts[name.upper()] = value.upper()
    needed = _DAY_PARTS.get(parts.get("FREQ", ""))
    if needed is None:
        raise PhraseError("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY.", offset=offset, hint=_HINT)
    if needed and not needed & parts.keys():
        raise PhraseError("The RRULE does not say on which day.", offset=offset, hint="Add BYDAY=MO or BYMONTHDAY=15.")
    if "COUNT" in parts:
        raise PhraseError(
            "COUNT needs a first date, which a rule here does not have.", offset=offset, hint="Use UNTIL=20271231."
        )
    return parts


def _time(written: str | None, parts: dict[str, str], offset: int) -> time:
    try:
        if written:
            return clock_time(written)
        return time(int(parts["BYHOUR"]), int(parts.get("BYMINUTE", "0")))
    except KeyError:
        raise PhraseError("The time of day is missing.", offset=offset, hint="Add it, like “at 10:00”.") from None
    except ValueError:
        raise PhraseError("This is no time of day.", offset=offset, hint="Give one time, like “at 10:00”.") from None


def _check(rule: str, offset: int) -> None:
    try:
        rrulestr(rule, dtstart=EPOCH)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise PhraseError(f"This RRULE is not right: {error}.", offset=offset, hint=_HINT) from None
