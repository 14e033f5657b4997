"""From what was said to why: one judgement for bounces by mail and for replies of a server. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from publisher.bounces import codes, phrases
from publisher.bounces.report import KIND_OF, BounceKind, Reason

#: What is said for now is no proof that an address is no good.
_FOR_NOW = {
    Reason.USER_UNKNOWN: Reason.SYSTEM,
    Reason.HOST_UNKNOWN: Reason.NETWORK,
    Reason.MOVED: Reason.SYSTEM,
    Reason.NO_MAIL: Reason.SYSTEM,
}


class Heard(Enum):
    """To what a server said no."""

    SENDER = auto()  #: to our greeting or our address: it did not know yet for whom the mail is
    RECIPIENT = auto()  #: to the reader's address
    CONTENT = auto()  #: it had taken the address, and refused when it had seen the mail
    UNTOLD = auto()  #: the report does not tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about one failure."""

    words: str = ""  #: what a server said about just this address
    status: str = ""  #: RFC 3463, as the report states it
    about: str = ""  #: what the report tells people; it may speak of other things, too
    reader: str = ""  #: the address
    heard_at: Heard = Heard.UNTOLD


@dataclass(frozen=True, slots=True)
class Judgement:
    """Why, and the best code that was found."""

    reason: Reason
    status: str

    @property
    def kind(self) -> BounceKind:
        """The kind that the reason belongs to."""
        return KIND_OF[self.reason]


def judge(evidence: Evidence) -> Judgement:
    """Why a mail was not delivered."""
    status = best_status(evidence)
    reason = _reason(evidence, status)
    if is_for_now(evidence):
        reason = _FOR_NOW.get(reason, reason)
    elif evidence.heard_at is Heard.SENDER and KIND_OF[reason] is BounceKind.HARD:
        reason = Reason.SENDER_REJECTED
    elif reason is Reason.USER_UNKNOWN and not _is_certain(evidence, status):
        reason = Reason.FILTERED if evidence.heard_at is Heard.CONTENT else Reason.PERHAPS_UNKNOWN
    return Judgement(reason, status)


def from_reply(code: int, words: str, *, heard_at: Heard = Heard.RECIPIENT) -> Judgement:
    """The same for a reply of an SMTP server, to RCPT TO if nothing else is said."""
    return judge(Evidence(words=f"{code} {words}", heard_at=heard_at))


def _is_certain(evidence: Evidence, status: str) -> bool:
    """Whether a reader who is called unknown is.

    Many servers take every address, and say “unknown user” to the mail itself when the reader's filter does not want
    it. So those words are a proof as the answer to RCPT TO, which names whom it is about where it is told without the
    question; as the answer to anything else they are one with an exact code, or where a system speaks of its own
    directory.
    """
    given = codes.statuses(evidence.words) or codes.statuses(status)
    if any(codes.is_hard(one) for one in given):
        return True
    if _speaks_of_directory(evidence.words):
        return True
    if evidence.heard_at is Heard.RECIPIENT:
        return not any(codes.is_policy(one) for one in codes.statuses(evidence.words))
    if evidence.heard_at is not Heard.UNTOLD:
        return False
    names_reader = bool(evidence.reader) and evidence.reader.casefold() in codes.reply_in(evidence.words).casefold()
    is_about_address = all(codes.is_about_address(one) for one in given)
    return (names_reader and is_about_address) or _speaks_of_directory(evidence.about)


def _speaks_of_directory(words: str) -> bool:
    return phrases.speaks_of_directory(phrases.simplified(words))


def best_status(evidence: Evidence) -> str:
    """The most exact enhanced code; what the last server said beats what the report makes of it."""
    said = [one for one in codes.statuses(evidence.words) if one[0] != "2"]
    stated = codes.statuses(evidence.status)[:1]
    told = [one for one in codes.statuses(evidence.about) if one[0] != "2"]
    if stated and not codes.is_vague(stated[0]) and not _contradicts(said, stated[0]):
        return stated[0]
    exact = [one for one in [*said, *stated, *told] if not codes.is_vague(one)]
    return next(iter([*exact, *stated, *said, *told]), "")


def is_for_now(evidence: Evidence) -> bool:
    """Whether the last word was “for now”: RFC 5321 section 4.2.1, RFC 3463 section 2."""
    stated = codes.statuses(evidence.status)
    said = _classes(evidence.words) or ([] if stated else _classes(evidence.about))
    return "5" not in said and ("4" in said or any(one[0] == "4" for one in stated))


def _classes(words: str) -> list[str]:
    """The first digits of all codes in these words."""
    code = codes.reply_code(words)
    return [str(code)[0]] * bool(code) + [one[0] for one in codes.statuses(words)]


def _contradicts(said: list[str], stated: str) -> bool:
    """A report may carry a code of its own software where the server gave a better one."""
    exact = [one for one in said if not codes.is_vague(one)]
    return bool(exact) and stated not in exact


def _reason(evidence: Evidence, status: str) -> Reason:
    said, about = phrases.simplified(evidence.words), phrases.simplified(evidence.about)
    code = codes.reply_code(evidence.words) or codes.reply_code(evidence.about)
    return (
        phrases.precise(said)
        or codes.precise(status)
        or phrases.precise(about)
        or codes.BY_REPLY.get(code)
        or phrases.vague(said)
        or codes.vague(status)
        or phrases.vague(about)
        or Reason.UNDETERMINED
    )
