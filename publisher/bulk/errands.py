"""What is to be handed over, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from enum import IntEnum, auto
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from publisher.channels.email_answers import SERVICE_CLOSING, Reply, Stage
from publisher.clock import steady_seconds
from publisher.errors import PublisherError
from publisher.ledger.records import Recipient

if TYPE_CHECKING:
    from publisher.bulk.conversation import Conversation

_FRESH = 300.0  #: seconds; a claim is good for ten minutes more at least
_CONTENT = Stage.CONTENT  # looked up for each mail, and in an enumeration that takes its time


class Outgoing(NamedTuple):
    """One mail for one recipient, both addresses in ASCII.

    ``content`` ends with a line end; its dots are not doubled. ``has_dots`` is false only where no line begins with
    one.
    """

    sender: str
    recipient: str
    content: bytes
    message_id: str = ""
    has_dots: bool = True


Writer: TypeAlias = Callable[[Recipient], Outgoing]
"""Makes the mail for a reader; raises a `PublisherError` when that can't be done."""


class NotHere(PublisherError):
    """This process can't make the mail for a reader; the one that it works for can."""


class Came(IntEnum):
    """What became of a mail."""

    TAKEN = auto()  #: the server has taken responsibility for it
    REFUSED = auto()  #: the server said no, for now or for good: ``stage`` and ``reply`` say which
    UNCERTAIN = auto()  #: its last byte was handed to the socket, and no proper reply came
    LOST = auto()  #: as uncertain: the process that had it ended; that says nothing of the server
    UNSENT = auto()  #: certainly not handed over; the connection or we stopped before that
    STUMBLED = auto()  #: the same, and the server broke off at this very mail again and again
    UNWRITTEN = auto()  #: it could not be made: ``fault`` says why


class Fate(NamedTuple):
    """What became of the mail for one reader."""

    recipient: Recipient
    came: Came
    reply: Reply | None = None
    stage: Stage = Stage.CONTENT
    message_id: str = ""
    fault: PublisherError | None = None


class Errand:
    """A mail on its way, from the ledger's row to what became of it."""

    __slots__ = ("address", "claimed_at", "is_handed_over", "message_id", "recipient", "refusal", "stage", "strikes")

    def __init__(self, recipient: Recipient) -> None:
        self.recipient = recipient
        self.claimed_at = steady_seconds()
        self.strikes = 0  #: how often a connection ended at it
        self.begin("", "")

    @property
    def is_stale(self) -> bool:
        """Whether it was claimed so long ago that the claim may be over: the computer slept, or stood still."""
        return steady_seconds() - self.claimed_at > _FRESH

    def begin(self, address: str, message_id: str) -> None:
        """It goes over a connection now."""
        self.address = address
        self.message_id = message_id
        self.is_handed_over = False  #: whether its last byte was given to the socket
        self.refusal: Reply | None = None  #: the first no, and …
        self.stage = _CONTENT  #: … to what it was said

    def refuse(self, reply: Reply, stage: Stage) -> None:
        """Note a no; what the server says afterwards follows from it."""
        if self.refusal is None:
            self.refusal, self.stage = reply, stage

    def fate(self, came: Came, reply: Reply | None = None) -> Fate:
        """What became of it, without the reader's address in the server's words."""
        words = reply.without(self.address) if reply is not None else None
        return Fate(self.recipient, came, words, self.stage, self.message_id)


class Source(Protocol):
    """Where mails come from, and who is told what became of them."""

    def take(self) -> tuple[Errand, Outgoing] | None:
        """The next mail, if there is one."""
        ...

    def report(self, fate: Fate) -> None:
        """What became of one."""
        ...

    def over(self, conversation: Conversation, *, unsent: list[Errand], why: Reply) -> None:
        """The connection has ended; ``unsent`` were begun, and certainly not handed over, the oldest first."""
        ...


def without_reply(
    errands: Iterable[Errand], why: Reply, *, unheard: Collection[Errand]
) -> tuple[list[Errand], list[Fate]]:
    """What became of mails whose connection ended: those that were certainly not handed over, and fates of the others.

    ``why`` is what the server said last; the ``unheard`` are those of whom it had read nothing by then.
    """
    unsent, fates = [], []
    for errand in errands:
        if _is_unsent(errand, why, heard=errand not in unheard):
            unsent.append(errand)
        elif errand.refusal is not None:
            fates.append(errand.fate(Came.REFUSED, errand.refusal))
        else:
            fates.append(errand.fate(Came.UNCERTAIN, why if why.code > 0 else None))
    return unsent, fates


def _is_unsent(errand: Errand, why: Reply, *, heard: bool) -> bool:
    """Whether a mail without a reply was certainly not taken.

    What stands in the line behind a 421 is not read any more, and a mail whose MAIL or RCPT got it was not taken.
    """
    if not errand.is_handed_over:
        return True
    is_closing = why.code == SERVICE_CLOSING
    return is_closing and (not heard or (errand.refusal is not None and errand.refusal.code == SERVICE_CLOSING))
