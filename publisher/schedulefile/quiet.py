"""Quiet hours that are readable and hardly meant: those of the day instead of the night."""

from __future__ import annotations

from datetime import time

from publisher.model import QuietHours, Severity
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.reading.tree import Mapping, Node
from publisher.sentences import sentence

_NOON = time(12)


def check_quiet(findings: Findings, node: Node, hours: QuietHours | None, *, about: str) -> None:
    """Note quiet hours around noon: most likely the hours of the office, or begin and end changed places."""
    place = node.get("quiet_hours") if isinstance(node, Mapping) else None
    if place is None or hours is None or not hours.begin <= _NOON < hours.end:
        return
    findings.add(
        "bad-value",
        sentence(
            "Nothing goes out from {begin:%H:%M} to {end:%H:%M}: that is the day.", begin=hours.begin, end=hours.end
        ),
        hint=sentence(
            "Quiet hours are those of the night. Did you mean {begin:%H:%M}-{end:%H:%M}?",
            begin=hours.end,
            end=hours.begin,
        ),
        span=place.span,
        about=about,
        severity=Severity.WARNING,
    )
