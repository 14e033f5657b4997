"""The sections of the schedule file and their fields. Editors show the docstrings to the people who write one."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from publisher.model import EventStatus
from publisher.schedulefile import choices as c
from publisher.schedulefile import fields as f
from publisher.schedulefile.targetgrammar import AudiencePart, CalendarPart, ChannelPart, Ignoring, Part, PricePart
from publisher.schedulefile.when import When

__all__ = [
    "AudiencePart",
    "BlackoutPart",
    "CalendarPart",
    "ChangePart",
    "ChannelPart",
    "ContactPart",
    "DefaultsPart",
    "DigestPart",
    "EventPart",
    "Ignoring",
    "Part",
    "PicturePart",
    "PostPart",
    "PricePart",
    "ProjectPart",
    "RegisterPart",
    "StepPart",
    "WherePart",
]


class ContactPart(Part):
    """Who answers questions."""

    name: f.Text
    """The person or office that readers may ask; mails come from this name. Example: `City Library`."""
    email: f.Email
    """The address for questions; mails come from it. Example: `library@example.org`."""


class ProjectPart(Part):
    """The project or office that speaks."""

    name: f.Text
    """Its short name, as it stands in texts. Example: `Next2Met`."""
    link: f.Link = ""
    """Its web page. Example: `https://www.example.org`."""
    contact: ContactPart | None = None
    """Sender of mails and the person to ask. Example: `{ name: City Library, email: library@example.org }`."""
    funding: c.Funding = "none"
    """Which funding must be named; it picks words that end each mail. Example: `fe-polska-2021-2027`, or `none`."""
    logo: f.Text = ""
    """Its logo (PNG or JPEG), for mails; its path counts from this file. Example: `images/logo.png`."""
    hashtags: f.Hashtags = []
    """Added to every post, written without `#`. Example: `[Next2Met, InterregEurope]`."""


class DefaultsPart(CalendarPart, Ignoring):
    """What holds for every channel that doesn't say otherwise."""

    missing_translation: f.Fallback = ""
    """What happens when words lack a language of the channel. Example: `error`, or `use en`."""


class BlackoutPart(Part):
    """Days on which nothing goes out by itself."""

    first: Annotated[f.Day, Field(alias="from")]
    """The first day without posts. Example: `2027-04-12`."""
    last: Annotated[f.Day, Field(alias="to")]
    """The last day without posts, it is included. Example: `2027-04-14`."""
    why: f.Text
    """The reason; the plan shows it beside what was moved. Example: `Office moves house`."""


class StepPart(Ignoring):
    """Say something at a moment."""

    send: f.Moment
    """When it goes out. Example: `8 weeks before at 10:00`, `first day at 08:30`, `every Monday at 09:00`."""
    template: f.Text
    """Which words: the name of a folder in templates/. Example: `invitation`."""
    to: f.Targets
    """Where it goes: names from `channels`. Example: `[twitter, facebook]`."""
    outside_hours: c.Outside | None = None
    """For this step only: what happens when its time is no time to post. Example: `move earlier`."""
    if_late: f.Lateness = None
    """For this step only: what happens when the computer was off. Example: `skip after 30 minutes`."""
    correction: f.YesNo = False
    """For e-mail: only those get it who got an earlier mail about this event from the channel. Example: `yes`."""


class ChangePart(Ignoring):
    """One step more, or one less, for a single event."""

    add: f.Moment | None = None
    """When the additional step goes out; it needs `template` and `to`, too. Example: `1 week before at 17:00`."""
    drop: f.Moment | None = None
    """The step to leave out, written as it stands in the cadence. Example: `first day at 08:30`."""
    template: f.Text = ""
    """Which words the additional step has: a folder in templates/. Example: `programme`."""
    to: f.Targets = []
    """Where the additional step goes: names from `channels`. Example: `[facebook]`."""
    outside_hours: c.Outside | None = None
    """For this step only: what happens when its time is no time to post. Example: `move earlier`."""
    if_late: f.Lateness = None
    """For this step only: what happens when the computer was off. Example: `skip after 30 minutes`."""
    correction: f.YesNo = False
    """For e-mail: only those get it who got an earlier mail about this event from the channel. Example: `yes`."""


class PicturePart(Part):
    """A picture and what it shows."""

    file: f.Text
    """The picture (JPEG, PNG, GIF, WebP); its path counts from this file. Example: `images/open-day.jpg`."""
    alt: f.Words
    """What matters in it, per language, for people who don't see it. Example: `{ en: A shelf full of books. }`."""
    credit: f.Text = ""
    """Who made the picture. Example: `photo Anna Nowak`."""
    contains_emblem: f.YesNo = False
    """Whether the emblem of the funding and its words stand in the picture. Example: `yes`."""
    has_text: f.YesNo = False
    """Whether words stand in the picture that people are meant to read. Example: `yes`; then `alt` quotes them."""


class WherePart(Part):
    """Where an event takes place."""

    venue: f.Names = {}
    """The house or the town, as people know it. Example: `City Library`."""
    address: f.Names = {}
    """Street, number and town. Example: `"12 Main Street, Springfield"`; inside `{ }` it needs the quotes."""
    online: f.Link = ""
    """The address at which people join online. Example: `https://example.org/live`."""
    step_free: f.YesNo | None = None
    """Whether one gets in without steps, in a wheelchair or with a pram. Example: `yes`."""


class RegisterPart(Part):
    """How to register."""

    link: f.Link = ""
    """The page on which people register. Example: `https://example.org/register`."""
    until: f.Until | None = None
    """The last day to register, with a time if need be. Example: `2027-04-30`, or `2027-04-30 12:00`."""
    free: f.YesNo | None = None
    """Whether it costs nothing to take part. Example: `yes`."""


class EventPart(Ignoring):
    """Something that takes place and is announced."""

    id: c.Name
    """A name of its own, without spaces; it stays when the title changes. Example: `open-day-2027`."""
    status: c.Status = EventStatus.CONFIRMED
    """Whether it takes place; `confirmed` when this is left out. Example: `draft`."""
    cadence: f.Text = ""
    """Which recipe says what goes out when: one of the names below `cadences`. Example: `conference`."""
    when: When
    """The day or days, and the hours. Example: `2027-06-02 13:00-14:30`, or `2027-05-11 to 2027-05-13`."""
    hours: f.Hours | None = None
    """The hours of each day, for an event of several days. Example: `09:00-16:30`."""
    timezone: f.Zone | None = None
    """The clock on the spot, when it isn't the one of the defaults. Example: `Europe/Dublin`."""
    title: f.Words
    """What it is called, one line per language. Example: `{ en: Open day at the library }`."""
    summary: f.Words = {}
    """One or two sentences on what it is about, one line per language. Example: `{ en: Meet the authors. }`."""
    where: Annotated[WherePart, BeforeValidator(f.or_nothing)] = WherePart()
    """Where it takes place. Example: `{ venue: City Library, step_free: yes }`."""
    organiser: f.Names = {}
    """Who invites, when it isn't the project itself. Example: `City Council`."""
    spoken: f.Languages = []
    """The languages spoken at the event. Example: `[pl, en]`."""
    register_: Annotated[RegisterPart, BeforeValidator(f.or_nothing), Field(alias="register")] = RegisterPart()
    """How to register. Example: `{ link: "https://example.org/register", until: 2027-04-30, free: yes }`."""
    image: PicturePart | None = None
    """A picture for the posts, with a description for people who don't see it. Example:
    `{ file: images/open-day.jpg, alt: { en: A shelf full of books. } }`."""
    link: f.Link = ""
    """The page about it. Example: `https://example.org/open-day`."""
    tags: f.Hashtags = []
    """Hashtags besides those of the project, without `#`. Example: `[OpenDay]`."""
    mention: Annotated[dict[str, f.Handles], BeforeValidator(f.or_nothing)] = {}
    """Accounts to name in the posts, by type of channel. Example: `{ twitter: ["@interregeurope"] }`."""
    changes: Annotated[list[ChangePart], BeforeValidator(f.or_no_list)] = []
    """Steps to add to the cadence, or to drop, for this event only. Example: `[{ drop: first day at 08:30 }]`."""


class PostPart(Ignoring):
    """A text that belongs to no event."""

    id: c.Name
    """A name of its own, without spaces. Example: `europe-day-2027`."""
    send: f.Moment
    """When it goes out. Example: `2027-05-07 12:00`, or `every Monday at 09:00`."""
    to: f.Targets
    """Where it goes: names from `channels`. Example: `[twitter, facebook]`."""
    text: f.Words
    """What it says, one text per language. Example: `{ en: Happy Europe Day! }`; use `|` for several lines."""
    text_twitter: f.Words = {}
    """A shorter text for X only, one per language. Example: `{ en: Happy Europe Day! }`."""
    text_facebook: f.Words = {}
    """Another text for Facebook only, one per language. Example: `{ en: Happy Europe Day to all of you! }`."""
    text_email: f.Words = {}
    """Another text for e-mail only, one per language. Example: `{ en: Dear reader, happy Europe Day! }`."""
    subject: f.Words = {}
    """The subject of the mail; the first line of the text when it is left out. Example: `{ en: Europe Day }`."""
    template: f.Text = "post"
    """The folder in templates/ that puts the text into shape; `post` when this is left out. Example: `post`."""
    link: f.Link = ""
    """A page to read on. Example: `https://example.org/news`."""
    image: PicturePart | None = None
    """A picture, and what matters in it. Example: `{ file: images/flags.jpg, alt: { en: Two flags. } }`."""
    tags: f.Hashtags = []
    """Hashtags besides those of the project, without `#`. Example: `[EuropeDay]`."""
    outside_hours: c.Outside | None = None
    """For this post only: what happens when its time is no time to post. Example: `send anyway`."""
    if_late: f.Lateness = None
    """For this post only: what happens when the computer was off. Example: `skip after 2 hours`."""


class DigestPart(Ignoring):
    """A summary of the events that lie ahead."""

    id: c.Name
    """A name of its own, without spaces. Example: `monthly`."""
    send: f.Moment
    """When it goes out, again and again. Example: `first working day of the month at 09:00`."""
    to: f.Targets
    """Where it goes: names from `channels`. Example: `[news-en]`."""
    template: f.Text = "digest"
    """The folder in templates/ with its words; `digest` when this is left out. Example: `digest`."""
    covers: f.Covers
    """How far it looks ahead: events in this time are told. Example: `next 45 days`."""
    if_empty: c.IfEmpty = True
    """What happens when no event lies ahead. Example: `skip`."""
    outside_hours: c.Outside | None = None
    """For this digest only: what happens when its time is no time to post. Example: `move earlier`."""
    if_late: f.Lateness = None
    """For this digest only: what happens when the computer was off. Example: `skip after 1 day`."""
