"""A mail server's replies, cut out of what comes over the line. RFC 5321 section 4.2."""

from __future__ import annotations

import re

from publisher.channels.email_answers import Reply

_LONGEST = 65_536
"""Bytes of one reply; RFC 5321 section 4.5.3.1.5 wants lines of 512, and no reply of use has more than a few."""

_CODES = {b"%d" % code: code for code in range(200, 600)}
_USUAL = re.compile(rb"(?:[2-5]\d\d [^\r\n]*\r\n)+")  # whole replies of one line each
_EACH = re.compile(rb"(...) ([^\r\n]*)\r\n")
_BEHIND = (b" ", b"-", b"\r", b"")  #: what may follow a code: words, more lines, or the end of the line


class NoReply(Exception):
    """What came is no SMTP; ``words`` is the beginning of it."""

    def __init__(self, words: bytes) -> None:
        super().__init__(words.decode("utf-8", "replace"))


class ReplyReader:
    """Takes bytes as they come, in pieces of any size, and gives whole replies."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._held = 0  # bytes of those lines

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Code and words of each reply that is whole now. What came before a line that is none is given first.

        Raises `NoReply` when the very next thing is none.
        """
        if self.is_between and _USUAL.fullmatch(data):
            return [(_CODES[code], words.rstrip()) for code, words in _EACH.findall(data)]
        *lines, self._rest = (self._rest + data).split(b"\n")
        found: list[tuple[int, bytes]] = []
        for number, line in enumerate(lines):
            code, behind = _CODES.get(line[:3]), line[3:4]
            if code is None or behind not in _BEHIND:
                if not found:
                    raise NoReply(line)
                self._rest = b"\n".join([*lines[number:], self._rest])  # the next call tells of it
                break
            words = line[4:].rstrip()
            if behind == b"-":
                self._continue(words)
            else:
                found.append((code, self._whole(words) if self._lines else words))
        if not found and self.is_stuck:
            raise NoReply(self._rest[:80] or b"a reply without an end")
        return found

    @property
    def is_between(self) -> bool:
        """Whether what comes next begins a reply."""
        return not self._rest and not self._lines

    @property
    def is_stuck(self) -> bool:
        """Whether what is left can't become a reply any more."""
        return b"\n" in self._rest or len(self._rest) + self._held > _LONGEST

    def _continue(self, words: bytes) -> None:
        self._lines.append(words)
        self._held += len(words) + len(b"250-\r\n")

    def _whole(self, last: bytes) -> bytes:
        words = b"\n".join([*self._lines, last])
        self._lines.clear()
        self._held = 0
        return words


def reply_of(code: int, words: bytes) -> Reply:
    """Servers write their words in whatever encoding they like."""
    return Reply(code, words.decode("utf-8", "replace"))
