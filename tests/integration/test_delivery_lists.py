"""Mailings to lists in the ledger: who gets one, in which language, who does not and why, and who leaves meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene

from publisher.ledger.listrecords import EVERY_LIST, Agreement, How, MailList, Newcomer, Suppression, Why
from publisher.newsletter.audience import candidates
from publisher.newsletter.matrix import matrix_of
from publisher.sandbox.faults import Fault

CHANNELS = """\
channels:
  news: { type: email, audience: readers, languages: [en, pl] }
audiences:
  readers: { list: [news, press], where: not tags has internal }
"""
BY_HAND = Agreement(how=How.STAFF, at=START)
BY_LINK = Agreement(how=How.ONE_CLICK, at=DUE)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        for name in ("news", "press"):
            set_up.ledger.lists.add(
                MailList(
                    name=name, title={"en": name}, list_id=f"{name}.example.org", basis="consent", created_at=START
                )
            )
        join(set_up, "anna", "news", "press", language="pl", tags="press")
        join(set_up, "bela", "press", language="fi")
        join(set_up, "carl", "news")
        join(set_up, "dora", "news", tags="internal")
        set_up.write(post("one", to=["news"]), channels=CHANNELS)
        set_up.at(START)
        yield set_up


def person(stage: Scene, name: str) -> str:
    return stage.app.list_key.hash_of(f"{name}@example.org")


def join(stage: Scene, name: str, *lists: str, language: str = "", **attributes: str) -> None:
    newcomer = Newcomer(
        hash=person(stage, name),
        address=f"{name}@example.org",
        name=name.title(),
        language=language,
        attributes=attributes,
    )
    stage.ledger.memberships.join(newcomer, lists, agreement=BY_HAND, now=START)


def leave(stage: Scene, name: str, *lists: str) -> None:
    stage.ledger.memberships.leave(person(stage, name), lists, agreement=BY_LINK, now=stage.clock.now())


def suppress(stage: Scene, name: str) -> None:
    stage.ledger.suppressions.add(
        Suppression(hash=person(stage, name), list=EVERY_LIST, reason=Why.COMPLAINT, since=stage.clock.now())
    )


def test_everybody_for_whom_the_condition_holds_gets_one_mail_in_the_nearest_language(stage: Scene) -> None:
    stage.at(DUE)
    assert sorted(stage.reached()) == ["anna", "bela", "carl"]
    assert {name: one.reader.language for name, one in stage.readers("one").items()} == {
        "anna": "pl",
        "bela": "en",
        "carl": "en",
    }
    assert stage.row("one", "news").reason == "3 accepted"


def test_the_reason_of_a_mailing_accounts_for_those_who_are_excluded(stage: Scene) -> None:
    suppress(stage, "carl")
    stage.at(DUE)
    assert sorted(stage.reached()) == ["anna", "bela"]
    row = stage.row("one", "news")
    assert (row.state, row.reason) == ("sent", "2 accepted, 1 excluded (1 suppressed)")
    assert stage.ledger.recipients.tally(row.key).gap == 0


def test_who_joins_after_a_mailing_began_gets_the_next_one(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_GREYLIST)
    stage.at(DUE)
    join(stage, "zoe", "news")
    stage.play(hours=2)
    assert sorted(stage.reached()) == ["anna", "bela", "carl"]


def test_who_leaves_while_a_mailing_is_under_way_gets_nothing_of_it(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_POLICY, times=3)  # everybody waits
    stage.at(DUE)
    assert stage.reached() == []
    leave(stage, "anna", "news")  # and is still on the other list
    leave(stage, "bela", "press")
    suppress(stage, "carl")
    stage.play(hours=2)
    assert stage.reached() == ["anna"]
    assert {name: (one.state, one.code) for name, one in stage.readers("one").items()} == {
        "anna": ("sent", ""),
        "bela": ("cancelled", "unsubscribed"),
        "carl": ("cancelled", "suppressed"),
    }
    assert stage.row("one", "news").reason == "1 accepted, 2 excluded (1 suppressed, 1 unsubscribed)"


def test_readers_from_a_file_leave_in_the_same_way(stage: Scene) -> None:
    stage.write(
        post("one", to=["news"]),
        channels=CHANNELS.replace("list: [news, press], where: not tags has internal", "list: readers.csv, basis: x"),
    )
    stage.inject("news", Fault.SMTP_POLICY, times=4)
    stage.at(DUE)
    leave(stage, "bela", "readers")
    stage.play(hours=2)
    assert sorted(stage.reached()) == ["anna", "carl", "dora"]
    assert stage.readers("one")["bela"].code == "unsubscribed"


def test_an_edit_that_names_a_list_that_is_not_there_leaves_the_last_good_one_in_force(stage: Scene) -> None:
    stage.write(post("one", to=["news"]), channels=CHANNELS.replace("[news, press]", "[news, partners]"))
    stage.at(DUE)
    assert sorted(stage.reached()) == ["anna", "bela", "carl"]
    broken = stage.ledger.breakages.current()
    assert broken is not None
    assert "There is no list called “partners”." in broken.problems[0].message


def test_where_a_translation_may_be_missing_the_chain_of_the_reader_decides_and_not_the_stand_in(stage: Scene) -> None:
    channels = CHANNELS.replace("[en, pl]", "[en, es, ca]").replace("not tags has internal", "name is not nobody")
    stage.write(post("one", to=["news"]).replace("pl:", "es:"), channels=channels)
    stage.file.write_text(
        stage.file.read_text(encoding="utf-8").replace("defaults: {", "defaults: { missing_translation: use en,"),
        encoding="utf-8",
    )
    join(stage, "nuria", "news", language="ca")
    stage.at(DUE)
    assert stage.readers("one")["nuria"].reader.language == "es"


def test_the_matrix_counts_who_would_get_what(stage: Scene) -> None:
    suppress(stage, "carl")
    loaded, _ = stage.app.schedule()
    found = matrix_of(
        candidates(
            loaded.audiences["readers"],
            ledger=stage.ledger,
            key=stage.app.list_key,
            channel=loaded.channels["news"],
            now=START + timedelta(minutes=1),
        ).candidates
    )
    assert found.readers == {("pl", "pl"): 1, ("fi", "en"): 1}
    assert found.excluded == {"suppressed": 1}
    assert (found.candidates, found.size) == (3, 2)
