"""What templates see of an announcement: its source in one language, and who speaks to whom.

The list for people is `publisher.render.variables`; the docstrings here are part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeAlias

from publisher.model import Announcement, Channel, Contact, Digest, Event, Post, Project, When
from publisher.render.campaigns import tagged
from publisher.render.event_view import EventView
from publisher.render.hashtags import hashtags
from publisher.render.mail_views import EmblemView, LogoView, PictureView
from publisher.render.texts import in_language, optional, required


class PostView:
    """A one-off text in the announcement's language."""

    __slots__ = ("_announcement", "_post")

    def __init__(self, post: Post, announcement: Announcement) -> None:
        self._post = post
        self._announcement = announcement

    @property
    def id(self) -> str:
        """Its id in the file: ``europe-day-2027``."""
        return self._post.id

    @property
    def text(self) -> str:
        """Its text, the one for this channel type if there is one: ``9 maja świętujemy Dzień Europy!``."""
        special = self._post.text_for.get(self._announcement.channel.type, {})
        return required(
            {**self._post.text, **special}, field="text", source=self._post, announcement=self._announcement
        )

    @property
    def subject(self) -> str:
        """The subject for mails, or empty: ``Dzień Europy``."""
        return optional(self._post.subject, field="subject", source=self._post, announcement=self._announcement)

    @property
    def link(self) -> str:
        """Its link, or empty: ``https://example.org/europe-day``."""
        return tagged(self._post.link, self._announcement)

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, one by one; the line to show is `hashtags`: ``{{ post.tags|join(", ") }}``."""
        return self._post.tags

    @property
    def credit(self) -> str:
        """Who took the picture, or empty: ``fot. UMWP``."""
        return self._post.picture.credit if self._post.picture else ""


class DigestView:
    """The events that lie ahead, in the announcement's language."""

    __slots__ = ("_announcement", "_digest")

    def __init__(self, digest: Digest, announcement: Announcement) -> None:
        self._digest = digest
        self._announcement = announcement

    @property
    def id(self) -> str:
        """Its id in the file: ``monthly-pl``."""
        return self._digest.id

    @property
    def days(self) -> int:
        """How many days it covers: ``45``."""
        return self._digest.covers.days

    @property
    def first(self) -> date:
        """The day on which it goes out, for a heading: ``{{ digest.first|month }}``."""
        return _today(self._announcement)

    @property
    def last(self) -> date:
        """The last day that it covers: ``{{ digest.last|day }}``."""
        return self.first + timedelta(days=self.days)

    @property
    def dates(self) -> When:
        """The days that it covers, for the filter `when`: ``{{ digest.dates|when("compact") }}``."""
        return When(first=self.first, last=self.last, timezone=self._announcement.channel.calendar.timezone)

    @property
    def events(self) -> tuple[EventView, ...]:
        """The events, in order; each has all that `event` has.

        ``{% for event in digest.events %}{{ event.title }}. {% endfor %}``
        """
        return tuple(EventView(event, self._announcement) for event in self._digest.events)

    @property
    def link(self) -> str:
        """The page of the project: ``https://example.org``."""
        return self._announcement.project.link


class ContactView:
    """Who answers questions; false when the file names nobody."""

    __slots__ = ("_contact",)

    def __init__(self, contact: Contact | None) -> None:
        self._contact = contact

    def __bool__(self) -> bool:
        return self._contact is not None

    @property
    def name(self) -> str:
        """Who answers questions, or empty: ``Biuro projektu``."""
        return self._contact.name if self._contact else ""

    @property
    def email(self) -> str:
        """Their address, or empty: ``office@example.org``."""
        return self._contact.email if self._contact else ""


class ProjectView:
    """The project or office that speaks."""

    __slots__ = ("_project",)

    def __init__(self, project: Project) -> None:
        self._project = project

    @property
    def name(self) -> str:
        """The name of the project or office: ``Next2Met``."""
        return self._project.name

    @property
    def link(self) -> str:
        """Its page, or empty: ``https://www.interregeurope.eu/next2met``."""
        return self._project.link

    @property
    def funding(self) -> str:
        """The funding profile in the file: ``interreg-europe-2014-2020``."""
        return self._project.funding

    @property
    def hashtags(self) -> tuple[str, ...]:
        """The project's tags, one by one; the line to show is `hashtags`: ``{{ project.hashtags|join(", ") }}``."""
        return self._project.hashtags

    @property
    def contact(self) -> ContactView:
        """Who answers questions, if the file names somebody.

        ``{% if project.contact %}{{ project.contact.name }}{% endif %}``
        """
        return ContactView(self._project.contact)


class ChannelView:
    """Where the words go."""

    __slots__ = ("_channel",)

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @property
    def id(self) -> str:
        """The channel's name in the file: ``news-pl``."""
        return self._channel.id

    @property
    def type(self) -> str:
        """What kind of channel it is: ``email``."""
        return self._channel.type

    @property
    def account(self) -> str:
        """Its account, or empty: ``@wojpodlaskie``."""
        return self._channel.account


class ListView:
    """The list to which a mail goes, as its readers know it; false for one without a name for people."""

    __slots__ = ("_facts", "_language")

    def __init__(self, announcement: Announcement) -> None:
        self._facts = announcement.list
        self._language = announcement.language

    def __bool__(self) -> bool:
        return bool(self.title)

    @property
    def title(self) -> str:
        """What people call the list, or empty: ``Nowości z regionu``."""
        return in_language(self._facts.title, self._language)

    @property
    def footer(self) -> str:
        """What stands below its mails, or empty: ``{% if list.footer %}{{ list.footer }}{% endif %}``."""
        return in_language(self._facts.footer, self._language)


class FundingView:
    """What has to be said about funding; false when there is none."""

    __slots__ = ("_announcement", "_profile")

    def __init__(self, announcement: Announcement) -> None:
        self._announcement = announcement
        self._profile = announcement.project.profile

    def __bool__(self) -> bool:
        return bool(self.statement)

    @property
    def statement(self) -> str:
        """What has to be said about funding in the announcement's language, or empty: ``{{ funding.statement }}``."""
        return in_language(self._profile.statement, self._announcement.language)


SourceView: TypeAlias = EventView | PostView | DigestView

_VIEW_NAMES: Mapping[type[SourceView], str] = {EventView: "event", PostView: "post", DigestView: "digest"}


def source_view(announcement: Announcement) -> SourceView:
    """What templates see of the source."""
    match announcement.source:
        case Event() as event:
            return EventView(event, announcement)
        case Post() as post:
            return PostView(post, announcement)
        case Digest() as digest:
            return DigestView(digest, announcement)


def view_name(announcement: Announcement) -> str:
    """What templates call the source: ``event``, ``post`` or ``digest``."""
    return _VIEW_NAMES[type(source_view(announcement))]


def variables_for(announcement: Announcement) -> dict[str, object]:
    """Everything that a template sees, but for the reader of a mail and the links that act for them."""
    view = source_view(announcement)
    tags = () if isinstance(view, DigestView) else view.tags
    return {
        _VIEW_NAMES[type(view)]: view,
        "project": ProjectView(announcement.project),
        "funding": FundingView(announcement),
        "channel": ChannelView(announcement.channel),
        "picture": PictureView(announcement),
        "emblem": EmblemView(announcement),
        "logo": LogoView(announcement.project),
        "list": ListView(announcement),
        "archive_link": announcement.list.archived(announcement.language),
        "language": announcement.language,
        "today": _today(announcement),
        "hashtags": hashtags((*announcement.project.hashtags, *tags)),
    }


def _today(announcement: Announcement) -> date:
    return announcement.due_local.date()
