"""Whom an audience names: from lists in the ledger, and from files; who is excluded, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import AudienceError
from publisher.ledger.ledger import Ledger
from publisher.ledger.listrecords import (
    EVERY_LIST,
    Agreement,
    Candidate,
    Excluded,
    How,
    MailList,
    Newcomer,
    Suppression,
    Why,
)
from publisher.ledger.states import EXCLUDED
from publisher.model import Audience, Calendar, Channel, DeliveryState, Kind, Planned, PlanState
from publisher.newsletter.audience import Enrolment, candidates, lookup_of, readership
from publisher.newsletter.keys import ListKey
from publisher.segments.grammar import parse_condition

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = ListKey(bytes(range(32)))
BY_HAND = Agreement(how=How.STAFF, at=NOW)
CHANNEL = Channel(id="news", type="email", languages=("pl", "en", "es"), calendar=Calendar(timezone="UTC"))


@pytest.fixture
def ledger(either_ledger: Ledger) -> Ledger:
    for name in ("news", "press"):
        either_ledger.lists.add(
            MailList(name=name, title={"en": name}, list_id=f"{name}.example.org", basis="consent", created_at=NOW)
        )
    return either_ledger


def join(ledger: Ledger, name: str, *lists: str, at: datetime = NOW, language: str = "", **attributes: str) -> str:
    person = KEY.hash_of(f"{name}@example.org")
    newcomer = Newcomer(hash=person, address=f"{name}@example.org", name=name, language=language, attributes=attributes)
    ledger.memberships.join(newcomer, lists, agreement=BY_HAND, now=at)
    return person


def enrolment(ledger: Ledger, audience: Audience, *, channel: Channel = CHANNEL) -> Enrolment:
    return candidates(audience, ledger=ledger, key=KEY, channel=channel, now=NOW + DAY)


def named(ledger: Ledger, audience: Audience) -> dict[str, Candidate]:
    return {one.reader.address.partition("@")[0]: one for one in enrolment(ledger, audience).candidates}


def test_who_is_on_several_lists_is_named_once(ledger: Ledger) -> None:
    join(ledger, "anna", "news", "press")
    join(ledger, "jan", "press")
    found = [one.reader.address for one in enrolment(ledger, Audience(id="a", lists=("news", "press"))).candidates]
    assert found == ["anna@example.org", "jan@example.org"]


def test_who_left_is_named_no_more(ledger: Ledger) -> None:
    anna = join(ledger, "anna", "news", "press")
    join(ledger, "jan", "news")
    ledger.memberships.leave(anna, ["news"], agreement=BY_HAND, now=NOW)
    assert set(named(ledger, Audience(id="a", lists=("news",)))) == {"jan"}
    assert named(ledger, Audience(id="a", lists=("news", "press")))["anna"].exclusion is None


def test_who_must_not_be_written_to_comes_with_the_reason(ledger: Ledger) -> None:
    people = {name: join(ledger, name, "news") for name in ("anna", "jan", "ola", "zoe")}
    ledger.suppressions.add(
        Suppression(hash=people["jan"], list=EVERY_LIST, reason=Why.HARD_BOUNCE, since=NOW, detail="5.1.1")
    )
    ledger.suppressions.add(Suppression(hash=people["ola"], list="news", reason=Why.UNSUBSCRIBED, since=NOW))
    zoe = ledger.subscribers.by_hash(people["zoe"])
    assert zoe is not None
    ledger.subscribers.pause(zoe.id, until=NOW + 9 * DAY, now=NOW)
    found = named(ledger, Audience(id="a", lists=("news",)))
    reasons = {name: one.exclusion.reason if one.exclusion else None for name, one in found.items()}
    assert reasons == {
        "anna": None,
        "jan": Excluded.SUPPRESSED,
        "ola": Excluded.UNSUBSCRIBED,
        "zoe": Excluded.PAUSED,
    }


def test_who_left_by_the_name_of_the_audience_left_all_of_its_lists(ledger: Ledger) -> None:
    anna = join(ledger, "anna", "news", "press")
    join(ledger, "jan", "news")
    ledger.memberships.leave(anna, ["both"], agreement=BY_HAND, now=NOW)
    found = named(ledger, Audience(id="both", lists=("news", "press")))
    assert {name: one.exclusion is None for name, one in found.items()} == {"anna": False, "jan": True}
    assert named(ledger, Audience(id="other", lists=("news", "press")))["anna"].exclusion is None


CONDITIONS = st.recursive(
    st.sampled_from(
        ["language is fi", "language is not set", "language is PL", "city is łódź", "tags has press", "name is r1"]
    ),
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=6,
)


def test_the_database_rules_nobody_out_for_whom_a_condition_holds(ledger: Ledger) -> None:
    for number, (language, city, tags) in enumerate(product(("", "fi", "pl"), ("", "Łódź"), ("", "a, press"))):
        join(ledger, f"r{number}", "news", language=language, city=city, tags=tags)
    everybody = list(readership(Audience(id="a", lists=("news",)), ledger=ledger).readers())

    @settings(max_examples=60, deadline=None)
    @given(CONDITIONS)
    def holds(text: str) -> None:
        where = parse_condition(text)
        expected = [one for one in everybody if where.holds(lookup_of(one, ""))]
        assert list(readership(Audience(id="a", lists=("news",), where=text), ledger=ledger).readers()) == expected

    holds()


def test_each_reader_gets_the_nearest_language_that_there_is(ledger: Ledger) -> None:
    for language in ("pl", "ca", "fi", ""):
        join(ledger, f"r{language}", "news", language=language)
    languages = {name: one.reader.language for name, one in named(ledger, Audience(id="a", lists=("news",))).items()}
    assert languages == {"rpl": "pl", "rca": "es", "rfi": "en", "r": "pl"}
    own = replace(CHANNEL, fallback={"fi": ("es",)})
    found = enrolment(ledger, Audience(id="a", lists=("news",)), channel=own).candidates
    assert [one.reader.language for one in found] == ["pl", "es", "es", "pl"]


def test_every_reader_has_all_columns_of_the_lists(ledger: Ledger) -> None:
    join(ledger, "anna", "news", city="Lublin")
    join(ledger, "jan", "press", tags="press")
    audience = Audience(id="a", lists=("news", "press"))
    assert enrolment(ledger, audience).columns == ("city", "tags")
    found = named(ledger, audience)
    assert found["anna"].reader.attributes == {"city": "Lublin", "tags": ""}
    assert found["jan"].reader.attributes == {"city": "", "tags": "press"}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("language is fi", {"f1", "f2"}),
        ("language is not fi", {"p1", "p2"}),
        ("language is fi and tags has press", {"f1"}),
        ("language is fi or tags has press", {"f1", "f2", "p1"}),
        ("not (language is fi or tags has press)", {"p2"}),
        ("since after 2027-05-03", {"f2", "p2"}),
        ("email is P1@example.org", {"p1"}),
        ("city is łódź", {"p2"}),
        ("language is set and city is not set", {"f1", "f2", "p1"}),
    ],
)
def test_a_condition_picks_readers(ledger: Ledger, where: str, expected: set[str]) -> None:
    join(ledger, "f1", "news", language="fi", tags="press, ngo")
    join(ledger, "f2", "news", language="fi", at=NOW + 2 * DAY)
    join(ledger, "p1", "news", language="pl", tags="Press")
    join(ledger, "p2", "news", language="pl", at=NOW + 2 * DAY, city="ŁÓDŹ")
    assert set(named(ledger, Audience(id="a", lists=("news",), where=where))) == expected
    assert len(readership(Audience(id="a", lists=("news",), where=where), ledger=ledger)) == len(expected)


def test_a_field_that_nobody_has_is_told_with_the_one_that_was_meant(ledger: Ledger) -> None:
    join(ledger, "anna", "news", city="Lublin")
    with pytest.raises(AudienceError, match=r"citty.*city"):
        enrolment(ledger, Audience(id="a", lists=("news",), where="citty is not Lublin"))


def test_a_list_that_is_not_there_is_told_with_the_one_that_was_meant(ledger: Ledger) -> None:
    with pytest.raises(AudienceError, match=r"called “new”.*“news”"):
        enrolment(ledger, Audience(id="a", lists=("new",)))
    with pytest.raises(AudienceError, match="publisher lists create partners"):
        readership(Audience(id="a", lists=("partners",)), ledger=ledger)


def test_an_audience_of_nobody_is_an_error_when_it_is_written_to(ledger: Ledger) -> None:
    with pytest.raises(AudienceError, match="nobody"):
        list(enrolment(ledger, Audience(id="a", lists=("news",))).candidates)


def test_suppressions_hold_for_readers_from_a_file_too(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "email,language,tags\nanna@example.org,ca,a\nJan@example.org,,b\nno address,,b\nola@example.org,,b\n",
        encoding="utf-8",
    )
    ledger.memberships.leave(KEY.hash_of("jan@example.org"), ["partners"], agreement=BY_HAND, now=NOW)
    found = enrolment(ledger, Audience(id="partners", path=tmp_path / "p.csv", where="tags has b or tags has a"))
    states = [(one.reader.address, one.exclusion and one.exclusion.reason) for one in found.candidates]
    assert states == [
        ("anna@example.org", None),
        ("Jan@example.org", Excluded.UNSUBSCRIBED),
        ("ola@example.org", None),
        ("(line 4)", Excluded.BAD_ADDRESS),
    ]
    assert [problem.code for problem in found.problems] == ["bad-address"]
    assert found.columns == ("tags",)
    assert readership(Audience(id="partners", path=tmp_path / "p.csv"), ledger=None).columns == ("tags",)


def test_a_file_of_which_no_row_can_be_used_is_no_audience(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("email\nnobody\n", encoding="utf-8")
    with pytest.raises(AudienceError, match="None of the rows"):
        list(enrolment(ledger, Audience(id="partners", path=tmp_path / "p.csv")).candidates)
    (tmp_path / "p.csv").write_text("email\nnobody\nola@example.org\n", encoding="utf-8")
    with pytest.raises(AudienceError, match="nobody to write to"):
        list(enrolment(ledger, Audience(id="p", path=tmp_path / "p.csv", where="language is fi")).candidates)


def planned(key: str) -> Planned:
    return Planned(
        key=key,
        occurrence=key,
        kind=Kind.POST,
        source_id="one",
        step="then",
        template="post",
        channel=CHANNEL,
        languages=("pl",),
        local=NOW.replace(tzinfo=None),
        nominal_local=NOW.replace(tzinfo=None),
        due_at=NOW,
        state=PlanState.PLANNED,
    )


def test_the_audience_is_frozen_whole_with_those_who_are_excluded_and_the_sum_closes(ledger: Ledger) -> None:
    people = [join(ledger, f"r{number}", "news") for number in range(1203)]
    ledger.suppressions.add(Suppression(hash=people[7], list=EVERY_LIST, reason=Why.COMPLAINT, since=NOW))
    ledger.deliveries.replan(added=[planned("mail")], now=NOW)
    for _ in range(2):
        named = enrolment(ledger, Audience(id="a", lists=("news",))).candidates
        ledger.recipients.enrol("mail", named, now=NOW)
    tally = ledger.recipients.tally("mail")
    assert (tally.candidates, tally.total, tally.gap) == (1203, 1203, 0)
    assert (tally.of(DeliveryState.PENDING), tally.of(*EXCLUDED), tally.excluded) == (1202, 1, {"suppressed": 1})
    assert str(tally) == "1202 waiting, 1 excluded (1 suppressed)"


def test_an_audience_that_can_not_be_read_to_its_end_freezes_nobody(ledger: Ledger) -> None:
    ledger.deliveries.replan(added=[planned("mail")], now=NOW)
    with pytest.raises(AudienceError):
        ledger.recipients.enrol("mail", enrolment(ledger, Audience(id="a", lists=("news",))).candidates, now=NOW)
    assert ledger.recipients.tally("mail").total == 0
    assert ledger.recipients.tally("mail").candidates is None


def test_whoever_is_erased_stands_in_old_mailings_as_a_hash_and_gets_no_mail_of_those_under_way(
    ledger: Ledger,
) -> None:
    anna, _ = join(ledger, "anna", "news", city="Lublin"), join(ledger, "jan", "news")
    ledger.deliveries.replan(added=[planned("mail")], now=NOW)
    ledger.recipients.enrol("mail", enrolment(ledger, Audience(id="a", lists=("news",))).candidates, now=NOW)
    ledger.memberships.erase(anna, address="anna@example.org", now=NOW + DAY)
    gone, left = ledger.recipients.of("mail")
    assert (gone.reader.address, gone.reader.name, gone.reader.attributes) == (
        f"{anna}@erased.invalid",
        "",
        {"city": ""},
    )
    assert (gone.state, gone.code) == (DeliveryState.CANCELLED, "erased")
    assert (left.reader.address, left.state) == ("jan@example.org", DeliveryState.PENDING)
    assert ledger.recipients.tally("mail").gap == 0
