"""What a mail server can do, how long it is waited for, and how much of it is asked at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What a server announces (RFC 5321 section 4.1.1.1)."""

    pipelining: bool = False  #: RFC 2920
    chunking: bool = False  #: RFC 3030
    announces_size: bool = False  #: RFC 1870
    largest: int = 0  #: bytes of a mail that it takes; 0: it does not say

    @property
    def takes_chunks(self) -> bool:
        """Whether several mails may be on their way at once."""
        return self.pipelining and self.chunking


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds to wait. RFC 5321 section 4.5.3.2: five minutes for MAIL and RCPT, ten for the reply to a whole mail."""

    opening: float = 60.0  #: for reaching the server, and for each step until it is ready
    command: float = 300.0
    content: float = 600.0
    farewell: float = 5.0
    stopping: float = 30.0  #: when we stop, for what is under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much goes at once."""

    connections: int = 16
    depth: int = 4  #: mails under way on one connection with CHUNKING
    mails: int = 1000  #: on one connection: servers like fresh ones now and then
