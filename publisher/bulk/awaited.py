"""What a conversation waits for, reply by reply; and a look at what it hears nearly always.

A server that has nothing to object to says the same again and again. To see that at a glance is far less work than to
hear each reply for itself; whatever differs in a single letter of a code is heard for itself.
"""

from __future__ import annotations

import re
from collections import deque
from typing import NamedTuple, TypeAlias

from publisher.bulk.envelope import Said, asked_by
from publisher.bulk.errands import Errand

_TAKEN = rb"250 (2\.[06]\.0[^\r\n]*)\r\n"
_ENVELOPE = rb"250 2\.1\.0[^\r\n]*\r\n250 2\.1\.5[^\r\n]*\r\n"
_BEFORE_DATA = re.compile(_TAKEN + _ENVELOPE + rb"354[^\r\n]*\r\n")
_CHUNK = re.compile(rb"250 2\.0\.0[^\r\n]*\r\n" + _ENVELOPE + _TAKEN)
_CHUNKS = re.compile(rb"(?:" + _CHUNK.pattern + rb")+")

_REPLIES_BEFORE_DATA = 1 + len(asked_by(reset=False, by_chunks=False))
_REPLIES_TO_CHUNK = len(asked_by(reset=True, by_chunks=True))
_CONTENT, _RESET = Said.CONTENT, Said.RESET  # looked up for each mail: from an enumeration it is slow

Replies: TypeAlias = "deque[tuple[Said, Errand]]"


class AllWell(NamedTuple):
    """The mails that were taken, each with the words to it, and the one whose content is waited for."""

    taken: list[tuple[Errand, bytes]]
    next: Errand | None = None


_SOMETHING_ELSE = AllWell([])


def all_well(awaited: Replies, data: bytes) -> AllWell:
    """What is heard when all of it is what was hoped for: then nothing of it is awaited any more.

    Nobody is taken where anything is different: each reply has to be heard for itself. ``data`` begins with a reply.
    """
    first = awaited[0][0] if awaited else None
    if first is _CONTENT and len(awaited) == _REPLIES_BEFORE_DATA and (found := _BEFORE_DATA.fullmatch(data)):
        (_, errand), _, _, (_, following) = awaited
        awaited.clear()
        return AllWell([(errand, found[1])], following)
    if first is _RESET and _CHUNKS.fullmatch(data):
        said = _CHUNK.findall(data)
        if len(said) * _REPLIES_TO_CHUNK <= len(awaited):
            return AllWell([(_chunk(awaited), words) for words in said])
    return _SOMETHING_ELSE


def _chunk(awaited: Replies) -> Errand:
    for _ in range(_REPLIES_TO_CHUNK - 1):
        awaited.popleft()
    return awaited.popleft()[1]
