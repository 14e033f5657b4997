"""The subscriber pages: leaving by the link of a mail, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from web_parts import ANNA, ENGLISH, MINUTE, Library, value_of

from publisher.ledger.listrecords import EVERY_LIST, Act, How, Suppression, Why
from publisher.newsletter.keys import EVERYTHING
from publisher.personal import SAMPLE_TOKEN

HOUR = timedelta(hours=1)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_one_click_ends_a_subscription_without_cookie_or_redirect_and_again_changes_nothing(here: Library) -> None:
    person = here.put_on("news", "press")
    link = here.links.unsubscribe("news", person)
    first = here.http.post(link, data=ONE_CLICK)
    assert (first.status_code, first.history, "set-cookie" in first.headers) == (200, [], False)
    assert here.on() == ["press"]
    before = here.state()
    here.hands.passes(MINUTE)
    assert here.http.post(link, data=ONE_CLICK).status_code == 200
    assert here.state() == before
    one = here.known()
    assert one is not None
    assert [(each.act, each.how) for each in here.ledger.subscribers.consents(one.id)][-1] == (
        Act.WITHDRAWN,
        How.ONE_CLICK,
    )


@pytest.mark.parametrize("name", ["List-Unsubscribe", "list-unsubscribe"])
def test_one_click_comes_as_either_kind_of_form(here: Library, name: str) -> None:
    person = here.put_on("news")
    link = here.links.unsubscribe("news", person)
    assert here.http.post(link, files={name: (None, "One-Click")}).status_code == 200
    assert here.on() == []


def test_a_post_without_the_words_of_one_click_changes_nothing(here: Library) -> None:
    person = here.put_on("news")
    link, before = here.links.unsubscribe("news", person), here.state()
    for answer in (here.http.post(link), here.http.post(link, data={"a": "b"}), here.http.post(link, json=ONE_CLICK)):
        assert answer.status_code == 400
    assert here.state() == before


def test_the_link_of_a_mail_that_is_only_to_be_looked_at_says_so(here: Library) -> None:
    for kind in ("u", "p"):
        answer = here.http.get(f"/{kind}/{SAMPLE_TOKEN}?lang=en")
        assert (answer.status_code, "This is a sample" in answer.text) == (404, True)


def test_readers_are_met_in_the_language_of_their_mails_unless_they_choose_another(here: Library) -> None:
    person = here.put_on("news")  # who reads Polish
    for link in (here.links.unsubscribe("news", person), here.links.preferences(person)):
        shown = [here.http.get(f"{link}{asked}", headers=ENGLISH) for asked in ("", "?lang=fi")]
        assert [page.headers["content-language"] for page in shown] == ["pl", "fi"]


def test_readers_of_whom_no_language_is_known_are_met_in_that_of_their_browser(here: Library) -> None:
    link = here.links.unsubscribe("readers", here.person("from-a-file@example.org"))
    for answer in (here.http.get(link, headers=ENGLISH), here.http.get(f"{link[:-1]}_", headers=ENGLISH)):
        assert answer.headers["content-language"] == "en"


def test_the_page_asks_with_one_button(here: Library) -> None:
    person = here.put_on("news")
    link = here.links.unsubscribe("news", person)
    page = here.http.get(f"{link}?lang=pl").text
    assert page.count("<button") == 1
    assert "Nowości" in page
    form = {"List-Unsubscribe": value_of("List-Unsubscribe", page), "by": value_of("by", page)}
    assert "Subskrypcja jest zakończona" in here.http.post(f"{link}?lang=pl", data=form).text
    assert here.on() == []


def test_readers_from_a_file_leave_by_their_link_too(here: Library) -> None:
    link = here.links.unsubscribe("readers", here.person())
    assert "Library &amp; &lt;Friends&gt;" in here.http.get(link).text
    assert here.http.post(link, data=ONE_CLICK).status_code == 200
    found = here.ledger.suppressions.holding(here.person(), list_name="readers")
    assert found is not None
    assert (found.reason, found.hash) == (Why.UNSUBSCRIBED, here.person())
    undo = value_of("undo", here.http.get(link).text)
    assert here.http.post(f"{link}/undo", data={"undo": undo}).status_code == 200
    assert here.ledger.suppressions.of(here.person()) == []


def test_who_gets_one_mail_for_several_lists_leaves_them_with_one_link(here: Library) -> None:
    person = here.put_on("news", "press", "staff")
    link = here.links.unsubscribe("both", person)
    page = here.http.get(f"{link}?lang=pl").text
    assert 'Nowości, <span lang="en">Press</span>' in page
    undo = value_of("undo", here.http.post(link, data=ONE_CLICK).text)
    assert here.on() == ["staff"]
    assert here.http.post(f"{link}/undo", data={"undo": undo}).status_code == 200
    assert here.on() == ["news", "press", "staff"]
    assert here.ledger.suppressions.of(person) == []


def test_a_link_about_an_audience_that_has_another_name_now_ends_everything(here: Library) -> None:
    here.put_on("news")
    link = here.links.unsubscribe("readers-of-last-year", here.person())
    assert "no more e‑mails at all" in here.http.get(f"{link}?lang=en").text
    answer = here.http.post(f"{link}?lang=en", data=ONE_CLICK)
    assert answer.status_code == 200
    assert "undo" in answer.text
    assert here.on() == []
    assert here.ledger.suppressions.holding(here.person(), list_name="readers") is not None


def test_the_link_to_leave_opens_nobodys_settings(here: Library) -> None:
    link = here.links.unsubscribe("news", here.put_on("news"))
    left = here.http.post(f"{link}?lang=en", data=ONE_CLICK).text
    undone = here.http.post(f"{link}/undo?lang=en", data={"undo": value_of("undo", left)}).text
    assert "The link to your settings is in every e‑mail" in left
    assert "/p/" not in left + undone


def test_the_link_works_after_somebody_was_erased(here: Library) -> None:
    person = here.put_on("news")
    here.ledger.memberships.erase(person, address=ANNA, now=here.hands.now())
    answer = here.http.post(here.links.unsubscribe("news", person), data=ONE_CLICK)
    assert answer.status_code == 200
    assert "undo" not in answer.text
    assert {one.reason for one in here.ledger.suppressions.of(person)} <= {Why.ERASED, Why.UNSUBSCRIBED}


def test_a_mistake_is_taken_back_once_and_within_an_hour(here: Library) -> None:
    person = here.put_on("news", "press")
    link = here.links.unsubscribe(EVERYTHING, person)
    undo = value_of("undo", here.http.post(link, data=ONE_CLICK).text)
    assert here.on() == []
    assert here.http.post(f"{link}/undo", data={"undo": "0" * 18}).status_code == 409
    assert here.http.post(f"{link}/undo", data={"undo": undo}).status_code == 200
    assert here.on() == ["news", "press"]
    assert here.ledger.suppressions.of(person) == []

    here.hands.passes(MINUTE)
    late = value_of("undo", here.http.post(link, data=ONE_CLICK).text)
    assert here.http.post(f"{link}/undo", data={"undo": undo}).status_code == 409, "the way back from the first time"
    here.hands.passes(HOUR + MINUTE)
    assert here.http.post(f"{link}/undo", data={"undo": late}).status_code == 409
    assert here.on() == []


def test_taking_back_lifts_nothing_but_ones_own_no(here: Library) -> None:
    person = here.put_on("news")
    here.http.post(here.links.unsubscribe("news", person), data=ONE_CLICK)
    undo = value_of("undo", here.http.get(here.links.unsubscribe("news", person)).text)
    complaint = Suppression(hash=person, list=EVERY_LIST, reason=Why.COMPLAINT, since=here.hands.now())
    here.ledger.suppressions.add(complaint)
    answer = here.http.post(f"{here.links.unsubscribe('news', person)}/undo", data={"undo": undo})
    assert answer.status_code == 409
    assert complaint in here.ledger.suppressions.of(person)
