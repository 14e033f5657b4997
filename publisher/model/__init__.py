"""The vocabulary: frozen records and enumerations. Imports nothing of ours.

Times: an *instant* is an aware UTC ``datetime`` (names end in ``_at`` or ``utc``); a *local* time is a naive
``datetime`` or ``time`` on the wall clock of a named zone (names end in ``local``).
"""

from publisher.model.funding import NO_FUNDING, Profile
from publisher.model.planned import Planned
from publisher.model.problems import Edit, Place, Problem
from publisher.model.sources import (
    EVERY_LANGUAGE,
    Digest,
    Event,
    Picture,
    Post,
    Registration,
    Source,
    Texts,
    Venue,
    When,
)
from publisher.model.states import (
    ApprovalPolicy,
    DeliveryState,
    EventStatus,
    Form,
    Kind,
    OnUnknown,
    Outcome,
    OutsideHours,
    PlanState,
    Saw,
    Severity,
)
from publisher.model.targets import (
    Audience,
    Blackout,
    Calendar,
    Channel,
    Contact,
    Money,
    Price,
    Project,
    QuietHours,
    Reader,
)
from publisher.model.wire import LINES, Announcement, Card, Draft, Envelope, Media, Payload, Receipt, Trim

__all__ = [
    "EVERY_LANGUAGE",
    "LINES",
    "NO_FUNDING",
    "Announcement",
    "ApprovalPolicy",
    "Audience",
    "Blackout",
    "Calendar",
    "Card",
    "Channel",
    "Contact",
    "DeliveryState",
    "Digest",
    "Draft",
    "Edit",
    "Envelope",
    "Event",
    "EventStatus",
    "Form",
    "Kind",
    "Media",
    "Money",
    "OnUnknown",
    "Outcome",
    "OutsideHours",
    "Payload",
    "Picture",
    "Place",
    "PlanState",
    "Planned",
    "Post",
    "Price",
    "Problem",
    "Profile",
    "Project",
    "QuietHours",
    "Reader",
    "Receipt",
    "Registration",
    "Saw",
    "Severity",
    "Source",
    "Texts",
    "Trim",
    "Venue",
    "When",
]
