"""What the ledger gives back of mailing lists: frozen records of its rows. Instants are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from publisher.model import Reader
from publisher.model.sources import Texts

EVERY_LIST = ""
"""Stands in the place of a list for all of them, also those that there are not yet."""

_ERASED = "@erased.invalid"


def erased_address(person: str) -> str:
    """What stands instead of the address of somebody who wanted to be forgotten; ``person`` is a hash."""
    return f"{person}{_ERASED}"


def is_erased(address: str) -> bool:
    """Whether it stands for somebody who wanted to be forgotten."""
    return address.endswith(_ERASED)


class Act(StrEnum):
    """What somebody did about their consent."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class How(StrEnum):
    """The way on which it came to us."""

    FORM = "form"  #: the page to sign up, confirmed by mail
    IMPORT = "import"  #: a file, read by somebody of the office
    STAFF = "staff"  #: somebody of the office, by hand
    ONE_CLICK = "one-click"  #: the button of a mail program, RFC 8058
    MAIL = "mail"  #: a mail to the address in List-Unsubscribe
    PAGE = "page"  #: the reader's own page of preferences


class Why(StrEnum):
    """Why somebody is not written to."""

    HARD_BOUNCE = "hard-bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBED = "unsubscribed"
    ERASED = "erased"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailList:
    """A mailing list as people see it. ``list_id`` is what mails name it by (RFC 2919); it never changes."""

    name: str
    title: Texts
    list_id: str
    basis: str
    created_at: datetime
    about: Texts = field(default_factory=lambda: MappingProxyType({}))
    footer: Texts = field(default_factory=lambda: MappingProxyType({}))
    sender: str = ""  #: ``Name <address>``; empty: that of the channel
    reply_to: str = ""
    is_public: bool = False  #: whether people sign up by themselves, and read its archive
    columns: tuple[str, ...] = ()  #: the further attributes that anybody on it was ever given


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who is to be on a list. ``address`` is in its normal form, ``hash`` is its keyed hash."""

    hash: str
    address: str
    name: str = ""
    language: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person we know, on whatever lists. ``score`` is that of bounces, as it was at ``scored_at``."""

    id: int
    hash: str
    address: str
    created_at: datetime
    updated_at: datetime
    name: str = ""
    language: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    paused_until: datetime | None = None
    score: float = 0.0
    scored_at: datetime | None = None

    def is_paused(self, now: datetime) -> bool:
        """Whether this person wants no mail for now."""
        return self.paused_until is not None and self.paused_until > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """That somebody is on a list, or was. ``ended_by`` is a word of `How`, or of `Why`."""

    list: str
    since: datetime
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def holds(self) -> bool:
        """Whether the person is on it now."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What people said yes to: these words, in this language. ``version`` is a name of the office's own."""

    language: str
    words: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How somebody's consent came about: for a record of it, and for nothing else. ``at``: when it was given."""

    how: How
    at: datetime
    proof: str = ""  #: what shows it: times of asking and confirming, a file and its row
    wording: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One record: consent to one list was given, or withdrawn."""

    list: str
    at: datetime
    act: Act
    how: How
    proof: str = ""
    wording: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person on one or several of the lists that were asked for; ``since``: on the first of them."""

    hash: str
    address: str
    name: str
    language: str
    attributes: Mapping[str, str]
    paused_until: datetime | None
    lists: tuple[str, ...]
    since: datetime
    suppression: Suppression | None = None  #: what keeps all of them from writing


class Excluded(StrEnum):
    """Why somebody whom an audience names gets no mail; the word stands in ``recipients.code``."""

    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    PAUSED = "paused"
    BAD_ADDRESS = "bad-address"
    ERASED = "erased"
    NOT_THE_ORIGINAL = "did-not-get-the-original"  #: a correction, and they got nothing that it corrects


@dataclass(frozen=True, slots=True)
class Exclusion:
    """That somebody gets no mail. ``words`` tell people more about the reason."""

    reason: Excluded
    words: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person whom an audience names. The reader's language is the one in which they are written to."""

    reader: Reader
    exclusion: Exclusion | None = None
    own: str | None = None  #: the language that they chose, empty for none; None: the one that they get


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Whoever has this hash is not written to: by one list, or by none (`EVERY_LIST`)."""

    hash: str
    list: str
    reason: Why
    since: datetime
    detail: str = ""  #: never an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Signup:
    """Somebody asked to be on lists, and has not confirmed it. ``token`` is the SHA-256 of what the link holds."""

    token: str
    address: str
    language: str
    lists: tuple[str, ...]
    wording: Wording
    asked_at: datetime
    expires_at: datetime
    name: str = ""
    proof: str = ""
