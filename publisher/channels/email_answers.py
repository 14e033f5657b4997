"""What a mail server's replies mean. Pure.

Sources: RFC 5321 section 4.2 (codes by their first digit), RFC 3463 (enhanced codes), RFC 4954 section 6 (login).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from publisher.channels.addresses import masked
from publisher.channels.answers import LOOK_FIRST
from publisher.channels.email_faults import Culprit, at_content, at_recipient
from publisher.errors import Blocked, CredentialsBroken, OutcomeUnknown, Rejected, TemporaryError, TransportError

SERVICE_CLOSING = 421
_TOO_LARGE = 552
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")
_DETAIL_LENGTH = 500
IN_REPLY_TO_CONTENT = "(in reply to DATA)"
"""Stands behind what was said to a mail after the reader's address had been taken, as in Postfix's reports: such words
weigh less when they are about the reader (`publisher.bounces.judgement`)."""


class Stage(StrEnum):
    """How far a mail had got when the server replied."""

    GREETING = "greeting"
    ENCRYPTION = "encryption"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"  #: DATA, or the reply to the dot that ends the mail


class Reply(NamedTuple):
    """A reply of the server's; ``code`` is -1 for a line that is no reply."""

    code: int
    words: str

    @property
    def full_code(self) -> str:
        """``550 5.1.1``, or ``550`` from a server without enhanced codes."""
        return f"{self.code} {enhanced}" if (enhanced := self.enhanced) else str(self.code)

    @property
    def enhanced(self) -> str:
        """``5.1.1``; empty from a server without enhanced codes."""
        match = _ENHANCED.match(self.words)
        return match[1] if match else ""

    @property
    def says_no(self) -> bool:
        """Whether the server says, for now or for good, that it did not do it. RFC 5321 section 4.2.1."""
        return 400 <= self.code < 600  # noqa: PLR2004  4yz and 5yz

    def hiding(self, *secrets: str) -> Reply:
        """The same reply with what we said struck out."""
        words = self.words
        for secret in secrets:
            words = words.replace(secret, "(redacted)")
        return Reply(self.code, words)

    def without(self, address: str) -> Reply:
        """The same reply, with a reader's address made unreadable for others: servers like to repeat it."""
        words = self.words
        if address and "@" in words:
            words = re.sub(re.escape(address), masked(address), words, flags=re.IGNORECASE)
        return Reply(self.code, " ".join(words.split())[:_DETAIL_LENGTH])


def classify(reply: Reply, *, stage: Stage) -> TransportError:
    """The error for a reply that is no success."""
    code, detail = reply.full_code, reply.words
    if not 500 <= reply.code < 600:  # noqa: PLR2004  RFC 5321 section 4.2.1
        return TemporaryError(
            f"the mail server can't take the mail now ({stage})",
            code=code,
            detail=detail,
            remedy="nothing to do: it is tried again",
        )
    if stage is Stage.ENCRYPTION:
        return TemporaryError("the mail server refuses to encrypt", code=code, detail=detail, remedy="check SMTP_URL")
    if stage in {Stage.RECIPIENT, Stage.CONTENT}:
        return _refused(reply, stage)
    if reply.code == _TOO_LARGE:
        return _ours(reply, Culprit.CONTENT)
    message = _REFUSES_US.get(stage, f"the mail server refuses us ({stage})")
    return CredentialsBroken(
        message,
        code=code,
        detail=detail,
        remedy=_MEND_ACCOUNT.get(stage, _ASK),
    )


def culprit_of(reply: Reply, *, stage: Stage) -> Culprit:
    """Who has to change something after a recipient or a mail was refused for good."""
    judge = at_recipient if stage is Stage.RECIPIENT else at_content
    return judge(reply.code, reply.enhanced, reply.words)


def too_large(size: int, limit: int) -> Blocked:
    """The error for a mail that is above what the server announces; it is not even begun. RFC 1870."""
    return _ours(Reply(_TOO_LARGE, f"5.3.4 the mail has {size} bytes, the server takes {limit}"), Culprit.CONTENT)


def _refused(reply: Reply, stage: Stage) -> TransportError:
    """Refused for good: what one reader has to do with stands with that reader; what meets all of them stops us."""
    culprit = culprit_of(reply, stage=stage)
    if culprit is Culprit.READER:
        return Rejected(
            f"the mail server refuses this mail ({stage})",
            code=reply.full_code,
            detail=f"{reply.words} {IN_REPLY_TO_CONTENT}" if stage is Stage.CONTENT else reply.words,
            remedy=_mend_mail(reply.full_code, stage),
        )
    if culprit is Culprit.LOGIN:
        return CredentialsBroken(
            f"the mail server refuses us ({stage})",
            code=reply.full_code,
            detail=reply.words,
            remedy=_MEND_ACCOUNT[stage],
        )
    return _ours(reply, culprit)


def _ours(reply: Reply, culprit: Culprit) -> Blocked:
    message, remedy = _OURS[culprit]
    return Blocked(message, code=reply.full_code, detail=reply.words, remedy=remedy)


def unknown(reply: Reply | None) -> OutcomeUnknown:
    """The error for a mail that was handed over whole and not confirmed: the server may deliver it all the same."""
    return OutcomeUnknown(
        "the mail was handed over, but no proper reply came",
        code=reply.full_code if reply else "",
        detail=reply.words if reply else "",
        remedy=LOOK_FIRST,
    )


def not_handed_over(reply: Reply) -> TemporaryError:
    """The error for a connection that is over before a mail was handed over: it broke, or the server closed it."""
    if reply.code == SERVICE_CLOSING:  # RFC 5321 section 4.2.3: busy, or about to stop
        message, code = "the mail server is busy and asks to come later", reply.full_code
    else:
        message, code = "the connection to the mail server broke before the mail was handed over", ""
    return TemporaryError(message, code=code, detail=reply.words, remedy="nothing to do: it is tried again")


def _mend_mail(code: str, stage: Stage) -> str:
    """What to do about a mail that was refused for good. The enhanced code says more than the moment (RFC 3463)."""
    enhanced = code.partition(" ")[2]
    known = next((mend for prefix, mend in _MEND_BY_CODE.items() if enhanced.startswith(prefix)), "")
    return known or _MEND_MAIL[stage]


_REFUSES_US = {
    Stage.LOGIN: "the mail server does not accept the user and the password",
    Stage.SENDER: "the mail server does not let us send under this sender",
}
_ASK = "ask the provider of the mail server why"
_LIST = "correct the address in the mailing list, or delete it there"
_POLICY = "the server's words say whether the content or our domain is the reason; for the domain: publisher doctor"
_OURS = {
    Culprit.REPUTATION: (
        "the mail server refuses us by its policy or a blocklist; nobody is taken off a list for that",
        "read the server's words and look at the domain with publisher doctor; the others get it later",
    ),
    Culprit.CONTENT: (
        "the mail server refuses the mail as such, whoever the reader is",
        "use smaller pictures, or show them on the web page only; the server's words say more",
    ),
    Culprit.PROTOCOL: (
        "the mail server does not understand what we say; nobody is taken off a list for that",
        "check that SMTP_URL names a mail server for sending, and ask its provider what the words mean",
    ),
}
_MEND_BY_CODE = {  #: by class, subject and detail of the enhanced code
    "5.1.7": "check FROM: the server does not like the sender",
    "5.1.8": "check FROM: the server does not like the sender",
    "5.1.": _LIST,
    "5.2.1": "the mailbox is closed: delete the address in the mailing list",
    "5.2.2": "the mailbox is full: tell the reader another way",
    "5.2.3": "use smaller pictures, or show them on the web page only",
    "5.3.4": "use smaller pictures, or show them on the web page only",
    "5.7.": _POLICY,
}
_MEND_MAIL = {
    Stage.RECIPIENT: _LIST,
    Stage.CONTENT: "read the server's words; they say whether the address, the content or our domain is the reason",
}
_MEND_ACCOUNT = {
    Stage.LOGIN: "check the user and the password in SMTP_URL",
    Stage.SENDER: "check FROM: is this account allowed to send as that address?",
    Stage.RECIPIENT: "put a user and a password into SMTP_URL",
    Stage.CONTENT: "put a user and a password into SMTP_URL",
}
