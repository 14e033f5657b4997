"""Whose fault a refusal is: the reader's address, or what we are and what we send. Pure.

Sources: RFC 3463 and the registry of enhanced codes that RFC 5248 began, RFC 7372 (5.7.20 to 5.7.26), RFC 2034;
Microsoft's "Email non-delivery reports in Exchange Online" (5.7.124 and the like mean a mailbox that takes mail of some
people only; 5.5.0 an unknown one); Google's "SMTP error reference"; Postfix's DEBUG_README (greylisting).
"""

from __future__ import annotations

import re
from enum import Enum, auto

BUSY = 421
MAILBOX_BUSY = 450


class Culprit(Enum):
    """Who has to change something."""

    READER = auto()  #: the address, the mailbox, or what its owner wants
    LOGIN = auto()  #: user, password, or the right to use this server
    REPUTATION = auto()  #: blocklists, policy, records of the domain
    CONTENT = auto()  #: the mail as such, the same for everybody
    PROTOCOL = auto()  #: we and the server don't understand each other


#: By `publisher.bounces.report.Reason`. What it calls policy is too vague: many mailboxes have one.
_OURS = {
    **dict.fromkeys(("authentication", "reverse-dns", "sender-rejected", "encryption"), Culprit.REPUTATION),
    **dict.fromkeys(("blocklisted", "spam", "rate"), Culprit.REPUTATION),
    **dict.fromkeys(("too-large", "malformed", "virus"), Culprit.CONTENT),
}

_LOGIN = frozenset({530, 534, 535, 538})  # RFC 4954 section 6
_SYNTAX = frozenset({500, 502, 503, 504})  # RFC 5321 section 4.2.3; 501 is said of addresses, too
_TOO_LARGE = 552

#: A mailbox that takes mail from some people only, is closed, or has changed hands.
_OF_ONE_MAILBOX = re.compile(r"5\.7\.(2|13|15|16|17|18|19|124|129|13\d)$")
_LOGIN_CODES = re.compile(r"5\.7\.(0|8|9|11|12|57|60|64)$")
_US = re.compile(
    r"\brelay|spamhaus|spamcop|barracuda|block ?list|black ?list|\bd?n?s?rbl\b|dnsbl|reputation|\bspf\b|\bdkim\b|"
    r"\bdmarc\b|reverse dns|\bptr\b|\brdns\b|\bbanned\b|blocked|authenticat|unsolicited|\bspam|bulk mail|"
    r"(sending|client|your) (ip|host|server|domain|network)|access denied, sending",
    re.IGNORECASE,
)
_MAILBOX = re.compile(
    r"mailbox|(user|recipient|account|address|addressee)\W+(\S+\W+){0,4}(unknown|disabled|inactive|suspended|"
    r"not found|rejected|unavailable|does|doesn|is not|invalid)|(no such|unknown|invalid) (user|recipient|address)|"
    r"over ?quota|quota exceeded|no longer",
    re.IGNORECASE,
)
#: Microsoft's about IP addresses, tenants and domains that send; 504 and 505 are about who is written to.
_OF_SENDERS_AT_MICROSOFT = re.compile(r"5\.7\.(5(?!0[45])|6|7)\d\d$")
_ADDRESS_OF_A_HOST = re.compile(r"\b(from|ip|client)\b\D{0,20}\d{1,3}(\.\d{1,3}){3}\b", re.IGNORECASE)
_NAMES_READER = re.compile(r"recipient|mailbox|\buser\b|addressee|<\S+@", re.IGNORECASE)
_POLICY = re.compile(r"\bpolic(y|ies)\b", re.IGNORECASE)
_GREYLISTED = re.compile(r"gr[ea]y.?list", re.IGNORECASE)
_TOO_FAST = re.compile(
    r"too (many|much|fast)|\brate\b|throttl|slow down|limit exceeded|exceeded .*limit", re.IGNORECASE
)


def at_recipient(code: int, enhanced: str, words: str) -> Culprit:
    """Why a recipient was refused for good."""
    if code in _LOGIN or _relays_for_strangers_only(words):
        return Culprit.LOGIN
    if (ours := _ours_by_judgement(code, enhanced, words)) is not None:
        return ours
    if enhanced.startswith("5.1.") or _MAILBOX.search(words):
        return Culprit.READER
    if enhanced.startswith("5.7."):
        return _of_policy(enhanced, words) if _is_about_us(enhanced, words) else Culprit.READER
    if code in _SYNTAX:
        return Culprit.PROTOCOL
    return Culprit.REPUTATION if not enhanced and _is_about_us(enhanced, words) else Culprit.READER


def at_content(code: int, enhanced: str, words: str) -> Culprit:
    """Why DATA, BDAT or a whole mail was refused for good."""
    if code in _LOGIN or enhanced.startswith("5.7."):
        return Culprit.LOGIN if code in _LOGIN else _of_policy(enhanced, words)
    about_one = enhanced[:4] in {"5.1.", "5.2.", "5.4."} or bool(_MAILBOX.search(words))
    if enhanced.startswith("5.6.") or enhanced == "5.3.4" or (code == _TOO_LARGE and not enhanced and not about_one):
        return Culprit.CONTENT
    if code in _SYNTAX or enhanced.startswith("5.5."):
        return Culprit.READER if about_one else Culprit.PROTOCOL
    if (ours := _ours_by_judgement(code, enhanced, words)) is not None:
        return ours
    return Culprit.REPUTATION if not about_one and _is_about_us(enhanced, words) else Culprit.READER


def asks_for_slower(code: int, enhanced: str, words: str) -> bool:
    """Whether a refusal for now means that too much came at once, and not this one reader.

    Greylisting refuses each of them once, at any speed; 4.2.x is about one mailbox, 4.1.x about one address.
    """
    if not 400 <= code < 500 or _GREYLISTED.search(words):  # noqa: PLR2004  RFC 5321 section 4.2.1
        return False
    if _TOO_FAST.search(words):
        return True
    is_of_one = enhanced[:4] in {"4.1.", "4.2."} or bool(_MAILBOX.search(words))
    return (code in {BUSY, MAILBOX_BUSY} or enhanced.startswith("4.7.")) and not is_of_one


def is_greylisting(words: str) -> bool:
    """Whether a stranger is asked to come again, whoever the reader is."""
    return bool(_GREYLISTED.search(words))


def _ours_by_judgement(code: int, enhanced: str, words: str) -> Culprit | None:
    """What the rules for bounces make of it, where that is ours; None where it is not, or where they don't know.

    Servers judge the sender when they hear the recipient: “sender address rejected: user unknown” is about us.
    """
    from publisher.bounces.judgement import from_reply  # its rules are read with the first refusal

    if _is_of_one_mailbox(enhanced, words):
        return None
    reason = from_reply(code, words).reason
    is_of_full_mailbox = reason == "too-large" and enhanced.startswith("5.2.")
    return None if is_of_full_mailbox else _OURS.get(reason)


def _is_about_us(enhanced: str, words: str) -> bool:
    """Whether words name us, a host or a policy that is nobody's in particular."""
    if _US.search(words) or _ADDRESS_OF_A_HOST.search(words) or _OF_SENDERS_AT_MICROSOFT.match(enhanced):
        return True
    return bool(_POLICY.search(words)) and not _NAMES_READER.search(words)


def _is_of_one_mailbox(enhanced: str, words: str) -> bool:
    """Yahoo says 5.7.2, which is about one mailing list, of whole hosts; it names them."""
    return bool(_OF_ONE_MAILBOX.match(enhanced)) and not _ADDRESS_OF_A_HOST.search(words)


def _of_policy(enhanced: str, words: str) -> Culprit:
    if _is_of_one_mailbox(enhanced, words):
        return Culprit.READER
    return Culprit.LOGIN if _LOGIN_CODES.match(enhanced) else Culprit.REPUTATION


def _relays_for_strangers_only(words: str) -> bool:
    return bool(
        re.search(r"relay(ing)? (access )?(is )?(denied|not permitted|prohibited|not allowed)", words, re.IGNORECASE)
    )
