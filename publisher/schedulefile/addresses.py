"""Web addresses and e-mail addresses, and what people write instead of them."""

from __future__ import annotations

import re
from typing import Any

from publisher.schedulefile.refusal import text, wrong
from publisher.sentences import Sentence, sentence

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_LINK = re.compile(r"https?://[^\s/$.?#][^\s]*")
_BARE = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_LONGEST_ADDRESS = 254


def read_link(value: Any) -> str:  # noqa: ANN401  whatever the file holds
    """An address that begins with https:// or http://."""
    address = text(value)
    if not _LINK.fullmatch(address):
        wrong(sentence("“{address}” is no web address.", address=address), hint=_link_hint(address))
    return address


def _link_hint(address: str) -> Sentence:
    bare = address.strip("<>")
    if _LINK.fullmatch(bare):
        return sentence("Write it without < and >:  {address}", address=bare)
    if _LINK.match(address) and re.search(r"\s", address):
        return sentence("An address has no spaces: copy it from the address bar of the browser, or write %20 for each.")
    if _BARE.fullmatch(address):
        return sentence("Did you mean {near}?", near=f"https://{address}")
    return sentence("It begins with https://")


def read_email(value: Any) -> str:  # noqa: ANN401
    """One address of e-mail, bare."""
    address = text(value)
    is_link = address.casefold().startswith("mailto:")
    if is_link or len(address) > _LONGEST_ADDRESS or not _EMAIL.fullmatch(address):
        wrong(sentence("“{address}” is no e-mail address.", address=address), hint=_email_hint(address))
    return address


def _email_hint(address: str) -> Sentence:
    found = _EMAIL.search(re.sub("mailto:", "", address, flags=re.IGNORECASE))
    if found is None or len(address) > _LONGEST_ADDRESS:
        return sentence("Write it like office@example.org.")
    return sentence("Write one address and nothing else:  {address}", address=found[0])
