"""Whether an address or a language can be right, without asking the network."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from publisher.sentences import Sentence, sentence, verbatim

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN = re.compile(rf"(?=.{{3,64}}@){_ATOM}(?:\.{_ATOM})*@(?=.{{4,189}}\Z)(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
_SURELY_SHORT = 64
"""Characters; longer addresses may be too long once their domain is written in ASCII."""

_LONGEST_LOCAL = 64  # RFC 5321 section 4.5.3.1.1
_NUMBERS = re.compile(r"\[.*\]|[0-9.]+")
_ODD_DOMAIN = re.compile(r"[^\w.-]|_")

_SPECIAL = (".arpa", ".invalid", ".local", ".localhost", ".onion", ".test")
"""Domains for which email-validator has rules of its own: addresses in them are left to it."""


class BadAddress(ValueError):
    """Not an address; ``reason`` says why without repeating it."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(reason)
        self.reason = reason


def normal_address(address: str) -> str:
    """The address with its domain in lower case, composed Unicode. Raises `BadAddress`.

    Most addresses are plain ASCII, and a pattern answers for them in a fiftieth of the time; the others, and all
    refusals, are email-validator's. Domains for examples (RFC 2606) are taken: demonstrations live from them.
    """
    local, _, domain = address.rpartition("@")
    if _PLAIN.fullmatch(address):
        lower = domain.lower()
        if not f".{lower}".endswith(_SPECIAL):
            return f"{local}@{lower}"
    elif not domain.isascii() and len(address) < _SURELY_SHORT and _PLAIN.fullmatch(f"{local}@a.org"):
        return f"{local}@{_international(domain)}"
    return _by_the_library(address)


@lru_cache(maxsize=1000)
def _international(domain: str) -> str:
    """A domain beyond ASCII in its normal form: many readers have the same, and each look takes a millisecond."""
    return _by_the_library(f"a@{domain}").rpartition("@")[2]


def _by_the_library(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True).normalized
    except EmailNotValidError as error:
        raise BadAddress(_why(address) or verbatim(str(error).rstrip("."))) from None


def _why(address: str) -> Sentence | None:
    """The usual slips in words that can be translated; the library tells of the rare ones, in English."""
    local, at, domain = address.rpartition("@")
    slips = (
        (address[:7].lower() == "mailto:", sentence("it begins with “mailto:”; write what stands behind that")),
        (any(unicodedata.category(one) == "Cf" for one in address), sentence("it has an invisible character in it")),
        (not at, sentence("it has no @")),
        ("@" in local, sentence("it has more than one @")),
        ("<" in address, sentence("here stands a name with it, and only the address is expected")),
        (" " in address, sentence("it has a space in it")),
        (not local, sentence("nothing stands before the @")),
        (not domain, sentence("nothing stands after the @")),
        ("," in address or ";" in address, sentence("it has a comma or semicolon in it")),
        (not local.isascii(), sentence("before the @ it has a letter that English does not have")),
        ("." not in domain, sentence("after the @ it has no ending like .pl or .org")),
        (".." in address, sentence("it has two dots in a row")),
        (local[:1] == "." or local[-1:] == ".", sentence("before the @ it begins or ends with a dot")),
        (domain[:1] == "." or domain[-1:] == ".", sentence("after the @ it begins or ends with a dot")),
        (len(local) > _LONGEST_LOCAL, sentence("before the @ it has more than {n} characters", n=_LONGEST_LOCAL)),
        (_NUMBERS.fullmatch(domain), sentence("after the @ it has numbers, and no name of a domain")),
        (f".{domain.lower()}".endswith(_SPECIAL), sentence("its domain is one that no mail reaches")),
        (_ODD_DOMAIN.search(domain), sentence("after the @ it has a sign that no domain has")),
    )
    return next((words for is_so, words in slips if is_so), None)


@lru_cache(maxsize=1000)
def known_language(code: str) -> str | None:
    """The two or three letters of a language code (``pl`` for ``PL`` or ``pl-PL``), or None if there is no such one."""
    from babel import Locale

    language = re.split(r"[-_]", code, maxsplit=1)[0].lower()
    return language if language in Locale("en").languages else None
