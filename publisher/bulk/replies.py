"""A mail server's replies, cut out of what comes over the line. RFC 5321 section 4.2."""

from __future__ import annotations

from publisher.channels.email_answers import Reply

_LONGEST = 65_536
"""Bytes of one reply; RFC 5321 section 4.5.3.1.5 wants lines of 512, and no reply of use has more than a few."""

_SPACE, _HYPHEN, _RETURN = b" -\r"
_DIGITS = frozenset(b"0123456789")
_FIRST = frozenset(b"2345")


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
        buffer = self._rest + data if self._rest else data
        found: list[tuple[int, bytes]] = []
        begin, length = 0, len(buffer)
        while begin < length:
            end = buffer.find(b"\n", begin)
            if end < 0:
                break
            line = buffer[begin:end]
            if not _is_line(line):
                if not found:
                    raise NoReply(line)
                break  # the others count; the next call tells of this one
            begin = end + 1
            if line[3:4] == b"-":
                self._continue(line)
            else:
                found.append((int(line[:3]), self._whole(line)))
        self._rest = buffer[begin:]
        if not found and self.is_stuck:
            raise NoReply(self._rest[:80] or b"a reply without an end")
        return found

    @property
    def is_stuck(self) -> bool:
        """Whether what is left can't become a reply any more."""
        end = self._rest.find(b"\n")
        return end >= 0 or len(self._rest) + self._held > _LONGEST

    def _continue(self, line: bytes) -> None:
        self._lines.append(line[4:].rstrip())
        self._held += len(line)

    def _whole(self, line: bytes) -> bytes:
        words = line[4:].rstrip()
        if self._lines:
            words = b"\n".join([*self._lines, words])
            self._lines.clear()
            self._held = 0
        return words


def _is_line(line: bytes) -> bool:
    """Three digits, then a space, a hyphen or the end of the line."""
    if len(line) < 3 or line[0] not in _FIRST or line[1] not in _DIGITS or line[2] not in _DIGITS:  # noqa: PLR2004
        return False
    return len(line) == 3 or line[3] in (_SPACE, _HYPHEN, _RETURN)  # noqa: PLR2004  the digits


def reply_of(code: int, words: bytes) -> Reply:
    """Servers write their words in whatever encoding they like."""
    return Reply(code, words.decode("utf-8", "replace"))
