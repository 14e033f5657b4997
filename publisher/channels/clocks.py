"""Our clock beside a platform's: its answers say what time it is there (RFC 9110 section 6.6.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from publisher.channels.answers import Answer
from publisher.model.findings import Finding, broken, doubtful, fine

_UNSEEN = timedelta(seconds=3)
"""The header has whole seconds, and servers don't write it anew for each answer."""

_BEARABLE = timedelta(seconds=60)
"""OAuth 1.0a signatures hold the time; X takes some minutes of difference, and posts would go out off their minute."""

_MEND = "switch on time synchronisation on this machine (timedatectl set-ntp true)"


def compare(answer: Answer, *, asked_at: datetime, now: datetime, platform: str) -> Iterator[Finding]:
    """What the Date of an answer says of our clock: it is right if that lies between the question and ``now``."""
    try:
        there = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return
    there = there if there.tzinfo else there.replace(tzinfo=UTC)
    ahead = min(now - there, timedelta(0)) or max(asked_at - there, timedelta(0))
    if abs(ahead) <= _UNSEEN:
        yield fine("clock", f"agrees with that of {platform}")
        return
    words = f"{abs(ahead).total_seconds():,.0f} seconds {'ahead of' if ahead > timedelta(0) else 'behind'} {platform}"
    grade = doubtful if abs(ahead) <= _BEARABLE else broken
    yield grade("clock", words, mend=_MEND)
