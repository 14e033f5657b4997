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


STAGES = {Said.SENDER: Stage.SENDER, Said.RECIPIENT: Stage.RECIPIENT, Said.DATA: Stage.CONTENT}

KINDS = {
    Said.RESET: (b"2.0.0",),
    Said.SENDER: (b"2.1.0",),
    Said.RECIPIENT: (b"2.1.5",),
    Said.DATA: (),
    Said.CONTENT: (b"2.0.0", b"2.6.0"),
}
"""How the words of a success begin where it has the enhanced code that belongs there: 1 is about addresses, 0 and 6
about the mail. RFC 3463 section 3."""

_OF_ENVELOPE = (b"2.1.0", b"2.1.5")
_ASKED = {
    (reset, by_chunks): (
        *((Said.RESET,) if reset else ()),
        Said.SENDER,
        Said.RECIPIENT,
        Said.CONTENT if by_chunks else Said.DATA,
    )
    for reset in (False, True)
    for by_chunks in (False, True)
}


def is_of_envelope(words: bytes) -> bool:
    """Whether they have the one of MAIL or RCPT, so that they can't be about a whole mail."""
    return words.startswith(_OF_ENVELOPE)


def impossible(outgoing: Outgoing, powers: Powers) -> tuple[Reply, Stage] | None:
    """Why a mail is not even begun, in the words of a server; None for the usual one."""
    if not _SAFE_ADDRESS.fullmatch(outgoing.recipient + outgoing.sender):
        return _BAD_ADDRESS, Stage.RECIPIENT
    if 0 < powers.largest < len(outgoing.content):
        words = f"5.3.4 the mail has {len(outgoing.content)} bytes, the server takes {powers.largest}"
        return Reply(_TOO_LARGE, words), Stage.CONTENT
    return None


def lines_of(outgoing: Outgoing, powers: Powers, *, reset: bool, by_chunks: bool) -> bytes:
    """What begins a mail, line after line; by chunks the content follows the last one. For `asked_by`."""
    content = outgoing.content
    size = b" SIZE=%d" % len(content) if powers.announces_size else b""
    return b"%sMAIL FROM:<%s>%s\r\nRCPT TO:<%s>\r\n%s\r\n" % (
        b"RSET\r\n" if reset else b"",
        outgoing.sender.encode("ascii"),
        size,
        outgoing.recipient.encode("ascii"),
        b"BDAT %d LAST" % len(content) if by_chunks else b"DATA",
    )


def asked_by(*, reset: bool, by_chunks: bool) -> tuple[Said, ...]:
    """What is awaited for each of these lines."""
    return _ASKED[reset, by_chunks]


def content_of(outgoing: Outgoing) -> bytes:
    """The content as it follows DATA, its dots doubled, without the one that ends it. RFC 5321 section 4.5.2."""
    return _LINE_START_DOT.sub(b"..", outgoing.content) if outgoing.has_dots else outgoing.content
