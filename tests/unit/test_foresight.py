"""What the plan shows to be different from what people may expect."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from schedule_samples import rules, schedule, window

from publisher.foresight import surprises
from publisher.model import Problem, Severity
from publisher.plan import plan_around

NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)
CHANNELS = "channels: { twitter: {}, facebook: {} }\n"
CADENCE = """\
cadences:
  short:
    - { send: 2 weeks before at 10:00, template: invitation, to: [twitter] }
    - { send: 1 hour before, template: link, to: [twitter, facebook] }
"""


def event(name: str, when: str, *, status: str = "confirmed") -> str:
    return f"  - {{ id: {name}, status: {status}, cadence: short, when: {when}, title: A }}\n"


def told(text: str, *, defaults: str = "", now: datetime = NOW) -> list[Problem]:
    head = f"defaults: {{ timezone: Europe/Warsaw, languages: [en]{defaults} }}\n{CHANNELS}"
    found = schedule(text, head=head)
    return list(surprises(plan_around(found, window=window(), rules=rules()), found, now=now))


def post(moment: str) -> str:
    return f"posts:\n  - {{ id: a, send: {moment}, to: [twitter], text: A }}\n"


@pytest.mark.parametrize(
    ("moment", "defaults", "reason"),
    [
        ("2027-05-08 12:00", ", weekends: no", "but on Monday, 10 May 2027, 12:00: weekend"),
        ("2027-05-03 12:00", ", holidays: [PL]", "but on Tuesday, 4 May 2027, 12:00: public holiday"),
        ("2027-05-04 21:00", ", quiet_hours: 20:00-07:30", "5 May 2027, 07:30: quiet hours 20:00-07:30"),
        ("2027-05-08 12:00", ", weekends: no, outside_hours: move earlier", "but on Friday, 7 May 2027, 12:00"),
    ],
)
def test_what_goes_out_at_another_time_is_told(moment: str, defaults: str, reason: str) -> None:
    (found,) = told(post(moment), defaults=defaults)
    assert (found.code, found.severity) == ("moved", Severity.INFO)
    assert reason in found.message
    assert found.place.line == 4


def test_what_is_skipped_by_a_rule_is_told() -> None:
    (found,) = told(post("2027-05-08 12:00"), defaults=", weekends: no, outside_hours: skip")
    assert (found.code, found.severity) == ("left-out", Severity.WARNING)


def test_a_step_that_the_event_has_no_hour_for_is_told_once_for_all_channels_and_events() -> None:
    text = CADENCE + "events:\n" + event("a", "2027-05-11") + event("b", "2027-05-12") + event("c", "2027-05-13 10:00")
    (found,) = told(text)
    assert (found.code, found.severity, found.place.line) == ("left-out", Severity.WARNING, 6)
    assert "“link” of “a” never goes out on facebook, twitter: this event has no hours" in found.message
    assert found.message.endswith("It is the same for 1 other.")


def test_a_step_of_a_coming_event_that_has_passed_is_told() -> None:
    (found,) = told(CADENCE + "events:\n" + event("a", "2027-01-11 10:00"))
    assert (found.code, found.severity, found.place.line) == ("step-in-past", Severity.INFO, 5)
    assert "“invitation” of “a” was due on Monday, 28 December 2026, 10:00" in found.message


def test_what_is_still_in_time_though_late_is_not_told() -> None:
    late = told(post("2027-01-04 12:00"), defaults=", if_late: skip after 6 hours")
    assert late == []
    assert [one.code for one in told(post("2027-01-03 12:00"))] == ["step-in-past"]


@pytest.mark.parametrize(
    "text",
    [
        CADENCE + "events:\n" + event("a", "2026-05-11"),
        CADENCE + "events:\n" + event("a", "2027-05-11", status="draft"),
        CADENCE + "events:\n" + event("a", "2027-05-11", status="cancelled"),
        post("every day at 12:00"),
        post("2027-05-08 12:00"),
    ],
)
def test_nothing_is_said_of_what_is_over_or_a_draft_or_recurs_or_is_as_written(text: str) -> None:
    defaults = ", weekends: no" if "every" in text else ""
    assert told(text, defaults=defaults) == []
