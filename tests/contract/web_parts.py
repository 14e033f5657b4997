"""A library with its subscriber pages on loopback, a clock in the hands of the test, and the mails that come of it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import httpx
from hands import Hands
from sqlalchemy import select

from publisher.app import App, Options
from publisher.daemon import Daemon
from publisher.ledger.database import reading
from publisher.ledger.ledger import Ledger
from publisher.ledger.list_tables import subscribers
from publisher.ledger.listrecords import Agreement, How, MailList, Newcomer, Subscriber
from publisher.newsletter.keys import ListKey
from publisher.newsletter.links import Links
from publisher.sandbox import Mail, Sandbox
from publisher.settings import FixedSettings
from publisher.web.guard import DEADLINES, Deadlines
from publisher.web.opening import opened
from publisher.web.serving import Service, listen, serve

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SCHEDULE = """\
version: 1
project: { name: "Library & <Friends>", link: "https://example.org", contact: { name: Us, email: lib@example.org } }
defaults: { timezone: Europe/Warsaw, languages: [pl, en] }
channels:
  news: { type: email, audience: readers }
  one: { type: email, audience: news, languages: [en, pl] }
  several: { type: email, audience: both, languages: [en] }
audiences:
  readers: { list: lists/readers.csv, basis: consent }
  both: { list: [news, press] }
  news: { list: news }
posts:
  - { id: hello, send: 2027-05-03 12:00, to: [news, one, several], text: { pl: "Cześć!", en: "Hello!" } }
"""
NEWS = MailList(
    name="news",
    title={"pl": "Nowości", "en": "News"},
    about={"en": "Once a month."},
    list_id="news.example.org",
    basis="consent",
    created_at=NOW,
    is_public=True,
)
PRESS = MailList(
    name="press", title={"en": "Press"}, list_id="press.example.org", basis="consent", created_at=NOW, is_public=True
)
STAFF = MailList(name="staff", title={"en": "Staff"}, list_id="staff.example.org", basis="staff", created_at=NOW)
ANNA = "anna@example.org"
ENGLISH = {"Accept-Language": "en"}


@dataclass(frozen=True)
class Library:
    """What the tests look at."""

    base: str
    app: App
    ledger: Ledger
    key: ListKey
    hands: Hands
    sandbox: Sandbox
    http: httpx.Client

    @property
    def links(self) -> Links:
        return Links(self.base, self.key)

    def person(self, address: str = ANNA) -> str:
        return self.key.hash_of(address)

    def known(self, address: str = ANNA) -> Subscriber | None:
        return self.ledger.subscribers.by_hash(self.person(address))

    def on(self, address: str = ANNA) -> list[str]:
        """The lists that somebody is on."""
        one = self.known(address)
        return [each.list for each in self.ledger.subscribers.subscriptions(one.id) if each.holds] if one else []

    def put_on(self, *lists: str, address: str = ANNA) -> str:
        """Somebody the office put on lists; gives who."""
        newcomer = Newcomer(hash=self.person(address), address=address, name="Anna", language="pl")
        agreement = Agreement(how=How.IMPORT, at=self.hands.now())
        self.ledger.memberships.join(newcomer, lists, agreement=agreement, now=self.hands.now())
        return newcomer.hash

    def sign_up(self, address: str = ANNA, *lists: str, **fields: str) -> httpx.Response:
        """Fill in the form as people do, slowly."""
        page = self.http.get("/subscribe?lang=en").text
        self.hands.passes(timedelta(seconds=20))
        form = {
            "address": address,
            "list": list(lists or ["news"]),
            "consent": "yes",
            "language": "en",
            "stamp": value_of("stamp", page),
        }
        return self.http.post("/subscribe?lang=en", data={**form, **fields})

    def subscribe(self, *lists: str, address: str = ANNA) -> str:
        """Sign up and confirm; gives the link that did it."""
        before = len(self.sandbox.mails())
        assert self.sign_up(address, *lists).status_code == 200
        link = link_in(self.mails(before + 1)[-1])
        assert self.http.post(link).status_code == 200
        return link

    def mails(self, number: int) -> list[EmailMessage]:
        """The mails that were sent, once there are so many."""
        deadline = time.monotonic() + 60
        while len(found := self.sandbox.mails()) < number and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(found) == number
        return [self.read(mail) for mail in found]

    @staticmethod
    def read(mail: Mail) -> EmailMessage:
        return cast("EmailMessage", message_from_bytes(mail.content, policy=default))

    def state(self) -> object:
        """All that a page could change, to compare."""
        ledger = self.ledger
        with reading(ledger.engine) as connection:
            hashes = connection.scalars(select(subscribers.c.hash).order_by(subscribers.c.hash)).all()
        people = [one for person in hashes if (one := ledger.subscribers.by_hash(person)) is not None]
        return (
            people,
            [ledger.subscribers.subscriptions(one.id) for one in people],
            [ledger.subscribers.consents(one.id) for one in people],
            ledger.suppressions.since(NOW - timedelta(days=1000)),
            [ledger.signups.of(address) for address in (ANNA, "ben@example.org")],
        )


def send_what_is_due(here: Library) -> None:
    """What the daemon does at noon."""
    here.hands.wall = datetime(2027, 5, 3, 10, 0, 1, tzinfo=UTC)
    with closing(Daemon(here.app, here.ledger, stop=threading.Event())) as daemon:
        daemon.once()


@contextmanager
def library(
    folder: Path,
    *,
    base: str = "http://localhost",
    settings: Mapping[str, str] | None = None,
    deadlines: Deadlines = DEADLINES,
) -> Iterator[Library]:
    """The library at work."""
    (folder / "schedules.yaml").write_text(SCHEDULE, encoding="utf-8")
    hands, stop, ready = Hands(wall=NOW, ran=0), threading.Event(), threading.Event()
    with Sandbox(clock=hands) as sandbox, closing(listen("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
        base = base.replace("http://localhost", f"http://localhost:{port}")
        values = {"PUBLISHER_WEB_URL": base, **(settings or {})}
        options = Options(
            schedules=folder / "schedules.yaml", database=f"sqlite:///{folder}/publisher.db", values=values
        )
        app = App(options, clock=hands, accounts=lambda one: [FixedSettings(one.id, sandbox.settings_for(one))])
        with closing(app.open_ledger()) as ledger, opened(app, ledger, deadlines=deadlines) as pages:
            for one in (NEWS, PRESS, STAFF):
                ledger.lists.add(one)
            proxies = values.get("PUBLISHER_WEB_PROXIES", "127.0.0.1").split()
            service = Service(sock=sock, proxies=proxies, stop=stop, ready=ready.set, deadlines=deadlines)
            thread = threading.Thread(target=serve, args=(pages, service), daemon=True)
            thread.start()
            assert ready.wait(60)
            with httpx.Client(base_url=f"http://localhost:{port}", timeout=60, headers=ENGLISH) as http:
                yield Library(base, app, ledger, app.list_key, hands, sandbox, http)
            stop.set()
            thread.join(60)
            assert not thread.is_alive()


def value_of(name: str, page: str) -> str:
    """What a field of a form holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"the page has no field {name}"
    return found[1]


def link_in(mail: EmailMessage) -> str:
    """The one link in the text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    [found] = re.findall(r"http://\S+", str(part.get_content()))
    return str(found)
