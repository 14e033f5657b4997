"""What an edit changes: new, moved, cancelled, other words; and what it can't change any more."""

from __future__ import annotations

from datetime import datetime

import pytest
from two_versions import WINDOW, plan_of, planned_of, schedule_of

from publisher.difference import (
    Difference,
    Pair,
    Version,
    Wording,
    compare,
    reworded,
    settings_changes,
    settled_keys,
    with_words,
)
from publisher.ledger.records import Delivery
from publisher.model import DeliveryState, Planned

INVITATION = "open-day/invitation/2027-05-06T10:00@Europe/Warsaw"
EARLIER = ("1 week before at 10:00", "1 week before at 09:00")
NO_POST = ("posts:\n  - id: weekly\n", "posts:\n  - id: other\n")


def _version(*edits: tuple[str, str]) -> Version:
    schedule = schedule_of(*edits)
    return Version(planned=plan_of(schedule), blocked=schedule.blocked)


def _difference(*edits: tuple[str, str], settled: frozenset[str] = frozenset()) -> Difference:
    return compare(_version(), _version(*edits), window=WINDOW, settled=settled)


def _row(planned: Planned, state: DeliveryState, *, settled_by: str = "") -> Delivery:
    return Delivery(
        key=planned.key,
        occurrence=planned.occurrence,
        kind=planned.kind,
        source_id=planned.source_id,
        step=planned.step,
        template=planned.template,
        channel=planned.channel.id,
        channel_type=planned.channel.type,
        languages=planned.languages,
        local=planned.local,
        nominal_local=planned.nominal_local,
        timezone=planned.channel.calendar.timezone,
        due_at=planned.due_at,
        state=state,
        settled_by=settled_by,
    )


def _settled(
    state: DeliveryState, *edits: tuple[str, str], key: str = f"{INVITATION}/news", settled_by: str = ""
) -> frozenset[str]:
    [one] = [one for one in planned_of() if one.key == key]
    rows = [_row(one, state, settled_by=settled_by)]
    return settled_keys(planned_of(*edits), rows, window=WINDOW, blocked=())


def test_the_same_file_makes_no_difference() -> None:
    found = _difference()
    assert not found
    assert str(found) == "+0 new, 0 moved, 0 cancelled, 0 with other words"


def test_another_hour_is_a_move_on_every_channel_and_in_every_language() -> None:
    found = _difference(EARLIER)
    assert {pair.after.key for pair in found.moved} == {
        "open-day/invitation/2027-05-06T09:00@Europe/Warsaw/news",
        "open-day/invitation/2027-05-06T09:00@Europe/Warsaw/twitter/en",
        "open-day/invitation/2027-05-06T09:00@Europe/Warsaw/twitter/pl",
    }
    assert {pair.before.local for pair in found.moved} == {datetime.fromisoformat("2027-05-06T10:00")}
    assert str(found) == "+0 new, 3 moved, 0 cancelled, 0 with other words"


def test_another_date_of_the_event_moves_all_that_counts_from_it() -> None:
    found = _difference(("2027-05-13 10", "2027-05-20 10"))
    assert len(found.moved) == 5
    assert not found.added
    assert not found.removed


def test_a_blackout_moves_under_the_same_key() -> None:
    found = _difference(
        ("channels:", "blackouts:\n  - { from: 2027-05-06, to: 2027-05-06, why: Stocktaking }\nchannels:")
    )
    assert {(pair.before.key == pair.after.key, pair.after.local.day) for pair in found.moved} == {(True, 7)}


def test_a_recurring_one_moves_within_its_day_and_not_to_another() -> None:
    later = _difference(("every Monday at 09:00", "every Monday at 11:00"))
    assert (len(later.moved), len(later.added), len(later.removed)) == (10, 0, 0)
    tuesday = _difference(("every Monday", "every Tuesday"))
    assert (len(tuesday.moved), len(tuesday.added), len(tuesday.removed)) == (0, 8, 10)


def test_what_leaves_the_file_is_cancelled_and_what_comes_is_new() -> None:
    found = _difference(NO_POST)
    assert {one.source_id for one in found.added} == {"other"}
    assert {(one.source_id, why) for one, why in found.removed} == {("weekly", "it is no longer in the file")}


def test_a_cancelled_event_says_why_its_announcements_do_not_go_out() -> None:
    found = _difference(("when: 2027", "status: cancelled\n    when: 2027"))
    assert {why for _, why in found.removed} == {"the event is cancelled"}
    moved_and_cancelled = _difference(("when: 2027-05-13", "status: cancelled\n    when: 2027-05-14"))
    assert {why for _, why in moved_and_cancelled.removed} == {"the event is cancelled"}


def test_a_draft_that_is_confirmed_is_new() -> None:
    draft = _version(("when: 2027", "status: draft\n    when: 2027"))
    found = compare(draft, _version(), window=WINDOW)
    assert {one.source_id for one in found.added} == {"open-day"}
    assert len(found.added) == 5


def test_one_language_more_is_new_for_posts_and_the_same_delivery_for_mail() -> None:
    found = _difference(("audience: readers, languages: [pl]", "audience: readers, languages: [pl, en]"))
    assert not found.added
    [pair] = [pair for pair in found.pairs if pair.after.channel.id == "news"]
    assert (pair.before.languages, pair.after.languages) == (("pl",), ("pl", "en"))


def test_what_is_outside_the_window_is_not_told() -> None:
    found = _difference(("when: 2027-05-13", "when: 2027-09-13"))
    assert len(found.moved) == 5
    assert not _difference(("when: 2027-05-13 10:00-16:00", "when: 2027-05-13 10:00-17:00"))
    beyond = compare(_version(("2027-05-13", "2027-09-13")), _version(("2027-05-13", "2027-09-14")), window=WINDOW)
    assert not beyond


# --- errors in the file -------------------------------------------------------------------------------------------


def test_an_entry_with_an_error_is_not_called_cancelled() -> None:
    found = _difference(("when: 2027-05-13 10:00-16:00", "when: 2027-05-32"))
    assert found.uncertain == ("events/open-day",)
    assert not found.removed


def test_an_entry_whose_id_is_spoilt_is_not_called_cancelled() -> None:
    found = _difference(("id: open-day", "id: open day"))
    assert found.uncertain == ("events/?",)
    assert not found.removed
    back = compare(_version(("id: open-day", "id: open day")), _version(), window=WINDOW)
    assert not back.added


# --- the ledger ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.FAILED])
def test_what_went_out_or_was_given_up_is_not_moved(state: DeliveryState) -> None:
    found = _difference(EARLIER, settled=_settled(state, EARLIER))
    assert [one.channel.id for one in found.settled] == ["news"]
    assert {pair.after.channel.id for pair in found.moved} == {"twitter"}


@pytest.mark.parametrize("state", [DeliveryState.PLANNED, DeliveryState.RETRY_WAIT, DeliveryState.CANCELLED])
def test_what_is_still_to_go_is_moved(state: DeliveryState) -> None:
    assert len(_difference(EARLIER, settled=_settled(state, EARLIER)).moved) == 3


def test_what_a_person_called_off_does_not_come_back_by_an_edit() -> None:
    settled = _settled(DeliveryState.CANCELLED, EARLIER, settled_by="Office")
    assert [one.channel.id for one in _difference(EARLIER, settled=settled).settled] == ["news"]


def test_what_went_out_is_not_cancelled_by_leaving_the_file() -> None:
    edit = ("template: invitation, to: [twitter, news]", "template: invitation, to: [twitter]")
    found = _difference(edit, settled=_settled(DeliveryState.SENT, edit))
    assert not found.removed
    assert [one.key for one in found.settled] == [f"{INVITATION}/news"]


def test_what_went_out_under_another_key_is_not_new() -> None:
    settled = _settled(DeliveryState.SENT, EARLIER)
    assert "open-day/invitation/2027-05-06T09:00@Europe/Warsaw/news" in settled
    assert f"{INVITATION}/news" in settled


# --- words ---------------------------------------------------------------------------------------------------------


def _pair(*edits: tuple[str, str]) -> Pair:
    return next(pair for pair in _difference(*edits).pairs if pair.after.channel.id == "news")


def test_only_the_lines_that_differ_are_shown() -> None:
    before, after = Wording(("Hello", "one", "Bye"), "a"), Wording(("Hello", "two", "Bye", "P.S."), "b")
    found = reworded(_pair(), "pl", before=before, after=after)
    assert found is not None
    assert found.lines == ("-one", "+two", "+P.S.")


def test_other_bytes_with_the_same_words_are_told() -> None:
    found = reworded(_pair(), "pl", before=Wording(("Hello",), "a"), after=Wording(("Hello",), "b"))
    assert found is not None
    assert found.lines == ()


def test_a_mail_that_moves_has_other_bytes_and_not_other_words() -> None:
    pair = _pair(EARLIER)
    assert reworded(pair, "pl", before=Wording(("Hello",), "a"), after=Wording(("Hello",), "b")) is None


def test_a_delivery_with_other_words_in_two_languages_counts_once() -> None:
    pair = _pair()
    words = [reworded(pair, code, before=Wording(("a",)), after=Wording(("b",))) for code in ("pl", "en")]
    found = with_words(_difference(), [one for one in words if one])
    assert found.counts["other words"] == 1
    assert len(found.reworded) == 2


def test_what_went_out_keeps_the_words_that_it_had() -> None:
    pair = _pair()
    words = reworded(pair, "pl", before=Wording(("a",)), after=Wording(("b",)))
    assert words is not None
    settled = _settled(DeliveryState.SENT)
    found = with_words(_difference(settled=settled), [words], settled=settled)
    assert not found
    assert found.settled == (pair.after,)


# --- channels and lists --------------------------------------------------------------------------------------------


def test_another_account_approval_or_list_is_told() -> None:
    after = schedule_of(
        ('"@citylibrary"', '"@library"'),
        ("audience: readers,", "audience: readers, approval: two,"),
        ("list: readers.csv", "list: all.csv"),
    )
    assert settings_changes(schedule_of(), after) == (
        "twitter: account: `@citylibrary` → `@library`",
        "news: approval: `none` → `two`",
        "readers: path: `readers.csv` → `all.csv`",
    )
    assert settings_changes(after, after) == ()


def test_a_time_that_is_edited_there_and_back_is_settled_by_what_went_out_meanwhile() -> None:
    (before,) = [one for one in planned_of() if one.key == f"{INVITATION}/news"]
    (meanwhile,) = [one for one in planned_of(EARLIER) if (one.channel.id, one.template) == ("news", before.template)]
    rows = [_row(before, DeliveryState.CANCELLED), _row(meanwhile, DeliveryState.SENT)]
    assert before.key in settled_keys(planned_of(), rows, window=WINDOW, blocked=())
    assert before.key not in settled_keys(planned_of(), rows[:1], window=WINDOW, blocked=())
