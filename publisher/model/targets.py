"""Who speaks, where to, to whom, and at which hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from publisher.model.funding import NO_FUNDING, Profile
from publisher.model.sources import Texts
from publisher.model.states import ApprovalPolicy, OnUnknown, OutsideHours


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who answers questions; the sender of mails unless a channel names another."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The project or office that speaks."""

    name: str
    link: str = ""
    contact: Contact | None = None
    funding: str = "none"
    profile: Profile = NO_FUNDING
    logo: Path | None = None
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local hours in which nothing goes out; ``begin`` belongs to them, ``end`` does not. May span midnight."""

    begin: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Blackout:
    """Local days, both ends included, on which nothing goes out by itself."""

    first: date
    last: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When a channel may speak. Holidays are country codes, with a subdivision if need be (``ES-CT``)."""

    timezone: str
    quiet_hours: QuietHours | None = None
    weekends: bool = True  #: True: weekends are days like any other
    holidays: tuple[str, ...] = ()
    outside_hours: OutsideHours = OutsideHours.MOVE_LATER
    blackouts: tuple[Blackout, ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, exact, in a currency as people write it: ``USD``."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """``0.20 USD``."""
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True, slots=True)
class Price:
    """What a platform takes for one post. ``link`` is for one with a link in it, where that costs something else."""

    post: Decimal
    link: Decimal | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A share of the readers gets a mailing first; then it waits, and goes on when it fared well with them.

    ``percent`` of the readers, or so many ``readers``; above ``limit`` percent of trouble among them it is held.
    """

    wait: timedelta
    percent: Decimal = Decimal(0)
    readers: int = 0
    limit: Decimal = Decimal(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualSize:
    """How many readers the mailings of a channel usually have, both ends included. Without ``most``: any number."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A configured destination."""

    id: str
    type: str
    languages: tuple[str, ...]
    calendar: Calendar
    account: str = ""
    audience: str = ""
    approval: ApprovalPolicy = ApprovalPolicy.NONE
    if_late: timedelta | None = timedelta(hours=6)  #: None: send however late
    on_unknown: OnUnknown | None = None  #: None: ask about a post, take a mail as sent
    utm: bool = False  #: whether links tell the website's statistics where readers come from
    price: Price | None = None
    card: bool = True  #: whether an event without a picture gets one drawn
    #: For mail: what readers of a language get where it is lacking, best first; added to `newsletter.languages`.
    fallback: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    monthly_ceiling: Decimal | None = None  #: in the currency of the price; what would go beyond is held
    canary: Canary | None = None  #: mail: who gets it first
    usual_size: UsualSize | None = None  #: mail: None: as the mailings before it show


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is written to: the readers in a CSV file, or those on one or several lists in the ledger.

    ``where`` is a condition on them (`publisher.segments`), empty for all. ``basis`` says why we may write to those in
    a file; a list in the ledger has its own.
    """

    id: str
    path: Path | None = None  #: the file; None: ``lists`` are named
    lists: tuple[str, ...] = ()
    where: str = ""
    basis: str = ""
    double_opt_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One person on a mailing list. ``attributes`` are the further columns of the list, by header."""

    address: str
    name: str = ""
    language: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """What a mail says of the list to which it goes, and where its readers find the pages for them.

    The addresses end where what names the reader or the mail follows; they are empty where there are no such pages.
    """

    name: str = ""
    title: Texts = field(default_factory=dict)  #: what people call it
    footer: Texts = field(default_factory=dict)  #: what stands below its mails
    list_id: str = ""  #: RFC 2919, without angle brackets; empty: made of the channel and the sender's domain
    sender: str = ""  #: ``Name <address>``; empty: that of the channel
    reply_to: str = ""  #: the same; empty: the sender
    unsubscribe: str = ""  #: ``https://news.example.org/u/``
    preferences: str = ""  #: ``https://news.example.org/p/``
    archive: str = ""  #: ``https://news.example.org/archive/news/``
    key: str = ""  #: of the delivery, by which its archived mail is found

    def archived(self, language: str) -> str:
        """Where this mail can be read on the web, or empty."""
        return f"{self.archive}{quote(language, safe='')}/{quote(self.key, safe='/')}" if self.archive else ""


NO_LIST = ListFacts()
