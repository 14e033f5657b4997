"""Whether a server takes mails by BDAT (RFC 3030), as far as one connection has shown it.

What a server announces it need not do: some answer BDAT as a word that they don't know, and read the mail as commands
then. So after the first mail, which goes by DATA, one goes by BDAT alone, and only when it was taken do others follow
before its reply.
"""

from __future__ import annotations

from publisher.bulk.manners import Limits, Powers
from publisher.channels.email_answers import Reply, Stage, culprit_of
from publisher.channels.email_faults import Culprit


class Chunking:
    """What one conversation has learnt of it."""

    __slots__ = ("_is_proven", "is_on", "is_refused", "tries_out")

    def __init__(self, powers: Powers) -> None:
        self.tries_out = powers.takes_chunks  #: whether the first mail is still to show that replies can be told apart
        self.is_on = False  #: whether mails go by BDAT
        self.is_refused = False  #: whether the server announces what it does not do
        self._is_proven = False

    def depth(self, limits: Limits) -> int:
        """How many mails may be under way at once."""
        return limits.depth if self._is_proven else 1

    def was_taken(self) -> None:
        """A mail was taken, and its replies were what was due."""
        self._is_proven = self.is_on
        self.is_on = self.is_on or self.tries_out
        self.tries_out = False

    def does_not_know(self, reply: Reply) -> bool:
        """Whether this answer to the first mail by BDAT is about BDAT, so that the mail was certainly not taken."""
        is_first = self.is_on and not self._is_proven
        self.is_refused = is_first and culprit_of(reply, stage=Stage.CONTENT) is Culprit.PROTOCOL
        return self.is_refused
