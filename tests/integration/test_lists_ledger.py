"""Mailing lists in the ledger, on SQLite and on PostgreSQL: joining, leaving, suppression, sign-ups, erasing."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from publisher.ledger.database import reading
from publisher.ledger.ledger import Ledger, open_ledger
from publisher.ledger.list_tables import consent_texts
from publisher.ledger.listrecords import (
    EVERY_LIST,
    Act,
    Agreement,
    How,
    MailList,
    Newcomer,
    Signup,
    Subscriber,
    Suppression,
    Why,
    Wording,
)
from publisher.newsletter.keys import ListKey

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = ListKey(bytes(range(32)))
NEWS = MailList(
    name="news", title={"pl": "Nowości", "en": "News"}, list_id="news.example.org", basis="consent", created_at=NOW
)
PRESS = replace(NEWS, name="press", title={"en": "Press"}, list_id="press.example.org")
WORDING = Wording(language="pl", words="Chcę dostawać nowości.", version="2027-01")
BY_FORM = Agreement(how=How.FORM, at=NOW, proof="confirmed 2027-05-03", wording=WORDING)
BY_FILE = Agreement(how=How.IMPORT, at=NOW, proof="people.csv, row 2")
ONE_CLICK = Agreement(how=How.ONE_CLICK, at=NOW + DAY)


def newcomer(address: str = "anna@example.org", **parts: str) -> Newcomer:
    return Newcomer(hash=KEY.hash_of(address), address=address, **parts)


ANNA = newcomer(name="Anna", language="pl")


@pytest.fixture
def ledger(either_ledger: Ledger) -> Ledger:
    either_ledger.lists.add(NEWS)
    either_ledger.lists.add(PRESS)
    return either_ledger


def joined(ledger: Ledger, *lists: str, who: Newcomer = ANNA, agreement: Agreement = BY_FORM) -> Subscriber:
    found = ledger.memberships.join(who, lists or ("news",), agreement=agreement, now=NOW)
    assert found is not None
    return found


def on(ledger: Ledger, one: Subscriber) -> list[str]:
    return [subscription.list for subscription in ledger.subscribers.subscriptions(one.id) if subscription.holds]


def test_a_list_keeps_its_list_id_and_its_first_day_whatever_changes(ledger: Ledger) -> None:
    assert not ledger.lists.add(NEWS)
    ledger.lists.change(replace(NEWS, title={"en": "All news"}, list_id="other", is_public=True, created_at=NOW + DAY))
    assert ledger.lists.get("news") == replace(NEWS, title={"en": "All news"}, is_public=True)
    assert [one.name for one in ledger.lists.all()] == ["news", "press"]


def test_who_joins_is_on_the_list_with_a_record_of_the_very_words(ledger: Ledger) -> None:
    anna = joined(ledger, "news", "press")
    assert (anna.address, anna.name, anna.language) == ("anna@example.org", "Anna", "pl")
    assert on(ledger, anna) == ["news", "press"]
    records = ledger.subscribers.consents(anna.id)
    assert [(one.list, one.act, one.how, one.wording) for one in records] == [
        ("news", Act.GIVEN, How.FORM, WORDING),
        ("press", Act.GIVEN, How.FORM, WORDING),
    ]
    assert ledger.members.languages(["news", "press"]) == {"pl": 1}


def test_the_same_words_are_kept_once(ledger: Ledger) -> None:
    joined(ledger)
    joined(ledger, who=newcomer("jan@example.org"))
    joined(ledger, who=newcomer("ola@example.org"), agreement=replace(BY_FORM, wording=replace(WORDING, language="en")))
    with reading(ledger.engine) as connection:
        assert len(connection.execute(select(consent_texts.c.id)).all()) == 2


def test_people_are_found_by_the_hash_of_their_address(ledger: Ledger) -> None:
    anna = joined(ledger)
    assert ledger.subscribers.by_hash(ANNA.hash) == anna
    assert ledger.subscribers.by_hash(ANNA.hash[:8]) is None
    assert ledger.subscribers.by_hash("00" * 12) is None


def test_joining_again_fills_gaps_and_erases_nothing(ledger: Ledger) -> None:
    joined(ledger, who=replace(ANNA, attributes={"city": "Lublin"}))
    anna = joined(ledger, "press", who=newcomer(attributes={"city": "", "tags": "press"}))  # type: ignore[arg-type]
    assert (anna.name, anna.language, anna.attributes) == ("Anna", "pl", {"city": "Lublin", "tags": "press"})


def test_leaving_ends_the_subscription_withdraws_consent_and_suppresses_for_that_list(ledger: Ledger) -> None:
    anna = joined(ledger, "news", "press")
    assert ledger.memberships.leave(anna.hash, ["news"], agreement=ONE_CLICK, now=NOW + DAY) == ("news",)
    assert on(ledger, anna) == ["press"]
    last = ledger.subscribers.consents(anna.id)[-1]
    assert (last.list, last.act, last.how, last.at) == ("news", Act.WITHDRAWN, How.ONE_CLICK, NOW + DAY)
    held = ledger.suppressions.holding(anna.hash, list_name="news")
    assert held is not None
    assert held.reason is Why.UNSUBSCRIBED
    assert ledger.suppressions.holding(anna.hash, list_name="press") is None


def test_leaving_again_changes_nothing(ledger: Ledger) -> None:
    anna = joined(ledger)
    ledger.memberships.leave(anna.hash, ["news"], agreement=ONE_CLICK, now=NOW + DAY)
    before = (ledger.subscribers.consents(anna.id), ledger.suppressions.of(anna.hash))
    assert ledger.memberships.leave(anna.hash, ["news"], agreement=ONE_CLICK, now=NOW + 2 * DAY) == ()
    assert (ledger.subscribers.consents(anna.id), ledger.suppressions.of(anna.hash)) == before


def test_leaving_everything_leaves_each_list(ledger: Ledger) -> None:
    anna = joined(ledger, "news", "press")
    assert ledger.memberships.leave(anna.hash, [EVERY_LIST], agreement=ONE_CLICK, now=NOW + DAY) == ("news", "press")
    assert on(ledger, anna) == []
    assert ledger.suppressions.holding(anna.hash, list_name="whatever") is not None


def test_a_reader_from_a_file_whom_no_table_knows_leaves_in_the_same_way(ledger: Ledger) -> None:
    jan = KEY.hash_of("jan@example.org")
    assert ledger.memberships.leave(jan, ["partners"], agreement=ONE_CLICK, now=NOW) == ()
    assert ledger.suppressions.holding(jan, list_name="partners") is not None
    assert ledger.subscribers.by_hash(jan) is None


def test_a_persons_own_word_lifts_what_stood_in_the_way_and_nobody_elses_does(ledger: Ledger) -> None:
    anna = joined(ledger)
    ledger.memberships.leave(anna.hash, ["news"], agreement=ONE_CLICK, now=NOW + DAY)
    joined(ledger, agreement=BY_FILE)
    assert ledger.suppressions.holding(anna.hash, list_name="news") is not None
    joined(ledger, agreement=BY_FORM)
    assert ledger.suppressions.holding(anna.hash, list_name="news") is None
    assert on(ledger, anna) == ["news"]


def test_what_the_office_set_only_the_office_lifts(ledger: Ledger) -> None:
    ledger.suppressions.add(Suppression(hash=ANNA.hash, list=EVERY_LIST, reason=Why.STAFF, since=NOW))
    joined(ledger)
    assert ledger.suppressions.holding(ANNA.hash, list_name="news") is not None
    assert ledger.suppressions.lift(ANNA.hash)
    assert not ledger.suppressions.lift(ANNA.hash)


def test_the_first_reason_of_a_suppression_stays(ledger: Ledger) -> None:
    bounced = Suppression(hash=ANNA.hash, list=EVERY_LIST, reason=Why.HARD_BOUNCE, since=NOW, detail="5.1.1")
    assert ledger.suppressions.add(bounced)
    assert not ledger.suppressions.add(replace(bounced, reason=Why.COMPLAINT, since=NOW + DAY))
    assert ledger.suppressions.of(ANNA.hash) == [bounced]
    assert ledger.suppressions.since(NOW) == [bounced]
    assert ledger.suppressions.since(NOW + DAY) == []


def test_of_several_lists_one_that_may_write_is_enough(ledger: Ledger) -> None:
    people = [KEY.hash_of(f"{number}@example.org") for number in range(1200)]
    for person in people[:3]:
        ledger.suppressions.add(Suppression(hash=person, list="news", reason=Why.COMPLAINT, since=NOW))
    ledger.suppressions.add(Suppression(hash=people[0], list="press", reason=Why.COMPLAINT, since=NOW))
    ledger.suppressions.add(Suppression(hash=people[-1], list=EVERY_LIST, reason=Why.ERASED, since=NOW))
    assert set(ledger.suppressions.among(people, lists=["news", "press"])) == {people[0], people[-1]}
    assert set(ledger.suppressions.among(people, lists=["news"])) == {*people[:3], people[-1]}


def test_a_pause_and_a_language_are_kept(ledger: Ledger) -> None:
    anna = joined(ledger)
    ledger.subscribers.pause(anna.id, until=NOW + DAY, now=NOW)
    ledger.subscribers.speak(anna.id, "fi", now=NOW)
    found = ledger.subscribers.by_hash(anna.hash)
    assert found is not None
    assert (found.is_paused(NOW), found.is_paused(NOW + DAY)) == (True, False)
    assert found.language == "fi"


def asked(token: str = "t1", address: str = "anna@example.org") -> Signup:
    return Signup(
        token=token,
        address=address,
        language="pl",
        lists=("news", "press"),
        wording=WORDING,
        asked_at=NOW,
        expires_at=NOW + DAY,
    )


def test_a_sign_up_is_confirmed_once(ledger: Ledger) -> None:
    ledger.signups.keep(asked())
    assert ledger.signups.get("t1", now=NOW) == asked()
    assert ledger.subscribers.by_hash(ANNA.hash) is None
    assert ledger.memberships.join(ANNA, ["news"], agreement=BY_FORM, now=NOW, signup="t1") is not None
    assert ledger.memberships.join(ANNA, ["news"], agreement=BY_FORM, now=NOW, signup="t1") is None
    assert ledger.signups.get("t1", now=NOW) is None


def test_an_expired_sign_up_counts_no_more_and_goes_away(ledger: Ledger) -> None:
    ledger.signups.keep(asked())
    later = NOW + DAY
    assert ledger.signups.get("t1", now=later) is None
    assert ledger.memberships.join(ANNA, ["news"], agreement=BY_FORM, now=later, signup="t1") is None
    assert ledger.subscribers.by_hash(ANNA.hash) is None
    assert ledger.signups.expire(now=later) == 1
    assert ledger.signups.of("anna@example.org") == []


def test_an_expired_sign_up_leaves_no_address_in_the_files_of_the_ledger(tmp_path: Path) -> None:
    with closing(open_ledger(f"sqlite:///{tmp_path}/publisher.db")) as ledger:
        ledger.signups.keep(asked())
        assert [one.name for one in tmp_path.iterdir() if b"anna@example.org" in one.read_bytes()]
        ledger.signups.expire(now=NOW + DAY)
        assert not [one.name for one in tmp_path.iterdir() if b"anna@example.org" in one.read_bytes()]


def test_whoever_is_erased_leaves_a_hash_and_nothing_else(ledger: Ledger) -> None:
    anna = joined(ledger, "news", "press")
    ledger.signups.keep(asked(address="Anna@example.org"))
    ledger.memberships.leave(anna.hash, ["press"], agreement=ONE_CLICK, now=NOW)
    ledger.memberships.erase(anna.hash, address=anna.address, now=NOW + DAY)
    assert ledger.subscribers.by_hash(anna.hash) is None
    assert ledger.subscribers.subscriptions(anna.id) == []
    assert ledger.subscribers.consents(anna.id) == []
    assert ledger.signups.of(anna.address) == []
    (left,) = ledger.suppressions.of(anna.hash)
    assert (left.list, left.reason, left.since) == (EVERY_LIST, Why.ERASED, NOW + DAY)
