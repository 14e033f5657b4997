"""A delivery as the file wants it, before anybody tries to send it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publisher.model.problems import Place
from publisher.model.states import Kind, PlanState
from publisher.model.targets import Channel
from publisher.sentences import NOTHING, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One delivery as the file wants it. ``local`` and ``nominal_local`` are wall times of the channel's zone."""

    key: str
    occurrence: str
    kind: Kind
    source_id: str
    step: str
    template: str
    channel: Channel
    languages: tuple[str, ...]
    local: datetime
    nominal_local: datetime
    due_at: datetime
    state: PlanState
    reason: Sentence = NOTHING
    expires_at: datetime | None = None  #: from here on it is too late (aware UTC)
    recurs: bool = False
    place: Place | None = None  #: where in the file it comes from

    @property
    def goes_out(self) -> bool:
        """Whether it is meant to be sent at all."""
        return self.state in (PlanState.PLANNED, PlanState.MOVED, PlanState.HELD)
