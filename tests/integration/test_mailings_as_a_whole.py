"""Questions about all readers of a mailing at once, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from publisher.ledger.ledger import Ledger
from publisher.ledger.listrecords import Candidate
from publisher.ledger.mailings import Ruling
from publisher.ledger.records import Intent
from publisher.ledger.states import UNCERTAIN
from publisher.ledger.tables import deliveries, recipients
from publisher.model import Calendar, Channel, DeliveryState, Kind, Planned, PlanState, Reader
from publisher.newsletter.accounting import account_of

S = DeliveryState
NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
CHANNEL = Channel(id="news", type="email", languages=("en", "pl"), calendar=Calendar(timezone="UTC"), audience="a")


@pytest.fixture
def ledger(either_ledger: Ledger) -> Ledger:
    return either_ledger


def mailing(ledger: Ledger, template: str, states: Mapping[str, S], *, days: int = 0) -> str:
    """A mailing about the event, begun, with readers in these states; gives its key."""
    local = (NOW + timedelta(days=days)).replace(tzinfo=None)
    occurrence = f"open-day/{template}/{local:%Y-%m-%dT%H:%M}@UTC"
    planned = Planned(
        key=f"{occurrence}/news",
        occurrence=occurrence,
        kind=Kind.EVENT,
        source_id="open-day",
        step="then",
        template=template,
        channel=CHANNEL,
        languages=("en", "pl"),
        local=local,
        nominal_local=local,
        due_at=NOW + timedelta(days=days),
        state=PlanState.PLANNED,
    )
    ledger.deliveries.replan(added=[planned], now=NOW)
    people = [Candidate(Reader(address=f"{name}@example.org", language="en")) for name in states]
    ledger.recipients.enrol(planned.key, people, now=NOW)
    with ledger.engine.begin() as connection:
        for name, state in states.items():
            mine = (recipients.c.key == planned.key, recipients.c.address == f"{name}@example.org")
            connection.execute(update(recipients).where(*mine).values(state=state))
    return planned.key


def states_of(ledger: Ledger, key: str) -> dict[str, tuple[str, str]]:
    return {one.reader.address.partition("@")[0]: (str(one.state), one.code) for one in ledger.mailings.readers(key)}


def test_the_accounting_counts_each_candidate_once(ledger: Ledger) -> None:
    key = mailing(ledger, "invitation", {"a": S.SENT, "b": S.FAILED, "c": S.UNKNOWN, "d": S.PLANNED, "e": S.CANCELLED})
    found = account_of(ledger, key)
    assert (found.candidates, found.is_closed, dict(found.excluded)) == (5, True, {"called-off": 1})


def test_a_correction_is_for_those_who_have_the_original_or_may_have_it(ledger: Ledger) -> None:
    mailing(ledger, "invitation", {"anna": S.SENT, "Bela": S.UNKNOWN, "carl": S.FAILED})
    waiting = dict.fromkeys(("anna", "bela", "carl", "dora"), S.PENDING)
    key = mailing(ledger, "cancelled", waiting, days=1)
    row = ledger.deliveries.get(key)
    assert row is not None
    assert [ledger.mailings.narrow(row, now=NOW) for _ in range(2)] == [2, 0]
    left_out = ("cancelled", "did-not-get-the-original")
    assert states_of(ledger, key) == {
        "anna": ("pending", ""),
        "bela": ("pending", ""),
        "carl": left_out,
        "dora": left_out,
    }
    assert ledger.mailings.is_anybody_left(key)


def test_sizes_are_those_of_the_mailings_before_without_corrections(ledger: Ledger) -> None:
    for days, readers in enumerate((3, 2)):
        key = mailing(ledger, f"t{days}", {f"r{n}": S.SENT for n in range(readers)}, days=days)
        with ledger.engine.begin() as connection:
            sent = {"state": S.SENT, "attempts": 1}
            connection.execute(update(deliveries).where(deliveries.c.key == key).values(**sent))
    assert ledger.mailings.sizes("news", besides="", most=5) == [2, 3]
    assert ledger.mailings.size(key) == 2
    with ledger.engine.begin() as connection:
        narrowed = {"state": S.CANCELLED, "code": "did-not-get-the-original"}
        mine = (recipients.c.key == key, recipients.c.address == "r0@example.org")
        connection.execute(update(recipients).where(*mine).values(**narrowed))
    assert ledger.mailings.sizes("news", besides="", most=5) == [3]


def test_a_share_comes_first_and_the_others_follow_when_they_are_let_go(ledger: Ledger) -> None:
    key = mailing(ledger, "invitation", {f"r{n}": S.PENDING for n in range(6)})
    ids = [row for row, _, _ in ledger.canaries.strata(key)]
    ledger.canaries.choose(key, ids[:2], now=NOW)
    ledger.canaries.choose(key, ids, now=NOW)  # once is enough
    tally = ledger.recipients.tally(key)
    assert (tally.of(S.PENDING), tally.of(S.PLANNED)) == (2, 4)
    ledger.canaries.wait(key, until=NOW + timedelta(hours=1))
    ledger.canaries.hold(key, why="trouble")
    flock = ledger.canaries.of(key)
    assert flock is not None
    assert (flock.readers, flock.until, flock.held) == (2, NOW + timedelta(hours=1), "trouble")
    ledger.canaries.release(key, now=NOW)
    assert ledger.recipients.tally(key).of(S.PENDING) == 6
    assert ledger.canaries.came_back(key) == (0, 0)


def test_what_is_found_out_afterwards_changes_only_who_is_uncertain(ledger: Ledger) -> None:
    key = mailing(ledger, "invitation", {"anna": S.UNKNOWN, "bela": S.SENT})
    claim = ledger.attempts
    ledger.deliveries.transition(key, to=S.PENDING, now=NOW)
    claim.begin(key, owner="me", intent=Intent(sha256=""), lease=timedelta(minutes=5), now=NOW)
    everybody = list(ledger.mailings.readers(key))
    ledger.mailings.rule([Ruling(recipient=one, state=S.PENDING, detail="x") for one in everybody], now=NOW)
    assert {name: state for name, (state, _) in states_of(ledger, key).items()} == {"anna": "pending", "bela": "sent"}
    assert list(ledger.mailings.tried(key, among=UNCERTAIN)) == []
    assert not ledger.mailings.reopen(key, reason="r", who="me", now=NOW)  # it is not sent
    with ledger.engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.key == key).values(state=S.SENT))
    assert ledger.mailings.reopen(key, reason="r", who="me", now=NOW)
    assert not ledger.mailings.reopen(key, reason="r", who="me", now=NOW)


def test_an_address_is_found_in_whatever_case_it_is_written(ledger: Ledger) -> None:
    first = mailing(ledger, "invitation", {"Anna": S.SENT})
    mailing(ledger, "programme", {"anna": S.FAILED, "bela": S.SENT}, days=1)
    assert [str(one.state) for _, one, _ in ledger.mailings.of_address("anna@example.org")] == ["sent", "failed"]
    assert [row.key for row, _, _ in ledger.mailings.of_address("anna@example.org", prefix=first)] == [first]


def test_a_frozen_list_is_forgotten_only_while_nobody_was_written_to(ledger: Ledger) -> None:
    key = mailing(ledger, "invitation", {"anna": S.PENDING})
    ledger.mailings.forget(key)
    assert (ledger.recipients.first(key), ledger.mailings.candidates(key)) == (None, None)
    key = mailing(ledger, "programme", {"anna": S.PENDING}, days=1)
    with ledger.engine.begin() as connection:
        connection.execute(update(recipients).where(recipients.c.key == key).values(attempts=1))
    ledger.mailings.forget(key)
    assert ledger.recipients.first(key) is not None


def test_the_figures_that_providers_look_at(ledger: Ledger) -> None:
    mailing(ledger, "invitation", {"anna": S.SENT, "bela": S.FAILED})
    assert ledger.mailings.accepted_since(NOW - timedelta(days=1)) == 1
    assert ledger.mailings.accepted_since(NOW + timedelta(days=1)) == 0
    assert ledger.mailings.complaints("news", most=5) == (0, 0)  # it was not begun
