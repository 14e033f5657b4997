"""The subscriber pages over HTTP, with a real mail server: what people do with them, and what comes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from web_parts import ANNA, MINUTE, NEWS, Library, library, link_in, value_of

from publisher.ledger.archive import ArchivedMail
from publisher.ledger.listrecords import EVERY_LIST, Act, How, Suppression, Why
from publisher.newsletter.keys import EVERYTHING
from publisher.personal import SAMPLE_TOKEN

HOUR = timedelta(hours=1)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Library]:
    with library(tmp_path) as one:
        yield one


def subscribed(here: Library, *lists: str, address: str = ANNA) -> str:
    """Sign up and confirm; gives the link that did it."""
    before = len(here.sandbox.mails())
    assert here.sign_up(address, *lists).status_code == 200
    link = link_in(here.mails(before + 1)[-1])
    assert here.http.post(link).status_code == 200
    return link


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
    subscribed(here)
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
    subscribed(here, "news")
    here.ledger.suppressions.add(
        Suppression(hash=here.person("cy@example.org"), list=EVERY_LIST, reason=Why.COMPLAINT, since=here.hands.now())
    )
    answers = [here.sign_up(who) for who in (ANNA, "ben@example.org", "cy@example.org")]
    assert (
        len({(one.status_code, re.sub(r"\w+@example", "", one.text), str(one.headers.keys())) for one in answers}) == 1
    )


def test_who_is_subscribed_already_is_told_so_by_mail(here: Library) -> None:
    subscribed(here, "news")
    here.sign_up(ANNA, "news")
    mail = here.mails(2)[-1]
    assert mail["Subject"] == "You are already subscribed"
    assert link_in(mail) == f"{here.links.preferences(here.person())}?lang=en"
    assert here.ledger.signups.of(ANNA) == []


def test_only_what_is_new_has_to_be_confirmed(here: Library) -> None:
    subscribed(here, "news")
    here.sign_up(ANNA, "news", "press")
    [pending] = here.ledger.signups.of(ANNA) if here.mails(2) else []
    assert pending.lists == ("press",)


@pytest.mark.parametrize("reason", [Why.UNSUBSCRIBED, Why.ERASED, Why.HARD_BOUNCE])
def test_who_left_or_was_erased_or_did_not_get_mails_comes_back_by_confirming(here: Library, reason: Why) -> None:
    no = Suppression(hash=here.person(), list=EVERY_LIST, reason=reason, since=here.hands.now())
    here.ledger.suppressions.add(no)
    subscribed(here, "news")
    assert here.on() == ["news"]
    assert here.ledger.suppressions.holding(here.person(), list_name="news") is None


def test_who_comes_back_to_one_list_after_a_no_to_all_stays_away_from_the_others(here: Library) -> None:
    here.http.post(here.links.unsubscribe(EVERYTHING, here.person()), data=ONE_CLICK)
    subscribed(here, "news")
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
    link = subscribed(here)
    here.http.post(here.links.unsubscribe("news", here.person()), data=ONE_CLICK)
    for answer in (here.http.get(link), here.http.post(link)):
        assert "This link has been used already" in answer.text
    assert here.on() == []


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


# --- leaving ---------------------------------------------------------------------------------------------


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
    subscribed(here)
    link = here.links.preferences(here.person())
    answer = here.http.get(f"{link}/data")
    assert answer.headers["content-disposition"].startswith("attachment")
    data = json.loads(answer.text)
    assert (data["address"], data["subscriptions"][0]["list"]) == (ANNA, "news")
    assert data["consents"][0]["text"]["words"].startswith("I agree that Library & <Friends> sends me")


def test_erasing_asks_first_and_leaves_a_hash_alone(here: Library) -> None:
    subscribed(here)
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


# --- the archive -----------------------------------------------------------------------------------------

MAIL = ArchivedMail(
    key="events/open-day/invitation/2027-05-06T09:00/news",
    list="news",
    language="en",
    sent_at=datetime(2027, 5, 2, 7, tzinfo=UTC),
    subject="Open day <b>",
    preheader="Come & see",
    sha256="0" * 64,
    text="Hello\n",
    html='<html lang="en"><head><style>p{color:red}</style></head><body><script>alert(1)</script>Hello</body></html>',
)


def test_the_archive_shows_the_mails_of_public_lists_in_the_language_of_the_visit(here: Library) -> None:
    here.ledger.archive.keep(MAIL)
    page = here.http.get("/archive/news?lang=en", follow_redirects=True)
    assert (page.url.path, page.status_code) == ("/archive/news/en", 200)
    assert "Open day &lt;b&gt;" in page.text
    assert here.http.get("/archive/news/?lang=en", follow_redirects=True).text == page.text
    mail = here.http.get(here.links.archive("news", "en", MAIL.key))
    assert "Open day &lt;b&gt;" in mail.text
    assert 'sandbox="allow-popups' in mail.text
    for path in (
        "/archive/staff",
        "/archive/nothing",
        "/archive/news/xx",
        "/archive/news/en/posts/x",
        "/archive/press/en/x",
    ):
        assert here.http.get(path).status_code == 404, path


def test_a_mail_in_the_archive_runs_nothing_and_fetches_nothing(here: Library) -> None:
    here.ledger.archive.keep(MAIL)
    answer = here.http.get(f"/archive/news/en/mail/{MAIL.key}")
    policy = answer.headers["content-security-policy"]
    assert "script" not in policy
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "sandbox allow-popups" in policy
    assert '<head><base target="_blank">' in answer.text


def test_the_feed_of_an_archive_has_what_rss_asks_for(here: Library) -> None:
    for number in range(3):
        mail = ArchivedMail(
            key=f"posts/{number}", list="news", language="en", sent_at=MAIL.sent_at + number * HOUR,
            subject=f"Mail {number} & more", sha256="0" * 64, text="x", preheader="",
        )  # fmt: skip
        here.ledger.archive.keep(mail)
    answer = here.http.get("/archive/news/en/rss.xml")
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    root = ET.fromstring(answer.content)  # noqa: S314  ours
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    [channel] = root
    assert [channel.findtext(name) for name in ("title", "description", "language")] == ["News", "Once a month.", "en"]
    assert channel.findtext("link") == here.links.archive("news", "en")
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == [f"Mail {number} & more" for number in (2, 1, 0)]
    for item in items:
        assert item.findtext("guid") == item.findtext("link")
        assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is not None
        assert here.http.get(item.findtext("link") or "").status_code == 200
    empty = here.http.get("/archive/press/fi/rss.xml")
    assert (empty.status_code, ET.fromstring(empty.content).find("channel/item")) == (200, None)  # noqa: S314  ours


def test_a_long_archive_comes_in_pages(here: Library) -> None:
    for number in range(35):
        mail = ArchivedMail(
            key=f"posts/{number}", list="news", language="en", sent_at=MAIL.sent_at + number * HOUR,
            subject=f"Mail-{number}-", sha256="0" * 64, text="x", preheader="",
        )  # fmt: skip
        here.ledger.archive.keep(mail)
    first, second = (here.http.get(f"/archive/news/en?page={page}&lang=en").text for page in (1, 2))
    assert ("Mail-34-" in first, "Mail-4-" in first, "Older e\u2011mails" in first) == (True, False, True)
    assert ("Mail-4-" in second, "Newer e\u2011mails" in second, "Older e\u2011mails" in second) == (True, True, False)
    assert here.http.get("/archive/news/en?page=99999999999").status_code == 200


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
