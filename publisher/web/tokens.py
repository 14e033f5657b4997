"""What the pages sign beside the links of mails: forms, links to confirm, and the way back after leaving.

Each has a use of its own (`ListKey.tag`), so that none passes for another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from publisher.ledger.listrecords import Suppression
from publisher.newsletter.keys import ListKey, token_bytes

CONFIRM_WITHIN = timedelta(hours=48)
UNDO_WITHIN = timedelta(hours=1)

_TIME_BYTES, _CHANCE_BYTES, _MAC_BYTES = 5, 16, 9  # 30 bytes, which base64 writes in one way only
CHANCE_BYTES = _CHANCE_BYTES


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link to confirm says by itself: until when it is good. ``digest`` is what the ledger knows it by."""

    digest: str
    expires_at: datetime


def invitation_token(key: ListKey, *, chance: bytes, now: datetime) -> str:
    """A token for a link to confirm: 40 letters, digits, ``-`` and ``_``. ``chance``: 16 random bytes."""
    body = int((now + CONFIRM_WITHIN).timestamp()).to_bytes(_TIME_BYTES, "big") + chance
    return base64.urlsafe_b64encode(body + _mac(key, "confirm", body)).decode("ascii")


def read_invitation(key: ListKey, token: str) -> Invitation | None:
    """What stands in a token; None when it is none of ours."""
    raw = token_bytes(token)
    if raw is None:
        return None
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, "confirm", body)):
        return None
    expires_at = datetime.fromtimestamp(int.from_bytes(body[:_TIME_BYTES], "big"), tz=UTC)
    return Invitation(hashlib.sha256(token.encode()).hexdigest(), expires_at)


def form_stamp(key: ListKey, *, now: datetime) -> str:
    """When a form was given out, so that nobody can pretend to have filled it in slowly."""
    written = f"{now.timestamp():.1f}"
    return f"{written}.{_mac(key, 'form', written.encode()).hex()}"


def form_age(key: ListKey, stamp: str, *, now: datetime) -> timedelta | None:
    """How long ago it was given out; None when it was not given out by us."""
    written, _, mac = stamp.rpartition(".")
    if not hmac.compare_digest(
        mac.encode(errors="replace"), _mac(key, "form", written.encode(errors="replace")).hex().encode()
    ):
        return None
    return now - datetime.fromtimestamp(float(written), tz=UTC)


def undo_token(key: ListKey, left: Suppression) -> str:
    """What takes back just this leaving, and no later one."""
    return _mac(key, "undo", f"{left.hash}\0{left.list}\0{left.since.isoformat()}".encode()).hex()


def may_undo(key: ListKey, token: str, *, left: Suppression, now: datetime) -> bool:
    """Whether a token takes back this leaving now."""
    is_right = hmac.compare_digest(token.encode(errors="replace"), undo_token(key, left).encode())
    return is_right and now - left.since <= UNDO_WITHIN


def _mac(key: ListKey, use: str, body: bytes) -> bytes:
    return key.tag(f"web {use}", body.hex(), size=_MAC_BYTES)
