"""Rules of mailbox providers before a mailing: which of them hold it, which are told, and how it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from running_parts import DUE, START, Scene, post, scene, wait_for
from sqlalchemy import insert

from publisher.ledger.list_tables import bounces
from publisher.linkcards.kept import KeptCards
from publisher.model import Channel
from publisher.model.findings import Finding, Grade, broken, doubtful
from publisher.oversight.preflight import Means, Preflight

KEY = broken("news", "the DKIM record is not there", mend="add it", rule="dkim-key")
DMARC = doubtful("news", "example.org has no DMARC record", mend="add v=DMARC1; p=none", rule="dmarc")
NO_PAGES = Finding(Grade.OK, "news", "readers unsubscribe by mail", "set WEB_URL", rule="no-pages")


@dataclass
class Watch:
    """A preflight whose channel looks as the test says."""

    stage: Scene
    found: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._preflight = Preflight(
            self.stage.ledger,
            clock=self.stage.clock,
            means=Means(
                composer=lambda: self.stage.daemon.composer,
                examine=self._examine,
                network=None,
                cards=KeptCards(self.stage.folder / "cards"),
            ),
        )

    def _examine(self, _channel: Channel) -> Iterable[Finding]:
        return iter(self.found)

    def round(self) -> list[str]:
        """Look; gives what is wrong, by the word for it."""
        self._preflight.round()
        troubles = self.stage.ledger.troubles.of(["before it is due"])
        return [trouble.subject.rpartition(" (")[2].removesuffix(")") for trouble in troubles]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        set_up.write(post("one", to=["news"]))
        set_up.at(START)
        yield set_up


def crowd(stage: Scene) -> None:
    stage.enlist(*(f"reader{number:04}@example.org,,en" for number in range(5000)))


def test_a_signature_that_nobody_can_check_holds_the_mailing_until_it_is_mended(stage: Scene) -> None:
    watch = Watch(stage, [KEY])
    assert watch.round() == ["dkim-key"]
    stage.at(DUE)
    row = stage.row("one", "news")
    assert (row.state, stage.reached()) == ("planned", [])
    assert "held, because mails would be refused" in row.reason
    assert "the DKIM record is not there" in row.reason
    assert stage.ledger.recipients.first(row.key) is None  # its readers are frozen when it begins, and not before
    watch.found.clear()
    stage.at(DUE + timedelta(minutes=16))
    assert watch.round() == []
    stage.at(DUE + timedelta(minutes=17))
    assert (stage.state("one", "news"), len(stage.reached())) == ("sent", 4)


def test_a_held_mailing_is_among_what_needs_somebody(stage: Scene) -> None:
    Watch(stage, [KEY]).round()
    stage.at(DUE)
    assert [row.source_id for row in stage.ledger.deliveries.needing_somebody(now=DUE, since=START)] == ["one"]


def test_what_is_asked_of_bulk_senders_only_does_not_concern_few_readers(stage: Scene) -> None:
    assert Watch(stage, [DMARC, NO_PAGES]).round() == []


def test_for_five_thousand_readers_dmarc_holds_and_a_missing_button_is_told(stage: Scene) -> None:
    crowd(stage)
    assert sorted(Watch(stage, [DMARC, NO_PAGES]).round()) == ["dmarc", "no-pages"]
    stage.at(DUE)
    assert (stage.state("one", "news"), stage.reached()) == ("planned", [])
    assert "no DMARC record" in stage.row("one", "news").reason


def test_a_missing_button_alone_holds_nothing(stage: Scene) -> None:
    crowd(stage)
    assert Watch(stage, [NO_PAGES]).round() == ["no-pages"]
    stage.clock.advance_to(DUE)
    stage.feed()
    wait_for(stage.reached)
    stage.end()
    assert stage.reached() != []


def complained(stage: Scene, people: int) -> None:
    with stage.ledger.engine.begin() as connection:
        for number in range(people):
            row = {"digest": f"d{number}", "at": DUE, "hash": f"h{number}", "kind": "complaint", "source": "imap"}
            key = stage.row("one", "news").key
            connection.execute(insert(bounces).values(**row, key=key, reason="abuse", action=""))


def test_complaints_about_the_mailings_before_are_told(stage: Scene) -> None:
    stage.at(DUE)
    stage.write(post("one", to=["news"]), post("two", to=["news"], at=DUE + timedelta(days=1)))
    stage.at(DUE + timedelta(minutes=1))
    complained(stage, 1)
    assert Watch(stage).round() == []
    with stage.ledger.engine.begin() as connection:
        connection.execute(bounces.delete())
    complained(stage, 2)
    assert Watch(stage).round() == ["complaints"]
    stage.at(DUE + timedelta(days=1))
    assert stage.state("two", "news") == "sent"
