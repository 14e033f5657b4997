"""The subscriber pages: signing up and confirming, with a real mail server."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from web_parts import ANNA, MINUTE, Library, link_in, value_of

from publisher.ledger.listrecords import EVERY_LIST, Act, How, Suppression, Why
from publisher.newsletter.keys import EVERYTHING

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


# --- signing up ------------------------------------------------------------------------------------------


def test_who_signs_up_is_on_no_list_before_the_link_in_the_mail_is_confirmed(here: Library) -> None:
    answer = here.sign_up(ANNA, "news", name="Anna Nowak", language="fi")
    assert "Look into your mailbox" in answer.text
    [mail] = here.mails(1)
    assert (mail["To"], mail["Auto-Submitted"], mail["Content-Language"]) == (ANNA, "auto-generated", "fi")
    assert mail["Subject"] == "Vahvista tilauksesi"
    assert here.known() is None
    [pending] = here.ledger.signups.of(ANNA)
    assert (pending.lists, pending.name, pending.language) == (("news",), "Anna Nowak", "fi")

    link = link_in(mail)
    assert "Kyllä, haluan tilata" in here.http.get(link).text
    assert here.known() is None
    assert "Tilauksesi on voimassa" in here.http.post(link).text
    assert here.on() == ["news"]
    one = here.known()
    assert one is not None
    assert (one.name, one.language, one.address) == ("Anna Nowak", "fi", ANNA)
    assert here.ledger.signups.of(ANNA) == []


def test_consent_is_kept_with_the_exact_words_that_stood_there_and_their_proof(here: Library) -> None:
    page = here.http.get("/subscribe?lang=en").text
    shown = re.search(r'<label for="consent">([^<]*)</label>', page)
    assert shown
    here.subscribe()
    one = here.known()
    assert one is not None
    [consent] = here.ledger.subscribers.consents(one.id)
    assert (consent.list, consent.act, consent.how) == ("news", Act.GIVEN, How.FORM)
    assert consent.wording is not None
    assert (consent.wording.language, consent.wording.version) == ("en", "1")
    assert consent.wording.words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") == shown[1]
    assert re.fullmatch(
        r"asked 2027-05-03T09:00:20\+00:00 by client [0-9a-f]{12}; confirmed 2027-05-03T09:00:20\+00:00 "
        r"by client [0-9a-f]{12}",
        consent.proof,
    )
    assert "127.0.0.1" not in consent.proof


def test_the_answer_is_the_same_whether_somebody_is_known_or_not(here: Library) -> None:
    here.subscribe("news")
    here.ledger.suppressions.add(
        Suppression(hash=here.person("cy@example.org"), list=EVERY_LIST, reason=Why.COMPLAINT, since=here.hands.now())
    )
    answers = [here.sign_up(who) for who in (ANNA, "ben@example.org", "cy@example.org")]
    assert (
        len({(one.status_code, re.sub(r"\w+@example", "", one.text), str(one.headers.keys())) for one in answers}) == 1
    )


def test_who_is_subscribed_already_is_told_so_by_mail(here: Library) -> None:
    here.subscribe("news")
    here.sign_up(ANNA, "news")
    mail = here.mails(2)[-1]
    assert mail["Subject"] == "You are already subscribed"
    assert link_in(mail) == f"{here.links.preferences(here.person())}?lang=en"
    assert here.ledger.signups.of(ANNA) == []


def test_only_what_is_new_has_to_be_confirmed(here: Library) -> None:
    here.subscribe("news")
    here.sign_up(ANNA, "news", "press")
    [pending] = here.ledger.signups.of(ANNA) if here.mails(2) else []
    assert pending.lists == ("press",)


@pytest.mark.parametrize("reason", [Why.UNSUBSCRIBED, Why.ERASED, Why.HARD_BOUNCE])
def test_who_left_or_was_erased_or_did_not_get_mails_comes_back_by_confirming(here: Library, reason: Why) -> None:
    no = Suppression(hash=here.person(), list=EVERY_LIST, reason=reason, since=here.hands.now())
    here.ledger.suppressions.add(no)
    here.subscribe("news")
    assert here.on() == ["news"]
    assert here.ledger.suppressions.holding(here.person(), list_name="news") is None


def test_who_comes_back_to_one_list_after_a_no_to_all_stays_away_from_the_others(here: Library) -> None:
    here.http.post(here.links.unsubscribe(EVERYTHING, here.person()), data=ONE_CLICK)
    here.subscribe("news")
    assert here.ledger.suppressions.holding(here.person(), list_name="news") is None
    for other in ("press", "readers"):  # one in the ledger, one in a file
        assert here.ledger.suppressions.holding(here.person(), list_name=other) is not None


@pytest.mark.parametrize("reason", [Why.COMPLAINT, Why.STAFF])
def test_no_form_makes_us_write_to_who_complained_or_was_taken_off_by_the_office(here: Library, reason: Why) -> None:
    no = Suppression(hash=here.person(), list=EVERY_LIST, reason=reason, since=here.hands.now())
    here.ledger.suppressions.add(no)
    here.sign_up(ANNA)
    here.sign_up("ben@example.org")
    [mail] = here.mails(1)
    assert mail["To"] == "ben@example.org"
    assert here.ledger.signups.of(ANNA) == []


def test_only_public_lists_can_be_asked_for(here: Library) -> None:
    answer = here.sign_up(ANNA, "staff")
    assert answer.status_code == 422
    assert "staff" not in here.http.get("/subscribe").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"address": ""}, "address"),
        ({"address": "anna"}, "address"),
        ({"address": f"{'a' * 300}@example.org"}, "address"),
        ({"address": "anna@example.org\r\nBcc: ben@example.org"}, "address"),
        ({"name": "x" * 201}, "name"),
        ({"consent": ""}, "consent"),
        ({"list": "nothing"}, "list-1"),
        ({"stamp": "1.0.00"}, "button"),
    ],
)
def test_a_mistake_is_told_at_the_top_with_a_link_to_its_field_and_beside_it(
    here: Library, fields: dict[str, str], field: str
) -> None:
    answer = here.sign_up(**{"address": ANNA, **fields}) if "address" not in fields else here.sign_up(fields["address"])
    assert answer.status_code == 422
    assert "<title>Error: Subscribe by e\u2011mail" in answer.text
    assert re.search(rf'<div class="errors"[^>]*>.*?<a href="#{field}">', answer.text, re.DOTALL)
    assert f'id="{field}"' in answer.text
    assert 'class="error"' in answer.text
    assert here.sandbox.mails() == []


def test_no_link_agrees_for_anybody(here: Library) -> None:
    page = here.http.get("/subscribe?lang=en&list=news&consent=yes&address=anna%40example.org").text
    assert value_of("address", page) == ANNA
    assert page.count(" checked") == 1, "the list"


def test_a_form_may_hold_letters_that_are_not_escaped(here: Library) -> None:
    page = here.http.get("/subscribe?lang=en").text
    here.hands.passes(timedelta(seconds=20))
    form = f"address={ANNA}&list=news&consent=yes&language=pl&name=Łucja+Żółć&stamp={value_of('stamp', page)}"
    usual = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    assert here.http.post("/subscribe", content=form.encode(), headers=usual).status_code == 200
    here.mails(1)
    assert [one.name for one in here.ledger.signups.of(ANNA)] == ["Łucja Żółć"]


def test_what_was_filled_in_stays_when_something_is_wrong(here: Library) -> None:
    answer = here.sign_up(ANNA, "press", consent="", name='Anna "<b>"')
    assert 'value="anna@example.org"' in answer.text
    assert 'value="Anna &#34;&lt;b&gt;&#34;"' in answer.text
    assert re.search(r'value="press" checked', answer.text)


def test_a_form_that_is_filled_in_at_once_is_asked_for_once_more_and_then_taken(here: Library) -> None:
    page = here.http.get("/subscribe?lang=en").text
    form = {"address": ANNA, "list": "news", "consent": "yes", "stamp": value_of("stamp", page)}
    first = here.http.post("/subscribe?lang=en", data=form)
    assert (first.status_code, "Please press the button once more" in first.text) == (422, True)
    here.hands.passes(timedelta(seconds=3))
    assert here.http.post("/subscribe", data={**form, "stamp": value_of("stamp", first.text)}).status_code == 200
    here.mails(1)


def test_who_fills_in_what_people_do_not_see_gets_the_same_answer_and_no_mail(here: Library) -> None:
    trapped, usual = here.sign_up(ANNA, message="buy"), here.sign_up("ben@example.org")
    assert trapped.text.replace("anna@", "ben@") == usual.text
    [mail] = here.mails(1)
    assert mail["To"] == "ben@example.org"


def test_one_client_signs_up_so_often_and_then_waits(here: Library) -> None:
    codes = [here.sign_up(f"reader{number}@example.org").status_code for number in range(31)]
    assert (set(codes[:30]), codes[30]) == ({200}, 429)
    here.hands.passes(15 * MINUTE)
    assert here.sign_up("late@example.org").status_code == 200


def test_one_address_gets_so_many_mails_and_no_more(here: Library) -> None:
    for _ in range(7):
        assert here.sign_up(ANNA).status_code == 200
    here.sign_up("ben@example.org")
    assert [mail["To"] for mail in here.mails(5)] == [ANNA] * 4 + ["ben@example.org"]


def test_no_more_mails_reach_a_mailbox_under_other_spellings(here: Library) -> None:
    for number in range(7):
        assert here.sign_up(f"An.Na+{number}@example.org").status_code == 200
    here.sign_up(ANNA)
    here.sign_up("ben@example.org")
    assert [mail["To"] for mail in here.mails(5)][3:] == ["An.Na+3@example.org", "ben@example.org"]


def test_an_address_that_no_mail_can_be_made_for_is_told(here: Library) -> None:
    answer = here.sign_up(f"{'a' * 65}@example.org")
    assert answer.status_code == 422
    assert "This is not a complete e-mail address" in answer.text


def test_nothing_that_is_typed_in_stands_in_the_mail(here: Library) -> None:
    here.sign_up(ANNA, name="Win at https://evil.example")
    [mail] = here.sandbox.mails() if here.mails(1) else []
    assert b"evil" not in mail.content


def test_an_address_with_letters_of_its_own_language_is_written_to(here: Library) -> None:
    here.sign_up("anna@bücher.example", "news")
    [mail] = here.mails(1)
    assert mail["To"] == "anna@xn--bcher-kva.example"
    here.http.post(link_in(mail))
    assert here.on("anna@bücher.example") == ["news"]


# --- confirming ------------------------------------------------------------------------------------------


def test_a_link_is_good_once_and_subscribes_nobody_who_left_since(here: Library) -> None:
    link = here.subscribe()
    here.http.post(here.links.unsubscribe("news", here.person()), data=ONE_CLICK)
    for answer in (here.http.get(link), here.http.post(link)):
        assert "This link has been used already" in answer.text
    assert here.on() == []


@pytest.mark.parametrize("left", ["news", EVERY_LIST])
def test_a_second_link_from_before_somebody_left_does_not_bring_them_back(here: Library, left: str) -> None:
    here.sign_up(ANNA)
    here.sign_up(ANNA)
    first, second = (link_in(mail) for mail in here.mails(2))
    here.http.post(first)
    here.hands.passes(MINUTE)
    here.http.post(here.links.unsubscribe(left, here.person()), data=ONE_CLICK)
    for answer in (here.http.get(second), here.http.post(second)):
        assert "This link has been used already" in answer.text
    assert here.on() == []
    here.hands.passes(MINUTE)
    here.subscribe("news")
    assert here.on() == ["news"], "who asks anew comes back"


def test_a_link_expires_after_two_days(here: Library) -> None:
    here.sign_up()
    link = link_in(here.mails(1)[0])
    here.hands.passes(timedelta(hours=48))
    assert here.http.get(link).status_code == here.http.post(link).status_code == 410
    assert here.known() is None


def test_a_list_that_is_gone_is_left_out(here: Library) -> None:
    here.sign_up(ANNA, "news", "press")
    link = link_in(here.mails(1)[0])
    with here.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM lists WHERE name = 'press'")
    assert here.http.post(link).status_code == 200
    assert here.on() == ["news"]
