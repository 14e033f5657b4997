"""Where a mail that can't be delivered comes back to, and which reader it was for.

Every mail has a return path of its own: ``bounces+1c9-k3m7q2xd@example.org`` for ``bounces@example.org``. The first
part is the number of the reader's row in the ledger to the base of 36; the second is made with the key of the
installation, so that nobody can have readers taken off the list by inventing bounces. Small letters and digits alone:
some servers change the case. RFC 5233 tells of the ``+``.
"""

from __future__ import annotations

import hmac
import re
from itertools import product

from publisher.newsletter.keys import ListKey

LONGEST_LOCAL_PART = 64
"""Octets in front of the ``@``. RFC 5321 section 4.5.3.1.1."""

LONGEST_ID = 13 + 1 + 8
"""A number of 64 bits, the hyphen, and the tag."""

_TAG_BYTES = 5
_USE = "return path"
_ID = re.compile(r"(?:\A|[+=-])([0-9a-z]{1,13})-([a-z2-7]{8})\Z")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIRS = ["".join(pair) for pair in product("abcdefghijklmnopqrstuvwxyz234567", repeat=2)]


def make(recipient_id: int, *, key: ListKey) -> str:
    """What stands behind the ``+``: ``1c9-k3m7q2xd``. At most `LONGEST_ID` characters."""
    return f"{_base36(recipient_id)}-{_tag(recipient_id, key)}"


def address(mailbox: str, recipient_id: int, *, key: ListKey) -> str:
    """The return path for one reader, in the mailbox that takes bounces. Raises `ValueError` if it gets too long."""
    local, _, domain = mailbox.rpartition("@")
    whole = f"{local}+{make(recipient_id, key=key)}"
    if len(whole) > LONGEST_LOCAL_PART:
        raise ValueError(f"the part before the @ may have {LONGEST_LOCAL_PART - LONGEST_ID - 1} characters")
    return f"{whole}@{domain}"


def read(local_part: str, *, key: ListKey) -> int | None:
    """The number of the reader's row; None for what this installation has not made. Case makes no difference."""
    found = _ID.search(local_part.lower())
    if found is None:
        return None
    recipient_id = int(found[1], 36)
    is_ours = hmac.compare_digest(found[2], _tag(recipient_id, key)) and _base36(recipient_id) == found[1]
    return recipient_id if is_ours else None


def _tag(recipient_id: int, key: ListKey) -> str:
    """In base 32 (RFC 4648 section 6), by two letters at a time."""
    bits = int.from_bytes(key.tag(_USE, str(recipient_id), size=_TAG_BYTES), "big")
    return "".join([_PAIRS[bits >> shift & 0x3FF] for shift in (30, 20, 10, 0)])


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, last = divmod(number, 36)
        digits = _DIGITS[last] + digits
    return digits or "0"
