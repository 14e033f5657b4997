"""Before each post a look whether it will go out; the links are asked for over HTTP on this computer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from running_parts import DUE, Collector, Scene, post, scene

from publisher.abilities import Examination
from publisher.importing.addresses import is_public
from publisher.importing.fetching import Limits, Network
from publisher.linkcards.card import LinkCard
from publisher.linkcards.kept import KeptCards
from publisher.model import Channel
from publisher.model.findings import Finding
from publisher.oversight.lookout import Lookout
from publisher.oversight.preflight import Means, Preflight

HERE = "    ignore: [link-host]\n    why: the pages of these tests are on this computer\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


@contextmanager
def page(*answers: int, words: str = "") -> Iterator[str]:
    """A page that answers so, one after the other; the last answer stays."""
    left = list(answers)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(words.encode())))
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, *_words: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/event"
        finally:
            server.shutdown()
            thread.join()


def preflight(office: Scene, *, network: Network | None = None) -> Preflight:
    daemon = office.daemon

    def examine(channel: Channel) -> Iterator[Finding]:
        return office.app.examine(
            channel,
            lambda settings: Examination(channel=channel, settings=settings, clock=office.clock, asks_names=False),
        )

    means = Means(
        composer=lambda: daemon.composer, examine=examine, network=network, cards=KeptCards(office.folder / "cards")
    )
    return Preflight(office.ledger, clock=office.clock, means=means)


def open_network() -> Network:
    return Network(is_allowed=lambda _address: True, limits=Limits(total=5))


def words(office: Scene) -> list[str]:
    return [trouble.words for trouble in office.ledger.troubles.of(["before it is due"])]


def test_a_post_that_is_fine_is_no_trouble(office: Scene) -> None:
    with page(200) as link:
        office.write(post("one", more=f"    link: {link}\n{HERE}"))
        preflight(office, network=open_network()).round()
    assert words(office) == []


def test_a_link_that_does_not_answer_is_told_once_and_mended(office: Scene) -> None:
    with page(404, 404, 404, 200) as link:
        office.write(post("one", more=f"    link: {link}\n{HERE}"))
        look = preflight(office, network=open_network())
        look.round()
        assert "does not answer: the server answers 404" in words(office)[0]
        office.clock.advance_to(office.clock.now() + timedelta(minutes=16))
        look.round()
    assert words(office) == []


def test_what_the_page_says_of_itself_is_kept_for_the_preview(office: Scene) -> None:
    with page(200, words='<meta property="og:title" content="Open day">') as link:
        office.write(post("one", to=["twitter"], more=f"    link: {link}?utm_source=x\n{HERE}"))
        preflight(office, network=open_network()).round()
        seen = KeptCards(office.folder / "cards").of(link)
    assert seen is not None
    assert (seen.card, seen.at) == (LinkCard(title="Open day"), office.clock.now())


def test_a_private_address_is_not_asked_for(office: Scene) -> None:
    with page(200) as link:
        office.write(post("one", to=["twitter"], more=f"    link: {link}\n{HERE}"))
        preflight(office, network=Network(is_allowed=is_public)).round()
    assert "private network" in words(office)[0]


def test_missing_credentials_are_found_before_the_post_is_due(office: Scene) -> None:
    office.without.add("twitter")
    office.write(post("one", to=["twitter"]))
    preflight(office).round()
    assert "one on twitter will have a problem: the credential" in words(office)[0]


def test_refused_credentials_are_found_before_the_post_is_due(office: Scene) -> None:
    office.write(post("one", to=["twitter"]), post("two", to=["twitter"]))
    look = preflight(office)
    office.extra["twitter"] = {"ACCESS_TOKEN": "somebody else's"}
    look.round()
    assert ["X does not accept the credentials" in line for line in words(office)] == [True, True]
    office.extra.clear()
    office.clock.advance_to(office.clock.now() + timedelta(minutes=16))
    look.round()
    assert words(office) == []


@pytest.mark.parametrize(("status", "troubles"), [(401, 1), (429, 0), (503, 0)])
def test_a_platform_that_does_not_tell_now_is_no_trouble(office: Scene, status: int, troubles: int) -> None:
    office.write(post("one", to=["twitter"]))
    look = preflight(office)
    with page(status) as address:
        office.extra["twitter"] = {"ENDPOINT": address}
        look.round()
    assert len(words(office)) == troubles


def test_a_list_that_is_gone_is_found_before_the_mailing_is_due(office: Scene) -> None:
    office.write(post("one", to=["news"]))
    look = preflight(office)
    (office.folder / "readers.csv").unlink()
    look.round()
    assert "one on news will have a problem" in words(office)[0]


def test_a_restart_tells_nothing_twice(office: Scene) -> None:
    office.without.add("twitter")
    office.write(post("one", to=["twitter"]))
    for _ in range(3):
        look = preflight(office)
        look.round()
        office.clock.advance_to(office.clock.now() + timedelta(minutes=2))
        notifier = Collector(office.alerts)
        Lookout(office.ledger, notifier=notifier, clock=office.clock, rest_of=office.daemon.rest_of).round()
    assert [str(alert.kind) for alert in office.alerts] == ["before it is due"]


def test_what_is_far_away_or_over_is_not_looked_at(office: Scene) -> None:
    office.without.add("twitter")
    office.write(post("one", to=["twitter"], at=DUE + timedelta(days=3)))
    look = preflight(office)
    look.round()
    assert words(office) == []
    office.clock.advance_to(DUE + timedelta(days=3) - timedelta(hours=47))
    look.round()
    assert len(words(office)) == 1
    office.clock.advance_to(DUE + timedelta(days=3))
    look.round()
    assert words(office) == []
