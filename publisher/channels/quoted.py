"""Quoted-printable (RFC 2045 section 6.7) with holes for what is put in later.

A hole has lines of its own, between soft breaks, so a value never has to fit into what stands around it. No line
begins with a dot, so there are none to double (RFC 5321 section 4.5.2), and none with ``From ``, which some programs
change and thereby break signatures: the first letter is written as a number there.
"""

from __future__ import annotations

import binascii
import re

from publisher.personal import divided

HOLE = b"\xff"
"""Stands on both sides of the name of a hole. No other byte of a mail is beyond ASCII."""

_LONGEST = 75  # one less than a line may have: it may have to end with a soft break
_SOFT = b"=\r\n"
_LINE_END = re.compile(r"\r\n|\r|\n")
_RISKY_LINE = re.compile(rb"^(?:\.|From )[^\r\n]*", re.MULTILINE)
_RISKS = (b".", b"From ")
_SIMPLE = re.compile(r"(?!\.|From )(?:[ -<>-~]{0,74}[!-<>-~])?")


def quoted(marked: str, *, kind: str) -> bytes:
    """A text with its marks as holes called ``kind:part``; ends with a line end."""
    lines = _LINE_END.sub("\r\n", marked).removesuffix("\r\n") + "\r\n"
    pieces = divided(lines)
    written = _words(pieces[0])
    for part, words in zip(pieces[1::2], pieces[2::2], strict=True):
        written = _broken(written) + HOLE + f"{kind}:{part}".encode() + HOLE + _after(_words(words))
    return written


def quoted_value(words: str) -> bytes:
    """One line of words in a hole. No line of it, nor any character, has to be divided by anybody else."""
    if _SIMPLE.fullmatch(words):
        return words.encode("ascii")
    at_once = binascii.b2a_qp(words.encode("utf-8"))
    if len(at_once) <= _LONGEST and not _RISKY_LINE.match(at_once):
        return at_once
    lines = [b""]
    for number, letter in enumerate(words):
        written = _letter(letter)
        if len(lines[-1]) + len(written) > _LONGEST:
            lines.append(b"")
        if not lines[-1] and (letter == "." or words.startswith("From ", number)):
            written = b"=%02X" % ord(letter)
        lines[-1] += written
    return _SOFT.join(lines)


def _words(text: str) -> bytes:
    """The line end is there for `binascii` to see what line ends are like."""
    written = binascii.b2a_qp(text.encode("utf-8") + b"\r\n", istext=True).removesuffix(b"\r\n")
    is_risky = written.startswith(_RISKS) or any(b"\n" + risk in written for risk in _RISKS)
    return _RISKY_LINE.sub(_harmless, written) if is_risky else written


def _harmless(line: re.Match[bytes]) -> bytes:
    words = b"=%02X" % line[0][0], line[0][1:]
    fits = len(line[0]) <= _LONGEST - 2
    return b"".join(words) if fits else words[0] + _SOFT + _RISKY_LINE.sub(_harmless, words[1])


def _broken(written: bytes) -> bytes:
    """So that what follows begins a line."""
    last = written[written.rfind(b"\n") + 1 :]
    if not last:
        return written
    if len(last) > _LONGEST and not last.endswith(HOLE):
        cut = len(written) - 4
        cut -= next((back for back in (1, 2) if written[cut - back : cut - back + 1] == b"="), 0)
        written = written[:cut] + _SOFT + _RISKY_LINE.sub(_harmless, written[cut:])
    return written + _SOFT


def _after(written: bytes) -> bytes:
    """What follows a value begins a line of its own, if it does not end the one that the value began."""
    return written if written.startswith(b"\r\n") or not written else _SOFT + written


def _letter(letter: str) -> bytes:
    if " " <= letter <= "~" and letter != "=":
        return letter.encode("ascii")
    return b"".join(b"=%02X" % byte for byte in letter.encode("utf-8"))
