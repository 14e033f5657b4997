"""What reply codes and enhanced status codes mean for a reader. Pure; one table for all that read them.

Sources: RFC 3463 and the registry of enhanced status codes (RFC 5248, with RFC 7293, 7372, 7504 and 7505), RFC 5321
section 4.2.3, and Microsoft's list of non-delivery reports of Exchange Online.
"""

from __future__ import annotations

import re

from publisher.bounces.report import KIND_OF, BounceKind, Reason

_STATUS = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_CODE = re.compile(r"(?:^|(?<=[\s;:<(\[{/'\"\u201c=#]))(4[2-5]\d|5[0-7]\d)(?=[\s\-:#,;)\]'\"\u201d]|\.\s|\.?$)")

#: By subject and detail; the class only says whether for now or for good.
PRECISE: dict[str, Reason] = {
    "1.1": Reason.USER_UNKNOWN,
    "1.2": Reason.HOST_UNKNOWN,
    "1.3": Reason.USER_UNKNOWN,
    "1.6": Reason.MOVED,
    "1.7": Reason.SENDER_REJECTED,
    "1.8": Reason.SENDER_REJECTED,
    "1.10": Reason.NO_MAIL,
    "2.1": Reason.SUSPENDED,
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.TOO_LARGE,
    "2.4": Reason.MAILER,
    "3.1": Reason.SYSTEM_FULL,
    "3.4": Reason.TOO_LARGE,
    "4.2": Reason.NETWORK,
    "4.4": Reason.HOST_UNKNOWN,
    "4.5": Reason.NETWORK,
    "4.6": Reason.LOOP,
    "4.7": Reason.EXPIRED,
    "4.14": Reason.LOOP,
    "4.310": Reason.HOST_UNKNOWN,
    "4.316": Reason.EXPIRED,
    "5.3": Reason.RATE,
    "6.7": Reason.MALFORMED,
    "6.9": Reason.MALFORMED,
    "7.2": Reason.NOT_AUTHORISED,
    "7.5": Reason.ENCRYPTION,
    "7.6": Reason.ENCRYPTION,
    "7.8": Reason.LOGIN,
    "7.9": Reason.AUTHENTICATION,
    "7.10": Reason.ENCRYPTION,
    "7.11": Reason.ENCRYPTION,
    "7.12": Reason.LOGIN,
    "7.13": Reason.SUSPENDED,
    "7.14": Reason.NOT_AUTHORISED,
    "7.17": Reason.MOVED,
    "7.18": Reason.MOVED,
    "7.20": Reason.AUTHENTICATION,
    "7.21": Reason.AUTHENTICATION,
    "7.22": Reason.AUTHENTICATION,
    "7.23": Reason.AUTHENTICATION,
    "7.24": Reason.AUTHENTICATION,
    "7.25": Reason.REVERSE_DNS,
    "7.26": Reason.AUTHENTICATION,
    "7.27": Reason.SENDER_REJECTED,
    "7.28": Reason.RATE,
    "7.29": Reason.AUTHENTICATION,
    "7.30": Reason.ENCRYPTION,
    "7.509": Reason.AUTHENTICATION,
    "7.515": Reason.AUTHENTICATION,
}
#: Codes that servers also use when they don't care to say more.
VAGUE: dict[str, Reason] = {
    "1.0": Reason.UNDETERMINED,
    "1.4": Reason.FILTERED,
    "2.0": Reason.FILTERED,
    "3.0": Reason.SYSTEM,
    "3.2": Reason.SYSTEM,
    "3.3": Reason.SYSTEM,
    "3.5": Reason.SYSTEM,
    "4.0": Reason.NETWORK,
    "4.1": Reason.NETWORK,
    "4.3": Reason.SYSTEM,
    "5.0": Reason.PROTOCOL,
    "5.1": Reason.PROTOCOL,
    "5.2": Reason.PROTOCOL,
    "5.4": Reason.PROTOCOL,
    "5.5": Reason.PROTOCOL,
    "6.0": Reason.POLICY,
    "6.1": Reason.MALFORMED,
    "6.2": Reason.MALFORMED,
    "6.3": Reason.MALFORMED,
    "6.5": Reason.MALFORMED,
    "6.6": Reason.MALFORMED,
    "7.0": Reason.POLICY,
    "7.1": Reason.POLICY,
    "7.3": Reason.POLICY,
    "7.4": Reason.ENCRYPTION,
    "7.7": Reason.POLICY,
}
_BY_SUBJECT = {
    "1": Reason.UNDETERMINED,
    "2": Reason.FILTERED,
    "3": Reason.SYSTEM,
    "4": Reason.NETWORK,
    "5": Reason.PROTOCOL,
    "6": Reason.MALFORMED,
}
#: By reply code alone; 550 and 553 are said about everything.
BY_REPLY: dict[int, Reason] = {
    421: Reason.SYSTEM,
    452: Reason.SYSTEM_FULL,
    500: Reason.PROTOCOL,
    501: Reason.PROTOCOL,
    502: Reason.PROTOCOL,
    503: Reason.PROTOCOL,
    504: Reason.PROTOCOL,
    521: Reason.NO_MAIL,
    523: Reason.TOO_LARGE,
    530: Reason.LOGIN,
    534: Reason.LOGIN,
    535: Reason.LOGIN,
    538: Reason.ENCRYPTION,
    552: Reason.MAILBOX_FULL,
    556: Reason.NO_MAIL,
}


def statuses(words: str) -> list[str]:
    """The enhanced codes in these words, in order: ``5.1.1``."""
    return [match[0] for match in _STATUS.finditer(words)]


def reply_code(words: str) -> int:
    """The first reply code in what a server said, preferring one for good; 0 when there is none."""
    codes = [int(match[1]) for match in _CODE.finditer(words)]
    return next((code for code in codes if code >= 500), codes[0] if codes else 0)  # noqa: PLR2004  5yz


def reply_in(words: str) -> str:
    """What stands behind the first reply code; empty when there is none."""
    match = _CODE.search(words)
    return words[match.end() :] if match else ""


def is_vague(status: str) -> bool:
    """Whether a code says nothing but “for now” or “for good”."""
    subject, _, detail = status.partition(".")[2].partition(".")
    return not status or (detail == "0") or (subject == "0")


def is_about_address(status: str) -> bool:
    """Whether a code is about the reader's address (RFC 3463 section 3.2)."""
    return status.partition(".")[2].startswith("1.")


def is_policy(status: str) -> bool:
    """Whether a code is about what the server wants or forbids (RFC 3463 section 3.8)."""
    return status.partition(".")[2].startswith("7.")


def is_hard(status: str) -> bool:
    """Whether a code alone says that the address is no good."""
    reason = precise(status)
    return reason is not None and KIND_OF[reason] is BounceKind.HARD


def precise(status: str) -> Reason | None:
    """What a code says exactly."""
    return PRECISE.get(status.partition(".")[2])


def vague(status: str) -> Reason | None:
    """What a code says roughly."""
    tail = status.partition(".")[2]
    if not tail:
        return None
    return VAGUE.get(tail) or (Reason.POLICY if tail.startswith("7.") else _BY_SUBJECT.get(tail.partition(".")[0]))
