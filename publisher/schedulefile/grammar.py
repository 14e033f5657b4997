"""The sections of the schedule file and their fields. Editors show the docstrings to the people who write one."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from publisher.model import ApprovalPolicy, EventStatus, OutsideHours
from publisher.schedulefile import choices as c
from publisher.schedulefile import fields as f
from publisher.schedulefile import mailings as m
from publisher.schedulefile.when import When


class Part(BaseModel):
    """A group of fields; anything else is an unknown key. Built when first used, which makes each start quicker."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, arbitrary_types_allowed=True)


class Ignoring(Part):
    """Something for which rules may not hold."""

    ignore: c.RuleNames = []
    """Rules that do not hold here. Example: `[alt-lazy]`; then `why` says the reason."""
    why: f.Text = ""
    """The reason for `ignore`, for those who read the file later. Example: `The board is called that`."""


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


class CalendarPart(Part):
    """When something may go out; stands in defaults and may be repeated for a channel."""

    timezone: f.Zone | None = None
    """Every time in the file is meant on the clock of this place. Example: `Europe/Warsaw`."""
    quiet_hours: f.Quiet = None
    """Hours in which nothing goes out, on the local clock. Example: `20:00-07:30`, or `none`."""
    weekends: f.YesNo = True
    """Whether something may go out on Saturdays and Sundays. Example: `no`, then they are avoided."""
    holidays: f.Holidays = []
    """Countries whose public holidays are avoided. Example: `[PL]`, or `[ES-CT]` for one region of Spain."""
    outside_hours: c.Outside = OutsideHours.MOVE_LATER
    """What happens to a time in quiet hours or on a weekend, holiday or blackout. Example: `move later`."""
    if_late: f.Lateness = None
    """What happens when the computer was off at the right time. Example: `skip after 6 hours`."""
    approval: c.Approval = ApprovalPolicy.NONE
    """Whether somebody must approve each announcement before it goes out. Example: `anyone-but-author`."""
    on_unknown: c.Uncertain | None = None
    """What happens when nobody can tell whether something went out, as a server confirms no mail. Example: `ask`."""
    utm: f.YesNo = False
    """Whether links tell your website's statistics where readers come from (`utm_source` …). Example: `yes`."""
    card: f.YesNo = True
    """Whether a post about an event without an image gets a picture with title, date and place. Example: `no`."""
    languages: f.Languages = []
    """Languages in which to announce, the main one first, two letters each. Example: `[pl, en]`."""


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


class PricePart(Part):
    """What the platform bills for one post."""

    post: c.Amount
    """For a post without a link. Example: `0.015`."""
    link: c.Ceiling = None
    """For a post with a link in it, where that costs something else. Example: `0.20`."""
    currency: c.Currency = "USD"
    """The currency of these amounts, three letters. Example: `USD`."""


class ChannelPart(CalendarPart):
    """A place to publish. What it does not say itself is taken from the defaults."""

    type: f.Text = ""
    """What kind of channel it is; may be left out when the channel is called so itself. Example: `email`."""
    account: f.Text = ""
    """The name of the account, as people see it. Example: `"@citylibrary"`; quotes because of the @."""
    audience: f.Text = ""
    """For e-mail: who reads it, one of the names below `audiences`. Example: `partners`."""
    price: PricePart | None = None
    """What the platform bills for a post. Example: `{ post: 0.015, link: 0.20, currency: USD }`."""
    monthly_ceiling: c.Ceiling = None
    """What the posts of a month may cost at most; what would cost more is held. Example: `25`."""
    canary: m.CanaryRule = None
    """For e-mail: who gets it first, and how long the others wait. Example: `1% then 30 minutes`, or `none`."""
    usual_size: m.Sizes = None
    """For e-mail: how many readers are usual; other numbers are held until somebody approves. Example: `50-2000`."""


class AudiencePart(Part):
    """A mailing list."""

    list: f.Text
    """A CSV file with email, name and language; its path counts from this file. Example: `lists/partners.csv`."""
    basis: c.Basis
    """Why you may write to these people. Example: `consent`, or `project-partners`."""
    double_opt_in: f.YesNo = False
    """Whether the readers confirmed by a second mail that they want this one. Example: `yes`."""


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
