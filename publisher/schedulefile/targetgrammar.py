"""The fields of channels and audiences: where to, to whom, at which hours. And what all parts of the file share.

Editors show the docstrings to the people who write a file.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from publisher.model import ApprovalPolicy, OutsideHours
from publisher.schedulefile import choices as c
from publisher.schedulefile import fields as f
from publisher.schedulefile import mailings as m
from publisher.schedulefile import readers as r


class Part(BaseModel):
    """A group of fields; anything else is an unknown key. Built when first used, which makes each start quicker."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, arbitrary_types_allowed=True)


class Ignoring(Part):
    """Something for which rules may not hold."""

    ignore: c.RuleNames = []
    """Rules that do not hold here. Example: `[alt-lazy]`; then `why` says the reason."""
    why: f.Text = ""
    """The reason for `ignore`, for those who read the file later. Example: `The board is called that`."""


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
    fallback: r.Chains = {}
    """For e-mail: what readers get whose language it lacks, best first. Example: `{ ca: [es, en] }`."""
    price: PricePart | None = None
    """What the platform bills for a post. Example: `{ post: 0.015, link: 0.20, currency: USD }`."""
    monthly_ceiling: c.Ceiling = None
    """What the posts of a month may cost at most; what would cost more is held. Example: `25`."""
    canary: m.CanaryRule = None
    """For e-mail: who gets it first, and how long the others wait. Example: `1% then 30 minutes`, or `none`."""
    usual_size: m.Sizes = None
    """For e-mail: how many readers are usual; other numbers are held until somebody approves. Example: `50-2000`."""


class AudiencePart(Part):
    """Who reads the mails of a channel."""

    list: r.Lists
    """A CSV file with email, name and language, or mailing lists that publisher keeps. Example:
    `lists/partners.csv`, or `[news, press]`."""
    where: r.Segment = ""
    """Only those readers for whom this holds. Example: `language is fi and tags has press`."""
    basis: c.Basis = ""
    """Why you may write to these people; a list that publisher keeps says so itself. Example: `consent`."""
    double_opt_in: f.YesNo = False
    """Whether the readers confirmed by a second mail that they want this one. Example: `yes`."""
