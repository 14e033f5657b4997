"""What the daemon found at a link is shown in the preview of the post: the card, and what it lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.app import App, Options
from publisher.cli.previewdata import Wanted, gather, showing
from publisher.clock import SimulatedClock
from publisher.linkcards.card import LinkCard
from publisher.linkcards.kept import KeptCards
from publisher.previewpage.board import Board

NOW = datetime(2027, 5, 1, 8, tzinfo=UTC)
LINK = "https://example.org/news?id=7"
WHOLE = LinkCard(title="News", description="All of it", image="https://example.org/a.png", image_width=1200)
SCHEDULE = """\
project: { name: Office }
defaults: { languages: [en], utm: yes }
channels:
  facebook: { account: office }
posts:
  - id: hello
    send: 2027-05-03 10:00
    to: [facebook]
    text: Read the news.
    link: https://example.org/news?id=7
"""
IGNORED = SCHEDULE + "    ignore: [og-card]\n    why: The page is not ours\n"


def office(folder: Path, card: LinkCard, text: str = SCHEDULE) -> App:
    path = folder / "schedules.yaml"
    path.write_text(text, encoding="utf-8")
    options = Options(schedules=path, database=f"sqlite:///{folder / 'publisher.db'}")
    app = App(options, clock=SimulatedClock(NOW))
    KeptCards(app.beside_ledger(".cards")).keep(LINK, card, at=NOW)
    return app


@pytest.mark.parametrize(
    ("card", "text", "told"),
    [
        (WHOLE, SCHEDULE, []),
        (LinkCard(title="News"), SCHEDULE, [("og-card", 10, "og:description, og:image")]),
        (
            LinkCard(title="N", description="D", image=WHOLE.image, image_width=200),
            SCHEDULE,
            [("og-card", 10, "so small")],
        ),
        (LinkCard(), IGNORED, []),
    ],
)
def test_what_the_card_of_a_link_lacks_is_told(
    tmp_path: Path, card: LinkCard, text: str, told: list[tuple[str, int, str]]
) -> None:
    (preview,) = gather(office(tmp_path, card, text), Wanted()).previews
    found = [(one.code, one.place.line, one.message) for one in preview.problems if one.code == "og-card"]
    assert [(code, line) for code, line, _ in found] == [(code, line) for code, line, _ in told]
    assert all(words in message for (_, _, message), (_, _, words) in zip(found, told, strict=True))
    assert not preview.is_stopped


def test_the_card_of_a_link_that_tells_where_readers_come_from_is_that_of_the_page(tmp_path: Path) -> None:
    app = office(tmp_path, WHOLE)
    board = Board(showing(gather(app, Wanted()), app))
    (link,) = [tile.link for group in board.groups for tile in group.tiles]
    assert link is not None
    assert link.title == "News"
