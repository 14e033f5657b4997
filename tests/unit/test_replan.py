"""What an edit of the file changes: never what went out, and nothing twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest
from schedule_samples import HEAD, rules, schedule, window

from publisher.ledger.records import Delivery
from publisher.model import DeliveryState, Planned
from publisher.plan import Window, plan_around
from publisher.replan import Changes, changes
from publisher.timing.instants import to_instant

POST = """
posts:
  - { id: hello, send: 2027-05-07 12:00, to: twitter, text: Hello }
"""
OPEN_DAY = """
cadences:
  short:
    - { send: 4 weeks before at 10:00, template: invitation, to: twitter }
    - { send: 1 week before at 10:00, template: invitation, to: twitter }
    - { send: 1 day before at 12:00, template: tomorrow, to: [twitter, news] }
events:
  - { id: open-day, cadence: short, when: 2027-05-12 10:00-16:00, title: Open day }
"""
WEEKLY = POST.replace("2027-05-07 12:00", "every Monday at 09:00")
YEAR = window()


def plan_of(text: str, *, head: str = HEAD, limits: Window = YEAR) -> list[Planned]:
    return plan_around(schedule(text, head=head), window=limits, rules=rules())


def row(one: Planned, state: DeliveryState = DeliveryState.PLANNED, *, settled_by: str = "") -> Delivery:
    return Delivery(
        key=one.key,
        occurrence=one.occurrence,
        kind=one.kind,
        source_id=one.source_id,
        step=one.step,
        template=one.template,
        channel=one.channel.id,
        channel_type=one.channel.type,
        languages=one.languages,
        local=one.local,
        nominal_local=one.nominal_local,
        timezone=one.channel.calendar.timezone,
        due_at=one.due_at,
        expires_at=one.expires_at,
        state=state,
        settled_by=settled_by,
        attempts=int(state not in (DeliveryState.PLANNED, DeliveryState.CANCELLED)),
    )


def known(text: str, *sent: str, head: str = HEAD) -> list[Delivery]:
    """The ledger after the steps at these moments went out."""
    return [
        row(one, DeliveryState.SENT if f"{one.nominal_local:%Y-%m-%d}" in sent else DeliveryState.PLANNED)
        for one in plan_of(text, head=head)
        if YEAR.holds(one.due_at)
    ]


def edited(before: Iterable[Delivery], text: str, *, head: str = HEAD, blocked: Collection[str] = ()) -> Changes:
    return changes(plan_of(text, head=head), before, window=YEAR, blocked=blocked)


def keys(found: Iterable[Planned]) -> list[str]:
    return [one.key for one in found]


def days(found: Iterable[Planned]) -> list[str]:
    return [f"{one.nominal_local:%Y-%m-%d}" for one in found]


def test_the_first_plan_is_all_new() -> None:
    found = edited([], OPEN_DAY)
    assert days(found.added) == ["2027-04-14", "2027-05-05", "2027-05-11", "2027-05-11"]
    assert not found.moved
    assert not found.cancelled
    assert str(found) == "+3 posts, 0 moved, 0 cancelled; +1 mailing, 0 moved, 0 cancelled; 0 sent again"


def test_the_same_file_again_changes_nothing() -> None:
    assert not edited(known(OPEN_DAY, "2027-04-14"), OPEN_DAY)
    assert not edited(known(OPEN_DAY, "2027-04-14"), OPEN_DAY.replace("title: Open day", "title: A new title"))


def test_a_changed_time_of_what_is_not_out_makes_a_new_delivery_in_place_of_the_old_one() -> None:
    found = edited(known(POST), POST.replace("12:00", "13:00"))
    assert keys(found.added) == ["hello/post/2027-05-07T13:00@Europe/Warsaw/twitter/en"]
    assert [(old.key, reason) for old, reason in found.cancelled] == [
        ("hello/post/2027-05-07T12:00@Europe/Warsaw/twitter/en", "it is no longer in the file")
    ]
    assert not found.stood_in


@pytest.mark.parametrize(
    "state", [DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.NEEDS_HUMAN]
)
def test_a_changed_time_of_what_is_or_may_be_out_sends_nothing_again(state: DeliveryState) -> None:
    (old,) = (row(one, state) for one in plan_of(POST))
    found = edited([old], POST.replace("12:00", "13:00"))
    assert not found
    assert [(planned.nominal_local.hour, delivery.key) for planned, delivery in found.stood_in] == [(13, old.key)]


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.EXPIRED, DeliveryState.CANCELLED])
def test_a_new_time_gives_what_never_went_out_another_chance(state: DeliveryState) -> None:
    found = edited([row(one, state) for one in plan_of(POST)], POST.replace("12:00", "13:00"))
    assert len(found.added) == 1


def test_a_new_time_takes_the_place_of_what_was_refused() -> None:
    (before,) = plan_of(POST)
    found = edited([row(before, DeliveryState.FAILED)], POST.replace("12:00", "18:00"))
    assert [(one.key, reason) for one, reason in found.replaced] == [
        (before.key, f"it was refused; {found.added[0].key} took its place")
    ]


def test_what_was_refused_stays_so_when_nothing_takes_its_place() -> None:
    (before,) = plan_of(POST)
    for text in (POST, POST.replace("hello", "other")):
        assert not edited([row(before, DeliveryState.FAILED)], text).replaced


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.NEEDS_HUMAN])
def test_a_time_that_is_edited_there_and_back_sends_nothing_again(state: DeliveryState) -> None:
    (noon,), (evening,) = plan_of(POST), plan_of(POST.replace("12:00", "18:00"))
    found = edited([row(noon, DeliveryState.CANCELLED), row(evening, state)], POST)
    assert (bool(found), [(one.key, out.key) for one, out in found.stood_in]) == (False, [(noon.key, evening.key)])


def test_what_is_brought_back_takes_no_stand_in_from_what_is_new() -> None:
    first, second, *_ = plan_of(OPEN_DAY)
    before = [row(first, DeliveryState.SENT), row(second, DeliveryState.CANCELLED)]
    found = edited(before, OPEN_DAY.replace("4 weeks before at 10:00", "3 weeks before at 10:00"))
    assert days(one for one, _ in found.stood_in) == ["2027-04-21"]
    assert days(found.moved) == ["2027-05-05"]


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.EXPIRED])
def test_a_mailing_that_was_begun_is_not_begun_again_at_another_time(state: DeliveryState) -> None:
    text = POST.replace("to: twitter", "to: news")
    found = edited([row(one, state) for one in plan_of(text)], text.replace("12:00", "13:00"))
    assert not found.added
    assert len(found.stood_in) == 1


def test_a_moved_event_is_announced_on_only_with_what_is_left() -> None:
    found = edited(known(OPEN_DAY, "2027-04-14"), OPEN_DAY.replace("2027-05-12", "2027-06-16"))
    assert days(found.added) == ["2027-06-09", "2027-06-15", "2027-06-15"]
    assert [planned.template for planned, _ in found.stood_in] == ["invitation"]
    assert len(found.cancelled) == 3


def test_a_second_step_of_the_same_template_still_goes_out_after_the_first_was_sent() -> None:
    found = edited(known(OPEN_DAY, "2027-04-14"), OPEN_DAY)
    assert not found.cancelled
    assert not found.stood_in
    later = edited(known(OPEN_DAY, "2027-04-14", "2027-05-05"), OPEN_DAY.replace("2027-05-12", "2027-05-19"))
    assert [planned.template for planned, _ in later.stood_in] == ["invitation", "invitation"]
    assert [one.template for one in later.added] == ["tomorrow", "tomorrow"]


def test_an_inserted_step_is_new_and_touches_no_other() -> None:
    step = "    - { send: 2 weeks before at 10:00, template: invitation, to: twitter }\n"
    found = edited(known(OPEN_DAY, "2027-04-14"), OPEN_DAY.replace("  short:\n", f"  short:\n{step}"))
    assert days(found.added) == ["2027-04-28"]
    assert not found.cancelled
    assert not found.stood_in


def test_another_channel_is_new_and_one_less_is_called_off() -> None:
    found = edited(known(POST), POST.replace("to: twitter", "to: [twitter, news]"))
    assert [one.channel.id for one in found.added] == ["news"]
    back = edited(known(POST.replace("to: twitter", "to: [twitter, news]")), POST)
    assert [delivery.channel for delivery, _ in back.cancelled] == ["news"]


def test_what_was_removed_and_put_back_comes_back_unless_it_was_out() -> None:
    gone = edited(known(OPEN_DAY, "2027-04-14"), "posts: []\n")
    assert {reason for _, reason in gone.cancelled} == {"it is no longer in the file"}
    assert len(gone.cancelled) == 3
    cancelled = {delivery.key for delivery, _ in gone.cancelled}
    after = [
        row(one, DeliveryState.CANCELLED if one.key in cancelled else DeliveryState.SENT) for one in plan_of(OPEN_DAY)
    ]
    back = edited(after, OPEN_DAY)
    assert set(keys(back.moved)) == cancelled
    assert not back.added


def test_what_an_error_blocks_stays_as_it_is() -> None:
    before = known(OPEN_DAY + POST)
    assert not edited(before, POST, blocked={"events/open-day"})
    assert len(edited(before, POST).cancelled) == 4
    assert not edited(before, POST, blocked={"events/?"})
    assert len(edited(before, POST, blocked={"posts/?"}).cancelled) == 4


def test_a_skip_by_a_person_is_kept_whatever_is_edited() -> None:
    (skipped,) = (row(one, DeliveryState.CANCELLED, settled_by="office") for one in plan_of(POST))
    for text in (POST, POST.replace("text: Hello", "text: Hi"), POST.replace("12:00", "13:00")):
        found = edited([skipped], text)
        assert not found
        assert not found.stood_in


def test_a_new_blackout_moves_and_a_new_patience_changes_what_is_planned() -> None:
    blackout = HEAD + "blackouts: [{ from: 2027-05-07, to: 2027-05-07, why: mourning }]\n"
    assert [f"{one.local:%d}" for one in edited(known(POST), POST, head=blackout).moved] == ["08"]
    patient = HEAD.replace("languages: [en] }\nchannels", "languages: [en], if_late: skip after 2 days }\nchannels")
    assert len(edited(known(POST), POST, head=patient).moved) == 1
    languages = HEAD.replace("audience: readers, languages: [pl, en]", "audience: readers, languages: [pl]")
    mailing = POST.replace("to: twitter", "to: news")
    assert [one.languages for one in edited(known(mailing), mailing, head=languages).moved] == [("pl",)]


@pytest.mark.parametrize("state", [DeliveryState.PENDING, DeliveryState.RETRY_WAIT])
def test_what_is_under_way_is_not_moved(state: DeliveryState) -> None:
    blackout = HEAD + "blackouts: [{ from: 2027-05-07, to: 2027-05-07, why: mourning }]\n"
    assert not edited([row(one, state) for one in plan_of(POST)], POST, head=blackout)


def test_what_may_no_longer_go_out_is_called_off_with_its_reason() -> None:
    blackout = HEAD + "blackouts: [{ from: 2027-05-01, to: 2027-09-01, why: elections }]\n"
    ((_, reason),) = edited(known(POST), POST, head=blackout).cancelled
    assert reason == "blackout “elections”; no free day within 60 days"
    ((_, reason), *_) = edited(known(OPEN_DAY), OPEN_DAY.replace("title:", "status: cancelled, title:")).cancelled
    assert reason == "the event is cancelled"


def test_what_moves_beyond_the_days_that_are_planned_is_called_off_for_now() -> None:
    may = Window(YEAR.begin, to_instant(plan_of(POST)[0].local.replace(day=8, hour=0), "Europe/Warsaw"))
    blackout = HEAD + "blackouts: [{ from: 2027-05-07, to: 2027-05-09, why: mourning }]\n"
    before = [row(one) for one in plan_of(POST)]
    found = changes(plan_of(POST, head=blackout, limits=may), before, window=may, blocked=())
    ((_, reason),) = found.cancelled
    assert reason == "blackout “mourning”: moved from 2027-05-07 12:00"


def test_a_recurring_announcement_whose_time_is_edited_is_not_repeated_on_days_on_which_it_went_out() -> None:
    before = known(WEEKLY, "2027-05-03")
    found = edited(before, WEEKLY.replace("09:00", "17:00"))
    assert "2027-05-03" not in days(found.added)
    assert "2027-05-10" in days(found.added)
    assert [f"{planned.nominal_local:%Y-%m-%d}" for planned, _ in found.stood_in] == ["2027-05-03"]


def test_a_post_that_no_longer_recurs_goes_out_on_its_new_day() -> None:
    found = edited(known(WEEKLY, "2027-05-03", "2027-05-10"), POST.replace("2027-05-07", "2027-05-21"))
    assert days(found.added) == ["2027-05-21"]
    assert not found.stood_in


def test_a_single_post_that_becomes_recurring_is_not_repeated_on_its_day() -> None:
    before = [row(one, DeliveryState.SENT) for one in plan_of(POST.replace("2027-05-07", "2027-05-03"))]
    found = edited(before, WEEKLY.replace("09:00", "17:00"))
    assert "2027-05-03" not in days(found.added)
    assert "2027-05-10" in days(found.added)


def test_a_mail_channel_may_be_called_like_a_language() -> None:
    head = HEAD.replace("  news:", "  pl:")
    text = POST.replace("to: twitter", "to: pl")
    before = [row(one, DeliveryState.SENT) for one in plan_of(text, head=head)]
    fewer = head.replace("audience: readers, languages: [pl, en]", "audience: readers, languages: [en]")
    found = edited(before, text.replace("12:00", "13:00"), head=fewer)
    assert not found.added
    assert len(found.stood_in) == 1


def test_what_lies_outside_the_window_is_left_alone() -> None:
    later = Window(YEAR.end, window("2028-01-01", "2029-01-01").end)
    assert not changes(plan_of(POST), [], window=later, blocked=())
    assert not changes([], known(POST), window=later, blocked=())
