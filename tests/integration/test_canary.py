"""A share of the readers comes first; the others wait, and come when it fared well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import CHANNELS, DUE, START, Scene, post, scene
from sqlalchemy import insert, update

from publisher.cli.main import run
from publisher.ledger.list_tables import bounces, canaries
from publisher.ledger.tables import deliveries, recipients
from publisher.model import DeliveryState as S
from publisher.sandbox.faults import Fault

READERS = tuple(
    f"reader{number:03}@{domain},,{language}"
    for number, (domain, language) in enumerate(
        [("example.org", "en")] * 60 + [("example.com", "en")] * 39 + [("example.net", "pl")]
    )
)
WAITS = "canary: 10 readers then 30 minutes"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.enlist(*READERS)
        set_up.write(post("one", to=["news"]), channels=with_canary(WAITS))
        set_up.at(START)
        yield set_up


def with_canary(words: str) -> str:
    return CHANNELS.replace("languages: [en, pl] }", f"languages: [en, pl], {words} }}")


def tally(stage: Scene) -> dict[str, int]:
    found = stage.ledger.recipients.tally(stage.row("one", "news").key)
    return {str(state): number for state, number in found.by_state.items()}


def test_a_share_comes_first_and_the_others_wait_for_it(stage: Scene) -> None:
    stage.at(DUE)
    row = stage.row("one", "news")
    assert len(stage.reached()) in (10, 11)
    assert (row.state, row.next_at) == ("retry_wait", DUE + timedelta(minutes=30))
    assert (
        row.reason == f"{len(stage.reached())} got it first: {len(stage.reached())} accepted; "
        "the others wait until 2027-05-03 09:30 UTC"
    )
    assert tally(stage) == {"sent": len(stage.reached()), "planned": 100 - len(stage.reached())}


def test_the_share_stands_for_every_language_and_every_domain(stage: Scene) -> None:
    stage.at(DUE)
    rows = stage.readers("one").values()
    first = Counter(one.reader.address.partition("@")[2] for one in rows if one.state is S.SENT)
    assert set(first) == {"example.org", "example.com", "example.net"}
    assert first["example.org"] == 6


def test_the_others_get_it_by_themselves_when_it_fared_well(stage: Scene) -> None:
    stage.at(DUE)
    stage.at(DUE + timedelta(minutes=29))
    assert len(stage.reached()) < 12
    stage.at(DUE + timedelta(minutes=30))
    stage.at(DUE + timedelta(minutes=30))
    assert (stage.state("one", "news"), len(stage.reached()), len(set(stage.reached()))) == ("sent", 100, 100)


def test_a_restart_at_any_moment_goes_on_from_there(stage: Scene) -> None:
    for minutes in (0, 0, 5, 29, 30, 30, 31):
        stage.restart()
        stage.at(DUE + timedelta(minutes=minutes))
    assert (stage.state("one", "news"), len(stage.reached()), len(set(stage.reached()))) == ("sent", 100, 100)


def test_too_many_refusals_hold_the_others_until_a_person_lets_them_go(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_REFUSE, times=3)
    stage.at(DUE)
    first = len(stage.reached())
    stage.play(1)
    row = stage.row("one", "news")
    assert (row.state, row.next_at, len(stage.reached())) == ("retry_wait", None, first)
    assert "3 refused; that is trouble with" in row.reason
    assert row.reason.endswith(f"→ when all is well: publisher retry {row.key}")
    stage.end()
    assert run(["--database", stage.options.database, "retry", row.key]) == 0
    stage.at(stage.clock.now())
    assert (stage.state("one", "news"), len(stage.reached()), tally(stage)) == ("sent", 97, {"sent": 97, "failed": 3})


def test_one_refusal_may_be_chance(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_REFUSE, times=1)
    stage.at(DUE)
    stage.play(1)
    assert (stage.state("one", "news"), tally(stage)) == ("sent", {"sent": 99, "failed": 1})


def test_a_share_of_hardly_anybody_is_no_use(stage: Scene) -> None:
    stage.enlist(*READERS[:12])
    stage.at(DUE)
    assert (stage.state("one", "news"), len(stage.reached())) == ("sent", 12)


def test_who_is_deferred_first_is_tried_again_while_the_others_wait(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_GREYLIST, times=4)
    stage.at(DUE)
    assert stage.row("one", "news").next_at < DUE + timedelta(minutes=5)  # type: ignore[operator]
    for minute in range(1, 35):
        stage.at(DUE + timedelta(minutes=minute))
    assert (stage.state("one", "news"), tally(stage)) == ("sent", {"sent": 100})


def test_what_comes_back_meanwhile_holds_the_others(stage: Scene) -> None:
    stage.at(DUE)
    first = len(stage.reached())
    came_back(stage, "hard", people=3)
    stage.play(1)
    row = stage.row("one", "news")
    assert (row.next_at, len(stage.reached()), "3 came back" in row.reason) == (None, first, True)


def came_back(stage: Scene, kind: str, *, people: int) -> None:
    """Write bounces of the mailing into the ledger, as their reader does."""
    key = stage.row("one", "news").key
    with stage.ledger.engine.begin() as connection:
        for number in range(people):
            row = {"digest": f"d{number}", "at": DUE, "hash": f"h{number}", "key": key, "kind": kind, "source": "imap"}
            connection.execute(insert(bounces).values(**row, reason="mailbox-gone", action=""))


def test_a_held_mailing_is_told(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_REFUSE, times=3)
    stage.at(DUE)
    stage.play(1)
    now = stage.clock.now()
    (held,) = stage.ledger.deliveries.needing_somebody(now=now, since=START)
    assert held.key == stage.row("one", "news").key


def test_the_mailing_expires_with_its_others_when_nobody_lets_them_go(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_REFUSE, times=3)
    stage.at(DUE)
    stage.play(7)
    assert (stage.state("one", "news"), tally(stage)["expired"]) == ("expired", 100 - len(stage.reached()) - 3)


def test_what_is_skipped_while_the_others_wait_reaches_nobody_else(stage: Scene) -> None:
    stage.at(DUE)
    first, row = len(stage.reached()), stage.row("one", "news")
    stage.end()
    assert run(["--database", stage.options.database, "skip", row.key]) == 0
    stage.play(1)
    assert (stage.state("one", "news"), len(stage.reached()), tally(stage)["cancelled"]) == (
        "cancelled",
        first,
        100 - first,
    )


def test_who_waits_for_a_rate_was_not_tried_and_is_no_trouble(stage: Scene) -> None:
    stage.inject("news", Fault.SMTP_GREYLIST, times=3)
    stage.at(DUE)
    key = stage.row("one", "news").key
    with stage.ledger.engine.begin() as connection:
        connection.execute(update(canaries).values(until=None))
        waits = (recipients.c.key == key, recipients.c.state == S.RETRY_WAIT)
        connection.execute(update(recipients).where(*waits).values(attempts=0, next_at=DUE + timedelta(hours=1)))
        connection.execute(update(deliveries).where(deliveries.c.key == key).values(next_at=DUE))
    stage.at(DUE + timedelta(minutes=40))
    row, flock = stage.row("one", "news"), stage.ledger.canaries.of(key)
    assert flock is not None
    assert (row.state, flock.until, row.next_at) == ("retry_wait", None, DUE + timedelta(hours=1))
