"""One line to a mail server, one reply back, and what it means when that fails."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from publisher.channels.email_answers import SERVICE_CLOSING, Reply, Stage, classify
from publisher.errors import Rejected

COMPLETED = 2  #: first digits of replies, RFC 5321 section 4.2.1
GO_ON = 3


class Lost(Exception):
    """The connection is gone or unusable, and no whole mail had been handed over."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.words)
        self.reply = reply


def ask(smtp: smtplib.SMTP, line: str, *, stage: Stage, digit: int = COMPLETED, recipient: str = "") -> None:
    """Say one line and want a reply that begins with ``digit``.

    Raises a `TransportError` for another reply, and `Lost`. ``recipient`` is made unreadable in the server's words.
    """
    with line_to_server():
        try:
            reply = read_reply(*smtp.docmd(line))
        except ValueError as error:
            raise Rejected("a line end or a letter beyond ASCII in an address", remedy="mend the address") from error
    check(reply.without(recipient), stage=stage, digit=digit)


def check(reply: Reply, *, stage: Stage, digit: int = COMPLETED) -> None:
    """Raises a `TransportError` or `Lost` unless the reply's code begins with ``digit``."""
    if reply.code < 0 or reply.code == SERVICE_CLOSING:
        raise Lost(reply)
    if reply.code // 100 != digit:
        raise classify(reply, stage=stage)


@contextmanager
def line_to_server() -> Iterator[None]:
    """Turn what sockets and smtplib raise into `Lost`."""
    try:
        yield
    except OSError as error:
        raise Lost(Reply(-1, str(error))) from error


def read_reply(code: int, words: bytes) -> Reply:
    """What smtplib read, as a `Reply`. Servers write their words in whatever encoding they like."""
    return Reply(code, words.decode("utf-8", "replace"))


def socket_of(smtp: smtplib.SMTP) -> socket.socket:
    """The socket under a connection. Raises `OSError` when it is closed."""
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return smtp.sock
