"""The subscriber pages: what readers set, see and delete of their own; and the office behind it all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from web_parts import ANNA, NEWS, Library, value_of

from publisher.ledger.listrecords import EVERY_LIST, Act, How, Suppression, Why
from publisher.newsletter.keys import EVERYTHING

# --- settings --------------------------------------------------------------------------------------------


def test_settings_are_changed_with_one_form(here: Library) -> None:
    person = here.put_on("news", "staff")
    link = here.links.preferences(person)
    page = here.http.get(f"{link}?lang=en").text
    assert "a…@example.org" in page
    assert ANNA not in page
    form = {"list": ["press", "staff"], "name": "Anna Nowak", "language": "de", "pause": "2027-06-01"}
    answer = here.http.post(f"{link}?lang=en", data=form, follow_redirects=True)
    assert "Your settings have been saved." in answer.text
    one = here.known()
    assert one is not None
    assert (one.name, one.language) == ("Anna Nowak", "de")
    assert one.paused_until == datetime(2027, 5, 31, 22, tzinfo=UTC), "midnight in Warsaw"
    assert here.on() == ["press", "staff"]
    joined = [each for each in here.ledger.subscribers.consents(one.id) if each.list == "press"]
    assert [(each.act, each.how, each.wording is not None) for each in joined] == [(Act.GIVEN, How.PAGE, True)]


@pytest.mark.parametrize("form", [{}, {"List-Unsubscribe": "One-Click"}, {"lang": "en"}])
def test_a_form_without_any_setting_changes_none(here: Library, form: dict[str, str]) -> None:
    link = here.links.preferences(here.put_on("news"))
    before = here.state()
    assert here.http.post(link, data=form).status_code == 400
    assert here.state() == before


def test_what_is_not_in_the_form_stays_as_it_is(here: Library) -> None:
    link = here.links.preferences(here.put_on("news"))
    here.http.post(link, data={"list": "news", "pause": "2027-06-01"})
    here.http.post(link, data={"list": "news", "language": "de"})
    one = here.known()
    assert one is not None
    assert (one.name, one.language) == ("Anna", "de")
    assert one.is_paused(here.hands.now())


@pytest.mark.parametrize("name", [EVERY_LIST, "press"])
def test_who_was_taken_off_by_the_office_is_told_that_they_can_not_join_by_themselves(here: Library, name: str) -> None:
    person = here.put_on("news")
    no = Suppression(hash=person, list=name, reason=Why.STAFF, since=here.hands.now())
    here.ledger.suppressions.add(no)
    before = here.state()
    answer = here.http.post(f"{here.links.preferences(person)}?lang=en", data={"list": ["news", "press"]})
    assert answer.status_code == 422
    assert '<a href="#list-1">You cannot be added to this list here.' in answer.text
    assert here.state() == before


def test_lists_that_are_not_for_everybody_can_be_left_and_not_joined(here: Library) -> None:
    person = here.put_on("news")
    link = here.links.preferences(person)
    here.http.post(link, data={"list": ["news", "staff"]})
    assert here.on() == ["news"]


@pytest.mark.parametrize("pause", ["2027-05-03", "2028-06-01", "tomorrow", "0001-01-01", "9999-12-31"])
def test_a_pause_that_can_not_be_is_told(here: Library, pause: str) -> None:
    person = here.put_on("news")
    before = here.state()
    answer = here.http.post(here.links.preferences(person), data={"list": "news", "pause": pause})
    assert answer.status_code == 422
    assert '<a href="#pause">' in answer.text
    assert here.state() == before


def test_everything_is_left_with_one_button_and_can_be_taken_back(here: Library) -> None:
    person = here.put_on("news", "press")
    link = here.links.preferences(person)
    left = here.http.post(f"{link}/leave?lang=en", follow_redirects=True)
    assert "You are unsubscribed" in left.text
    assert here.on() == []
    undo = value_of("undo", left.text)
    here.http.post(f"{here.links.unsubscribe(EVERYTHING, person)}/undo", data={"undo": undo})
    assert here.on() == ["news", "press"]


def test_my_data_is_all_that_is_kept(here: Library) -> None:
    here.subscribe()
    link = here.links.preferences(here.person())
    answer = here.http.get(f"{link}/data")
    assert answer.headers["content-disposition"].startswith("attachment")
    data = json.loads(answer.text)
    assert (data["address"], data["subscriptions"][0]["list"]) == (ANNA, "news")
    assert data["consents"][0]["text"]["words"].startswith("I agree that Library & <Friends> sends me")


def test_erasing_asks_first_and_leaves_a_hash_alone(here: Library) -> None:
    here.subscribe()
    here.sign_up(ANNA, "press")
    here.mails(2)
    link = here.links.preferences(here.person())
    before = here.state()
    assert "Delete my data" in here.http.get(f"{link}/erase?lang=en").text
    assert here.state() == before
    assert "Your data has been deleted" in here.http.post(f"{link}/erase?lang=en").text
    assert (here.known(), here.ledger.signups.of(ANNA)) == (None, [])
    [left] = here.ledger.suppressions.of(here.person())
    assert (left.reason, left.list) == (Why.ERASED, EVERY_LIST)
    assert "We keep no settings for you" in here.http.get(f"{link}?lang=en").text


def test_a_reader_from_a_file_ends_it_all_on_the_page_of_settings(here: Library) -> None:
    link = here.links.preferences(here.person())
    assert "We keep no settings for you" in here.http.get(f"{link}?lang=en").text
    assert here.http.post(f"{link}/leave", follow_redirects=True).status_code == 200
    assert here.ledger.suppressions.holding(here.person(), list_name="readers") is not None


# --- the office ------------------------------------------------------------------------------------------


def test_the_pages_follow_the_schedule_file_and_keep_what_was_good_last(here: Library, tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace("Library & <Friends>", "Town Hall"), encoding="utf-8")
    assert "– Town Hall</title>" in here.http.get("/subscribe").text
    file.write_text("version: 1\nproject: {", encoding="utf-8")
    assert "– Town Hall</title>" in here.http.get("/subscribe").text
    file.unlink()
    assert "– Town Hall</title>" in here.http.get("/subscribe").text


def test_a_fault_of_ours_is_told_without_its_words(here: Library) -> None:
    person = here.put_on("news")
    with here.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE suppressions")
    answer = here.http.get(f"{here.links.unsubscribe('news', person)}?lang=en")
    assert (answer.status_code, "The fault is ours" in answer.text) == (503, True)
    assert "suppressions" not in answer.text


def test_the_list_decides_from_whom_the_mail_to_confirm_comes(here: Library) -> None:
    here.ledger.lists.change(replace(NEWS, sender="News Desk <news@example.org>"))
    here.sign_up(ANNA, "news")
    here.sign_up(ANNA, "press")
    assert [mail["From"] for mail in here.mails(2)] == ["News Desk <news@example.org>", "Us <lib@example.org>"]
