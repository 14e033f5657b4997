"""Kinds, forms, states and policies: the words with a fixed set of values."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is."""

    ERROR = "error"  #: stops the announcement that it is about, nothing else
    WARNING = "warning"  #: goes out all the same; a person should look
    INFO = "info"  #: good to know


class Kind(StrEnum):
    """What an announcement is about."""

    EVENT = "event"
    POST = "post"
    DIGEST = "digest"


class EventStatus(StrEnum):
    """As in schema.org ``eventStatus``, plus a draft."""

    DRAFT = "draft"  #: previewed, never sent
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Form(StrEnum):
    """The shape of words that a channel type takes."""

    POST = "post"  #: one text with a link and pictures, to everybody at once
    MAIL = "mail"  #: subject, preheader, HTML and text, one per reader


class PlanState(StrEnum):
    """What the plan says of a delivery before it is due."""

    PLANNED = "planned"
    HELD = "held"  #: waits for an approval
    MOVED = "moved"  #: planned, at another time than the rule says
    SKIPPED = "skipped"  #: will not go out; the reason says why
    DRAFT = "draft"  #: the event is a draft
    BLOCKED = "blocked"  #: an error in the file or a template stops it


class DeliveryState(StrEnum):
    """Where a delivery stands in the ledger."""

    PLANNED = "planned"
    PENDING = "pending"  #: due, words frozen, may be claimed
    SENDING = "sending"  #: intent committed; the call may be under way
    SENT = "sent"
    RETRY_WAIT = "retry_wait"  #: certainly not published; another try is due later
    FAILED = "failed"  #: refused for good
    UNKNOWN = "unknown"  #: may have been published; never sent again by itself
    NEEDS_HUMAN = "needs_human"  #: can't be found out by reading back
    CANCELLED = "cancelled"
    EXPIRED = "expired"  #: it stopped being true before it could go out


class Outcome(StrEnum):
    """How one attempt ended."""

    SENT = "sent"
    TEMPORARY = "temporary"
    RATE_LIMITED = "rate_limited"
    BLOCKED = "blocked"
    CREDENTIALS_BROKEN = "credentials_broken"
    OUT_OF_QUOTA = "out_of_quota"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


class Saw(StrEnum):
    """What reading an account back showed of a delivery whose outcome is unknown."""

    FOUND = "found"
    ABSENT = "absent"
    FAILED = "failed"  #: the account could not be read


class OnUnknown(StrEnum):
    """What to do about an unknown outcome on a channel that can't be read back."""

    ASK = "ask"  #: a person looks and says so
    ASSUME_SENT = "assume_sent"  #: taken as sent; who is concerned is listed
    RESEND = "resend"  #: sent again, once; somebody may get it twice


class OutsideHours(StrEnum):
    """What to do with a time that falls into quiet hours, a weekend, a holiday or a blackout."""

    MOVE_LATER = "move later"
    MOVE_EARLIER = "move earlier"
    SKIP = "skip"
    SEND = "send anyway"


class ApprovalPolicy(StrEnum):
    """Whose approval a delivery waits for."""

    NONE = "none"
    ANYONE = "anyone"
    ANYONE_BUT_AUTHOR = "anyone-but-author"
    TWO = "two"
