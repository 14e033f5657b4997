"""Whoever leaves while a mailing is under way gets no mail that was not begun by then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from running_parts import CHANNELS, DUE, START, Scene, post, scene

from publisher.ledger.listrecords import EVERY_LIST, Agreement, How, MailList, Newcomer, Suppression, Why
from publisher.model import DeliveryState

READERS = 130  #: more than are claimed at once
LAST = f"reader{READERS - 1:03}@example.org"
ON_LISTS = CHANNELS.replace("list: readers.csv", "list: [press, guests]")
BY_HAND = Agreement(how=How.STAFF, at=START)
_S = DeliveryState


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.write(post("one", to=["news"]))
        set_up.enlist(*(f"reader{number:03}@example.org,,en" for number in range(READERS)))
        set_up.at(START)
        yield set_up


FIRST_MAIL = "UPDATE OF remote_id ON recipients WHEN NEW.address LIKE 'reader000@%'"
BEGUN = "INSERT ON attempts"


@contextmanager
def leaving(stage: Scene, address: str, *, after: str, from_list: str = EVERY_LIST) -> Iterator[None]:
    """Somebody leaves in the very moment in which something is written down."""
    row = f"'{stage.app.list_key.hash_of(address)}', '{from_list}', 'unsubscribed', '', '2027-05-03 09:00:00.000000'"
    leave = f"INSERT INTO suppressions (hash, list, reason, detail, since) VALUES ({row})"  # noqa: S608  our own words
    with stage.ledger.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TRIGGER leaving AFTER {after} BEGIN {leave}; END")
    yield
    with stage.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER leaving")


def enlist(stage: Scene, *lists: str) -> None:
    """The readers of the file are on lists in the ledger."""
    for name in ("press", "guests"):
        made = MailList(name=name, title={}, list_id=f"{name}.example.org", basis="consent", created_at=START)
        stage.ledger.lists.add(made)
    for number in range(READERS):
        address = f"reader{number:03}@example.org"
        newcomer = Newcomer(hash=stage.app.list_key.hash_of(address), address=address, language="en")
        stage.ledger.memberships.join(newcomer, lists, agreement=BY_HAND, now=START)
    stage.write(post("one", to=["news"]), channels=ON_LISTS)


@pytest.mark.parametrize("left", [EVERY_LIST, "readers"])
def test_a_reader_from_a_file_who_leaves_in_the_middle_gets_nothing(stage: Scene, left: str) -> None:
    with leaving(stage, LAST.upper(), after=FIRST_MAIL, from_list=left):
        stage.at(DUE)
    assert (len(stage.reached()), LAST.partition("@")[0] in stage.reached()) == (READERS - 1, False)
    gone = stage.readers("one")[LAST.partition("@")[0]]
    assert (gone.state, gone.code, gone.attempts) == (_S.CANCELLED, "unsubscribed", 0)
    tally = stage.ledger.recipients.tally(stage.row("one", "news").key)
    assert (stage.state("one", "news"), tally.gap, tally.excluded) == ("sent", 0, {"unsubscribed": 1})


@pytest.mark.parametrize(("lists", "left"), [(["press"], "press"), (["press", "guests"], EVERY_LIST)])
def test_a_subscriber_who_leaves_in_the_middle_gets_nothing(stage: Scene, lists: list[str], left: str) -> None:
    enlist(stage, *lists)
    with leaving(stage, LAST, after=FIRST_MAIL, from_list=left):
        stage.at(DUE)
    assert (len(stage.reached()), LAST.partition("@")[0] in stage.reached()) == (READERS - 1, False)
    assert stage.readers("one")[LAST.partition("@")[0]].code == "unsubscribed"


@pytest.mark.parametrize("left", ["press", "somewhere else"])
def test_a_subscriber_who_leaves_one_of_two_lists_still_gets_it(stage: Scene, left: str) -> None:
    enlist(stage, "press", "guests")
    with leaving(stage, LAST, after=FIRST_MAIL, from_list=left):
        stage.at(DUE)
    assert LAST.partition("@")[0] in stage.reached()


def test_when_everybody_leaves_in_the_middle_the_mailing_is_called_off_and_not_refused(stage: Scene) -> None:
    stage.enlist("reader000@example.org,,en")
    with leaving(stage, "reader000@example.org", after=BEGUN):
        stage.at(DUE)
    stage.play(0.2)
    assert (stage.state("one", "news"), stage.reached()) == ("cancelled", [])


def test_whoever_is_erased_while_a_server_puts_them_off_is_not_written_to_again(stage: Scene) -> None:
    stage.enlist("reader000@example.org,,en", "reader001@example.org,,en")
    stage.at(DUE)
    with stage.ledger.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE recipients SET state = 'retry_wait', next_at = '2027-05-03 09:05:00.000000', "
            "address = 'abc@erased.invalid' WHERE address LIKE 'reader001@%'"
        )
        connection.exec_driver_sql(
            "UPDATE deliveries SET state = 'retry_wait', next_at = '2027-05-03 09:05:00.000000' WHERE channel = 'news'"
        )
    stage.play(0.5)
    assert (stage.state("one", "news"), stage.reached()) == ("sent", ["reader000", "reader001"])
    assert stage.readers("one")["abc"].code == "erased"


def test_who_leaves_by_the_clock_of_today_leaves_a_mailing_whose_day_is_still_to_come(stage: Scene) -> None:
    """As with ``run --once --now``: the present of the mailing is not that of the page on which somebody leaves."""
    waits = CHANNELS.replace("languages: [en, pl] }", "languages: [en, pl], canary: 10 readers then 1 hour }")
    stage.write(post("one", to=["news"]), channels=waits)
    stage.at(DUE)
    today = stage.app.desk(stage.ledger, Event()).others_clock.now()
    left = next(one for one in stage.readers("one") if one not in stage.reached())
    person = stage.app.list_key.hash_of(f"{left}@example.org")
    stage.ledger.suppressions.add(Suppression(hash=person, list=EVERY_LIST, reason=Why.UNSUBSCRIBED, since=today))
    stage.at(DUE + timedelta(hours=1))
    assert (len(stage.reached()), left in stage.reached()) == (READERS - 1, False)
    assert stage.readers("one")[left].code == "unsubscribed"
