"""What is said to a mail server for one mail, and what is awaited for it. Pure."""

from __future__ import annotations

import re
from enum import IntEnum, auto

from publisher.bulk.errands import Outgoing
from publisher.bulk.manners import Powers
from publisher.channels.email_answers import Reply, Stage

_SAFE_ADDRESS = re.compile(r"[!-;=?-~]*")  # ASCII without spaces, controls and angle brackets
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)
_BAD_ADDRESS = Reply(501, "5.1.3 a line end or a letter beyond ASCII in an address; it was not said to the server")
_TOO_LARGE = 552


class Said(IntEnum):
    """What a reply is awaited for."""

    RESET = auto()
    SENDER = auto()
    RECIPIENT = auto()
    DATA = auto()
    CONTENT = auto()
    FAREWELL = auto()


STAGES = {Said.SENDER: Stage.SENDER, Said.RECIPIENT: Stage.RECIPIENT, Said.DATA: Stage.CONTENT}

_KINDS = {  # RFC 3463 section 3: 1 is about addresses, 0 and 6 about the mail
    Said.RESET: (b"2.0.0",),
    Said.SENDER: (b"2.1.0",),
    Said.RECIPIENT: (b"2.1.5",),
    Said.CONTENT: (b"2.0.0", b"2.6.0"),
}
_OF_ENVELOPE = (b"2.1.0", b"2.1.5")


def is_of_kind(said: Said, words: bytes) -> bool:
    """Whether the words of a success have the enhanced code that belongs there."""
    return words.startswith(_KINDS.get(said, ()))


def is_of_envelope(words: bytes) -> bool:
    """Whether they have the one of MAIL or RCPT, so that they can't be about a whole mail."""
    return words.startswith(_OF_ENVELOPE)


def impossible(outgoing: Outgoing, powers: Powers) -> tuple[Reply, Stage] | None:
    """Why a mail is not even begun, in the words of a server; None for the usual one."""
    if not (_SAFE_ADDRESS.fullmatch(outgoing.recipient) and _SAFE_ADDRESS.fullmatch(outgoing.sender)):
        return _BAD_ADDRESS, Stage.RECIPIENT
    if 0 < powers.largest < len(outgoing.content):
        words = f"5.3.4 the mail has {len(outgoing.content)} bytes, the server takes {powers.largest}"
        return Reply(_TOO_LARGE, words), Stage.CONTENT
    return None


def lines_of(outgoing: Outgoing, powers: Powers, *, reset: bool, by_chunks: bool) -> list[tuple[Said, bytes]]:
    """Line after line what begins a mail; by chunks the content follows the last one."""
    size = f" SIZE={len(outgoing.content)}" if powers.announces_size else ""
    lines = [
        (Said.SENDER, f"MAIL FROM:<{outgoing.sender}>{size}\r\n".encode("ascii")),
        (Said.RECIPIENT, f"RCPT TO:<{outgoing.recipient}>\r\n".encode("ascii")),
    ]
    if reset:
        lines.insert(0, (Said.RESET, b"RSET\r\n"))
    if by_chunks:
        lines.append((Said.CONTENT, b"BDAT %d LAST\r\n" % len(outgoing.content)))
    else:
        lines.append((Said.DATA, b"DATA\r\n"))
    return lines


def content_of(outgoing: Outgoing) -> bytes:
    """The content as it follows DATA, its dots doubled, without the one that ends it. RFC 5321 section 4.5.2."""
    return _LINE_START_DOT.sub(b"..", outgoing.content) if outgoing.has_dots else outgoing.content
