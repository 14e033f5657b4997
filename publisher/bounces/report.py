"""The vocabulary of mails that come back: for whom, what kind, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BounceKind(StrEnum):
    """What a mail that came back is, seen from the reader it is about."""

    HARD = "hard"  #: the address is no good and will not be
    SOFT = "soft"  #: not now, or not for sure: counted, and forgotten with time
    SENDER_FAULT = "sender_fault"  #: what we sent, or how, is wrong: never counted against the reader
    BLOCK = "block"  #: we are not wanted there: never counted against the reader
    AUTO_REPLY = "auto_reply"  #: a machine answers for the reader
    COMPLAINT = "complaint"  #: a feedback report of a mailbox provider
    NONE = "none"  #: no bounce


class Reason(StrEnum):
    """Why. Each belongs to one kind (`KIND_OF`)."""

    USER_UNKNOWN = "user-unknown"
    HOST_UNKNOWN = "host-unknown"
    MOVED = "moved"
    NO_MAIL = "no-mail"  #: the domain takes no mail at all (RFC 7504, RFC 7505)

    MAILBOX_FULL = "mailbox-full"
    SUSPENDED = "suspended"
    FILTERED = "filtered"  #: the reader's own choice, or a server that says so after it saw the content
    PERHAPS_UNKNOWN = "perhaps-unknown"  #: called unknown, by words that servers also say for other reasons
    EXPIRED = "expired"
    DELAYED = "delayed"  #: not delivered yet; another report follows if it never is
    NETWORK = "network"
    LOOP = "loop"
    SYSTEM = "system"
    SYSTEM_FULL = "system-full"
    MAILER = "mailer"  #: a program behind the reader's address failed
    GREYLISTED = "greylisted"
    NOT_RELAYED = "not-relayed"  #: the server does not feel responsible for that domain
    ON_HOLD = "on-hold"  #: a mailing list or a moderator decides
    UNDETERMINED = "undetermined"

    TOO_LARGE = "too-large"
    SENDER_REJECTED = "sender-rejected"
    AUTHENTICATION = "authentication"  #: SPF, DKIM or DMARC
    REVERSE_DNS = "reverse-dns"
    ENCRYPTION = "encryption"
    MALFORMED = "malformed"
    PROTOCOL = "protocol"
    RATE = "rate"
    LOGIN = "login"
    SUPPRESSED = "suppressed"  #: the mail service did not even try, because of an earlier bounce

    BLOCKLISTED = "blocklisted"
    SPAM = "spam"
    VIRUS = "virus"
    POLICY = "policy"
    NOT_AUTHORISED = "not-authorised"

    VACATION = "vacation"
    AUTOMATIC = "automatic"  #: by a machine, and no answer
    CHALLENGE = "challenge"  #: the reader's server wants a person to confirm the sender
    RECEIPT = "receipt"  #: a read receipt (RFC 8098)

    ABUSE = "abuse"
    FRAUD = "fraud"
    OPT_OUT = "opt-out"
    NOT_SPAM = "not-spam"
    AUTH_FAILURE = "auth-failure"  #: a report about signatures (RFC 6591), not by a reader
    FEEDBACK = "feedback"  #: of another type

    DELIVERED = "delivered"  #: a success report
    UNRECOGNISED = "unrecognised"


KIND_OF: dict[Reason, BounceKind] = {
    reason: kind
    for kind, reasons in {
        BounceKind.HARD: (Reason.USER_UNKNOWN, Reason.HOST_UNKNOWN, Reason.MOVED, Reason.NO_MAIL),
        BounceKind.SOFT: (
            Reason.MAILBOX_FULL,
            Reason.SUSPENDED,
            Reason.FILTERED,
            Reason.PERHAPS_UNKNOWN,
            Reason.EXPIRED,
            Reason.DELAYED,
            Reason.NETWORK,
            Reason.LOOP,
            Reason.SYSTEM,
            Reason.SYSTEM_FULL,
            Reason.MAILER,
            Reason.GREYLISTED,
            Reason.NOT_RELAYED,
            Reason.ON_HOLD,
            Reason.SUPPRESSED,
            Reason.UNDETERMINED,
        ),
        BounceKind.SENDER_FAULT: (
            Reason.TOO_LARGE,
            Reason.SENDER_REJECTED,
            Reason.AUTHENTICATION,
            Reason.REVERSE_DNS,
            Reason.ENCRYPTION,
            Reason.MALFORMED,
            Reason.PROTOCOL,
            Reason.RATE,
            Reason.LOGIN,
        ),
        BounceKind.BLOCK: (Reason.BLOCKLISTED, Reason.SPAM, Reason.VIRUS, Reason.POLICY, Reason.NOT_AUTHORISED),
        BounceKind.AUTO_REPLY: (Reason.VACATION, Reason.AUTOMATIC, Reason.CHALLENGE, Reason.RECEIPT),
        BounceKind.COMPLAINT: (
            Reason.ABUSE,
            Reason.FRAUD,
            Reason.OPT_OUT,
            Reason.NOT_SPAM,
            Reason.AUTH_FAILURE,
            Reason.FEEDBACK,
        ),
        BounceKind.NONE: (Reason.DELIVERED, Reason.UNRECOGNISED),
    }.items()
    for reason in reasons
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceReport:
    """What one mail says about one reader. ``recipient`` is empty when it names nobody."""

    recipient: str
    reason: Reason
    status: str = ""  #: RFC 3463, or empty
    final: str = ""  #: where it failed, when the mail had been passed on to another address
    words: str = ""  #: what the other side said, one line

    @property
    def kind(self) -> BounceKind:
        """The kind that the reason belongs to."""
        return KIND_OF[self.reason]
