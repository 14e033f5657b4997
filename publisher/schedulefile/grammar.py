"""The sections of the schedule file and their fields. Names on the left are the words that people write."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from publisher.model import ApprovalPolicy, EventStatus, OutsideHours
from publisher.schedulefile import fields as f
from publisher.schedulefile.refusal import text, wrong
from publisher.schedulefile.when import When
from publisher.sentences import sentence


class Part(BaseModel):
    """A group of fields; anything else in it is an unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, arbitrary_types_allowed=True)


def _or_nothing(value: Any) -> Any:  # noqa: ANN401  whatever the file holds
    """A heading with nothing below it is as good as none."""
    return {} if value is None else value


def _or_no_list(value: Any) -> Any:  # noqa: ANN401
    return [] if value is None else value


class ContactPart(Part):
    """Who answers questions."""

    name: f.Text
    email: f.Email


#: Funding profiles for which the templates that come along have words.
FUNDING = ("interreg-europe-2014-2020", "interreg-europe-2021-2027", "fe-polska-2021-2027", "none")


class ProjectPart(Part):
    """The project or office that speaks."""

    name: f.Text
    """Short name, as it stands in texts."""
    link: f.Link = ""
    """Its page."""
    contact: ContactPart | None = None
    """Sender of mails and the person to ask."""
    funding: f.Text = "none"
    """Which funding must be named: interreg-europe-2014-2020, interreg-europe-2021-2027, fe-polska-2021-2027, none."""
    hashtags: f.Hashtags = []
    """Without '#'."""


class CalendarPart(Part):
    """When something may go out; stands in defaults and may be repeated for a channel."""

    timezone: f.Zone | None = None
    """IANA name; every time in the file is meant on its clock."""
    quiet_hours: f.Quiet = None
    """Local hours in which nothing goes out, like 20:00-07:30."""
    weekends: f.YesNo = True
    """no: Saturdays and Sundays are avoided."""
    holidays: f.Holidays = []
    """Countries whose public holidays are avoided, like [PL]."""
    outside_hours: OutsideHours = OutsideHours.MOVE_LATER
    """What to do then: move later, move earlier, skip, send anyway."""
    if_late: f.Lateness = None
    """The computer was off: skip after 6 hours, skip, or send."""
    approval: ApprovalPolicy = ApprovalPolicy.NONE
    """none, anyone, anyone-but-author, two."""
    languages: f.Languages = []
    """Two-letter codes, the main one first."""


class DefaultsPart(CalendarPart):
    """What holds for every channel that doesn't say otherwise."""

    missing_translation: f.Fallback = ""
    """error, or use en."""


class BlackoutPart(Part):
    """Days on which nothing goes out by itself."""

    first: Annotated[f.Day, Field(alias="from")]
    last: Annotated[f.Day, Field(alias="to")]
    why: f.Text


class ChannelPart(CalendarPart):
    """A place to publish."""

    type: f.Text = ""
    """twitter, facebook or email; may be left out when the channel is called so."""
    account: f.Text = ""
    """The account's name, as people see it."""
    audience: f.Text = ""
    """For e-mail: which list."""


class AudiencePart(Part):
    """A mailing list."""

    list: f.Text
    """A CSV file with the header email,name,language; its path counts from this file."""
    basis: f.Text
    """Why you may write to these people: consent, project-partners …"""
    double_opt_in: f.YesNo = False


class StepPart(Part):
    """Say something at a moment."""

    send: f.Moment
    """When: 8 weeks before at 10:00, first day at 08:30, 2027-05-07 12:00, every Monday at 09:00 …"""
    template: f.Text
    """A folder in templates/."""
    to: f.Targets
    """Channels."""
    outside_hours: OutsideHours | None = None
    if_late: f.Lateness = None


class ChangePart(Part):
    """One step more, or one less, for a single event."""

    add: f.Moment | None = None
    drop: f.Moment | None = None
    template: f.Text = ""
    to: f.Targets = []
    outside_hours: OutsideHours | None = None
    if_late: f.Lateness = None


class PicturePart(Part):
    """A picture and what it shows."""

    file: f.Text
    """Its path counts from this file."""
    alt: f.Words
    """What matters in the picture, one sentence per language, for people who don't see it."""
    credit: f.Text = ""


class WherePart(Part):
    """Where an event takes place."""

    venue: f.Names = {}
    address: f.Names = {}
    online: f.Link = ""
    step_free: f.YesNo | None = None


class RegisterPart(Part):
    """How to register."""

    link: f.Link = ""
    until: f.Until | None = None
    free: f.YesNo | None = None


class EventPart(Part):
    """A happening."""

    id: f.Text
    status: EventStatus = EventStatus.CONFIRMED
    cadence: f.Text = ""
    """Which recipe of steps."""
    when: When
    """2027-05-11, 2027-05-11 to 2027-05-13, or 2027-06-02 13:00-14:30."""
    hours: f.Hours | None = None
    """Daily hours, like 09:00-16:30."""
    timezone: f.Zone | None = None
    """The clock on the spot, when it isn't the one of defaults."""
    title: f.Words
    summary: f.Words = {}
    where: Annotated[WherePart, BeforeValidator(_or_nothing)] = WherePart()
    organiser: f.Names = {}
    spoken: f.Languages = []
    register_: Annotated[RegisterPart, BeforeValidator(_or_nothing), Field(alias="register")] = RegisterPart()
    image: PicturePart | None = None
    link: f.Link = ""
    """The page about it."""
    tags: f.Hashtags = []
    mention: Annotated[dict[str, f.Handles], BeforeValidator(_or_nothing)] = {}
    """Handles by channel type, like { twitter: ["@interregeurope"] }."""
    changes: Annotated[list[ChangePart], BeforeValidator(_or_no_list)] = []


class PostPart(Part):
    """A text that belongs to no event."""

    id: f.Text
    send: f.Moment
    to: f.Targets
    text: f.Words
    text_twitter: f.Words = {}
    """A shorter text for X only."""
    text_facebook: f.Words = {}
    text_email: f.Words = {}
    subject: f.Words = {}
    """For e-mail; otherwise the first line of the text."""
    template: f.Text = "post"
    link: f.Link = ""
    image: PicturePart | None = None
    tags: f.Hashtags = []
    outside_hours: OutsideHours | None = None
    if_late: f.Lateness = None


def _empty_rule(value: object) -> bool:
    """Whether an empty digest is skipped."""
    word = text(value).casefold()
    return (
        word == "skip"
        if word in ("skip", "send")
        else wrong(
            sentence("“{value}” is none of the choices for “if_empty”.", value=value),
            hint=sentence("Write one of: skip, send."),
        )
    )


class DigestPart(Part):
    """A summary of the events that lie ahead."""

    id: f.Text
    send: f.Moment
    to: f.Targets
    template: f.Text = "digest"
    covers: f.Covers
    """next 45 days."""
    if_empty: Annotated[bool, BeforeValidator(_empty_rule)] = True
    """skip, or send."""
    outside_hours: OutsideHours | None = None
    if_late: f.Lateness = None
