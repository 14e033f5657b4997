"""What goes out, where and when: from a schedule and a window to deliveries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from schedule_samples import HEAD, local, planned, rules, schedule, window

from publisher.model import Planned, PlanState
from publisher.plan import Window, default_window, plan, plan_around

POST = """
posts:
  - { id: hello, send: 2027-05-07 12:00, to: twitter, text: Hello }
"""
OPEN_DAY = """
cadences:
  short:
    - { send: 2 weeks before at 10:00, template: invitation, to: twitter }
    - { send: 1 day before at 12:00, template: tomorrow, to: twitter }
    - { send: 1 day after the end at 11:00, template: thank-you, to: twitter }
events:
  - { id: open-day, cadence: short, when: 2027-05-12 10:00-16:00, title: Open day }
"""
OFFICE_HOURS = HEAD.replace(
    "languages: [en] }\nchannels", "languages: [en], weekends: no, quiet_hours: 20:00-07:30 }\nchannels"
)


def only(found: list[Planned]) -> Planned:
    (one,) = found
    return one


def summary(found: list[Planned]) -> list[tuple[str, str, str]]:
    return [(one.template, local(one), one.state) for one in found]


def test_a_post_is_one_delivery_on_each_channel_in_each_of_its_languages() -> None:
    found = planned(schedule(POST.replace("to: twitter", "to: [twitter, facebook]")))
    assert [one.key for one in found] == [
        "hello/post/2027-05-07T12:00@Europe/Warsaw/facebook/en",
        "hello/post/2027-05-07T12:00@Europe/Warsaw/facebook/pl",
        "hello/post/2027-05-07T12:00@Europe/Warsaw/twitter/en",
    ]
    assert [one.languages for one in found] == [("en",), ("pl",), ("en",)]
    assert {one.due_at for one in found} == {datetime(2027, 5, 7, 10, tzinfo=UTC)}
    assert {one.state for one in found} == {PlanState.PLANNED}
    assert {one.occurrence for one in found} == {"hello/post/2027-05-07T12:00@Europe/Warsaw"}


def test_a_mailing_is_one_delivery_with_all_its_languages() -> None:
    one = only(planned(schedule(POST.replace("to: twitter", "to: news"))))
    assert (one.key, one.languages) == ("hello/post/2027-05-07T12:00@Europe/Warsaw/news", ("pl", "en"))


def test_an_event_gives_the_steps_of_its_cadence() -> None:
    assert summary(planned(schedule(OPEN_DAY))) == [
        ("invitation", "2027-04-28T10:00", "planned"),
        ("tomorrow", "2027-05-11T12:00", "planned"),
        ("thank-you", "2027-05-13T11:00", "planned"),
    ]


def test_a_window_has_its_beginning_and_not_its_end() -> None:
    noon = datetime(2027, 5, 7, 10, tzinfo=UTC)
    hello = schedule(POST)
    assert plan(hello, window=Window(noon, noon.replace(hour=11)), rules=rules())
    assert not plan(hello, window=Window(noon.replace(hour=9), noon), rules=rules())


def test_around_the_window_every_single_moment_is_known() -> None:
    assert len(plan_around(schedule(OPEN_DAY), window=window("2030-01-01", "2030-02-01"), rules=rules())) == 3


@pytest.mark.parametrize("when", ["2027-05-08 10:00", "2027-05-07 21:00"])
def test_what_is_moved_says_from_where_and_why_and_keeps_its_key(when: str) -> None:
    one = only(planned(schedule(POST.replace("2027-05-07 12:00", when), head=OFFICE_HOURS)))
    assert one.state is PlanState.MOVED
    assert one.goes_out
    assert local(one)[:10] == "2027-05-10"
    assert one.reason.endswith(f": moved from {when}")
    assert one.key == f"hello/post/{when.replace(' ', 'T')}@Europe/Warsaw/twitter/en"
    assert f"{one.nominal_local:%Y-%m-%d %H:%M}" == when


def test_a_new_blackout_moves_a_delivery_and_makes_no_other() -> None:
    before = only(planned(schedule(POST)))
    blackout = "blackouts: [{ from: 2027-05-07, to: 2027-05-09, why: mourning }]\n"
    after = only(planned(schedule(POST, head=HEAD + blackout)))
    assert after.key == before.key
    assert (local(after), after.reason) == ("2027-05-10T12:00", "blackout “mourning”: moved from 2027-05-07 12:00")


def test_what_no_free_day_is_near_for_is_skipped_with_the_reason() -> None:
    blackout = "blackouts: [{ from: 2027-05-01, to: 2027-09-01, why: elections }]\n"
    one = only(planned(schedule(POST, head=HEAD + blackout)))
    assert (one.state, one.reason) == (PlanState.SKIPPED, "blackout “elections”; no free day within 60 days")
    assert not one.goes_out


@pytest.mark.parametrize(
    ("rule", "state", "when"),
    [
        ("move earlier", PlanState.MOVED, "2027-05-07T12:00"),
        ("skip", PlanState.SKIPPED, "2027-05-08T12:00"),
        ("send anyway", PlanState.PLANNED, "2027-05-08T12:00"),
    ],
)
def test_a_step_may_say_what_to_do_outside_the_hours(rule: str, state: PlanState, when: str) -> None:
    text = POST.replace("2027-05-07", "2027-05-08").replace("text:", f"outside_hours: {rule}, text:")
    one = only(planned(schedule(text, head=OFFICE_HOURS)))
    assert (one.state, local(one)) == (state, when)


def test_words_that_would_be_untrue_are_skipped_when_a_move_makes_them_so() -> None:
    found = planned(schedule(OPEN_DAY.replace("2027-05-12", "2027-05-10"), head=OFFICE_HOURS))
    tomorrow = next(one for one in found if one.template == "tomorrow")
    assert tomorrow.state is PlanState.SKIPPED
    assert tomorrow.reason == "weekend: moved from 2027-05-09 12:00; “tomorrow” is only true the day before"


def test_a_delivery_expires_when_it_is_too_late_or_untrue() -> None:
    tomorrow, invitation, thanks = planned(schedule(OPEN_DAY.replace("weeks before at 10:00", "hours before")))
    assert (tomorrow.template, invitation.template) == ("tomorrow", "invitation")
    assert tomorrow.expires_at == datetime(2027, 5, 11, 16, tzinfo=UTC)  # six hours after noon in Warsaw
    assert invitation.expires_at == datetime(2027, 5, 12, 8, tzinfo=UTC)  # the start of the event comes first
    assert thanks.expires_at == datetime(2027, 5, 13, 15, tzinfo=UTC)


def test_without_a_rule_for_lateness_only_untruth_ends_it() -> None:
    head = HEAD.replace("languages: [en] }\nchannels", "languages: [en], if_late: send }\nchannels")
    by_template = {one.template: one.expires_at for one in planned(schedule(OPEN_DAY, head=head))}
    assert by_template == {
        "invitation": datetime(2027, 5, 12, 8, tzinfo=UTC),
        "tomorrow": datetime(2027, 5, 11, 22, tzinfo=UTC),
        "thank-you": None,
    }


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("draft", {"invitation": "draft", "tomorrow": "draft", "thank-you": "draft"}),
        ("cancelled", {"invitation": "skipped", "tomorrow": "skipped", "thank-you": "skipped"}),
        ("postponed", {"invitation": "skipped", "tomorrow": "skipped", "thank-you": "skipped"}),
    ],
)
def test_an_event_that_is_not_confirmed_is_not_announced(status: str, states: dict[str, str]) -> None:
    found = planned(schedule(OPEN_DAY.replace("title:", f"status: {status}, title:")))
    assert {one.template: one.state for one in found} == states
    assert not any(one.goes_out for one in found)
    assert all(status in one.reason for one in found)


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_only_its_own_template_tells_of_a_cancelled_or_postponed_event(status: str) -> None:
    step = f"    - {{ send: 2027-05-01 10:00, template: {status}, to: twitter }}\n"
    text = OPEN_DAY.replace("  short:\n", f"  short:\n{step}")
    assert [one.template for one in planned(schedule(text)) if one.goes_out] == ["invitation", "tomorrow", "thank-you"]
    text = text.replace("title:", f"status: {status}, title:")
    assert [one.template for one in planned(schedule(text)) if one.goes_out] == [status]


def test_a_step_without_a_moment_is_shown_and_says_what_is_missing() -> None:
    text = OPEN_DAY.replace("2 weeks before at 10:00", "3 days before registration closes at 10:00")
    skipped = next(one for one in planned(schedule(text)) if one.template == "invitation")
    assert skipped.state is PlanState.SKIPPED
    assert skipped.reason == "this event has no registration deadline (register: until:)"


def test_changes_of_an_event_add_and_drop_steps() -> None:
    text = OPEN_DAY + (
        "    changes:\n"
        "      - { add: 3 days before at 17:00, template: programme, to: facebook }\n"
        "      - { drop: the day before at 12:00 }\n"
    )
    text = text.replace(
        "  - { id: open-day, cadence: short, when: 2027-05-12 10:00-16:00, title: Open day }",
        "  - id: open-day\n    cadence: short\n    when: 2027-05-12 10:00-16:00\n    title: Open day",
    )
    assert [one.template for one in planned(schedule(text))] == ["invitation", "programme", "programme", "thank-you"]


def test_a_channel_speaks_on_its_own_clock_and_the_event_is_on_its() -> None:
    head = HEAD.replace("twitter: { languages", "twitter: { timezone: Europe/Helsinki, languages")
    tomorrow, invitation, _ = planned(schedule(OPEN_DAY.replace("2 weeks before at 10:00", "1 hour before"), head=head))
    assert (tomorrow.template, invitation.template) == ("tomorrow", "invitation")
    assert (local(tomorrow), tomorrow.due_at.hour) == ("2027-05-11T12:00", 9)
    assert (local(invitation), invitation.due_at) == ("2027-05-12T10:00", datetime(2027, 5, 12, 7, tzinfo=UTC))
    assert tomorrow.key == "open-day/tomorrow/2027-05-11T12:00@Europe/Helsinki/twitter/en"


def test_an_event_may_have_a_clock_of_its_own() -> None:
    text = OPEN_DAY.replace("2 weeks before at 10:00", "1 hour before").replace(
        "title:", "timezone: Europe/Helsinki, title:"
    )
    invitation = next(one for one in planned(schedule(text)) if one.template == "invitation")
    assert (local(invitation), invitation.due_at) == ("2027-05-12T08:00", datetime(2027, 5, 12, 6, tzinfo=UTC))


def test_a_time_that_the_clock_skips_goes_out_an_hour_later_under_its_own_key() -> None:
    one = only(planned(schedule(POST.replace("2027-05-07 12:00", "every Sunday at 02:30")), "2027-03-28", "2027-03-29"))
    assert (local(one), one.due_at) == ("2027-03-28T03:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
    assert one.key == "hello/post/2027-03-28T02:30@Europe/Warsaw/twitter/en"


DAILY = POST.replace("2027-05-07 12:00", "every day at 10:00")


def test_a_recurring_post_has_a_delivery_for_each_of_its_days() -> None:
    found = planned(schedule(DAILY), "2027-05-03", "2027-05-08")
    assert [local(one) for one in found] == [f"2027-05-{day:02}T10:00" for day in range(3, 8)]
    assert all(one.recurs for one in found)


def test_recurring_ones_that_are_moved_onto_another_go_out_once_and_that_is_the_one_that_was_due_anyway() -> None:
    found = planned(schedule(DAILY, head=OFFICE_HOURS), "2027-05-07", "2027-05-11")
    monday = [one for one in found if local(one) == "2027-05-10T10:00"]
    assert [(f"{one.nominal_local:%d}", one.state) for one in monday] == [
        ("08", PlanState.SKIPPED),
        ("09", PlanState.SKIPPED),
        ("10", PlanState.PLANNED),
    ]
    assert monday[0].reason == "weekend: moved from 2027-05-08 10:00; another one goes out then"


def test_of_recurring_ones_that_are_moved_together_the_first_goes_out() -> None:
    found = planned(schedule(DAILY.replace("day at", "Sat and Sun at"), head=OFFICE_HOURS), "2027-05-07", "2027-05-11")
    assert [(f"{one.nominal_local:%d}", one.state) for one in found] == [
        ("08", PlanState.MOVED),
        ("09", PlanState.SKIPPED),
    ]


def test_the_plan_of_a_part_is_part_of_the_plan() -> None:
    found = schedule(DAILY, head=OFFICE_HOURS)
    year = planned(found)
    for begin, end in [("2027-05-03", "2027-05-10"), ("2027-05-08", "2027-05-11"), ("2027-05-10", "2027-05-12")]:
        limits = window(begin, end)
        assert planned(found, begin, end) == [one for one in year if limits.holds(one.due_at)]


def test_a_recurring_step_of_an_event_stays_within_its_days() -> None:
    text = OPEN_DAY.replace("1 day before at 12:00", "every day at 08:30").replace(
        "2027-05-12 10:00-16:00", "2027-05-12 to 2027-05-14"
    )
    assert [local(one) for one in planned(schedule(text)) if one.template == "tomorrow"] == [
        "2027-05-12T08:30",
        "2027-05-13T08:30",
        "2027-05-14T08:30",
    ]


APPROVED = HEAD.replace("languages: [en] }\nchannels", "languages: [en], approval: anyone }\nchannels")


def test_what_waits_for_an_approval_is_held_until_it_has_enough() -> None:
    found = schedule(POST, head=APPROVED)
    one = only(planned(found))
    assert (one.state, one.reason, one.goes_out) == (PlanState.HELD, "waits for approval", True)
    approved = plan(found, window=window(), rules=rules({one.key: 1}))
    assert only(approved).state is PlanState.PLANNED
    two = schedule(POST, head=APPROVED.replace("approval: anyone", "approval: two"))
    assert only(plan(two, window=window(), rules=rules({one.key: 1}))).state is PlanState.HELD
    assert only(plan(two, window=window(), rules=rules({one.key: 2}))).state is PlanState.PLANNED


def test_what_is_held_and_moved_tells_both() -> None:
    head = OFFICE_HOURS.replace("weekends: no", "approval: anyone, weekends: no")
    one = only(planned(schedule(POST.replace("2027-05-07", "2027-05-08"), head=head)))
    assert (one.state, one.reason) == (PlanState.HELD, "weekend: moved from 2027-05-08 12:00; waits for approval")


def test_a_draft_needs_no_approval() -> None:
    found = planned(schedule(OPEN_DAY.replace("title:", "status: draft, title:"), head=APPROVED))
    assert {one.state for one in found} == {PlanState.DRAFT}


DIGEST = """
digests:
  - { id: weekly, send: every Monday at 09:00, to: news, covers: next 14 days }
"""


def test_an_empty_digest_is_skipped_unless_it_is_wanted_all_the_same() -> None:
    text = OPEN_DAY.replace("cadence: short, ", "") + DIGEST
    found = {local(one)[:10]: one.state for one in planned(schedule(text), "2027-04-19", "2027-05-25")}
    assert found == {
        "2027-04-19": PlanState.SKIPPED,
        "2027-04-26": PlanState.SKIPPED,
        "2027-05-03": PlanState.PLANNED,
        "2027-05-10": PlanState.PLANNED,
        "2027-05-17": PlanState.SKIPPED,
        "2027-05-24": PlanState.SKIPPED,
    }
    skipped = planned(schedule(text), "2027-04-19", "2027-04-20")
    assert only(skipped).reason == "no events in the next 14 days"
    wanted = planned(schedule(text.replace("covers:", "if_empty: send, covers:")), "2027-04-19", "2027-04-20")
    assert only(wanted).state is PlanState.PLANNED


@pytest.mark.parametrize("status", ["draft", "cancelled", "postponed"])
def test_a_digest_tells_only_of_confirmed_events(status: str) -> None:
    text = OPEN_DAY.replace("cadence: short, ", f"status: {status}, ") + DIGEST
    assert not any(one.goes_out for one in planned(schedule(text)))


def test_posts_of_the_same_minute_are_all_planned_in_the_same_order() -> None:
    second = "  - { id: again, send: 2027-05-07 12:00, to: twitter, text: Again }\n"
    one_way, other_way = planned(schedule(POST + second)), planned(schedule("posts:\n" + second + POST[8:]))
    assert [one.source_id for one in one_way] == ["again", "hello"]
    assert [one.key for one in one_way] == [one.key for one in other_way]


@pytest.mark.parametrize(
    ("send", "expires"),
    [("1 hour before", 8), ("1 hour after", 21), ("first day at 11:00", 15)],
)
def test_what_was_to_go_out_before_an_event_never_goes_out_after_it_began_unless_its_template_says_so(
    send: str, expires: int
) -> None:
    step = f"  short: [{{ send: {send}, template: our-own, to: twitter }}]\n"
    text = f"cadences:\n{step}{OPEN_DAY[OPEN_DAY.index('events:') :]}"
    one = only(planned(schedule(text)))
    assert one.expires_at == datetime(2027, 5, 12, expires, tzinfo=UTC)


def test_the_same_step_twice_goes_out_once() -> None:
    step = "    - { send: 14 days before at 10:00, template: invitation, to: [twitter, twitter] }\n"
    assert len(planned(schedule(OPEN_DAY.replace("  short:\n", f"  short:\n{step}")))) == 3


def test_planning_twice_gives_the_same() -> None:
    found = schedule(OPEN_DAY + DIGEST, head=OFFICE_HOURS)
    assert planned(found) == planned(found)
    assert planned(replace(found, entries=found.entries[::-1])) == planned(found)


def test_the_usual_window_is_thirteen_months_from_midnight() -> None:
    usual = default_window(datetime(2027, 5, 7, 10, 30, tzinfo=UTC))
    assert usual.begin == datetime(2027, 5, 7, tzinfo=UTC)
    assert (usual.end - usual.begin).days == 400
