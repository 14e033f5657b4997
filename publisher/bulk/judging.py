"""What follows from the fate of one mail: an error whose type decides, and whom it concerns besides. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

from publisher.bulk.errands import Came, Fate
from publisher.channels.email_answers import Reply, Stage, classify, not_handed_over, unknown
from publisher.channels.email_faults import asks_for_slower, is_greylisting
from publisher.errors import (
    OutcomeUnknown,
    PublisherError,
    TemporaryError,
    TransportError,
)

_NOTHING_SAID = Reply(-1, "")
_TAKEN = Came.TAKEN  # nearly all of them


class Slower(Enum):
    """Who is written to more slowly after a complaint."""

    SERVER = auto()
    DOMAIN = auto()


class Judged(NamedTuple):
    """The fate of one mail, and what follows for its reader.

    ``error`` is None for a mail that was taken, or not sent; ``not_before`` (aware UTC) is when its turn comes.
    """

    fate: Fate
    error: PublisherError | None = None
    not_before: datetime | None = None


def judge(fate: Fate) -> Judged:
    """The error for a fate."""
    return Judged(fate, None if fate.came is _TAKEN else _error(fate))


def _error(fate: Fate) -> PublisherError | None:
    reply = fate.reply or _NOTHING_SAID
    if fate.came is Came.REFUSED:
        return classify(reply, stage=fate.stage)
    if fate.came in {Came.UNCERTAIN, Came.LOST}:
        return unknown(fate.reply)
    if fate.came is Came.STUMBLED:
        return not_handed_over(reply)
    return fate.fault


def is_unclear(judged: Judged) -> bool:
    """Whether it may be the server rather than the reader.

    Greylisting and one full mailbox say nothing of others; a complaint about the speed has a consequence of its own.
    """
    reply = judged.fate.reply
    if isinstance(judged.error, OutcomeUnknown):
        return judged.fate.came is not Came.LOST
    if not isinstance(judged.error, TemporaryError) or judged.fate.came is Came.UNWRITTEN:
        return False
    is_of_one = reply is not None and (reply.enhanced.startswith(("4.1.", "4.2.")) or is_greylisting(reply.words))
    return not is_of_one and slower(judged.fate) is None


def slower(fate: Fate) -> Slower | None:
    """Who complains about the speed: the server before it knows the reader, or those who take mail for the reader."""
    reply = fate.reply
    if fate.came is not Came.REFUSED or reply is None or not asks_for_slower(reply.code, reply.enhanced, reply.words):
        return None
    return Slower.SERVER if fate.stage is Stage.SENDER else Slower.DOMAIN


def all_unclear(error: TransportError, *, readers: int) -> TemporaryError:
    """The error for a mailing when so many readers in a row had no clear answer, the last of them this one."""
    return TemporaryError(
        f"the mail server failed with {readers} readers in a row: {error.message}",
        code=error.code,
        detail=error.detail,
        remedy="nothing to do: the others get it later",
    )
